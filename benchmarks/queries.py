"""Questions: how long the store takes for what people look at, on a database that has all of it. Processor time, the
best of some tries, for the machine has other work.
"""

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from benchmarks.report import Row
from benchmarks.settings import Settings
from wattdeck.domain.clock import from_ms, now, to_ms
from wattdeck.domain.quarters import QUARTER_MS
from wattdeck.domain.records import replace
from wattdeck.domain.rollups import DAY, HOUR
from wattdeck.metering import fleet, statistics
from wattdeck.metering.fleet import Question
from wattdeck.store import history, rollups, samples, series
from wattdeck.store.engine import open_sqlite
from wattdeck.store.fleet import Scope
from wattdeck.store.migrate import migrate
from wattdeck.store.samples import DAY_MS
from wattdeck.store.statistics import fold

CHARGE_POINTS, CONNECTORS, SERIES, EVERY_MS = 1_000, 10, 16, 10_000
HOUR_MS, GAP_MS, TRIES = 3_600_000, 1_200_000, 7
UNFOLDED_MS = 90 * 60_000
PUT = "INSERT INTO samples (day, series_id, taken_at, context, value, delay_ms, flags)"
ZONE_INFO = ZoneInfo("UTC")
YEAR = 365


@dataclass(frozen=True)
class Timed:
    """A question, the milliseconds it took, and the most it may."""

    what: str
    found: int
    ms: float
    most_ms: float


def measure(settings: Settings) -> list[Timed]:
    with TemporaryDirectory(prefix="wattdeck-bench-") as folder:
        engine = open_sqlite(Path(folder) / "wattdeck.sqlite3", "BEGIN IMMEDIATE", 1)
        migrate(engine)
        at = to_ms(now())
        with engine.begin() as connection:
            fill(connection, at)
        with engine.connect() as connection:
            found = ask(connection, at)
        with engine.begin() as connection:
            leave_unfolded(connection, at)
        with engine.connect() as connection:
            found += _unfolded(connection, at)
        engine.dispose()
    return found


