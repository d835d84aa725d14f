"""From a CALL to a message: what is understood, what is refused and by which word; commands checked by their schema."""

import contextlib
import copy
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.clock import now as clock
from wattdeck.domain.errors import MessageRefused
from wattdeck.domain.messages import (
    DataTransfer,
    MeterValues,
    SecurityEventNotification,
    StartTransaction,
    StatusNotification,
    StopTransaction,
)
from wattdeck.ocpp.dialect import _REFUSALS, Notes, Understood, check, understand
from wattdeck.ocpp.frames import Call
from wattdeck.ocpp.v16 import V16

AT = "2026-09-14T12:00:00Z"
SAMPLED = {"value": "1", "measurand": "Voltage", "unit": "V", "phase": "L1", "context": "Trigger", "location": "EV"}
METER_VALUE = [{"timestamp": AT, "sampledValue": [{**SAMPLED, "format": "Raw"}, {"value": "2"}]}]
# Payloads with every member that their schema has.
WHOLE: dict[str, dict[str, Any]] = {
    "BootNotification": {
        **{"chargePointVendor": "V", "chargePointModel": "M", "chargePointSerialNumber": "S", "iccid": "I"},
        **{"chargeBoxSerialNumber": "B", "firmwareVersion": "F", "imsi": "I", "meterType": "T"},
        "meterSerialNumber": "N",
    },
    "Heartbeat": {},
    "StatusNotification": {
        **{"connectorId": 1, "status": "Faulted", "errorCode": "GroundFailure", "info": "i", "timestamp": AT},
        **{"vendorId": "v", "vendorErrorCode": "17"},
    },
    "Authorize": {"idTag": "A"},
    "StartTransaction": {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": AT, "reservationId": 3},
    "StopTransaction": {
        **{"transactionId": 1, "meterStop": 9, "timestamp": AT, "idTag": "A", "reason": "Remote"},
        "transactionData": METER_VALUE,
    },
    "MeterValues": {"connectorId": 1, "transactionId": 1, "meterValue": METER_VALUE},
    "DataTransfer": {"vendorId": "v", "messageId": "m", "data": "d"},
    "FirmwareStatusNotification": {"status": "Installed"},
    "SignedFirmwareStatusNotification": {"status": "InstallRebooting", "requestId": 3},
    "DiagnosticsStatusNotification": {"status": "Uploaded"},
    "LogStatusNotification": {"status": "Uploading", "requestId": 3},
    "SecurityEventNotification": {"type": "FirmwareUpdated", "timestamp": AT, "techInfo": "t"},
    "SignCertificate": {"csr": "-----BEGIN CERTIFICATE REQUEST-----"},
}
ODD = [None, True, "", "x", "7", "7,5", 0, -5, 7.5, 1e15, [], {}, [None], [[]], {"a": 1}, "x" * 600]
NEVER_REFUSED = ("MeterValues", "SecurityEventNotification", "StartTransaction", "StopTransaction")


def understood(action: str, payload: dict[str, Any]) -> Understood:
    return understand(V16, Call("1", action, payload), clock())


def refusal(action: str, payload: dict[str, Any]) -> MessageRefused:
    with pytest.raises(MessageRefused) as caught:
        understood(action, payload)
    return caught.value


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all members inside, lists' items included."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, one in inner for place in ((*path, step), *places(one, (*path, step)))]


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A payload with a few of its members removed or replaced by something else."""
    action = draw(st.sampled_from(sorted(WHOLE)))
    payload = copy.deepcopy(WHOLE[action])
    for _ in range(draw(st.integers(1, 4))):
        paths = places(payload)
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        holder = payload
        for step in way:
            holder = holder[step]
        if draw(st.booleans()):
            holder[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
        else:
            del holder[last]
    return action, payload


@pytest.mark.parametrize("action", WHOLE)
def test_a_message_with_every_member_is_understood_without_findings(action: str):
    assert understood(action, copy.deepcopy(WHOLE[action])).findings == ()


def test_every_row_of_the_table_is_tried_here():
    assert set(WHOLE) == set(V16.incoming)


@given(spoilt())
def test_a_spoilt_message_is_understood_or_refused_and_nothing_else(one: tuple[str, dict[str, Any]]):
    with contextlib.suppress(MessageRefused):
        understood(*one)


def test_every_word_of_a_refusal_has_a_code():
    words = {"not_implemented", "not_supported", "formation", *_REFUSALS.values()}
    assert words <= set(V16.codes)


@pytest.mark.parametrize("action", ["Reset", "UpdateFirmware"])
def test_an_action_of_the_standard_that_we_do_not_take_is_not_supported(action: str):
    assert refusal(action, {}).code == "not_supported"


@pytest.mark.parametrize("action", ["CustomOperation", "", "a b", "TransactionEvent"])
def test_an_unknown_action_is_not_implemented(action: str):
    assert refusal(action, {}).code == "not_implemented"


def test_an_unknown_action_of_any_length_is_not_implemented():
    assert refusal("A" * 300, {}).code == "not_implemented"


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Authorize", {}, "occurrence"),
        ("Authorize", {"idTag": {}}, "type"),
        ("StatusNotification", {"connectorId": 1, "status": "Occupied", "errorCode": "NoError"}, "property"),
    ],
)
def test_the_refusal_has_the_standards_kind(action: str, payload: dict[str, Any], code: str):
    assert refusal(action, payload).code == code


def test_a_refusal_names_the_member():
    payload = {"connectorId": 1, "status": "Occupied", "errorCode": "NoError"}
    assert refusal("StatusNotification", payload).reason.startswith("status: ")


def test_what_was_mended_and_what_was_odd_are_both_found():
    payload = {"connectorId": "1", "meterValue": [{"timestamp": "soon", "sampledValue": [{"value": "1"}]}]}
    kinds = [finding.kind for finding in understood("MeterValues", payload).findings]
    assert kinds == ["wrong_type", "time_unreadable"]


@pytest.mark.parametrize(
    ("action", "spoil"),
    [
        ("MeterValues", {"connectorId": None}),
        ("MeterValues", {"connectorId": -1}),
        ("MeterValues", {"meterValue": []}),
        ("MeterValues", {"meterValue": [{"sampledValue": [{"value": "1"}]}]}),
        ("MeterValues", {"meterValue": [{"timestamp": AT}]}),
        ("MeterValues", {"meterValue": [{"timestamp": "?", "sampledValue": [{"value": "one"}]}]}),
        ("MeterValues", {"transactionId": None}),
        ("MeterValues", {"transactionId": 2**63 - 1}),
        ("StartTransaction", {"meterStart": None, "timestamp": None, "idTag": None}),
        ("StartTransaction", {"meterStart": "7.5"}),
        ("StartTransaction", {"idTag": "A" * 40}),
        ("StopTransaction", {"meterStop": None, "timestamp": None, "reason": None, "idTag": None}),
        ("StopTransaction", {"reason": "Lokal"}),
        ("StopTransaction", {"transactionId": None}),
    ],
)
def test_imperfect_messages_of_a_transaction_are_taken(action: str, spoil: dict[str, Any]):
    assert understood(action, {**copy.deepcopy(WHOLE[action]), **spoil}).message


@pytest.mark.parametrize(
    ("action", "spoil"),
    [
        ("MeterValues", {"meterValue": None}),
        ("MeterValues", {"meterValue": [None]}),
        ("MeterValues", {"meterValue": [{"timestamp": AT, "sampledValue": [{"value": None}, {"value": "1"}]}]}),
        ("MeterValues", {"meterValue": [{"timestamp": AT, "sampledValue": [{"value": {}}, {"value": "1"}]}]}),
        ("MeterValues", {"transactionId": "abc"}),
        ("MeterValues", {"transactionId": {}}),
        ("StartTransaction", {"connectorId": None}),
        ("StartTransaction", {"meterStart": ""}),
        ("StartTransaction", {"idTag": {}}),
        ("StopTransaction", {"transactionId": "abc"}),
        ("StopTransaction", {"meterStop": "9 Wh"}),
        ("StopTransaction", {"transactionData": "none"}),
        ("StopTransaction", {"transactionData": [{"timestamp": AT}]}),
    ],
)
def test_messages_of_a_transaction_are_never_refused(action: str, spoil: dict[str, Any]):
    assert understood(action, {**copy.deepcopy(WHOLE[action]), **spoil}).findings


def test_a_register_too_big_to_be_true_does_not_raise():
    payload = {**WHOLE["StartTransaction"], "meterStart": 10**400}
    assert isinstance(understood("StartTransaction", payload).message, StartTransaction)


@pytest.mark.parametrize("connector_id", [2**63, 1e300])
def test_a_connector_number_fits_the_database(connector_id: Any):
    try:
        message = understood("StatusNotification", {**WHOLE["StatusNotification"], "connectorId": connector_id}).message
    except MessageRefused:
        return
    assert isinstance(message, StatusNotification)
    assert message.connector_id < 2**63


def test_the_messages_that_are_never_refused_come_out_whole():
    records = [type(understood(action, copy.deepcopy(WHOLE[action])).message) for action in NEVER_REFUSED]
    assert records == [MeterValues, SecurityEventNotification, StartTransaction, StopTransaction]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("soon", "time_unreadable"), ("1970-01-01T00:00:12Z", "clock_unset"), ("2091-01-01T00:00:00Z", "clock_unset")],
)
def test_a_time_that_cannot_be_believed_is_the_time_of_receipt_and_found(text: str, kind: str, now: datetime):
    notes = Notes(now)
    assert notes.time(text) == now
    assert list(notes.findings) == [kind]


@pytest.mark.parametrize("text", [None, ""])
def test_a_missing_time_is_the_time_of_receipt(text: str | None, now: datetime):
    notes = Notes(now)
    assert notes.time(text) == now
    assert notes.findings == {}


def test_a_fitting_command_has_nothing_wrong():
    assert check(V16, "Reset", {"type": "Hard"}) is None


def test_a_command_that_does_not_fit_is_told_in_a_sentence():
    assert check(V16, "Reset", {"type": "Medium"}).startswith("type: ")
    assert "required" in check(V16, "Reset", {})


@pytest.mark.parametrize("action", ["Heartbeat", "NoSuchAction"])
def test_what_is_no_command_is_told(action: str):
    assert check(V16, action, {}) == f"{action} is not a command of OCPP 1.6"


@pytest.mark.parametrize("limit", [0, 0.1, 0.3, 6.1, 16.1, 16.7, 31.9, 32])
def test_a_charging_limit_with_one_decimal_is_no_fault(limit: float):
    periods = [{"startPeriod": 0, "limit": limit}]
    profile = {
        **{"chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxProfile"},
        **{"chargingProfileKind": "Relative"},
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": periods},
    }
    assert check(V16, "SetChargingProfile", {"connectorId": 1, "csChargingProfiles": profile}) is None


def test_data_that_is_no_text_is_kept_as_the_json_it_is():
    """Vendors put an object where DataTransfer has text."""
    message = understood("DataTransfer", {"vendorId": "v", "data": {"celsius": [21, 22]}}).message
    assert message == DataTransfer("v", None, '{"celsius":[21,22]}')


def test_a_command_nested_too_deep_to_be_judged_is_told_so():
    nested: Any = "x"
    for _ in range(300):
        nested = [nested]
    assert check(V16, "GetConfiguration", {"key": nested}) == "nested too deep"
