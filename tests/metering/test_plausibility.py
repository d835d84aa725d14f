"""What cannot be is flagged, what is only too high is not; registers that stand still; units that are wrong; energy
where there is no register.
"""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from tests.metering.plant import Plant
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.meter_values import ENERGY, FLAG_DECREASE, FLAG_FROZEN, FLAG_SPIKE, FLAG_UNIT, POWER
from wattdeck.domain.registers import limits_of
from wattdeck.domain.sessions import INTERVAL, PHASES, POWER_OVER_TIME, REGISTER
from wattdeck.metering.plausibility import (
    CERTAIN,
    POWER_IN_KW,
    POWER_IN_W,
    REGISTER_IN_KWH,
    Doubt,
    Flow,
    bounds_of,
)
from wattdeck.store import late_readings
from wattdeck.store.chains import EVER
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

MINUTE = 60_000
EXPORT = "Energy.Active.Export.Register"


@pytest.fixture
def plant(store: Store, charge_point: ChargePoint, now: datetime, telemetry: Telemetry) -> Plant:
    return Plant(store, charge_point, now, telemetry)


def can_be(measurand: str, value: float, rated_w: float | None = None) -> bool:
    low, high = bounds_of(rated_w)[measurand]
    return low <= value <= high


@pytest.mark.parametrize(
    ("measurand", "value"),
    [
        (POWER, 50_001),
        (POWER, 3_750_000),
        (POWER, -11_000),
        ("Voltage", 253.1),
        ("Voltage", 0),
        ("Voltage", 1250),
        ("Current.Import", 81),
        ("Current.Import", 3000),
        ("Temperature", 71),
        ("Temperature", -11),
        ("SoC", 0),
        ("SoC", 100),
        ("Frequency", 0),
        ("Power.Factor", 98),
    ],
)
def test_what_is_only_too_high_is_left_to_alerts(measurand: str, value: float):
    assert can_be(measurand, value)


@pytest.mark.parametrize(
    ("measurand", "value"),
    [
        (POWER, 11_000_000),
        ("Voltage", 23_000),
        ("Voltage", -230),
        ("Current.Import", 65_535),
        ("Temperature", 6_553.5),
        ("SoC", 101),
        ("SoC", -1),
        ("Frequency", 5_000),
        ("Energy.Active.Import.Register", -1),
    ],
)
def test_what_cannot_be_is_a_spike(measurand: str, value: float):
    assert not can_be(measurand, value)


def test_the_power_of_a_rated_charge_point_cannot_be_ten_times_that():
    assert can_be(POWER, 50_001, 7_400)
    assert can_be(POWER, 200_000, 22_000)
    assert not can_be(POWER, 300_000, 22_000)


async def test_a_spike_is_kept_and_changes_nothing(plant: Plant):
    session = await plant.begin(0)
    await plant.send(plant.value(1, 40.0, "SoC", unit="Percent"), plant.value(1, 7000.0, POWER, unit="W"))
    await plant.send(plant.value(2, 130.0, "SoC", unit="Percent"), plant.value(2, 9e7, POWER, unit="W"))
    one = await plant.session(session.id)
    assert (one.soc, one.power_w) == (40, 7000)
    assert sorted(sample.flags for sample in await plant.stored()) == [0, 0, FLAG_SPIKE, FLAG_SPIKE]


async def charge(plant: Plant, minutes: range, wh: Any, w: Any = 11_000.0, **said: Any) -> None:
    """A register and the power, minute by minute."""
    for minute in minutes:
        values = [plant.value(minute, wh(minute), **said)]
        if w is not None:
            values.append(plant.value(minute, w, POWER, unit="W"))
        await plant.send(*values)


async def test_a_register_that_stands_still_while_power_flows_is_frozen_until_it_moves(plant: Plant):
    session = await plant.begin(0)
    await charge(plant, range(31), lambda minute: 1000.0 if minute < 30 else 6500.0)
    flags = [sample.flags for sample in await plant.stored() if sample.series.unit == "Wh"]
    assert flags == [0] * 11 + [FLAG_FROZEN] * 19 + [0]
    assert (await plant.session(session.id)).energy_wh == 5500


