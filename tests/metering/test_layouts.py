"""Values of one moment are taken at once, with the same outcome as one by one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.meter_values import ENERGY, FLAG_SPIKE, POWER, SOC
from wattdeck.domain.moments import Kind, Moment, Shape, StoredMoment
from wattdeck.domain.sessions import Session
from wattdeck.metering.layouts import EXPORT, INTERVAL, OFFERED
from wattdeck.metering.measure import Measured, measure
from wattdeck.metering.meter import Meter
from wattdeck.metering.plausibility import Flow
from wattdeck.metering.rows import key_of

START = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
UNITS = {ENERGY: "Wh", EXPORT: "Wh", INTERVAL: "Wh", POWER: "W", OFFERED: "W", SOC: "Percent", "Voltage": "V"}
CONTEXTS = ("Sample.Periodic", "Transaction.Begin", "Transaction.End", "Sample.Clock", "Trigger")

kinds = st.builds(
    lambda measurand, phase, context, location: Kind(measurand, UNITS[measurand], phase, context, location),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from([None, None, "L1", "L2", "N"]),
    st.sampled_from(CONTEXTS),
    st.sampled_from(["Outlet", "Outlet", "Inlet"]),
)
numbers = st.one_of(st.integers(0, 40), st.integers(900, 3000), st.sampled_from([-5.0, 1e6, 2e6, 3e13])).map(float)


@st.composite
def messages(draw: Any) -> list[tuple[Shape, list[list[float]], list[int]]]:
    """Shapes, each with the numbers of some messages, and when those were taken, in seconds."""
    shape = Shape(draw(st.lists(kinds, min_size=1, max_size=6)))
    rows = draw(
        st.lists(st.lists(numbers, min_size=len(shape.kinds), max_size=len(shape.kinds)), min_size=1, max_size=8)
    )
    times = draw(st.lists(st.integers(-100, 7200), min_size=len(rows), max_size=len(rows)))
    return shape, rows, sorted(times) if draw(st.booleans()) else times


def prepared(shape: Shape, with_session: bool) -> Meter:
    meter = Meter()
    if with_session:
        known = {"id": 7, "transaction_id": "7", "charge_point_id": 1, "charge_point": "CP", "id_tag": "A"}
        known |= {"connector_id": 1, "started_at": START, "start_meter_wh": 1000.0, "meter_wh": 1000.0}
        meter.begin(Session(**known, meter_at=START))
    for number, kind in enumerate(shape.kinds):
        meter.series.setdefault((1, kind.measurand, kind.phase or "", kind.location, kind.unit), number)
    return meter


def take(meter: Meter, values: Any, received_at: datetime) -> Measured:
    measured = measure(meter, meter.sessions.get(7), 1, values, received_at)
    if measured.session is not None:
        meter.sessions[7] = measured.session
    return measured


def known(one: Any) -> Any:
    """What a meter, or something in it, holds, as plain values."""
    if isinstance(one, dict):
        return {key: known(value) for key, value in one.items()}
    names = getattr(one, "__slots__", None) if type(one).__module__ == Flow.__module__ else None
    if names is None and type(one).__name__ in ("Tally", "Count"):
        names = type(one).__slots__
    return {name: known(getattr(one, name)) for name in names} if names else one


@given(messages(), st.booleans())
def test_at_once_and_one_by_one_give_the_same(sent: Any, with_session: bool):
    shape, rows, times = sent
    at_once, by_ones = prepared(shape, with_session), prepared(shape, with_session)
    for row, seconds in zip(rows, times, strict=True):
        moment = Moment(shape, row, START + timedelta(seconds=seconds))
        received_at = START + timedelta(seconds=max(times[0], seconds - 60))
        one, other = take(at_once, moment, received_at), take(by_ones, tuple(moment), received_at)
        assert type(one.values) is StoredMoment or at_once.factors
        assert one == other
    for name in Meter.__slots__:
        if name != "layouts":
            assert known(getattr(at_once, name)) == known(getattr(by_ones, name)), name


def moment_of(*values: tuple[str, float]) -> Moment:
    shape = Shape([Kind(measurand, UNITS[measurand], None, "Sample.Periodic", "Outlet") for measurand, _ in values])
    return Moment(shape, [number for _, number in values], START)


def test_values_whose_series_are_new_are_taken_one_by_one():
    moment = moment_of((ENERGY, 1000.0))
    assert type(measure(Meter(), None, 1, moment).values) is tuple


def test_values_that_are_corrected_are_taken_one_by_one():
    moment, meter = moment_of((POWER, 7.0)), Meter()
    key = key_of(1, moment[0])
    meter.series[key] = 1
    assert meter.layout(1, moment.shape) is not None
    meter.correct([key], 1000.0)
    assert [one.value.value for one in measure(meter, None, 1, moment).values] == [7000.0]


def test_bounds_are_those_of_what_the_charge_point_can_give_by_now():
    moment, meter = moment_of((POWER, 1_000_000.0)), Meter()
    meter.series[key_of(1, moment[0])] = 1
    assert measure(meter, None, 1, moment).values[0].flags == 0
    meter.rate(22_000.0, None)
    assert measure(meter, None, 1, moment).values[0].flags == FLAG_SPIKE


def test_layouts_are_bounded():
    meter = Meter()
    for number in range(500):
        meter.layout(1, Shape([]))
        assert len(meter.layouts) <= 50, number
