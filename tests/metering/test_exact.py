"""Rollups against an oracle: samples in any order, resent, sealed or not, folded or not, in zones whose clocks change.

The oracle knows all samples in order of time, and adds up each bucket by itself.
"""

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from wattdeck.domain.buckets import borders
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.meter_values import counts
from wattdeck.domain.rollups import DAY, HOUR, INTERVAL, MINUTE, MONTH, REGISTER, Rollup, kind_of
from wattdeck.metering import energy, exact, folding
from wattdeck.metering.folding import Step
from wattdeck.metering.spans import Spans
from wattdeck.store import charge_points, readings, rollups, samples, sealing, series, sessions
from wattdeck.store.engine import open_sqlite
from wattdeck.store.readings import Source

MINUTE_MS, QUARTER_MS, HOUR_MS, DAY_MS = 60_000, 900_000, 3_600_000, 86_400_000
GAP_MS = 20 * MINUTE_MS
EVER = (to_ms(datetime(2025, 1, 1, tzinfo=UTC)), to_ms(datetime(2028, 1, 1, tzinfo=UTC)))
REGISTER_NAME, POWER, INTERVAL_NAME = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Energy.Active.Import.Interval",
)
# each just before the clocks change
PLACES = [
    ("UTC", datetime(2026, 2, 27, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 21, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 5, 31, 17, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 13, tzinfo=UTC)),
]
Row = tuple[int, int, float, int]  # taken_at, context, value, flags


