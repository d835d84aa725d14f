"""A charge point without a socket: events in, frames out."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattdeck.ocpp.frames import CallResult, encode
from wattdeck.simulator import conversation, voice16
from wattdeck.simulator.connection import back_off
from wattdeck.simulator.fleet import identifiers_for
from wattdeck.simulator.ledger import Ledger
from wattdeck.simulator.meter import AC_22, DC_50, Supply
from wattdeck.simulator.scenario import Quirks, first_visit, next_visit
from wattdeck.simulator.station import Station, make_station

NOON = 1_790_000_000.0


class Theatre:
    """A central system that says yes to everything, and the time."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.now = NOON
        self.said: list[tuple[str, dict]] = []
        self.ids: list[object] = []
        self.transactions = 0

    def open(self) -> None:
        conversation.opened(self.station, self.now)
        self.answer()

    def answer(self) -> None:
        while self.station.outgoing:
            kind, message_id, *rest = json.loads(self.station.outgoing.pop(0))
            if kind == 2:
                self.said.append((rest[0], rest[1]))
                self.ids.append(message_id)
                reply = encode(CallResult(message_id, self.reply(rest[0])))
                conversation.received(self.station, reply, self.now)

    def reply(self, action: str) -> dict:
        if action == "BootNotification":
            return {"status": "Accepted", "currentTime": "2026-01-01T00:00:00Z", "interval": 600}
        if action == "Authorize":
            return {"idTagInfo": {"status": "Accepted"}}
        if action == "StartTransaction":
            self.transactions += 1
            return {"transactionId": self.transactions, "idTagInfo": {"status": "Accepted"}}
        return {}

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while self.station.agenda.next_at <= until:
            self.now = max(self.now, self.station.agenda.next_at)
            conversation.woken(self.station, self.now)
            self.answer()
        self.now = until

    def all(self, action: str) -> list[dict]:
        return [payload for said, payload in self.said if said == action]


def theatre(supply: Supply = AC_22, seed: int = 1, quirks: Quirks = Quirks(), **wanted) -> Theatre:  # noqa: B008
    station = make_station("CP", supply, Ledger(), Random(seed), quirks=quirks, **{"speed": 60.0, **wanted})
    return Theatre(station)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([AC_22, DC_50]), st.lists(st.floats(1, 60), max_size=6))
def test_however_the_line_is_cut_every_session_is_told_once_and_its_register_only_rises(seed, supply, cuts):
    play = theatre(supply, seed, connectors=2)
    play.open()
    for cut in cuts:
        play.pass_time(cut)
        conversation.lost(play.station, play.now)
        play.pass_time(cut)
        play.open()
    play.pass_time(300)
    conversation.finish(play.station, play.now)
    play.answer()
    ledger = play.station.ledger
    starts, stops = play.all("StartTransaction"), play.all("StopTransaction")
    assert len(starts) == len(stops) == ledger.sessions_started == ledger.sessions_stopped
    assert sorted(stop["transactionId"] for stop in stops) == [record.transaction_id for record in ledger.sessions]
    assert ledger.energy_wh == sum(stop["meterStop"] for stop in stops) - sum(start["meterStart"] for start in starts)
    values = [sample for said in play.all("MeterValues") for sample in said["meterValue"]]
    values += [sample for stop in stops for sample in stop["transactionData"]]
    assert ledger.meter_values_acknowledged == sum(len(value["sampledValue"]) for value in values)
    for connector in (1, 2):
        said = [each for each in play.all("MeterValues") if each["connectorId"] == connector]
        registers = [int(each["meterValue"][0]["sampledValue"][0]["value"]) for each in said]
        assert registers == sorted(registers)
    times = [each["timestamp"] for sample in play.all("MeterValues") for each in sample["meterValue"]]
    assert times == sorted(times)


def test_a_session_offline_keeps_its_times_and_gets_its_id_afterwards():
    play = theatre(speed=600.0, interval_s=2.0)
    play.open()
    conversation.lost(play.station, play.now)
    play.pass_time(60)
    assert play.all("StartTransaction") == []
    came_back = voice16.write_time(play.now)
    play.open()
    play.pass_time(1)
    [first, *_] = play.all("StartTransaction")
    assert first["timestamp"] < came_back
    assert {each["transactionId"] for each in play.all("MeterValues")} <= set(range(1, play.transactions + 1))


def test_three_phases_are_sampled_each_and_in_total():
    play = theatre()
    play.open()
    play.pass_time(60)
    sampled = play.all("MeterValues")[0]["meterValue"][0]["sampledValue"]
    shown = [(value["measurand"], value.get("phase")) for value in sampled]
    assert shown == [
        ("Energy.Active.Import.Register", None),
        ("Power.Active.Import", None),
        *[("Power.Active.Import", f"L{phase}") for phase in (1, 2, 3)],
        *[("Voltage", f"L{phase}-N") for phase in (1, 2, 3)],
        *[("Current.Import", f"L{phase}") for phase in (1, 2, 3)],
    ]
    assert {value["context"] for value in sampled} == {"Sample.Periodic"}


@pytest.mark.parametrize(("numeric", "kind"), [(True, int), (False, str)])
def test_message_ids_are_texts_unless_the_quirk_wants_numbers(numeric, kind):
    play = theatre(quirks=Quirks(numeric_message_ids=numeric))
    play.open()
    assert {type(message_id) for message_id in play.ids} == {kind}
    assert play.all("StatusNotification")


