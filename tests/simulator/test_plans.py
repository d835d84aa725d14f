"""Reservations, charging profiles and triggers of a simulated charge point, without a socket."""

import json

import pytest

from tests.simulator.test_station import Theatre, theatre
from wattdeck.simulator import conversation, voice16
from wattdeck.simulator.meter import DC_50

ACCEPTED, REJECTED = "Accepted", "Rejected"


class Play(Theatre):
    """With commands, and groups of tags that Authorize tells."""

    def __init__(self, of: Theatre, groups: dict[str, str]) -> None:
        super().__init__(of.station)
        self.groups = groups

    def answer(self) -> None:
        while self.station.outgoing:
            frame = json.loads(self.station.outgoing.pop(0))
            if frame[0] != 2:
                self.answered = frame
                continue
            _, message_id, action, payload = frame
            self.said.append((action, payload))
            reply = self.reply(action)
            parent = self.groups.get(payload.get("idTag", ""))
            if action == "Authorize" and parent:
                reply = {"idTagInfo": {"status": "Accepted", "parentIdTag": parent}}
            conversation.received(self.station, json.dumps([3, message_id, reply]), self.now)

    def ask(self, action: str, **payload: object) -> dict:
        """The payload of its answer, the code of its CALLERROR."""
        conversation.received(self.station, json.dumps([2, "x", action, payload]), self.now)
        self.answer()
        kind, _, *rest = self.answered
        return rest[0] if kind == 3 else {"error": rest[0]}

    def reserve(self, number: int = 1, connector: int = 1, tag: str = "A", lasts_s: float = 600, **more: str) -> str:
        until = voice16.write_time(self.now + lasts_s)
        named = {"connectorId": connector, "idTag": tag, "reservationId": number, "expiryDate": until, **more}
        return self.ask("ReserveNow", **named)["status"]

    def start(self, tag: str, connector: int = 1) -> str:
        answer = self.ask("RemoteStartTransaction", idTag=tag, connectorId=connector)["status"]
        self.pass_time(1.5)
        return answer

    def status(self, connector: int = 1) -> str:
        said = [each["status"] for each in self.all("StatusNotification") if each["connectorId"] == connector]
        return said[-1]

    def charging(self) -> list[tuple[str, int | None]]:
        return [(each["idTag"], each.get("reservationId")) for each in self.all("StartTransaction")]


@pytest.fixture
def play() -> Play:
    one = Play(theatre(connectors=2, cars_come=False), {"B": "FAMILY", "STRANGER": "OTHERS"})
    one.open()
    return one


def test_a_reserved_connector_is_for_its_tag_which_names_the_reservation(play):
    assert (play.reserve(5), play.status()) == (ACCEPTED, "Reserved")
    assert play.start("C") == REJECTED
    assert play.start("a") == ACCEPTED
    assert play.charging() == [("a", 5)]
    play.pass_time(601)  # the expiry of a reservation in use changes nothing
    assert play.ask("CancelReservation", reservationId=5)["status"] == REJECTED


def test_for_another_tag_of_the_group_the_central_system_is_asked(play):
    play.reserve(5, parentIdTag="FAMILY")
    assert play.start("B") == ACCEPTED
    assert ({"idTag": "B"}, play.charging()) == (play.all("Authorize")[-1], [("B", 5)])


def test_a_tag_of_another_group_gets_no_session_and_the_connector_stays_reserved(play):
    play.reserve(5, parentIdTag="FAMILY")
    assert play.start("STRANGER") == ACCEPTED  # it cannot know before it has asked
    play.pass_time(2)
    assert (play.charging(), play.status()) == ([], "Reserved")
    assert play.start("STRANGER") == REJECTED