@pytest.fixture(scope="module")
def engine(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path = shutil.copy(empty_database, tmp_path_factory.mktemp("exact") / "copy.sqlite3")
    engine = open_sqlite(path, "BEGIN IMMEDIATE", 1)
    yield engine
    engine.dispose()


class Bench:
    """One series in a transaction: samples arrive, are sealed, are folded."""

    def __init__(self, connection: Connection, measurand: str, zone: str) -> None:
        self.connection, self.zone = connection, ZoneInfo(zone)
        cp = charge_points.register(connection, "CP-1", "accepted", from_ms(EVER[0]))
        key = (1, measurand, "", "Outlet", "Wh")
        self.charge_point_id = cp.id
        self.id = series.add(connection, cp.id, [key], 0)[key]
        self.received = EVER[1]

    def arrive(self, rows: list[Row]) -> None:
        driver = self.connection.connection.driver_connection
        made = [(at, self.id, context, value, self.received, None, flags, None) for at, context, value, flags in rows]
        driver.executemany(samples.INSERT.sql, made)
        driver.executemany(series.NEW_DAY.sql, [(at // DAY_MS, self.id) for at, *_ in rows])

    def stop(self, at: int, lasted_ms: int = HOUR_MS) -> None:
        owner = {"charge_point_id": self.charge_point_id, "charge_point": "CP-1", "connector_id": 1}
        span = {"started_at": from_ms(at - lasted_ms), "stopped_at": from_ms(at)}
        sessions.add(self.connection, **owner, **span, status="completed")

    def seal(self) -> None:
        sealing.seal(self.connection, from_ms(self.received + 1), self.id, self.id)

    def fold(self, before: int = EVER[1]) -> int:
        [one] = self.foldable()
        marks = rollups.stale_of(self.connection, [one.id])[one.id]
        due = [mark for mark in marks if mark.hour < before]
        waiting = [mark.hour for mark in marks if mark.hour >= before]
        source = Source(self.connection, [one.id])
        spans = Spans(self.connection, source, one, GAP_MS, [mark.hour for mark in due], waiting).fold()
        return folding.write(self.connection, [Step(one, spans, due)])

    def foldable(self) -> list[readings.Foldable]:
        return readings.foldable(self.connection, [self.id], self.zone)

    def read(self, period: int, since: int = EVER[0], until: int = EVER[1]) -> list[Rollup]:
        return exact.read(self.connection, self.foldable(), period, since, until, GAP_MS)[self.id]

    def stored(self, period: int) -> list[Rollup]:
        return rollups.read(self.connection, period, [self.id], *EVER)[self.id]


def oracle(
    rows: list[Row], measurand: str, zone: ZoneInfo, period: int, stops: Sequence[int] = ()
) -> list[dict[str, object]]:
    """Each bucket that holds anything. `stops`: where sessions ended."""
    known: dict[tuple[int, int], Row] = {}
    for row in rows:
        known.setdefault(row[:2], row)
    ordered = [known[key] for key in sorted(known)]
    flags = [row[3] for row in ordered]
    steps = []
    kind = kind_of(measurand)
    if kind == REGISTER:
        folded = energy.fold([(at, value, context, noted) for at, context, value, noted in ordered])
        steps, flags = folded.steps, folded.flags
    good = [row for row, flag in zip(ordered, flags, strict=True) if counts(flag)]
    odd = [row for row, flag in zip(ordered, flags, strict=True) if not counts(flag)]
    times = [row[0] for row in ordered] + [since for since, _, _ in steps] + [row[0] + GAP_MS for row in good]
    if not times:
        return []
    edges = borders(zone, period, min(times), max(times) + 1)
    found = []
    for begin, end in pairwise(edges):
        own = [row for row in good if begin <= row[0] < end]
        held = [
            (
                value,
                max(begin, at),
                min(
                    *(end, at + GAP_MS, *(other[0] for other in good[place + 1 : place + 2])),
                    *(stop for stop in stops if measurand == POWER and stop >= at),
                ),
            )
            for place, (at, _, value, _) in enumerate(good)
            if at < end and at + GAP_MS > begin
        ]
        held = [(value, since, until) for value, since, until in held if until > since]
        wh = sum(
            energy_wh * (max(0, min(end, until) - max(begin, since)) / (until - since))
            if until > since
            else energy_wh * (begin <= until < end)
            for since, until, energy_wh in steps
        )
        if kind == INTERVAL:
            wh = sum(row[2] for row in own)
        flagged = sum(begin <= row[0] < end for row in odd)
        if not (own or held or flagged or wh):
            continue
        values = [row[2] for row in own]
        found.append(
            {
                "bucket": begin,
                "length_s": (end - begin) // 1000,
                "count": len(own),
                "flagged": flagged,
                "min": min(values, default=None),
                "max": max(values, default=None),
                "sum": sum(values) if values else None,
                "last": values[-1] if values else None,
                "last_at": own[-1][0] if own else None,
                "weighted": sum(value * (until - since) for value, since, until in held) if held else None,
                "covered_ms": sum(until - since for _, since, until in held),
                "energy_wh": wh if kind in (REGISTER, INTERVAL) else None,
                "quarters": by_quarter(held, begin, end) if period == HOUR and held and measurand == POWER else [],
            }
        )
    return found


def by_quarter(held: list[tuple[float, int, int]], begin: int, end: int) -> list[float]:
    found = []
    for first in range(begin, end, QUARTER_MS):
        inside = [(value, max(since, first), min(until, first + QUARTER_MS)) for value, since, until in held]
        own = [(value, until - since) for value, since, until in inside if until > since]
        found += [sum(value * ms for value, ms in own), sum(ms for _, ms in own)]
    return found


def plain(found: list[Rollup]) -> list[dict[str, object]]:
    """The figures of the quarters in one list."""
    return [
        {name: getattr(row, name) for name in Rollup.__struct_fields__ if name not in ("series_id", "period")}
        | {"quarters": [figure for quarter in row.quarters for figure in quarter]}
        for row in found
    ]


def assert_same(found: list[Rollup], wanted: list[dict[str, object]]) -> None:
    near = [
        {
            name: pytest.approx(value, rel=1e-9, abs=1e-6) if isinstance(value, float | list) else value
            for name, value in row.items()
        }
        for row in wanted
    ]
    assert plain(found) == near


minutes = st.sampled_from([0, 1, 5, 15, 17, 40, 60, 70, 130, 600, 1500, 3000, 36 * 1440])
values = st.sampled_from([0.0, 0.0, 5.0, 100.0, 1234.5, 20_000.0, 3_000_000.0, -5.0, -700.0, -1e9])
reading = st.tuples(
    minutes, st.sampled_from([0, 0, 0, 1, 2, 3]), values, st.sampled_from([0, 0, 0, 1, 2, 8, 8 | 16384])
)


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[str, list[Row], list[Row]]:
    """A zone, samples in order of time, and the order in which they come, some twice."""
    zone, at = draw(st.sampled_from(PLACES))
    ms, wh = to_ms(at), 10_000.0
    rows: list[Row] = []
    for step, context, gain, flags in draw(st.lists(reading, min_size=1, max_size=12)):
        ms += step * MINUTE_MS
        wh = max(0.0, wh + gain)
        if not any(row[:2] == (ms, context) for row in rows):
            rows.append((ms, context, wh, flags))
    order = draw(st.permutations(rows)) if draw(st.booleans()) else rows
    again = draw(st.lists(st.sampled_from(rows), max_size=3))
    return zone, rows, [*order, *again]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(arrivals(), st.sampled_from([REGISTER_NAME, POWER, INTERVAL_NAME]), st.data())
def test_what_is_read_is_what_the_samples_say(engine: Engine, came: Any, measurand: str, data: st.DataObject):
    zone, rows, order = came
    with engine.connect() as connection, connection.begin() as transaction:
        bench = Bench(connection, measurand, zone)
        stops: list[int] = []
        for row in order:
            bench.arrive([row])
            if data.draw(st.integers(0, 3)) == 0:
                stops.append(data.draw(st.sampled_from(rows))[0] + data.draw(st.integers(-2, 21)) * MINUTE_MS)
                bench.stop(stops[-1], data.draw(st.sampled_from([HOUR_MS, 40 * DAY_MS])))
            if data.draw(st.booleans()):
                bench.seal()
                if data.draw(st.booleans()):
                    bench.fold(data.draw(st.sampled_from([EVER[1], row[0], row[0] - HOUR_MS])))
        for period in (HOUR, DAY, MONTH):
            assert_same(bench.read(period), oracle(rows, measurand, bench.zone, period, stops))
        bench.seal()
        bench.fold()
        for period in (HOUR, DAY, MONTH):
            assert_same(bench.stored(period), oracle(rows, measurand, bench.zone, period, stops))
            assert bench.read(period) == bench.stored(period)
        rollups.mark(connection, [(bench.id, row[0]) for row in rows])
        assert bench.fold() == 0
        transaction.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(arrivals(), st.sampled_from([REGISTER_NAME, POWER]), st.data())
def test_a_part_of_the_time_reads_the_same_as_the_whole(engine: Engine, came: Any, measurand: str, data: st.DataObject):
    zone, rows, order = came
    with engine.connect() as connection, connection.begin() as transaction:
        bench = Bench(connection, measurand, zone)
        cut = data.draw(st.integers(0, len(order)))
        bench.arrive(order[:cut])
        bench.seal()
        bench.fold()
        bench.arrive(order[cut:])
        if data.draw(st.booleans()):
            bench.seal()
        since = data.draw(st.sampled_from(rows))[0] + data.draw(st.integers(-3, 3)) * HOUR_MS
        until = since + data.draw(st.sampled_from([1, HOUR_MS, 30 * HOUR_MS]))
        for period in (HOUR, DAY):
            whole = oracle(rows, measurand, bench.zone, period)
            wanted = [row for row in whole if row["bucket"] < until and row["bucket"] + row["length_s"] * 1000 > since]
            assert_same(bench.read(period, since, until), wanted)
        transaction.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(arrivals(), st.sampled_from([REGISTER_NAME, POWER, INTERVAL_NAME]), st.booleans())
def test_minutes_are_what_the_samples_say(engine: Engine, came: Any, measurand: str, sealed: bool):
    zone, rows, order = came
    with engine.connect() as connection, connection.begin() as transaction:
        bench = Bench(connection, measurand, zone)
        bench.arrive(order)
        if sealed:
            bench.seal()
            bench.fold()
        since = rows[0][0] // HOUR_MS * HOUR_MS
        until = since + 6 * HOUR_MS
        found = bench.read(MINUTE, since, until)
        wanted = [row for row in oracle(rows, measurand, bench.zone, MINUTE) if since <= row["bucket"] < until]
        assert_same(found, wanted)
        transaction.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(arrivals())
def test_hours_days_and_months_add_up_to_what_flowed(engine: Engine, came: Any):
    zone, rows, order = came
    with engine.connect() as connection, connection.begin() as transaction:
        bench = Bench(connection, REGISTER_NAME, zone)
        bench.arrive(order)
        bench.seal()
        bench.fold()
        steps = energy.fold([(at, value, context, noted) for at, context, value, noted in sorted(set(rows))]).steps
        total = sum(wh for _, _, wh in steps)
        sums = [sum(row.energy_wh or 0 for row in bench.read(period)) for period in (HOUR, DAY, MONTH)]
        assert sums == [pytest.approx(total, rel=1e-9, abs=1e-6)] * 3
        transaction.rollback()
