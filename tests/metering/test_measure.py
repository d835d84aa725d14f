"""What meter values do to a meter and its session, in memory."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wattdeck.domain.clock import to_ms
from wattdeck.domain.meter_values import ENERGY, FLAG_DECREASE, FLAG_JUMP, POWER, SOC, MeterValue
from wattdeck.domain.sessions import FLAG_METER_ODD, Session, finish
from wattdeck.metering.measure import Gain, Measured, measure
from wattdeck.metering.meter import Meter

START = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def ms(number: float) -> int:
    return to_ms(minute(number))


def reading(at: float, wh: float | None, measurand: str = ENERGY, phase: str | None = None, **said: Any) -> MeterValue:
    place = {"context": "Sample.Periodic", "location": "Outlet", "unit": "Wh"} | said
    return MeterValue(measurand=measurand, value=wh, phase=phase, taken_at=minute(at), **place)


def power(at: float, w: float, phase: str | None = None) -> MeterValue:
    return reading(at, w, POWER, phase, unit="W")


def begun(id: int = 1, at: float = 0, meter_wh: float = 1000.0, connector_id: int = 1) -> Session:
    known = {"id": id, "transaction_id": str(id), "charge_point_id": 1, "charge_point": "CP", "id_tag": "A"}
    known |= {"connector_id": connector_id, "started_at": minute(at), "start_meter_wh": meter_wh}
    return Session(**known, meter_wh=meter_wh, meter_at=minute(at))


def take(meter: Meter, *values: MeterValue, connector_id: int = 1) -> Measured:
    """Measure as the pipeline does: with the session that runs on the connector."""
    running = next((one for one in meter.sessions.values() if one.connector_id == connector_id), None)
    measured = measure(meter, running, connector_id, values)
    if measured.session is not None:
        meter.sessions[measured.session.id] = measured.session
    return measured


@pytest.fixture
def meter() -> Meter:
    """A meter whose connector 1 has a session that began with 1000 Wh."""
    meter = Meter()
    meter.sessions[1] = begun()
    return meter


def test_the_first_reading_counts_from_the_start_of_the_session(meter: Meter):
    assert take(meter, reading(5, 1250)).session.energy_wh == 250


def test_energy_is_last_minus_start_whatever_the_readings_between(meter: Meter):
    take(meter, reading(5, 1250), reading(10, 1400))
    assert take(meter, reading(15, 1900)).session.energy_wh == 900


def test_values_of_one_message_are_taken_in_order_of_their_time(meter: Meter):
    measured = take(meter, reading(10, 1400), reading(5, 1250))
    assert [one.flags for one in measured.values] == [0, 0]
    assert measured.session.energy_wh == 400


def test_every_value_of_a_message_is_kept_with_its_session(meter: Meter):
    values = [reading(5, 1250), power(5, 7000), reading(5, None, text="signed"), reading(5, 1250)]
    assert [one.session_id for one in take(meter, *values).values] == [1, 1, 1, 1]


def test_values_outside_a_session_belong_to_none():
    assert [one.session_id for one in take(Meter(), reading(5, 1250)).values] == [None]


def test_what_flowed_between_two_readings_is_a_gain(meter: Meter):
    take(meter, reading(0, 1000))
    assert take(meter, reading(5, 1250)).gains == (Gain(ms(0), ms(5), 250.0),)


def test_energy_outside_a_session_is_a_gain_too():
    meter = Meter()
    take(meter, reading(0, 1000))
    assert take(meter, reading(5, 1010)).gains == (Gain(ms(0), ms(5), 10.0),)


def test_a_reading_that_stands_still_is_no_gain(meter: Meter):
    take(meter, reading(0, 1000))
    assert take(meter, reading(5, 1000)).gains == ()


def test_connectors_have_registers_of_their_own():
    meter = Meter()
    take(meter, reading(0, 1000), connector_id=1)
    take(meter, reading(0, 50_000_000), connector_id=2)
    assert [one.flags for one in take(meter, reading(5, 1010), connector_id=1).values] == [0]


@pytest.mark.parametrize(
    "other",
    [
        {"phase": "N"},
        {"phase": "L1", "location": "Inlet"},
        {"location": "Inlet"},
        {"measurand": "Energy.Active.Export.Register"},
    ],
)
def test_only_the_total_import_at_the_outlet_is_the_register(meter: Meter, other: dict[str, str]):
    assert take(meter, reading(5, 9000, **other)).session.energy_wh == 0


def test_a_reading_in_another_unit_is_no_register(meter: Meter):
    measured = take(meter, reading(5, 230, unit="V"))
    assert (measured.session.flags, measured.values[0].flags) == (0, 0)


def test_a_reset_is_flagged_once_and_splits_the_session(meter: Meter):
    measured = take(meter, reading(5, 1500), reading(10, 20), reading(15, 120), reading(20, 220))
    assert [one.flags for one in measured.values] == [0, FLAG_DECREASE, 0, 0]
    assert measured.session.energy_wh == 500 + 200
    assert measured.session.flags == FLAG_METER_ODD


def test_a_spike_is_flagged_and_the_following_are_not(meter: Meter):
    measured = take(meter, reading(5, 1500), reading(10, 99_000_000), reading(15, 1600))
    assert [one.flags for one in measured.values] == [0, FLAG_JUMP, 0]
    assert measured.session.energy_wh == 600


def test_out_of_order_messages_are_not_flagged(meter: Meter):
    flags = [take(meter, reading(at, 1000 + at)).values[0].flags for at in (1, 2, 5, 3, 4)]
    assert flags == [0] * 5
    assert meter.sessions[1].energy_wh == 5


def test_an_offline_session_counts_in_a_chain_of_its_own():
    meter = Meter()
    take(meter, reading(240, 9000))  # the connector's newest reading is later than the whole session
    meter.sessions[2] = begun(2, at=0, meter_wh=3000.0)
    measured = take(meter, reading(30, 4000), reading(60, 5000))
    assert measured.session.energy_wh == 2000
    assert [one.flags for one in measured.values] == [0, 0]
    assert measured.gains == (Gain(ms(0), ms(30), 1000.0), Gain(ms(30), ms(60), 1000.0))


def test_an_offline_replay_does_not_count_energy_twice():
    meter = Meter()
    gains = [*take(meter, reading(-60, 3000)).gains, *take(meter, reading(240, 9000)).gains]
    meter.sessions[2] = begun(2, at=0, meter_wh=3000.0)
    gains += take(meter, reading(30, 4000), reading(60, 5000)).gains
    assert sum(gain.wh for gain in gains) == 6000


def test_the_total_power_is_the_power_of_the_session(meter: Meter):
    assert take(meter, power(5, 7000), power(5, 2300, "L1")).session.power_w == 7000


def test_without_a_total_the_phases_power_adds_up(meter: Meter):
    measured = take(meter, power(5, 2300, "L1"), power(5, 2310, "L2"), power(5, 2320, "L3"))
    assert measured.session.power_w == 6930


def test_phases_of_two_times_are_not_added_together(meter: Meter):
    phases = [power(at, 2000, phase) for at in (5, 6) for phase in ("L1", "L2", "L3")]
    assert take(meter, *phases).session.power_w == 6000


def test_phases_without_power_mean_no_power(meter: Meter):
    take(meter, *(power(5, 2000, phase) for phase in ("L1", "L2", "L3")))
    assert take(meter, *(power(6, 0, phase) for phase in ("L1", "L2", "L3"))).session.power_w == 0


def test_zero_power_in_total_is_no_power(meter: Meter):
    take(meter, power(5, 7000))
    assert take(meter, power(6, 0)).session.power_w == 0


def test_the_last_power_of_a_message_counts(meter: Meter):
    assert take(meter, power(6, 6000), power(5, 5000)).session.power_w == 6000


def test_a_late_value_does_not_replace_a_newer_one(meter: Meter):
    take(meter, power(10, 7000), reading(10, 80, SOC, unit="Percent"))
    session = take(meter, power(5, 3000), reading(5, 60, SOC, unit="Percent")).session
    assert (session.power_w, session.soc) == (7000, 80)


def test_the_state_of_charge_is_the_sessions(meter: Meter):
    assert take(meter, reading(5, 42.5, SOC, unit="Percent")).session.soc == 42.5


def test_power_without_a_session_is_only_stored():
    assert take(Meter(), power(5, 7000)).session is None


def test_texts_change_nothing(meter: Meter):
    before = meter.sessions[1]
    assert take(meter, reading(5, None, text="OCMF|…")).session == before


@pytest.mark.parametrize(("at", "expected"), [(-2, None), (-1, 1), (0, 1), (500, 1)])
def test_samples_from_a_minute_before_the_start_belong_to_the_session(meter: Meter, at: float, expected: int | None):
    found = meter.session_on(1, minute(at))
    assert (found.id if found else None) == expected


def test_a_session_is_found_on_its_own_connector_only(meter: Meter):
    assert meter.session_on(2, minute(5)) is None


def test_a_session_is_found_by_its_transaction(meter: Meter):
    assert meter.session_of("1") is meter.sessions[1]
    assert meter.session_of("2") is None


def test_a_session_that_ended_runs_no_longer_and_may_have_late_values(meter: Meter):
    meter.end(finish(meter.sessions[1], stop_meter_wh=0.0, stopped_at=minute(60), reason="Local"))
    assert meter.session_on(1, minute(30)) is None
    assert [meter.may_be_late(1, minute(at)) for at in (30, 60, 61)] == [True, True, False]
    assert not meter.may_be_late(2, minute(30))
