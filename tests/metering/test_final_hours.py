"""Hours whose samples are gone: they stay, what comes late fills only what is empty, chains go on from them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.metering.test_exact import HOUR_MS, MINUTE_MS, REGISTER_NAME, Bench, engine
from wattdeck.domain.clock import to_ms
from wattdeck.domain.rollups import DAY, HOUR, MONTH
from wattdeck.metering.zones import rezone
from wattdeck.store import rollups

__all__ = ["engine"]
BEGIN = to_ms(datetime(2026, 9, 14, 6, tzinfo=UTC))


@pytest.fixture
def bench(engine, tmp_path: Path) -> Iterator[Bench]:
    with engine.connect() as connection, connection.begin() as transaction:
        yield Bench(connection, REGISTER_NAME, "UTC")
        transaction.rollback()


def fill(bench: Bench, hours: int, wh: float = 0.0, begin: int = BEGIN) -> None:
    """A reading each ten minutes, 600 Wh an hour, sealed and folded."""
    bench.arrive([(begin + place * 10 * MINUTE_MS, 0, wh + 100.0 * place, 0) for place in range(hours * 6 + 1)])
    bench.seal()
    bench.fold()


def forget_before(connection: Connection, at: int) -> None:
    connection.execute(text("DELETE FROM samples WHERE taken_at < :at"), {"at": at})
    connection.execute(text("UPDATE series SET samples_from = :at"), {"at": at})


def energies(bench: Bench, period: int = HOUR) -> list[float]:
    return [row.energy_wh for row in bench.read(period) if row.energy_wh]


def test_hours_stay_when_their_samples_are_gone(bench: Bench):
    fill(bench, 30)
    before = {period: bench.stored(period) for period in (HOUR, DAY, MONTH)}
    forget_before(bench.connection, BEGIN + 20 * HOUR_MS)
    rollups.mark(bench.connection, [(bench.id, BEGIN + hour * HOUR_MS) for hour in range(31)])
    assert {period: bench.read(period) for period in before} == before
    bench.fold()
    assert {period: bench.stored(period) for period in before} == before


def test_an_hour_goes_on_from_one_that_has_lost_only_some_of_its_samples(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        bench = Bench(connection, REGISTER_NAME, "Asia/Kathmandu")
        bench.arrive([(BEGIN + (17 + 20 * place) * MINUTE_MS, 0, float(place**2), 0) for place in range(90)])
        bench.seal()
        bench.fold()
        before = {period: bench.stored(period) for period in (HOUR, DAY, MONTH)}
        forget_before(connection, BEGIN + 20 * HOUR_MS)  # a quarter of an hour before an hour begins there
        for hours in ([20], [20, 21], range(20, 31)):
            rollups.mark(connection, [(bench.id, BEGIN + hour * HOUR_MS) for hour in hours])
            assert {period: bench.read(period) for period in before} == before
            assert bench.fold() == 0
        assert {period: bench.stored(period) for period in before} == before
        transaction.rollback()


def test_a_sample_that_comes_too_late_changes_no_hour_and_no_chain(bench: Bench):
    fill(bench, 30)
    before = {period: bench.stored(period) for period in (HOUR, DAY, MONTH)}
    forget_before(bench.connection, BEGIN + 20 * HOUR_MS)
    for second, wh in enumerate((0.0, 1000.0, 1e9)):
        bench.arrive([(BEGIN + 3 * HOUR_MS + 1000 * second + 7, 0, wh, 0)])
    assert {period: bench.read(period) for period in before} == before
    bench.seal()
    bench.fold()
    assert {period: bench.stored(period) for period in before} == before


def test_one_that_comes_for_an_hour_that_is_empty_fills_it(bench: Bench):
    fill(bench, 2)
    fill(bench, 2, wh=1200, begin=BEGIN + 10 * HOUR_MS)
    forget_before(bench.connection, BEGIN + 13 * HOUR_MS)
    bench.arrive([(BEGIN + 5 * HOUR_MS, 0, 1200.0, 0)])
    bench.seal()
    bench.fold()
    assert {row.bucket: row.count for row in bench.stored(HOUR)}[BEGIN + 5 * HOUR_MS] == 1
    assert sum(energies(bench)) == sum(energies(bench, DAY)) == 2400


def test_a_register_goes_on_from_a_reading_that_is_gone(bench: Bench):
    fill(bench, 2)
    forget_before(bench.connection, BEGIN + 3 * HOUR_MS)
    bench.arrive([(BEGIN + 6 * HOUR_MS, 0, 5200.0, 0)])
    bench.seal()
    bench.fold()
    assert energies(bench)[:2] == [600, 600]
    # from 8:00 on; its own hour is final, so what would lie there of it is not there any more
    assert energies(bench)[2:] == [1000, 1000, 1000]


@pytest.mark.parametrize("kept", [0, 10, 40])
def test_another_zone_moves_days_as_far_back_as_there_are_hours(bench: Bench, kept: int):
    fill(bench, 72)
    total = sum(energies(bench))
    forget_before(bench.connection, BEGIN + 73 * HOUR_MS)
    bench.connection.execute(
        text("DELETE FROM rollups WHERE period = 1 AND bucket < :at"), {"at": BEGIN + kept * HOUR_MS}
    )
    bench.connection.execute(text("UPDATE charge_points SET time_zone = 'Asia/Tokyo'"))
    [one] = bench.foldable()
    rezone(bench.connection, 1, one.zone)
    for period in (DAY, MONTH):
        assert sum(row.energy_wh or 0 for row in bench.stored(period)) == pytest.approx(total)
    days = [row.bucket // HOUR_MS % 24 for row in bench.stored(DAY)]
    assert set(days[2:]) == {15}
    rezone(bench.connection, 1, one.zone)
    assert [row.bucket // HOUR_MS % 24 for row in bench.stored(DAY)] == days


@pytest.mark.parametrize("folded", [False, True])
def test_a_late_reading_of_weeks_ago_moves_energy_into_an_hour_that_begins_with_a_reading(bench: Bench, folded: bool):
    """More than 35 days lie between: all of it lies at the later reading, which is exactly a full hour."""
    later = BEGIN + 36 * 24 * HOUR_MS
    bench.arrive([(later, 0, 10_005.0, 0)])
    if folded:
        bench.seal()
        bench.fold()
    bench.arrive([(BEGIN, 0, 10_000.0, 0)])
    assert [row.energy_wh for row in bench.read(HOUR, later, later + 1)] == [5]
    bench.seal()
    bench.fold()
    assert energies(bench) == energies(bench, DAY) == [5]
