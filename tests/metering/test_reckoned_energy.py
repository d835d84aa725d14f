"""Energy without a register: sessions, hours, days and today's energy agree, and are what an oracle of its own reckons
minute by minute.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.metering.plant import Plant
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import to_ms
from wattdeck.domain.meter_values import MeterValue
from wattdeck.domain.rollups import DAY, HOUR, MONTH
from wattdeck.domain.sessions import INTERVAL, PHASES, POWER_OVER_TIME, REGISTER
from wattdeck.metering import fleet
from wattdeck.metering.fleet import Energy, Question
from wattdeck.store import charge_points, reckoned
from wattdeck.store.engine import Store
from wattdeck.store.fleet import Scope
from wattdeck.telemetry import Telemetry

POWER, INTERVALS = "Power.Active.Import", "Energy.Active.Import.Interval"
ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"]
HOLD, LONGEST_INTERVAL = 20, 60
in_a_store = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
names = count()


@pytest.fixture
def plant(store: Store, charge_point: ChargePoint, now, telemetry: Telemetry) -> Plant:
    return Plant(store, charge_point, now, telemetry)


def sent(plant: Plant, source: str, minute: int, number: int) -> list[MeterValue]:
    """What a charge point says at a minute; `number`: W, or Wh since the last time."""
    if source == POWER_OVER_TIME:
        return [plant.value(minute, float(number), POWER, unit="W")]
    if source == INTERVAL:
        return [plant.value(minute, float(number), INTERVALS)]
    # three registers that are no parts of any total
    return [plant.value(minute, 7e6 + minute * 10 + place, phase=f"L{place}") for place in (1, 2, 3)]


def by_minute(source: str, values: dict[int, int], stop: int) -> dict[int, float]:
    """Wh of each minute of a session from minute 0 to its stop."""
    found: dict[int, float] = defaultdict(float)
    times = sorted(values)
    if source == POWER_OVER_TIME:
        for at, following in pairwise([*times, stop]):
            for minute in range(at, min(following, at + HOLD)):
                found[minute] += values[at] / 60
    elif source == INTERVAL:
        for before, at in pairwise([0, *times]):
            since = max(before, at - LONGEST_INTERVAL)
            for minute in range(since, at):
                found[minute] += values[at] / (at - since)
    else:
        for minute in range(times[0], times[-1]):
            found[minute] += 30
    return found


async def energy(plant: Plant, period: int, zone: str) -> list[Energy]:
    span = to_ms(plant.at(-3000)), to_ms(plant.at(6000))
    asked = Question(Scope(None, (plant.cp.id,)), *span, "none", ZoneInfo(zone), 1_200_000)
    return await plant.store.read(lambda connection: fleet.energy(connection, asked, period))


async def of_another(plant: Plant) -> None:
    """A charge point that has told nothing yet."""
    name = f"CP-{next(names)}-R"
    plant.cp = await plant.store.write(lambda c: charge_points.register(c, name, "accepted", plant.now))
    plant.restart()


async def agree(plant: Plant, session_id: int, zone: str) -> float:
    """That sessions, hours, days and months say the same, and so does today's energy; the session's energy."""
    session = await plant.session(session_id)
    for period in (HOUR, DAY, MONTH):
        found = await energy(plant, period, zone)
        assert sum(one.energy_wh for one in found) == pytest.approx(session.energy_wh, abs=1e-6)
        assert sum(one.reckoned_wh for one in found) == pytest.approx(session.energy_wh, abs=1e-6)
    midnight = to_ms(plant.today.midnight)
    rows = await plant.store.read(lambda c: reckoned.since(c, midnight, plant.cp.id))
    assert sum(wh for *_, wh in rows) == pytest.approx(plant.today.total_wh(plant.now), abs=1e-6)
    return session.energy_wh


sources = st.sampled_from([POWER_OVER_TIME, INTERVAL, PHASES])
stories = st.dictionaries(st.integers(1, 400), st.integers(1, 22_000), min_size=2, max_size=12)


@in_a_store
@given(sources, stories, st.integers(0, 90), st.sampled_from(ZONES), st.data())
async def test_hours_days_and_sessions_are_the_same(plant: Plant, source, values, rest, zone, data):
    order = data.draw(st.permutations(sorted(values)) | st.just(sorted(values)))
    restarts = data.draw(st.sets(st.integers(0, len(order))))
    again = data.draw(st.sets(st.sampled_from(order)))
    stop = max(values) + rest
    await of_another(plant)
    session = await plant.begin(0, 0.0)
    for place, minute in enumerate([*order, *again]):
        if place in restarts:
            plant.restart()
            await plant.pipeline.recount(plant.cp.id)
        await plant.send(*sent(plant, source, minute, values[minute]), transaction=session.transaction_id)
        if place in restarts:
            continue
        await plant.recount.sweep()
        await agree(plant, session.id, zone)
    await plant.send(
        plant.value(stop, 0.0, context="Transaction.End"), transaction=session.transaction_id, received=stop
    )
    await plant.end(session.id, stop, 0.0)
    await plant.recount.sweep()
    wh = await agree(plant, session.id, zone)
    if source == PHASES and order != sorted(order):
        return  # registers have a chain of their own, which its own tests look at
    minutes = by_minute(source, values, stop)
    assert wh == pytest.approx(sum(minutes.values()))
    for one in await energy(plant, HOUR, zone):
        first = round((one.bucket - plant.now).total_seconds() / 60 * 1000)
        inside = sum(part for minute, part in minutes.items() if first <= minute * 1000 < first + 60_000)
        # the plant's clock is a quarter of a second past the full minute
        assert one.energy_wh == pytest.approx(inside, abs=22_000 / 60 * 0.01 + 5)


async def test_a_register_takes_the_place_of_what_was_reckoned(plant: Plant):
    session = await plant.begin(0, 1000.0)
    for minute in (10, 20, 30):
        await plant.send(*sent(plant, POWER_OVER_TIME, minute, 6000), transaction=session.transaction_id)
    (hour,) = await energy(plant, HOUR, "UTC")
    assert (hour.energy_wh, hour.reckoned_wh) == (2000, 2000)
    assert plant.today.total_wh(plant.now) == 2000
    await plant.send(plant.value(0, 1000.0, context="Transaction.Begin"), transaction=session.transaction_id)
    stop = plant.value(40, 3600.0, context="Transaction.End")
    await plant.send(stop, transaction=session.transaction_id)
    await plant.end(session.id, 40, 3600.0)
    await plant.recount.sweep()
    assert (await plant.session(session.id)).energy_source == REGISTER
    hours = await energy(plant, HOUR, "UTC")
    assert [(one.energy_wh, one.reckoned_wh) for one in hours] == [(0, 0), (2600, 0)]
    assert plant.today.total_wh(plant.now) == 2600


async def test_what_was_reckoned_while_a_stop_was_under_way_does_not_count_beside_its_register(plant: Plant):
    session = await plant.begin(0, 1000.0)
    await plant.send(plant.value(0, 1000.0, context="Transaction.Begin"), transaction=session.transaction_id)
    for minute, wh in ((10, 1100.0), (30, 1300.0), (20, 1200.0)):
        await plant.send(plant.value(minute, wh, phase="L1"), transaction=session.transaction_id, received=30)
    meter = await plant.pipeline.meter(plant.cp.id)
    meter.open += 1
    await plant.recount.sweep()
    meter.open -= 1
    stop = plant.value(40, 1400.0, context="Transaction.End")
    await plant.send(stop, transaction=session.transaction_id)
    await plant.end(session.id, 40, 1400.0)
    await plant.recount.sweep()
    assert ((one := await plant.session(session.id)).energy_source, one.energy_wh) == (REGISTER, 400)
    (day,) = await energy(plant, DAY, "UTC")
    assert (day.energy_wh, day.reckoned_wh) == (400, 0)


async def test_a_better_source_takes_the_place_of_a_worse_one(plant: Plant):
    session = await plant.begin(0, 0.0)
    for minute in (10, 20, 30):
        await plant.send(*sent(plant, POWER_OVER_TIME, minute, 6000), transaction=session.transaction_id)
    await plant.send(*sent(plant, INTERVAL, 30, 700), transaction=session.transaction_id)
    assert await agree(plant, session.id, "UTC") == 700
    assert (await plant.session(session.id)).energy_source == INTERVAL


@pytest.mark.parametrize(("source", "number", "wh"), [(POWER_OVER_TIME, 6000, 1000), (INTERVAL, 700, 700)])
async def test_the_only_value_may_come_with_the_stop(plant: Plant, source: str, number: int, wh: float):
    session = await plant.begin(0, 0.0)
    stop = plant.value(20, 0.0, context="Transaction.End")
    await plant.send(*sent(plant, source, 10, number), stop, transaction=session.transaction_id)
    assert await agree(plant, session.id, "UTC") == wh
    assert (await plant.session(session.id)).energy_source == source


@pytest.mark.parametrize("before", [[], [0.5]])
@pytest.mark.parametrize(("w", "wh", "source"), [(59, 0, REGISTER), (61, 61 / 60, POWER_OVER_TIME)])
async def test_a_register_of_whole_wh_is_right_where_it_stands_still_over_less(plant: Plant, w, wh, source, before):
    session = await plant.begin(0, 5000.0)
    begin = plant.value(0, 5000.0, context="Transaction.Begin")
    await plant.send(begin, *sent(plant, POWER_OVER_TIME, 0, w), transaction=session.transaction_id)
    for minute in before:
        await plant.send(*sent(plant, POWER_OVER_TIME, minute, w), transaction=session.transaction_id)
    stop = plant.value(1, 5000.0, context="Transaction.End")
    await plant.send(stop, *sent(plant, POWER_OVER_TIME, 1, w), transaction=session.transaction_id)
    await plant.end(session.id, 1, 5000.0)
    for late in (0.25, 0.75):  # have it judged again
        assert await agree(plant, session.id, "UTC") == pytest.approx(wh)
        assert (await plant.session(session.id)).energy_source == source
        late_power = sent(plant, POWER_OVER_TIME, late, w)
        await plant.send(*late_power, transaction=session.transaction_id, received=2)
        await plant.recount.sweep()


@pytest.mark.parametrize(("source", "number", "wh"), [(POWER_OVER_TIME, 6000, 3000), (INTERVAL, 700, 2100)])
@pytest.mark.parametrize("late", [10, 20, 30])
async def test_a_value_that_comes_after_the_stop_counts(plant: Plant, source: str, number: int, wh: float, late: int):
    session = await plant.begin(0, 0.0)
    for minute in {10, 20, 30} - {late}:
        await plant.send(*sent(plant, source, minute, number), transaction=session.transaction_id)
    await plant.send(plant.value(40, 0.0, context="Transaction.End"), transaction=session.transaction_id)
    await plant.end(session.id, 40, 0.0)
    await plant.recount.sweep()
    await plant.send(*sent(plant, source, late, number), transaction=session.transaction_id, received=50)
    await plant.recount.sweep()
    assert await agree(plant, session.id, "UTC") == pytest.approx(wh)


@pytest.mark.parametrize(("source", "number", "wh"), [(POWER_OVER_TIME, 6000, 2000), (INTERVAL, 700, 700)])
async def test_the_first_value_ever_counts_though_it_comes_after_the_stop(plant: Plant, source: str, number: int, wh):
    session = await plant.begin(0, 0.0)
    await plant.send(plant.value(40, 0.0, context="Transaction.End"), transaction=session.transaction_id)
    await plant.end(session.id, 40, 0.0)
    await plant.send(*sent(plant, source, 10, number), transaction=session.transaction_id, received=50)
    await plant.recount.sweep()
    assert await agree(plant, session.id, "UTC") == pytest.approx(wh)


@pytest.mark.parametrize(("gone", "wh"), [("Voltage", 900), (POWER, 900), ("Energy.Active.Import.Register", 700)])
async def test_a_session_is_judged_again_as_long_as_its_register_is_there(plant: Plant, gone: str, wh: float):
    session = await plant.begin(0)
    for minute, register in ((10, 1200.0), (20, 500.0)):
        values = [plant.value(minute, 230.0, "Voltage", unit="V"), plant.value(minute, 1200.0, POWER, unit="W")]
        await plant.send(plant.value(minute, register), *values, transaction=session.transaction_id)
    await plant.send(plant.value(40, 1000.0, context="Transaction.End"), transaction=session.transaction_id)
    await plant.end(session.id, 40, 1000.0)
    assert (await plant.session(session.id)).energy_wh == 700
    later = (to_ms(plant.at(60)), gone)
    forget = "UPDATE series SET samples_from = ? WHERE measurand = ?"
    await plant.store.write(lambda connection: connection.exec_driver_sql(forget, later))
    plant.restart()
    await plant.send(plant.value(15, 1400.0), transaction=session.transaction_id, received=70)
    await plant.recount.sweep()
    assert (await plant.session(session.id)).energy_wh == wh


async def test_what_was_exported_up_to_the_stop_is_known_once_its_register_is_read_again(plant: Plant):
    export = "Energy.Active.Export.Register"
    first = await plant.begin(0)
    for minute, wh in ((10, 0.0), (20, 100.0)):
        await plant.send(plant.value(minute, wh, export), transaction=first.transaction_id)
    await plant.send(plant.value(25, 1000.0, context="Transaction.End"), transaction=first.transaction_id)
    await plant.end(first.id, 25, 1000.0)
    second = await plant.begin(60)
    await plant.send(plant.value(70, 200.0, export), transaction=second.transaction_id)
    await plant.recount.sweep()
    told = [(await plant.session(one.id)).energy_export_wh for one in (first, second)]
    assert told == pytest.approx([110, 20])


async def test_a_session_without_export_has_none_after_it_was_judged_again(plant: Plant):
    export = "Energy.Active.Export.Register"
    first = await plant.begin(0)
    await plant.send(plant.value(10, 50.0, export), transaction=first.transaction_id)
    await plant.end(first.id, 20, 1000.0)
    second = await plant.begin(30)
    for minute, wh in ((30, 1000.0), (40, 1200.0), (35, 1100.0)):
        await plant.send(plant.value(minute, wh), transaction=second.transaction_id, received=40)
    await plant.recount.sweep()
    session = await plant.session(second.id)
    assert (session.energy_wh, session.energy_export_wh) == (200.0, None)
    assert (await plant.session(first.id)).energy_export_wh == 0.0


async def test_energy_before_midnight_is_not_todays(plant: Plant):
    plant.now -= timedelta(hours=13)  # half past ten in the evening before
    session = await plant.begin(0, 0.0)
    plant.now += timedelta(hours=13)
    plant.restart()
    for minute in (-740, -730, -720, -710, -700):
        await plant.send(
            *sent(plant, POWER_OVER_TIME, minute, 6000), transaction=session.transaction_id, received=minute
        )
    await plant.recount.sweep()
    assert (await plant.session(session.id)).energy_wh == 4000
    days = await energy(plant, DAY, "UTC")
    assert [round(one.energy_wh) for one in days] == [2000, 2000]
    assert plant.today.total_wh(plant.now) == pytest.approx(days[0].energy_wh)


async def test_connector_0_counts_nothing(plant: Plant):
    session = await plant.begin(0, 0.0, connector_id=0)
    for minute in (10, 20):
        await plant.send(
            *sent(plant, POWER_OVER_TIME, minute, 6000), transaction=session.transaction_id, connector_id=0
        )
    assert await energy(plant, DAY, "UTC") == []
    assert plant.today.total_wh(plant.now) == 0
