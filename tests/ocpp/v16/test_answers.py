"""Our answers, held against the official schemas of the responses."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from wattdeck.domain import messages
from wattdeck.domain.tags import Authorization
from wattdeck.ocpp.schemas import faults
from wattdeck.ocpp.v16 import V16

AT = datetime(2026, 9, 14, 12, 0, 0, 250_000, UTC)
AUTHORIZATIONS = [
    Authorization("Accepted"),
    Authorization("Blocked", "PARENT"),
    Authorization("Expired", None, AT),
    Authorization("ConcurrentTx", "PARENT", AT),
    Authorization("Invalid"),
]
ANSWERS: list[tuple[str, Any]] = [
    *(
        ("BootNotification", messages.BootNotificationAnswer(word, AT, 300))
        for word in ("Accepted", "Pending", "Rejected")
    ),
    ("Heartbeat", messages.HeartbeatAnswer(AT)),
    ("StatusNotification", messages.StatusNotificationAnswer()),
    *(("Authorize", messages.AuthorizeAnswer(one)) for one in AUTHORIZATIONS),
    *(("StartTransaction", messages.StartTransactionAnswer(7, one)) for one in AUTHORIZATIONS),
    *(("StopTransaction", messages.StopTransactionAnswer(one)) for one in [*AUTHORIZATIONS, None]),
    ("MeterValues", messages.MeterValuesAnswer()),
    *(
        ("DataTransfer", messages.DataTransferAnswer(word, data))
        for word in ("Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId")
        for data in (None, "", "text")
    ),
    ("FirmwareStatusNotification", messages.FirmwareStatusNotificationAnswer()),
    ("SignedFirmwareStatusNotification", messages.SignedFirmwareStatusNotificationAnswer()),
    ("DiagnosticsStatusNotification", messages.DiagnosticsStatusNotificationAnswer()),
    ("LogStatusNotification", messages.LogStatusNotificationAnswer()),
    ("SecurityEventNotification", messages.SecurityEventNotificationAnswer()),
    *(("SignCertificate", messages.SignCertificateAnswer(word)) for word in ("Accepted", "Rejected")),
]


@pytest.mark.parametrize(("action", "answer"), ANSWERS)
def test_each_answer_fits_the_official_schema(action: str, answer: Any):
    assert faults("v16", f"{action}Response", V16.incoming[action].from_answer(answer)) == []


def test_every_action_that_is_taken_has_an_answer_here():
    assert {action for action, _ in ANSWERS} == set(V16.incoming)


def test_members_stand_in_the_order_of_the_specification():
    boot = V16.incoming["BootNotification"].from_answer(messages.BootNotificationAnswer("Accepted", AT, 300))
    start = V16.incoming["StartTransaction"].from_answer(messages.StartTransactionAnswer(7, AUTHORIZATIONS[3]))
    assert list(boot) == ["currentTime", "interval", "status"]
    assert list(start) == ["idTagInfo", "transactionId"]
    assert list(start["idTagInfo"]) == ["expiryDate", "parentIdTag", "status"]


def test_times_are_sent_in_utc_with_z():
    local = AT.astimezone(timezone(timedelta(hours=2)))
    heartbeat = V16.incoming["Heartbeat"].from_answer(messages.HeartbeatAnswer(local))
    assert heartbeat == {"currentTime": "2026-09-14T12:00:00.250Z"}


def test_a_stop_without_a_tag_is_answered_by_an_empty_object():
    assert V16.incoming["StopTransaction"].from_answer(messages.StopTransactionAnswer()) == {}