def fill(connection: Connection, at: int) -> None:
    """A year of days of everyone's registers, the last value of every connector, and a day of one charge point."""
    driver: Any = connection.connection.driver_connection
    today = at // DAY_MS
    ours = range(1, CHARGE_POINTS + 1)
    driver.executemany(
        "INSERT INTO charge_points (id, identifier, identifier_key, registration, registered_at, site)"
        " VALUES (?, ?, ?, 'accepted', 0, ?)",
        [(id, f"CP-{id}", f"cp-{id}", f"site {id % 20}") for id in ours],
    )
    add = "INSERT INTO series (id, charge_point_id, connector_id, measurand, phase, location, unit, last_day)"
    add += " VALUES (?, ?, ?, ?, '', 'Outlet', ?, ?)"
    registers = [(id, id, 1, "Energy.Active.Import.Register", "Wh", 0) for id in ours]
    powers = [
        (10_000 + id * CONNECTORS + number, id, number + 1, "Power.Active.Import", "W", today)
        for id in ours
        for number in range(CONNECTORS)
    ]
    others = [(50_000 + number, 1, 1, f"Other.{number}", "V", today) for number in range(SERIES)]
    driver.executemany(add, [*registers, *powers, *others])
    chance = random.Random(4)
    driver.executemany(
        "INSERT INTO rollups (period, series_id, bucket, length_s, count, flagged, covered_ms, energy_wh)"
        f" VALUES ({DAY}, ?, ?, 86400, 1440, 0, 86400000, ?)",
        [(id, (today - day) * DAY_MS, chance.uniform(0, 1e5)) for id in ours for day in range(1, YEAR + 1)],
    )
    put = f"{PUT} VALUES (?, ?, ?, 0, ?, 350, 0)"
    driver.executemany(put, [(today, one[0], today * DAY_MS, 7000.0) for one in powers])
    ids = [one[0] for one in others]
    times = range(at - at % EVERY_MS - DAY_MS - HOUR_MS, at, EVERY_MS)
    fresh = at - 1_200_000
    rows = [(time, id, chance.uniform(220, 240)) for id in ids for time in times]
    driver.executemany(put, [(time // DAY_MS, id, time, value) for time, id, value in rows if time < fresh])
    driver.executemany(samples.INSERT.sql, [(t, id, 0, v, t, None, 0, None) for t, id, v in rows if t >= fresh])
    first, last = -(-times[0] // HOUR_MS) * HOUR_MS, at // HOUR_MS * HOUR_MS
    for hour in range(first, last - 2 * HOUR_MS, HOUR_MS):  # the last ones are not folded yet
        rollups.put(connection, fold(connection, ids, hour, hour + HOUR_MS, GAP_MS))
    rollups.mark(connection, [(id, hour) for id in ids for hour in (last - 2 * HOUR_MS, last - HOUR_MS)])


def leave_unfolded(connection: Connection, at: int) -> None:
    """A day of hours of everyone's registers and powers, and 90 minutes of values after it that are in no hour."""
    driver: Any = connection.connection.driver_connection
    ours, chance = range(1, CHARGE_POINTS + 1), random.Random(5)
    first = (at - UNFOLDED_MS) // HOUR_MS * HOUR_MS
    driver.executemany(
        "INSERT INTO rollups (period, series_id, bucket, length_s, count, flagged, min, max, sum, last, last_at,"
        f" weighted, covered_ms, energy_wh)"
        f" VALUES ({HOUR}, ?, ?, 3600, 60, 0, 1e6, 1e6, 6e7, 1e6, ?, 3.6e12, 3600000, 0)",
        [(id, hour, hour + HOUR_MS - 30_000) for id in ours for hour in range(first - DAY_MS, first, HOUR_MS)],
    )
    powers = [10_000 + id * CONNECTORS for id in ours]
    quarters = json.dumps([7000.0 * 900_000, 900_000] * 4)
    driver.executemany(
        "INSERT INTO rollups (period, series_id, bucket, length_s, count, flagged, min, max, sum, last, last_at,"
        " weighted, covered_ms, quarters)"
        f" VALUES ({HOUR}, ?, ?, 3600, 60, 0, 7e3, 7e3, 4.2e5, 7e3, ?, 2.52e10, 3600000, ?)",
        [
            (id, hour, hour + HOUR_MS - 30_000, quarters)
            for id in powers
            for hour in range(first - DAY_MS, first, HOUR_MS)
        ],
    )
    rows = [(time_ms // DAY_MS, id, time_ms + 7, 7000.0) for id in powers for time_ms in range(first, at, 60_000)]
    for id in ours:
        wh = 1e6
        for time_ms in range(at - UNFOLDED_MS, at, 60_000):
            wh += chance.randrange(0, 120)
            rows.append((time_ms // DAY_MS, id, time_ms + id, wh))
    driver.executemany(f"{PUT} VALUES (?, ?, ?, 0, ?, 350, 0)", rows)
    driver.execute("UPDATE series SET last_day = ? WHERE id <= ?", (at // DAY_MS, CHARGE_POINTS))
    rollups.mark(connection, {(row[1], row[2]) for row in rows})


def _unfolded(connection: Connection, at: int) -> list[Timed]:
    year = Question(Scope(), at // DAY_MS * DAY_MS - YEAR * DAY_MS, at, "none", ZONE_INFO, GAP_MS, at)
    what = "the same up to now, of each 90 minutes not folded yet"
    day = replace(year, since=at - DAY_MS)
    return [
        _timed(what, 500, lambda: fleet.energy(connection, year, DAY)),
        _timed("their load by quarter of the last 24 hours", 1000, lambda: fleet.load(connection, day, QUARTER_MS)),
        _timed("its peak", 1000, lambda: fleet.peaks(connection, day, QUARTER_MS)),
    ]


def ask(connection: Connection, at: int) -> list[Timed]:
    one = [each for each in series.of(connection, 1) if each.id >= 50_000]
    everyone = [each for each in series.everyones(connection) if each.measurand == "Power.Active.Import"]
    today, day = at // DAY_MS * DAY_MS, timedelta(days=1)
    year = Question(Scope(), today - YEAR * DAY_MS, today, "none", ZONE_INFO, GAP_MS, at)
    moment: datetime = from_ms(at)
    questions: list[tuple[str, float, Callable[[], Any]]] = [
        (
            "a day of one series, 8,640 values, charted",
            5,
            lambda: _chart(connection, one[:1], moment - day, moment),
        ),
        ("a year of daily energy of 1,000 charge points", 100, lambda: fleet.energy(connection, year, DAY)),
        ("the last values of 10,000 connectors", 50, lambda: samples.latest(connection, everyone)),
        (
            "statistics of 24 hours, 16 series of a value each 10 s",
            20,
            lambda: statistics.over(connection, one, at - DAY_MS, at, ZONE_INFO, GAP_MS),
        ),
        (
            "statistics of an hour, 16 series of a value each 10 s",
            20,
            lambda: statistics.over(connection, one, at - HOUR_MS, at, ZONE_INFO, GAP_MS),
        ),
    ]
    return [_timed(*question) for question in questions]


def _chart(connection: Connection, wanted: Sequence[series.Series], since: datetime, until: datetime) -> Any:
    points = history.steps(connection, wanted, since, until, 120_000)
    return history.lines(wanted, points, since, until, GAP_MS)[0].points


def _timed(what: str, most_ms: float, question: Callable[[], Any]) -> Timed:
    best, found = 1e9, []
    for _ in range(TRIES):
        began = time.thread_time()
        found = question()
        best = min(best, time.thread_time() - began)
    return Timed(what, len(found), best * 1000, most_ms)


def rows(found: Sequence[Timed]) -> list[Row]:
    return [
        Row(f"{one.what}, ms", f"{one.ms:.1f}", target=f"{one.most_ms:.0f}", met=one.ms < one.most_ms) for one in found
    ]
