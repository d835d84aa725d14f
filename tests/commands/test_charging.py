"""Remote start and stop: what is refused before anything is sent (contract §3)."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from wattdeck.commands.charging import NO_SESSION, NOT_AVAILABLE, remote_start, remote_stop
from wattdeck.domain.clock import from_ms
from wattdeck.domain.connectors import STARTABLE, STATUSES, Connector
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.sessions import Session
from wattdeck.ocpp.schemas import faults


def connectors(*words: str, whole: str | None = None) -> list[Connector]:
    at = from_ms(0)
    said = ([(0, whole)] if whole else []) + list(enumerate(words, start=1))
    return [
        Connector(charge_point_id=1, connector_id=number, status=word, updated_at=at, received_at=at)
        for number, word in said
    ]


def session(id: int, connector_id: int = 1, at: datetime | None = None) -> Session:
    known = {"charge_point_id": 1, "charge_point": "CP", "id_tag": "A", "started_at": at or from_ms(0)}
    return Session(id=id, transaction_id=str(id + 100), connector_id=connector_id, **known)


def refused(known: Sequence[Connector], running: Sequence[Session], connector_id: int | None) -> str:
    with pytest.raises(Unprocessable) as caught:
        remote_start(known, running, connector_id, "TAG")
    return str(caught.value)


@pytest.mark.parametrize("word", sorted(STARTABLE))
@pytest.mark.parametrize("connector_id", [1, None])
def test_a_connector_that_may_start_is_asked(word: str, connector_id: int | None):
    payload = remote_start(connectors(word), [], connector_id, "TAG")
    assert payload == ({"connectorId": 1, "idTag": "TAG"} if connector_id else {"idTag": "TAG"})


@pytest.mark.parametrize("word", sorted(set(STATUSES) - STARTABLE))
@pytest.mark.parametrize("connector_id", [1, None])
def test_a_connector_that_may_not_start_is_refused(word: str, connector_id: int | None):
    assert refused(connectors(word), [], connector_id) == NOT_AVAILABLE == "Charge point not available"


@pytest.mark.parametrize("connector_id", [1, None])
def test_a_connector_with_an_open_session_is_refused(connector_id: int | None):
    assert refused(connectors("Preparing"), [session(1)], connector_id) == NOT_AVAILABLE


def test_a_session_on_another_connector_does_not_matter():
    known = connectors("Available", "Available")
    assert remote_start(known, [session(1, 2)], 1, "TAG")["connectorId"] == 1


def test_without_a_connector_one_that_can_start_is_enough():
    assert remote_start(connectors("Faulted", "Available"), [], None, "TAG") == {"idTag": "TAG"}


def test_without_a_connector_all_busy_or_unusable_is_refused():
    assert refused(connectors("Faulted", "Available", whole="Available"), [session(1, 2)], None) == NOT_AVAILABLE


def test_the_named_connector_counts_and_not_its_neighbour():
    assert refused(connectors("Charging", "Available"), [], 1) == NOT_AVAILABLE


def test_a_connector_that_was_never_reported_is_refused_where_others_were():
    assert refused(connectors("Available"), [], 7) == NOT_AVAILABLE


@pytest.mark.parametrize("known", [[], connectors(whole="Available")])
@pytest.mark.parametrize("connector_id", [1, None])
def test_a_charge_point_that_reported_no_connector_is_asked(known: list[Connector], connector_id: int | None):
    assert remote_start(known, [], connector_id, "TAG")["idTag"] == "TAG"


def test_an_open_session_refuses_even_where_no_connector_was_reported():
    assert refused([], [session(1)], 1) == NOT_AVAILABLE


def test_a_charging_profile_is_handed_on_and_the_payload_fits_the_schema():
    profile = {
        **{"chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxProfile"},
        **{"chargingProfileKind": "Relative"},
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}],
        },
    }
    payload = remote_start(connectors("Available"), [], 1, "TAG", profile)
    assert payload["chargingProfile"] == profile
    assert faults("v16", "RemoteStartTransaction", payload) == []


def test_the_newest_session_is_stopped_by_default():
    assert remote_stop([session(2), session(1, 2)], None, None) == {"transactionId": 102}


@pytest.mark.parametrize(("session_id", "transaction_id"), [(1, None), (None, "101"), (1, "101")])
def test_a_session_is_stopped_by_its_id_or_transaction(session_id: int | None, transaction_id: str | None):
    payload = remote_stop([session(2), session(1, 2)], session_id, transaction_id)
    assert payload == {"transactionId": 101}
    assert faults("v16", "RemoteStopTransaction", payload) == []


@pytest.mark.parametrize(("session_id", "transaction_id"), [(3, None), (None, "1"), (1, "102"), (None, "abc")])
def test_a_session_that_does_not_run_here_is_refused(session_id: int | None, transaction_id: str | None):
    with pytest.raises(Unprocessable, match=NO_SESSION):
        remote_stop([session(2), session(1, 2)], session_id, transaction_id)


def test_nothing_to_stop_is_refused():
    with pytest.raises(Unprocessable, match="No active session"):
        remote_stop([], None, None)
