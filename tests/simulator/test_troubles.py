"""A charge point in trouble, without a socket: what it says meanwhile, and that it gets out of it again."""

from random import Random

import pytest
from test_station import NOON, theatre

from wattdeck.simulator import conversation, faulty_meter, troubles
from wattdeck.simulator.meter import AC_3_7, AC_22, DC_50, Car, advance, plug_in
from wattdeck.simulator.troubles import TROUBLES, Fit, read_fit


def play(name, supply=AC_22, **wanted):
    stage = theatre(supply, cars_come=False, interval_s=1.0, **{"speed": 1.0, **wanted})
    troubles.expect_troubles(stage.station, (Fit(name, 5, 10),), stage.now, pace_s=1.0)
    stage.open()
    stage.pass_time(8)
    return stage


def newest(stage, measurand, phase=None):
    for payload in reversed(stage.all("MeterValues")):
        for value in payload["meterValue"][0]["sampledValue"]:
            if (value["measurand"], value.get("phase")) == (measurand, phase):
                return float(value["value"])
    return None


@pytest.mark.parametrize("text", ["heat", "heat@1", "heat@1:2", "heat@1:2:3", "DEMO-0?3=heat@1.5"])
def test_a_trouble_is_read_as_it_is_written(text):
    expected = {
        "heat": Fit("heat", 10, 60),
        "heat@1": Fit("heat", 1, 60),
        "heat@1:2": Fit("heat", 1, 2),
        "heat@1:2:3": Fit("heat", 1, 2, 3),
        "DEMO-0?3=heat@1.5": Fit("heat", 1.5, 60, who="DEMO-0?3"),
    }
    assert read_fit(text) == expected[text]


@pytest.mark.parametrize("text", ["", "@1", "HEAT", "heat@", "heat@a", "heat@1:", "heat@nan", "heat@-1", "heat@1:2:2"])
def test_what_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match="trouble"):
        read_fit(text)


@pytest.mark.parametrize(
    ("name", "measurand", "phase", "low", "high"),
    [
        ("power", "Power.Active.Import", None, 50_001, 61_000),
        ("current", "Current.Import", "L1", 81, 95),
        ("heat", "Temperature", None, 75, 75),
        ("cold", "Temperature", None, -15, -15),
        ("overvoltage", "Voltage", "L2-N", 254, 270),
        ("undervoltage", "Voltage", "L3-N", 190, 206),
        ("phase_missing", "Current.Import", "L3", 0, 0),
        ("no_energy", "Power.Active.Import", None, 0, 0),
        ("suspended", "Power.Active.Import", None, 0, 0),
    ],
)
def test_the_meter_shows_it_and_is_as_it_was_afterwards(name, measurand, phase, low, high):
    stage = play(name)
    assert low <= newest(stage, measurand, phase) <= high
    stage.pass_time(20)
    assert not low <= newest(stage, measurand, phase) <= high


def test_on_one_phase_and_on_direct_current_the_same_limits_are_passed():
    for supply in (AC_3_7, DC_50):
        stage = play("power", supply)
        stage.pass_time(6)  # direct current is ramped up
        assert newest(stage, "Power.Active.Import") > 50_000
    assert newest(play("current", AC_3_7), "Current.Import", "L1") > 80


def test_a_third_of_what_is_offered_flows():
    stage = play("derated")
    assert 0 < newest(stage, "Power.Active.Import") < 0.35 * newest(stage, "Power.Offered")
    stage.pass_time(20)
    assert newest(stage, "Power.Active.Import") > 0.9 * newest(stage, "Power.Offered")


def test_the_state_of_charge_stands_still_while_energy_flows():
    before = plug_in(AC_22, Car(300.0, 10.0, 100.0, 22_080.0), 1_000.0)
    after = advance(before, AC_22, Car(300.0, 10.0, 100.0, 22_080.0), 5, Random(1))
    kept = faulty_meter.keep(before, after, {"soc_stalled"})
    assert (kept.soc, kept.register_wh) == (before.soc, after.register_wh)


def test_a_register_falls_once_and_goes_on_from_there():
    stage = play("register_falls", registers_wh=(50_000.0,))
    readings = [newest_of["meterValue"][0]["sampledValue"][0]["value"] for newest_of in stage.all("MeterValues")]
    assert int(readings[0]) < 48_100
    stage.pass_time(20)
    assert 48_000 < newest(stage, "Energy.Active.Import.Register") < 49_000


def test_a_faulted_connector_ends_its_session_and_says_why():
    stage = play("heat")
    troubles.begin(stage.station, "faulted", stage.now, 5)
    conversation.woken(stage.station, stage.now)
    stage.answer()
    told = stage.all("StatusNotification")[-1]
    assert (told["status"], told["errorCode"]) == ("Faulted", "GroundFailure")
    assert stage.all("StopTransaction")[-1]["reason"] == "EmergencyStop"
    stage.pass_time(10)
    told = stage.all("StatusNotification")[-1]
    assert (told["status"], told["errorCode"]) == ("Available", "NoError")


def test_it_does_not_sample_and_then_does_again():
    stage = play("no_samples")
    assert stage.all("StartTransaction") != []
    assert stage.all("MeterValues") == []
    stage.pass_time(10)
    assert stage.all("MeterValues") != []


def test_a_clock_that_is_wrong_is_ten_minutes_ahead():
    stage = play("wrong_clock")
    assert stage.all("MeterValues")[-1]["meterValue"][0]["timestamp"] > "2026-09-21T13:42"
    assert int(NOON) == 1_790_000_000


def test_a_trouble_comes_again_and_only_to_those_it_is_for():
    stage = theatre(AC_22, cars_come=False, interval_s=1.0)
    fits = (read_fit("security_event@1:1:10"), read_fit("OTHER-*=unknown_tags@1:5"))
    troubles.expect_troubles(stage.station, fits, stage.now, pace_s=1.0)
    stage.open()
    stage.pass_time(35)
    assert len(stage.all("SecurityEventNotification")) == 4
    assert stage.all("Authorize") == []


@pytest.mark.parametrize("name", TROUBLES)
def test_whatever_the_trouble_is_it_ends_in_good_order(name):
    stage = play(name)
    stage.pass_time(60)
    assert stage.station.troubles == set()
    assert f"trouble {name} again" not in stage.station.agenda