def test_kilowatt_hours_are_a_quirk_too():
    play = theatre(quirks=Quirks(kilowatt_hours=True))
    play.open()
    play.pass_time(60)
    energy, power, *_ = play.all("MeterValues")[0]["meterValue"][0]["sampledValue"]
    assert (energy["unit"], power["unit"]) == ("kWh", "kW")


def shown(quirk: str) -> tuple[list[str], list[dict], list[dict]]:
    """What the samples of a register say where it has a quirk, and the starts and stops beside."""
    play = theatre(quirks=Quirks(**{quirk: True}), interval_s=1.0)
    play.open()
    play.pass_time(300)
    conversation.finish(play.station, play.now)
    play.answer()
    said = [each["meterValue"][0]["sampledValue"][0] for each in play.all("MeterValues")]
    assert {each["unit"] for each in said} == {"Wh"}
    return [each["value"] for each in said], play.all("StartTransaction"), play.all("StopTransaction")


def test_a_register_in_kwh_that_says_wh_is_a_quirk():
    values, starts, _ = shown("kwh_as_wh")
    assert float(values[0]) == pytest.approx(starts[0]["meterStart"] / 1000, rel=0.1)


def test_a_register_that_stands_still_is_a_quirk():
    values, starts, stops = shown("frozen_register")
    assert {int(value) % 5000 for value in values} == {0}
    told = [*(start["meterStart"] for start in starts), *(stop["meterStop"] for stop in stops)]
    assert {register % 5000 for register in told} == {0}


def test_absurd_samples_are_a_quirk():
    values, _, stops = shown("spikes")
    spikes = [int(value) for value in values if int(value) > 50_000_000]
    assert 0 < len(spikes) < len(values) / 2
    assert all(stop["meterStop"] < 50_000_000 for stop in stops)


def test_a_register_that_begins_at_zero_with_each_session_is_a_quirk():
    _, starts, stops = shown("session_register")
    assert {start["meterStart"] for start in starts} == {0}
    assert any(stop["meterStop"] > 0 for stop in stops)


def test_a_register_that_runs_over_is_a_quirk():
    values, starts, stops = shown("roll_over")
    assert starts[0]["meterStart"] > 99_000_000
    assert stops[-1]["meterStop"] < 1_000_000
    assert all(int(value) < 100_000_000 for value in values)


def test_a_start_that_is_never_processed_is_given_up_and_its_session_goes_by_minus_one():
    play = theatre(speed=600.0, interval_s=5.0)
    play.open()

    def refuse() -> None:
        while play.station.outgoing:
            _, message_id, action, payload = json.loads(play.station.outgoing.pop(0))
            play.said.append((action, payload))
            if action == "StartTransaction":
                reply = f'[4,"{message_id}","InternalError","",{{}}]'
            else:
                reply = encode(CallResult(message_id, play.reply(action)))
            conversation.received(play.station, reply, play.now)

    play.answer = refuse  # type: ignore[method-assign]
    play.pass_time(200)
    assert len(play.all("StartTransaction")) >= 3
    assert play.all("MeterValues")[0]["transactionId"] == -1
    assert play.station.ledger.given_up >= 1


def test_no_answer_within_half_a_minute_counts_as_a_failure():
    play = theatre()
    conversation.opened(play.station, NOON)
    play.station.outgoing.clear()
    conversation.woken(play.station, NOON + 30)
    assert play.station.ledger.errors["no answer"] == 1
    play.now = NOON + 30
    play.pass_time(11)
    assert play.all("BootNotification")


def test_a_broken_frame_is_answered_and_changes_nothing():
    play = theatre()
    play.open()
    conversation.received(play.station, '[2,"7","Reset"', play.now)
    assert json.loads(play.station.outgoing[0])[:3] == [4, "7", "ProtocolError"]


def test_an_unknown_action_is_answered_with_not_implemented():
    play = theatre()
    play.open()
    conversation.received(play.station, '[2,"7","Dance",{}]', play.now)
    assert '[4,"7","NotImplemented","Dance is not known here",{}]' in play.station.outgoing


def test_a_command_without_its_fields_is_a_formation_violation():
    play = theatre()
    play.open()
    conversation.received(play.station, '[2,"7","RemoteStartTransaction",{}]', play.now)
    assert json.loads(play.station.outgoing[0])[:3] == [4, "7", "FormationViolation"]


@given(st.integers(), st.sampled_from([AC_22, DC_50]), st.floats(0.5, 500))
def test_speed_shortens_stays_and_shrinks_batteries_alike(seed, supply, speed):
    slow, fast = (next_visit(supply, Random(seed), each, ("A",)) for each in (1.0, speed))
    assert fast.car.battery_wh == pytest.approx(slow.car.battery_wh / speed)
    assert fast.stay_s == pytest.approx(max(5.0, slow.stay_s / speed))
    assert 0 <= fast.car.soc < fast.car.target_soc <= 100


def test_more_than_half_of_the_connectors_have_a_car_within_four_seconds():
    visits = [first_visit(AC_22, Random(seed), 1.0, ("A",)) for seed in range(300)]
    assert 0.5 < sum(visit.after_s < 4 for visit in visits) / 300 < 0.7


@given(st.integers(0, 50), st.floats(0, 1))
def test_the_back_off_is_jittered_and_bounded(failures, chance):
    assert 0.5 <= back_off(failures, chance) <= 15


def test_identifiers_are_numbered_where_there_are_several():
    assert identifiers_for("CP", 1) == ("CP",)
    assert identifiers_for("CP", 2) == ("CP-001", "CP-002")
    assert identifiers_for("CP", 1000)[0] == "CP-0001"
