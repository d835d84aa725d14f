"""Meter values acknowledged on receipt: written by number, by time, and before anything that depends on them."""

import asyncio
from datetime import datetime

import pytest

from tests.faults.disks import locked
from tests.metering.plant import Plant
from tests.stations import until
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.errors import StoreUnavailable
from wattdeck.domain.events import MeterValuesStored, SessionUpdated
from wattdeck.metering.buffer import Limits, count_values, may_wait
from wattdeck.store import samples, series
from wattdeck.store.engine import Store
from wattdeck.store.writer import Bulk
from wattdeck.telemetry import Telemetry


@pytest.fixture
async def plant(store: Store, charge_point: ChargePoint, now: datetime, telemetry: Telemetry) -> Plant:
    """Fewer than ten values may be acknowledged and not stored; its series are known."""
    plant = Plant(store, charge_point, now, telemetry)
    await plant.send(plant.value(-1, 900.0))
    plant.limits = Limits(10, 60)
    plant.restart()
    await plant.pipeline.meter(plant.cp.id)
    return plant


def figure(plant: Plant, name: str, **labels: str) -> float:
    return plant.telemetry.registry.get_sample_value(f"wattdeck_{name}", labels) or 0.0


async def in_the_file(plant: Plant) -> int:
    """How many values are stored, by a look that brings nothing forward."""
    return len(await plant.store.glance(lambda c: samples.read(c, series.of(c, plant.cp.id), limit=1000)))


def test_values_are_counted_and_nothing_else():
    value, other = Bulk("a", meter_values=True), Bulk("b")
    eight = Bulk("c", meter_values=True, each=8)
    assert count_values([(value, [(1,), (2,)]), (other, [(1,)]), (value, [(3,)])]) == 3
    assert count_values([(value, [(1,)]), (eight, [(1,), (2,)])]) == 17


@pytest.mark.parametrize(("more", "unstored", "may"), [(1, 98, True), (1, 99, False), (100, 0, False), (99, 0, True)])
def test_fewer_than_the_limit_may_be_acknowledged_and_not_stored(more, unstored, may):
    assert may_wait(more, unstored, Limits(100)) is may


def test_nothing_may_be_where_the_answer_follows_the_commit():
    assert not may_wait(0, 0, Limits())


async def test_values_are_acknowledged_before_they_are_stored_and_told_of_at_once(plant: Plant):
    session = await plant.begin(0)
    before = figure(plant, "store_commits_total")
    await plant.send(plant.value(1, 1100.0), transaction=session.transaction_id)
    assert figure(plant, "store_commits_total") == before
    assert await in_the_file(plant) == 1
    assert isinstance(plant.published[-2], MeterValuesStored)
    assert isinstance(plant.published[-1], SessionUpdated)
    assert plant.published[-1].session.energy_wh == 100
    assert figure(plant, "buffer_values") == 1


async def test_the_message_that_makes_them_enough_is_answered_after_the_commit_of_all(plant: Plant):
    for minute in range(9):
        await plant.send(plant.value(minute, 1000.0 + minute))
    assert await in_the_file(plant) == 1
    await plant.send(plant.value(9, 1009.0))
    assert await in_the_file(plant) == 11
    assert figure(plant, "buffer_values") == 0
    assert figure(plant, "buffer_flushes_total", reason="values") == 1
    assert figure(plant, "buffer_flush_values_sum") == 9


async def test_none_waits_longer_than_the_time(plant: Plant):
    plant.limits = Limits(10, 0.05)
    plant.restart()
    await plant.send(plant.value(1, 1000.0))
    await until(lambda: figure(plant, "buffer_values") == 0)
    assert await in_the_file(plant) == 2
    assert figure(plant, "buffer_flushes_total", reason="time") == 1


async def test_whoever_reads_sees_them(plant: Plant):
    await plant.send(plant.value(1, 1000.0))
    assert [sample.value for sample in await plant.stored()] == [900.0, 1000.0]
    assert figure(plant, "buffer_flushes_total", reason="read") == 1


async def test_a_charge_point_that_leaves_takes_none_along(plant: Plant):
    await plant.send(plant.value(1, 1000.0))
    plant.pipeline.forget(plant.cp.id)
    await until(lambda: figure(plant, "buffer_values") == 0)
    assert figure(plant, "buffer_flushes_total", reason="disconnect") == 1


async def test_a_session_that_ends_has_all_its_energy(plant: Plant):
    session = await plant.begin(0)
    await plant.send(plant.value(1, 1100.0), transaction=session.transaction_id)
    plant.pipeline.buffer.flush("session")
    await plant.end(session.id, 2, 1200.0)
    ended = await plant.session(session.id)
    assert (ended.status, ended.energy_wh) == ("completed", 100)


async def test_power_that_is_gone_stays_gone(plant: Plant):
    session = await plant.begin(0)
    power = plant.value(1, 7000.0, "Power.Active.Import", unit="W")
    await plant.send(power, transaction=session.transaction_id)
    await plant.send(plant.value(2, 7000.0, "Power.Active.Import", unit="W"), transaction=session.transaction_id)
    await plant.pipeline.no_power(plant.cp.id, 1, plant.at(3))
    assert (await plant.session(session.id)).power_w == 0


async def test_while_nothing_can_be_written_no_more_than_may_wait_is_acknowledged(plant: Plant, tmp_path):
    plant.store._writer._hold_s = 0.4
    with locked(tmp_path / "wattdeck.sqlite3"):
        for minute in range(9):
            await plant.send(plant.value(minute, 1000.0 + minute))
        with pytest.raises(StoreUnavailable):
            await plant.send(plant.value(9, 1009.0))
        assert figure(plant, "buffer_values") == 9
    await until(lambda: figure(plant, "buffer_values") == 0)
    assert [sample.value for sample in await plant.stored()] == [900.0, *(1000.0 + minute for minute in range(9))]


async def test_a_read_does_not_wait_for_a_database_that_cannot_be_written(plant: Plant, tmp_path):
    await plant.send(plant.value(1, 1000.0))
    with locked(tmp_path / "wattdeck.sqlite3"):
        async with asyncio.timeout(15):  # less than what waits is held for
            assert len(await plant.stored()) == 1
            await until(lambda: plant.store.trouble)
            assert len(await plant.stored()) == 1
    await until(lambda: figure(plant, "buffer_values") == 0)


async def test_a_value_that_cannot_be_stored_does_not_take_others_along(plant: Plant, caplog):
    await plant.send(plant.value(1, 1000.0))
    assert plant.pipeline.buffer.take([(samples.INSERT, [(1, 2)])])
    await plant.send(plant.value(2, 1001.0))
    plant.pipeline.buffer.flush("values")
    await until(lambda: figure(plant, "buffer_values") == 0)
    assert await in_the_file(plant) == 3
    assert figure(plant, "dropped_total", reason="buffer_refused") == 1
    assert "cannot be stored" in caplog.text
