"""Figures of what is stored: by kind, by measurand, by charge point and day."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import to_ms
from wattdeck.domain.rollups import DAY, HOUR
from wattdeck.domain.storage import Amount
from wattdeck.store import charge_points, messages, rollups, samples, series, storage, storage_rates
from wattdeck.store.engine import open_sqlite
from wattdeck.store.pages import Pages
from wattdeck.store.storage_rates import OfDay
from wattdeck.store.writer import executemany

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@pytest.fixture
def place(empty_database: Path, tmp_path: Path) -> Iterator[tuple[Connection, Pages]]:
    """A connection that commits each statement: figures are of what is committed."""
    path = tmp_path / "copy.sqlite3"
    engine = open_sqlite(Path(shutil.copy(empty_database, path)), "SELECT 1", 1)
    with engine.connect() as connection:
        pages = Pages(path)
        yield connection, pages
    engine.dispose()
    pages.close()


def known(connection: Connection, *measurands: str, identifier: str = "CP-1", at: datetime) -> list[int]:
    """A charge point that measures these; the numbers of its series."""
    one = charge_points.register(connection, identifier, "accepted", at)
    keys = [(1, measurand, "", "Outlet", "") for measurand in measurands]
    made = series.add(connection, one.id, keys, to_ms(at) // DAY_MS)
    return [made[key] for key in keys]


def roll(connection: Connection, id: int, period: int, count: int, *buckets: int, flagged: int = 0) -> None:
    length = {HOUR: 3_600, DAY: 86_400}[period]
    rollups.put(
        connection, [rollups.Rollup(id, period, bucket, length, count=count, flagged=flagged) for bucket in buckets]
    )


def amounts(place: tuple[Connection, Pages], at: datetime) -> dict[str, Amount]:
    return {one.kind: one for one in storage.measure(*place, at).amounts}


def test_an_empty_database_has_nothing_that_grows(place: tuple[Connection, Pages], now: datetime):
    figures = storage.measure(*place, now)
    assert {one.rows for one in figures.amounts} == {0}
    assert {one.rows_per_day for one in figures.amounts} == {0}
    assert figures.bytes == sum(one.bytes for one in figures.tables)
    assert 0 < figures.others < figures.bytes


def test_samples_of_a_young_system_are_counted_and_shared_out(place: tuple[Connection, Pages], now: datetime):
    ids = known(place[0], "Voltage", "SoC", at=now)
    at = to_ms(now) - 6 * HOUR_MS
    rows = [(at + number, id, 0, 1.0, at, None, 0, None) for number in range(50) for id in ids]
    executemany(place[0], samples.INSERT, rows)
    found = amounts(place, now)["samples"]
    assert (found.rows, found.oldest) == (100, now - timedelta(hours=6))
    assert found.per_day == pytest.approx({"SoC": 200, "Voltage": 200})


def test_samples_of_an_old_system_come_as_the_rollups_of_the_last_week_say(
    place: tuple[Connection, Pages], now: datetime
):
    voltage, soc = known(place[0], "Voltage", "SoC", at=now)
    last_week = [to_ms(now) - 7 * DAY_MS + hour * HOUR_MS for hour in range(7 * 24)]
    roll(place[0], voltage, HOUR, 50, *last_week, flagged=10)
    roll(place[0], soc, HOUR, 5, *last_week[::2])
    roll(place[0], soc, HOUR, 5_000, to_ms(now) - 20 * DAY_MS)  # long ago
    at = to_ms(now) - 9 * DAY_MS
    executemany(place[0], samples.INSERT, [(at, voltage, 0, 1.0, at, None, 0, None)])
    found = amounts(place, now)
    assert found["samples"].per_day == pytest.approx({"Voltage": 60 * 24, "SoC": 5 * 12})
    assert found["hours"].per_day == pytest.approx({"Voltage": 24, "SoC": 12})
    assert found["days"].per_day == {"Voltage": 1, "SoC": 1}


def test_rollups_are_told_apart_by_their_period(place: tuple[Connection, Pages], now: datetime):
    (id,) = known(place[0], "Voltage", at=now)
    first = to_ms(now) - 4 * DAY_MS
    roll(place[0], id, HOUR, 1, *(first + hour * HOUR_MS for hour in range(96)))
    roll(place[0], id, DAY, 24, *(first + day * DAY_MS for day in range(4)))
    found = amounts(place, now)
    assert (found["hours"].rows, found["days"].rows, found["months"].rows) == (96, 4, 0)
    assert found["hours"].oldest == now - timedelta(days=4)
    size = next(one.bytes for one in storage.measure(*place, now).tables if one.name == "rollups")
    assert found["hours"].bytes + found["days"].bytes == pytest.approx(size, abs=2)


def test_of_many_series_some_stand_for_all(
    place: tuple[Connection, Pages], now: datetime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(storage_rates, "_MOST_SERIES", 2)
    for number in range(10):
        (id,) = known(place[0], "Voltage", identifier=f"CP-{number}", at=now)
        roll(place[0], id, HOUR, 60, *(to_ms(now) - hour * HOUR_MS for hour in range(1, 25)))
    found = storage_rates.of(place[0], now)
    assert found.samples == pytest.approx({"Voltage": 10 * 60 * 24})
    assert found.rollups["hours"].rows == 240


def test_rows_that_are_numbered_come_as_in_the_last_week(place: tuple[Connection, Pages], now: datetime):
    times = [now - timedelta(days=20)] * 100 + [now - timedelta(days=2)] * 70
    executemany(place[0], messages.INSERT, [(1, to_ms(at), "in", "[]") for at in times])
    found = amounts(place, now)["frames"]
    assert (found.rows, found.rows_per_day) == (170, pytest.approx(10))
    assert (found.oldest, found.newest) == (times[0], times[-1])


def by_charge_point(place: tuple[Connection, Pages], now: datetime, days: int = 7) -> list[Any]:
    return list(storage_rates.by_charge_point(place[0], now, days))


def test_samples_by_charge_point_and_day_are_those_of_whole_days(place: tuple[Connection, Pages], now: datetime):
    today = to_ms(now) // DAY_MS * DAY_MS
    for identifier, count in (("CP-1", 10), ("CP-2", 20)):
        for id in known(place[0], "Voltage", "SoC", identifier=identifier, at=now):
            roll(place[0], id, DAY, count, today, today - DAY_MS, today - 2 * DAY_MS, today - 30 * DAY_MS)
    days = [today - 2 * DAY_MS, today - DAY_MS]
    assert by_charge_point(place, now) == [
        OfDay(name, day, samples) for name, samples in (("CP-1", 20), ("CP-2", 40)) for day in days
    ]
    assert len(by_charge_point(place, now, 1)) == 2


def test_charge_points_that_measure_are_counted(connection: Connection, cp: ChargePoint, now: datetime):
    charge_points.register(connection, "CP-2", "accepted", now)
    series.add(connection, cp.id, [(1, "SoC", "", "EV", "Percent"), (1, "Voltage", "", "Outlet", "V")], 1)
    assert storage.charge_points_that_measure(connection) == 1
