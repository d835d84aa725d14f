"""The simulated charge point's local list: what it takes over, what it refuses, and that it heeds it."""

from typing import Any

import pytest

from tests.simulator.test_station import NOON, theatre
from wattdeck.ocpp.frames import Call, CallError, CallResult
from wattdeck.simulator.commands import answer_command
from wattdeck.simulator.local_list import word
from wattdeck.simulator.station import Station


@pytest.fixture
def station() -> Station:
    return theatre(cars_come=False).station


def send(station: Station, version: Any, kind: str, *entries: str | tuple[str, str] | dict[str, Any]) -> str:
    """A tag alone is taken out, a pair put in."""
    rows = []
    for one in entries:
        if isinstance(one, dict):
            rows.append(one)
        else:
            tag, status = (one, None) if isinstance(one, str) else one
            rows.append({"idTag": tag} | ({} if status is None else {"idTagInfo": {"status": status}}))
    payload = {"listVersion": version, "localAuthorizationList": rows, "updateType": kind}
    answer = answer_command(station, Call("1", "SendLocalList", payload), NOON)
    assert isinstance(answer, CallResult)
    return str(answer.payload["status"])


def version(station: Station) -> Any:
    answer = answer_command(station, Call("1", "GetLocalListVersion", {}), NOON)
    assert isinstance(answer, CallResult)
    return answer.payload["listVersion"]


def test_a_full_list_replaces_and_changes_change(station: Station):
    assert (version(station), send(station, 5, "Full", ("A", "Accepted"), ("B", "Blocked"))) == (0, "Accepted")
    assert send(station, 6, "Differential", "a", ("c", "Invalid")) == "Accepted"
    assert [word(station, tag, NOON) for tag in ("A", "b", "C")] == [None, "Blocked", "Invalid"]
    assert version(station) == 6
    assert send(station, 2, "Full", ("D", "Accepted")) == "Accepted"  # of a full list the version may go back (§7.47)
    assert (word(station, "b", NOON), version(station)) == (None, 2)


def test_an_empty_list_says_zero_whatever_its_version(station: Station):
    send(station, 5, "Full", ("A", "Accepted"))
    payload = {"listVersion": 6, "updateType": "Full"}
    answer_command(station, Call("1", "SendLocalList", payload), NOON)
    assert version(station) == 0


@pytest.mark.parametrize("number", [4, 5])
def test_changes_that_are_not_newer_are_a_mismatch(station: Station, number: int):
    send(station, 5, "Full", ("A", "Accepted"))
    assert send(station, number, "Differential", "A") == "VersionMismatch"
    assert (word(station, "A", NOON), version(station)) == ("Accepted", 5)


@pytest.mark.parametrize("number", [0, -1])
def test_versions_with_a_meaning_of_their_own_fail(station: Station, number: int):
    assert send(station, number, "Full", ("A", "Accepted")) == "Failed"


@pytest.mark.parametrize("entries", [("A",), (("A", "Accepted"), ("a", "Blocked"))])
def test_a_full_list_with_a_tag_twice_or_without_information_fails(station: Station, entries: Any):
    assert send(station, 5, "Full", *entries) == "Failed"
    assert version(station) == 0


def test_more_than_fits_in_a_message_or_in_the_list_fails(station: Station):
    station.configuration.set("SendLocalListMaxLength", "2")
    station.configuration.set("LocalAuthListMaxLength", "3")
    tags = [(name, "Accepted") for name in "ABCDE"]
    assert send(station, 1, "Full", *tags[:3]) == "Failed"
    assert send(station, 1, "Full", *tags[:2]) == "Accepted"
    assert send(station, 2, "Differential", *tags[2:4]) == "Failed"
    assert send(station, 2, "Differential", tags[2], "A") == "Accepted"
    assert version(station) == 2


def test_a_list_that_is_switched_off_is_not_supported_and_has_no_say(station: Station):
    send(station, 5, "Full", ("A", "Blocked"))
    change = {"key": "LocalAuthListEnabled", "value": "false"}
    answer_command(station, Call("1", "ChangeConfiguration", change), NOON)
    assert (send(station, 6, "Full"), version(station), word(station, "A", NOON)) == ("NotSupported", -1, None)


def test_a_list_in_an_odd_form_is_a_formation_violation(station: Station):
    payload = {"listVersion": 1, "localAuthorizationList": [{}], "updateType": "Full"}
    assert isinstance(answer_command(station, Call("1", "SendLocalList", payload), NOON), CallError)
    assert version(station) == 0


def test_an_accepted_tag_expires_in_the_list(station: Station):
    info = {"status": "Accepted", "expiryDate": "2026-01-01T00:00:00Z"}
    send(station, 5, "Full", {"idTag": "A", "idTagInfo": info})
    assert word(station, "A", NOON) == "Expired"
    assert word(station, "A", 0.0) == "Accepted"


@pytest.mark.parametrize(("status", "sessions"), [("Accepted", 1), ("Blocked", 0), (None, 1)])
def test_offline_a_listed_tag_that_is_not_accepted_does_not_charge(status: str | None, sessions: int):
    play = theatre(id_tag="TAG", speed=600.0)
    if status is not None:
        send(play.station, 5, "Full", ("tag", status))
    play.open()
    play.station.rpc = None
    play.pass_time(30)
    assert (len(play.station.ledger.sessions) > 0) == (sessions > 0)
    assert (play.station.ledger.refused_tags > 0) == (sessions == 0)


@pytest.mark.parametrize(("listed", "asks"), [(True, False), (False, True)])
def test_with_local_pre_authorize_only_a_listed_tag_is_not_asked_about(listed: bool, asks: bool):
    play = theatre(id_tag="TAG", speed=600.0)
    play.station.configuration.set("LocalPreAuthorize", "true")
    if listed:
        send(play.station, 5, "Full", ("TAG", "Accepted"))
    play.open()
    play.pass_time(30)
    said = [action for action, _ in play.said]
    assert ("Authorize" in said) is asks
    assert "StartTransaction" in said