async def test_a_coarse_register_is_not_frozen(plant: Plant):
    await plant.begin(0)
    await charge(plant, range(60), lambda minute: 1000.0 * (1 + minute * 11 // 60))
    assert {sample.flags for sample in await plant.stored()} == {0}


async def test_a_register_that_stands_still_without_power_is_not_frozen(plant: Plant):
    await plant.begin(0)
    await charge(plant, range(60), lambda minute: 1000.0, 0.0)
    assert {sample.flags for sample in await plant.stored()} == {0}


@pytest.mark.parametrize("w", [0.0, None])
async def test_a_register_that_rests_while_a_session_goes_on_is_not_frozen(plant: Plant, w: float | None):
    await plant.begin(0)
    await charge(plant, range(0, 21, 5), lambda minute: 1000.0 * (1 + minute * 22 // 60), 22_000.0)
    await charge(plant, range(25, 90, 5), lambda minute: 8000.0, 0.0 if w is None else w)
    await charge(plant, range(90, 120, 5), lambda minute: 8000.0 + 22_000 * (minute - 85) / 60, 22_000.0)
    await charge(plant, range(120, 180, 5), lambda minute: 20_834.0, w)
    assert {sample.flags for sample in await plant.stored()} == {0}


async def test_after_a_stop_nothing_flows_by_the_power_that_was_measured_before_it(plant: Plant):
    session = await plant.begin(0)
    await charge(plant, range(10), lambda minute: 1000.0 + 200 * minute)
    last = plant.value(10, 3000.0, context="Transaction.End")
    await plant.send(last, plant.value(10, 11_000.0, POWER, unit="W", context="Transaction.End"))
    await plant.end(session.id, 10, 3000.0)
    await charge(plant, range(15, 60, 5), lambda minute: 3000.0, None, context="Sample.Clock")
    await plant.begin(60)
    await plant.send(plant.value(60, 3000.0, context="Transaction.Begin"))
    await charge(plant, range(61, 90), lambda minute: 3000.0, 0.0)
    assert {sample.flags for sample in await plant.stored()} == {0}


@pytest.mark.parametrize(
    ("register_w", "power_w", "what"),
    [
        (11, 11_000, REGISTER_IN_KWH),
        (11_000, 11, POWER_IN_KW),
        (11_000, 11_000_000, POWER_IN_W),
        (11_000, 11_000, None),
        (8_000, 11_000, None),
        (400, 400_000, REGISTER_IN_KWH),
        (2_000, 2_000_000, POWER_IN_W),
    ],
)
def test_a_unit_is_doubted_where_register_and_power_differ_by_a_thousand(
    register_w: float, power_w: float, what: str | None
):
    flow, doubts = Flow(), []
    for minute in range(240):
        doubt = flow.compare(register_w * minute / 60, minute * MINUTE, limits_of(None))
        flow.power(power_w, minute * MINUTE)
        if doubt is not None:
            doubts.append(doubt)
    assert {doubt.what for doubt in doubts} == ({what} if what else set())
    if what:
        assert [doubt.hits for doubt in doubts] == list(range(1, len(doubts) + 1))
        assert [doubt.is_certain for doubt in doubts[:CERTAIN]] == [False] * (CERTAIN - 1) + [True]


def test_a_stretch_that_agrees_takes_the_doubt_away():
    flow = Flow()
    flow.doubt = Doubt(REGISTER_IN_KWH, 3)
    for minute in range(60):
        flow.compare(11_000 * minute / 60, minute * MINUTE, limits_of(None))
        flow.power(11_000, minute * MINUTE)
    assert flow.doubt is None


def test_what_could_be_either_is_not_doubted():
    """20 kW by the power, 20 MW by the register: only the first is possible; 300 kW and 300 W: both or none."""
    flow = Flow()
    for minute in range(60):
        assert flow.compare(300_000 * minute / 60, minute * MINUTE, limits_of(22_000)) is None
        flow.power(300, minute * MINUTE)


@pytest.mark.covers("promise 9")
async def test_a_register_in_kwh_that_says_wh_is_corrected_over_the_whole_once_that_is_certain(plant: Plant):
    """Quirk Q41: 12345.6 "Wh" that are kWh."""
    session = await plant.begin(0, 12_345.0)
    begin = plant.value(0, 12_345.0, context="Transaction.Begin")
    await plant.send(begin, transaction=session.transaction_id)
    with time_machine.travel(plant.at(90), tick=False):
        for minute in range(1, 81):
            await charge(plant, range(minute, minute + 1), lambda minute: 12_345.0 + 11 * minute / 60)
            await plant.recount.sweep()
    samples = [sample for sample in await plant.stored() if sample.series.unit == "Wh"]
    assert {sample.flags for sample in samples} == {FLAG_UNIT}
    assert samples[1].text == f"{12_345.0 + 11 / 60:.15g} Wh"
    one = await plant.session(session.id)
    assert one.energy_wh == pytest.approx(11_000 * 80 / 60)
    assert (one.start_meter_wh, one.flags) == (12_345_000, 0)
    assert await findings(plant) >= {"unit_suspected", "unit_corrected"}


@pytest.mark.parametrize("sweeps", [range(1, 81), [80], []], ids=["as it comes", "before the stop", "after the stop"])
async def test_starts_and_stops_in_wh_stay_whenever_samples_in_kwh_are_corrected(plant: Plant, sweeps):
    session = await plant.begin(0, 1_234_500.0)
    begin = plant.value(0, 1_234_500.0, context="Transaction.Begin")
    await plant.send(begin, transaction=session.transaction_id)
    with time_machine.travel(plant.at(90), tick=False):
        for minute in range(1, 81):
            await charge(plant, range(minute, minute + 1), lambda minute: 1234.5 + 11 * minute / 60)
            if minute in sweeps:
                await plant.recount.sweep()
        stop_wh = 1_234_500 + 11_000 * 81 // 60
        stop = plant.value(81, stop_wh, context="Transaction.End")
        await plant.send(stop, transaction=session.transaction_id)
        await plant.end(session.id, 81, stop_wh)
        for _ in range(2):
            await plant.recount.sweep()
            await plant.store.write(lambda c: late_readings.mark_all(c, plant.cp.id, EVER))
    one = await plant.session(session.id)
    assert (one.start_meter_wh, one.stop_meter_wh, one.energy_wh, one.flags) == (1_234_500, stop_wh, 14_850, 0)
    registers = [sample for sample in await plant.stored() if sample.series.measurand == ENERGY]
    assert [sample.flags for sample in registers] == [0, *[FLAG_UNIT] * 80, 0]


async def findings(plant: Plant) -> set[str]:
    return await plant.store.read(lambda c: {row.kind for row in c.execute(text("SELECT kind FROM findings"))})


async def test_a_register_that_counts_each_transaction_from_zero_is_known_after_two(plant: Plant):
    """Quirk Q42: a finding, and no flag from then on."""
    for number in range(4):
        minute = number * 60
        await plant.send(plant.value(minute, 0.0, context="Transaction.Begin"))
        await plant.send(plant.value(minute + 10, 1000.0))
        await plant.send(plant.value(minute + 30, 8000.0, context="Transaction.End"))
    begins = [sample.flags for sample in await plant.stored() if sample.context == "Transaction.Begin"]
    assert begins == [0, FLAG_DECREASE, FLAG_DECREASE, 0]
    assert "session_register" in await findings(plant)
    plant.restart()
    await plant.send(plant.value(240, 0.0, context="Transaction.Begin"))
    assert (await plant.stored())[-1].flags == 0


async def with_source(plant: Plant, *values: Any) -> tuple[float, str | None]:
    """What a session's energy is, live and reckoned from what is stored."""
    session = await plant.begin(0, 0.0)
    for minute, some in enumerate(values):
        await plant.send(*some(minute * 10), transaction=session.transaction_id)
    live = await plant.session(session.id)
    await plant.send(plant.value(len(values) * 10, 0.0, context="Transaction.End"), transaction=session.transaction_id)
    await plant.end(session.id, len(values) * 10, 0.0)
    await plant.store.write(lambda c: c.execute(text("INSERT INTO late_readings SELECT id, 0, 9e18, 1 FROM series")))
    await plant.recount.sweep()
    reckoned = await plant.session(session.id)
    assert (live.energy_source, reckoned.energy_source) == (reckoned.energy_source, live.energy_source)
    return live.energy_wh, live.energy_source


async def test_without_a_register_intervals_are_the_energy(plant: Plant):
    def interval(minute: float) -> list[Any]:
        return [plant.value(minute, 500.0, "Energy.Active.Import.Interval")]

    # the first one ends where the session begins: it was before that
    assert await with_source(plant, *[interval] * 4) == (1500, INTERVAL)


async def test_without_anything_else_the_power_over_time_is(plant: Plant):
    def power(minute: float) -> list[Any]:
        return [plant.value(minute, 6000.0, POWER, unit="W")]

    assert await with_source(plant, *[power] * 4) == (3000, POWER_OVER_TIME)


async def test_registers_by_phase_add_up_where_no_total_goes_with_them(plant: Plant):
    def phases(minute: float) -> list[Any]:
        return [plant.value(minute, 7e6 + minute * 10, phase=phase) for phase in ("L1", "L2", "L3")]

    assert await with_source(plant, *[phases] * 4) == (900, PHASES)


async def test_the_register_is_believed_before_all_others(plant: Plant):
    def all_of_them(minute: float) -> list[Any]:
        return [
            plant.value(minute, minute * 20.0),
            plant.value(minute, 500.0, "Energy.Active.Import.Interval"),
            plant.value(minute, 6000.0, POWER, unit="W"),
        ]

    assert await with_source(plant, *[all_of_them] * 4) == (600, REGISTER)


async def test_what_the_car_gives_back_is_counted_apart(plant: Plant):
    session = await plant.begin(0)
    for minute, imported, exported in ((0, 1000.0, 500.0), (10, 1200.0, 500.0), (20, 1200.0, 750.0)):
        await plant.send(
            plant.value(minute, imported),
            plant.value(minute, exported, EXPORT),
            transaction=session.transaction_id,
        )
    one = await plant.session(session.id)
    assert (one.energy_wh, one.energy_export_wh) == (200, 250)


async def test_registers_beside_the_total_are_judged_each_by_itself(plant: Plant):
    for minute, wh in ((0, 500.0), (1, 100.0), (2, 110.0)):
        reactive = plant.value(minute, wh * 2, "Energy.Reactive.Import.Register", unit="varh")
        await plant.send(plant.value(minute, wh, EXPORT), reactive)
    found = {(sample.series.measurand, sample.taken_at): sample.flags for sample in await plant.stored()}
    assert sorted(found.values()) == [0, 0, 0, 0, FLAG_DECREASE, FLAG_DECREASE]