def test_the_group_is_known_from_the_local_list_too(play):
    entry = {"idTag": "L", "idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}}
    play.ask("SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=[entry])
    play.reserve(5, parentIdTag="FAMILY")
    assert (play.start("L"), play.all("Authorize"), play.charging()) == (ACCEPTED, [], [("L", 5)])


def test_a_reservation_expires_also_after_a_reboot(play):
    play.reserve(5, lasts_s=60)
    play.ask("Reset", type="Hard")
    play.pass_time(1)
    conversation.lost(play.station, play.now)
    play.open()
    assert play.status() == "Reserved"
    play.pass_time(61)
    assert play.status() == "Available"


def test_the_same_number_again_replaces_a_reservation_and_frees_its_connector(play):
    play.reserve(5)
    assert play.reserve(6) == "Occupied"
    assert play.reserve(5, connector=2) == ACCEPTED
    assert (play.status(1), play.status(2)) == ("Available", "Reserved")
    assert play.start("C", 1) == ACCEPTED


def test_the_charge_point_as_a_whole_keeps_one_connector_free(play):
    assert play.reserve(5, connector=0) == ACCEPTED
    assert play.reserve(6, connector=0) == "Occupied"
    assert play.start("C", 1) == ACCEPTED
    assert play.start("D", 2) == REJECTED
    assert play.reserve(7, connector=2) == "Occupied"
    assert play.start("A", 2) == ACCEPTED
    assert play.charging() == [("C", None), ("A", 5)]


def test_where_connector_zero_is_not_supported_it_is_rejected(play):
    play.station.configuration.set("ReserveConnectorZeroSupported", "false")
    assert play.reserve(5, connector=0) == REJECTED


def test_what_is_out_of_order_or_taken_is_said_in_its_word(play):
    play.ask("ChangeAvailability", connectorId=1, type="Inoperative")
    assert play.reserve(5) == "Unavailable"
    play.station.connectors[2].status = "Faulted"
    assert play.reserve(5, connector=2) == "Faulted"
    assert play.reserve(5, connector=9) == REJECTED
    assert play.reserve(5, lasts_s=-1) == REJECTED


def test_a_connector_taken_out_of_service_loses_its_reservation(play):
    play.reserve(5)
    play.ask("ChangeAvailability", connectorId=1, type="Inoperative")
    play.ask("ChangeAvailability", connectorId=1, type="Operative")
    assert play.status() == "Available"


# charging profiles


def profile(number=1, purpose="TxProfile", level=0, unit="W", periods=((0, 5000.0),), **more):
    schedule = {"chargingRateUnit": unit}
    schedule["chargingSchedulePeriod"] = [{"startPeriod": at, "limit": limit} for at, limit in periods]
    return {
        **{"chargingProfileId": number, "stackLevel": level, "chargingProfilePurpose": purpose},
        **{"chargingProfileKind": "Relative", "chargingSchedule": schedule, **more},
    }


def set_profile(play, sent, connector=1):
    answer = play.ask("SetChargingProfile", connectorId=connector, csChargingProfiles=sent)
    return answer.get("status", answer.get("error"))


def test_a_profile_for_a_session_needs_one_and_its_own_transaction(play):
    assert set_profile(play, profile()) == REJECTED
    play.start("A")
    assert set_profile(play, profile(), 0) == REJECTED
    assert set_profile(play, profile(transactionId=99)) == REJECTED
    assert set_profile(play, profile(transactionId=1)) == ACCEPTED


@pytest.mark.parametrize(
    ("sent", "connector", "word"),
    [
        (profile(1, "ChargePointMaxProfile"), 1, REJECTED),
        (profile(1, "TxDefaultProfile", 10), 1, ACCEPTED),
        (profile(1, "TxDefaultProfile", 11), 1, REJECTED),
        (profile(1, "TxDefaultProfile", periods=[(at, 1.0) for at in range(25)]), 1, REJECTED),
        (profile(1, "TxDefaultProfile", unit="V"), 1, "PropertyConstraintViolation"),
        (profile(1, "TxDefaultProfile"), 9, "PropertyConstraintViolation"),
    ],
)
def test_a_profile_keeps_to_the_standard_and_to_what_is_supported(play, sent, connector, word):
    assert set_profile(play, sent, connector) == word


def test_a_profile_inside_a_remote_start_is_for_a_session_and_ends_with_it(play):
    default = {"idTag": "A", "connectorId": 1, "chargingProfile": profile(1, "TxDefaultProfile")}
    assert play.ask("RemoteStartTransaction", **default)["status"] == REJECTED
    play.ask("RemoteStartTransaction", idTag="A", connectorId=1, chargingProfile=profile())
    play.pass_time(1.5)
    assert len(play.station.limits) == 1
    play.ask("RemoteStopTransaction", transactionId=1)
    assert play.station.limits == []


def test_a_profile_of_a_remote_start_of_which_no_session_came_is_dropped(play):
    play.reserve(5, parentIdTag="FAMILY")
    play.ask("RemoteStartTransaction", idTag="STRANGER", connectorId=1, chargingProfile=profile())
    play.pass_time(3)
    assert (play.charging(), play.station.limits) == ([], [])


def composite(play, connector=1, **more):
    answer = play.ask("GetCompositeSchedule", connectorId=connector, duration=600, **more)
    periods = answer["chargingSchedule"]["chargingSchedulePeriod"]
    assert "startSchedule" not in answer["chargingSchedule"]
    return [(each["startPeriod"], each["limit"]) for each in periods]


def test_the_composite_schedule_has_a_period_for_each_limit(play):
    set_profile(play, profile(1, "TxDefaultProfile", periods=((0, 5000.0), (60, 9000.0))), 0)
    set_profile(play, profile(2, "ChargePointMaxProfile", periods=((0, 8000.0), (300, 99999.0))), 0)
    assert composite(play) == [(0, 5000.0), (60, 8000.0), (300, 9000.0)]
    assert composite(play, chargingRateUnit="A")[0] == (0, round(5000 / 690, 1))
    assert composite(play, connector=0) == [(0, 8000.0), (300, 2 * 22_080.0)]
    assert play.ask("GetCompositeSchedule", connectorId=1, duration=6, chargingRateUnit="V") == {
        "error": "PropertyConstraintViolation"
    }


def test_validity_and_the_future_bound_a_profile(play):
    def at(after_s: float) -> str:
        return voice16.write_time(play.now + after_s)

    bounded = profile(1, "TxDefaultProfile", validFrom=at(60), validTo=at(120))
    set_profile(play, bounded)
    assert composite(play) == [(0, 22_080.0), (60, 5000.0), (120, 22_080.0)]
    daily = profile(1, "TxDefaultProfile", chargingProfileKind="Recurring", recurrencyKind="Daily")
    daily["chargingSchedule"] |= {"startSchedule": at(-86_400 + 60), "duration": 30}
    set_profile(play, daily)
    assert composite(play) == [(0, 22_080.0), (60, 5000.0), (90, 22_080.0)]


def test_sessions_share_the_limit_of_the_whole_charge_point():
    play = Play(theatre(DC_50, connectors=2, cars_come=False, interval_s=1.0), {})
    play.open()
    set_profile(play, profile(2, "ChargePointMaxProfile", periods=((0, 10_000.0),)), 0)
    play.start("A", 1)
    play.start("B", 2)
    play.pass_time(10)
    powers = {}
    for said in play.all("MeterValues"):
        for value in said["meterValue"][0]["sampledValue"]:
            if value["measurand"] == "Power.Active.Import":
                powers[said["connectorId"]] = float(value["value"])
    assert set(powers) == {1, 2}
    assert 5_000 < sum(powers.values()) <= 10_001


def test_clearing_by_id_ignores_what_stands_beside_it(play):
    set_profile(play, profile(1, "TxDefaultProfile"))
    set_profile(play, profile(2, "TxDefaultProfile", 1))
    assert play.ask("ClearChargingProfile", id=1, stackLevel=9)["status"] == ACCEPTED
    assert [limit.profile_id for limit in play.station.limits] == [2]
    assert play.ask("ClearChargingProfile", connectorId=1, stackLevel=9)["status"] == "Unknown"


# triggers


def test_a_connector_that_does_not_matter_to_a_message_is_ignored(play):
    assert play.ask("TriggerMessage", requestedMessage="Heartbeat", connectorId=99)["status"] == ACCEPTED
    assert play.ask("TriggerMessage", requestedMessage="MeterValues", connectorId=99)["status"] == REJECTED
    assert play.all("Heartbeat") == [{}]


def test_the_extended_trigger_asks_for_signed_firmware(play):
    asked = play.ask("ExtendedTriggerMessage", requestedMessage="FirmwareStatusNotification")
    assert (asked["status"], play.all("SignedFirmwareStatusNotification")) == (ACCEPTED, [{"status": "Idle"}])
    assert play.ask("ExtendedTriggerMessage", requestedMessage="DiagnosticsStatusNotification") == {
        "status": "NotImplemented"
    }
