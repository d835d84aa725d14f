"""Meter values on their way into the store: their session, once each, today's energy, what is remembered."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from tests.metering.plant import Plant
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.events import MeterValuesStored, SessionUpdated
from wattdeck.domain.meter_values import ENERGY, POWER
from wattdeck.domain.sessions import ACTIVE
from wattdeck.store import samples, sealing, series
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

OCMF = 'OCMF|{"RV":1.5}|{"SD":"30\\u0022"}  '


@pytest.fixture
def plant(store: Store, charge_point: ChargePoint, now: datetime, telemetry: Telemetry) -> Plant:
    return Plant(store, charge_point, now, telemetry)


async def test_values_are_stored_before_ingest_returns(plant: Plant):
    await plant.send(plant.value(0, 1000), plant.value(0, 7000.0, POWER, unit="W"))
    assert [(one.series.measurand, one.value) for one in await plant.stored()] == [(ENERGY, 1000.0), (POWER, 7000.0)]


async def test_values_are_attached_by_transaction(plant: Plant):
    session = await plant.begin(0)
    await plant.send(plant.value(5, 1250), transaction=session.transaction_id)
    assert await plant.session_ids() == [session.id]


async def test_a_transaction_is_believed_before_the_connector(plant: Plant):
    one, two = await plant.begin(0), await plant.begin(0, connector_id=2)
    await plant.send(plant.value(5, 1250), transaction=one.transaction_id, connector_id=2)
    assert await plant.session_ids() == [one.id]
    assert (await plant.session(two.id)).energy_wh == 0


@pytest.mark.parametrize("transaction", [None, "0", "-1", "9223372036854775807", "99999"])
async def test_values_without_a_transaction_we_gave_are_attached_by_connector(plant: Plant, transaction: str | None):
    session = await plant.begin(0)
    await plant.begin(0, connector_id=2)
    await plant.send(plant.value(5, 1250), transaction=transaction)
    assert await plant.session_ids() == [session.id]
    assert (await plant.session(session.id)).status == ACTIVE


async def test_a_random_transaction_on_a_free_connector_belongs_to_no_session(plant: Plant):
    await plant.begin(0, connector_id=2)
    await plant.send(plant.value(5, 1250), transaction="99999")
    assert await plant.session_ids() == [None]


async def test_values_taken_before_the_session_do_not_belong_to_it(plant: Plant):
    await plant.begin(0)
    await plant.send(plant.value(-30, 900))
    assert await plant.session_ids() == [None]


async def test_the_session_in_the_store_has_the_new_figures(plant: Plant):
    session = await plant.begin(0)
    power = plant.value(5, 7000.0, POWER, unit="W")
    await plant.send(plant.value(5, 1250), power, plant.value(5, 42.0, "SoC", unit="Percent"))
    found = await plant.session(session.id)
    assert (found.energy_wh, found.power_w, found.soc, found.meter_wh) == (250.0, 7000.0, 42.0, 1250.0)
    assert found.meter_at == plant.at(5)


async def test_what_was_stored_is_told(plant: Plant):
    session = await plant.begin(0)
    await plant.send(plant.value(5, 1250))
    stored, updated = plant.published
    assert isinstance(stored, MeterValuesStored)
    assert [(one.value.value, one.session_id, one.flags) for one in stored.values] == [(1250, session.id, 0)]
    assert isinstance(updated, SessionUpdated)
    assert updated.session == await plant.session(session.id)


async def test_a_message_without_values_is_nothing(plant: Plant):
    await plant.begin(0)
    await plant.send()
    assert await plant.stored() == []


async def test_values_that_come_twice_are_stored_once(plant: Plant):
    session = await plant.begin(0)
    for _ in range(2):
        await plant.send(plant.value(5, 1250), plant.value(10, 1500))
    assert [one.value for one in await plant.stored()] == [1250, 1500]
    assert (await plant.session(session.id)).energy_wh == 500
    assert plant.telemetry.registry.get_sample_value("wattdeck_meter_values_total") == 2


@pytest.mark.parametrize("number", [1, 100])
async def test_another_value_of_the_same_moment_is_not_stored_and_counted(plant: Plant, number: int):
    for wh in (1250, 1260):
        await plant.send(*(plant.value(minute, wh) for minute in range(number)), plant.value(5, wh, POWER))
    assert {one.value for one in await plant.stored()} == {1250}
    ignored = plant.telemetry.registry.get_sample_value("wattdeck_meter_values_ignored_total", {"reason": "known"})
    assert ignored == number + 1


async def test_what_is_sealed_counts_more_than_another_value_that_comes_then(plant: Plant):
    for wh in (1250, 1260):
        await plant.send(plant.value(0, wh))
        with time_machine.travel(plant.at(60), tick=False):
            await plant.pipeline.seal()
    assert [one.value for one in await plant.stored()] == [1250]
    labels = {"reason": "known_sealed"}
    assert plant.telemetry.registry.get_sample_value("wattdeck_meter_values_ignored_total", labels) == 1


async def test_values_that_come_twice_across_a_restart_count_once(plant: Plant):
    session = await plant.begin(0)
    for _ in range(2):
        await plant.send(plant.value(5, 1250), plant.value(10, 1500))
        plant.restart()
    assert len(await plant.stored()) == 2
    assert (await plant.session(session.id)).energy_wh == 500


async def test_late_values_without_a_transaction_belong_to_the_session_that_ended(plant: Plant):
    session = await plant.begin(0)
    await plant.end(session.id, 60, 2000)
    await plant.send(plant.value(30, 1500), received=90)
    assert await plant.session_ids() == [session.id]


async def test_late_values_do_not_reopen_or_change_the_session(plant: Plant):
    session = await plant.begin(0)
    await plant.end(session.id, 60, 2000)
    before = await plant.session(session.id)
    power = plant.value(30, 7000.0, POWER, unit="W")
    await plant.send(plant.value(30, 1500), power, transaction=session.transaction_id, received=90)
    assert await plant.session(session.id) == before
    assert await plant.session_ids() == [session.id] * 2


async def test_values_after_the_stop_belong_to_no_session(plant: Plant):
    session = await plant.begin(0)
    await plant.end(session.id, 60, 2000)
    await plant.send(plant.value(61, 2000))
    assert await plant.session_ids() == [None]


async def test_late_values_are_found_their_session_among_several(plant: Plant):
    first = await plant.begin(0)
    await plant.end(first.id, 60, 2000)
    second = await plant.begin(120, 2000)
    await plant.end(second.id, 180, 3000)
    await plant.send(plant.value(30, 1500), received=200)
    await plant.send(plant.value(150, 2500), received=200)
    assert await plant.session_ids() == [first.id, second.id]


async def test_late_values_of_a_transaction_that_ended_do_not_go_to_the_next_session(plant: Plant):
    first = await plant.begin(0)
    await plant.end(first.id, 60, 2000)
    second = await plant.begin(60.2, 2000)
    late = [plant.value(59.9, 1990), plant.value(59.9, 11_000.0, POWER, unit="W")]
    await plant.send(*late, transaction=first.transaction_id, received=61)
    assert await plant.session_ids() == [first.id] * 2
    assert (await plant.session(second.id)).power_w is None


async def test_signed_values_are_stored_byte_for_byte(plant: Plant):
    session = await plant.begin(0)
    for _ in range(2):
        await plant.send(plant.value(5, None, unit="kWh", text=OCMF))
    found = await plant.store.read(lambda c: samples.read(c, series.of(c, plant.cp.id), session_id=session.id, limit=9))
    assert [(one.text, one.series.unit) for one in found] == [(OCMF, "kWh")]


async def test_an_offline_session_is_replayed_with_its_own_times(plant: Plant):
    session = await plant.begin(-240, 3000.0)
    values = [plant.value(-240 + 15 * number, 3000 + 250 * number) for number in range(5)]
    await plant.send(*values, received=0)
    found = await plant.session(session.id)
    assert (found.energy_wh, found.meter_at) == (1000, plant.at(-180))
    assert plant.today.total_wh(plant.now) == 1000


async def test_energy_of_today_is_counted_and_rebuilt_alike(plant: Plant):
    await plant.begin(0)
    for minute, wh in ((0, 1000), (5, 1250), (10, 1600)):
        await plant.send(plant.value(minute, wh))
    await plant.send(plant.value(7, 1400))
    await plant.send(plant.value(3, 500), connector_id=2)
    await plant.send(plant.value(9, 580), connector_id=2)
    assert plant.today.total_wh(plant.now) == await plant.rebuilt() == 680


async def test_the_charge_points_own_meter_does_not_count_twice(plant: Plant):
    for minute, wh in ((0, 1000), (5, 1250)):
        await plant.send(plant.value(minute, wh), connector_id=0)
    assert plant.today.total_wh(plant.now) == await plant.rebuilt() == 0


async def test_energy_after_a_reset_is_rebuilt_as_it_was_counted(plant: Plant):
    for minute, wh in ((0, 500_000), (5, 0), (10, 300), (15, 400)):
        await plant.send(plant.value(minute, wh))
    assert await plant.rebuilt() == plant.today.total_wh(plant.now) == 400


async def test_energy_after_a_swapped_meter_is_rebuilt_as_it_was_counted(plant: Plant):
    for minute, wh in ((0, 1000), (5, 90_000_000), (10, 90_000_300), (15, 90_000_400)):
        await plant.send(plant.value(minute, wh))
    assert await plant.rebuilt() == plant.today.total_wh(plant.now) == 400


async def test_energy_since_a_reading_of_days_ago_is_rebuilt_as_it_was_counted(plant: Plant):
    three_days = 3 * 24 * 60
    for minute, wh in ((-three_days, 1000), (0, 73_000)):
        await plant.send(plant.value(minute, wh))
    since_midnight = 72_000 * (plant.now - plant.today.midnight) / timedelta(minutes=three_days)
    assert await plant.rebuilt() == plant.today.total_wh(plant.now) == pytest.approx(since_midnight)


async def test_energy_of_an_offline_replay_is_rebuilt_as_it_was_counted(plant: Plant):
    await plant.send(plant.value(-300, 3000))
    await plant.send(plant.value(0, 5000))
    await plant.begin(-240, 3000.0)
    await plant.send(plant.value(-200, 4000), plant.value(-180, 5000), received=1)
    assert plant.today.total_wh(plant.now) == await plant.rebuilt() == 2000


async def test_the_chain_goes_on_after_a_reconnect(plant: Plant):
    await plant.send(plant.value(0, 1000))
    plant.pipeline.forget(plant.cp.id)
    await plant.send(plant.value(5, 1250))
    assert plant.today.total_wh(plant.now) == 250


async def test_the_chain_goes_on_after_a_reconnect_that_follows_a_spike(plant: Plant):
    await plant.send(plant.value(0, 1000))
    await plant.send(plant.value(1, 99_000_000))
    plant.pipeline.forget(plant.cp.id)
    await plant.send(plant.value(5, 1250))
    assert plant.today.total_wh(plant.now) == 250


async def test_the_chain_goes_on_after_a_reconnect_that_follows_a_replay_of_yesterday(plant: Plant):
    await plant.send(plant.value(-24 * 60, 1000), received=0)
    await plant.store.write(lambda connection: sealing.seal(connection, plant.now, 0, 99))
    plant.pipeline.forget(plant.cp.id)
    await plant.send(plant.value(5, 2440))
    assert plant.today.total_wh(plant.now) > 0


async def test_a_running_session_goes_on_after_a_restart(plant: Plant):
    session = await plant.begin(0)
    await plant.send(plant.value(5, 1250))
    plant.restart()
    await plant.send(plant.value(10, 1500))
    assert (await plant.session(session.id)).energy_wh == 500


async def test_a_new_process_finds_todays_energy(plant: Plant):
    for minute, wh in ((0, 1000), (5, 1250)):
        await plant.send(plant.value(minute, wh))
    plant.restart()
    with time_machine.travel(plant.at(10), tick=False):
        await plant.pipeline.open()
    assert plant.today.by_charge_point == {plant.cp.id: 250.0}


async def test_many_values_of_one_moment_are_all_stored(plant: Plant):
    values = [plant.value(number / 6000, float(number), "Voltage", unit="V") for number in range(250)]
    await plant.send(*values)
    assert len(await plant.stored()) == 250


async def test_readings_out_of_order_are_sorted_and_not_flagged(plant: Plant):
    session = await plant.begin(0)
    for minute in (1, 2, 5, 3, 4):
        await plant.send(plant.value(minute, 1000 + 10 * minute))
    assert [(one.value, one.flags) for one in await plant.stored()] == [(1000 + 10 * n, 0) for n in range(1, 6)]
    assert (await plant.session(session.id)).energy_wh == 50


async def test_series_are_kept_apart_by_phase_and_location(plant: Plant):
    phases = [plant.value(5, 1.0, "Voltage", unit="V", phase=phase) for phase in ("L1", "L2", "L3", None)]
    inlet = plant.value(5, 1.0, "Voltage", unit="V", location="Inlet")
    await plant.send(*phases, inlet)
    query = text("SELECT count(*) FROM series")
    assert await plant.store.read(lambda connection: connection.execute(query).scalar()) == 5


async def test_a_single_zero_before_a_restart_does_not_count_the_whole_register_after_it(plant: Plant):
    """StopTransaction with meterStop 0, a restart, and the next start at 731481 Wh."""
    session = await plant.begin(0, 731_473)
    await plant.send(plant.value(0, 731_473))
    await plant.send(plant.value(5, 731_481))
    await plant.send(plant.value(6, 0))
    plant.restart()
    await plant.send(plant.value(10, 731_490))
    assert (await plant.session(session.id)).energy_wh == 17
    assert plant.today.total_wh(plant.at(11)) == 9  # of the time after the restart; what was before comes with `open`
    assert await plant.rebuilt() == 17


async def test_a_register_that_was_reset_before_a_restart_goes_on_from_there(plant: Plant):
    session = await plant.begin(0, 5_000)
    for minute, wh in ((0, 5_000), (5, 5_900), (6, 0), (7, 300)):
        await plant.send(plant.value(minute, wh))
    plant.restart()
    await plant.send(plant.value(10, 700))
    assert (await plant.session(session.id)).energy_wh == 900 + 700
    assert await plant.rebuilt() == 900 + 700
