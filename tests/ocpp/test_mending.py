"""Repairs of payloads that break their schema where the meaning is clear."""

from typing import Any

import pytest

from wattdeck.ocpp.mending import Mended, mend
from wattdeck.ocpp.v16 import V16

AT = "2026-09-14T12:00:00Z"


def mended(name: str, payload: dict[str, Any]) -> Mended:
    return mend("v16", name, payload, V16.incoming[name].missing)


def kinds(outcome: Mended) -> list[str]:
    return [finding.kind for finding in outcome.findings]


def one_value(**sampled: Any) -> dict[str, Any]:
    return {"connectorId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [{"value": "1", **sampled}]}]}


def test_a_fitting_payload_is_left_alone():
    payload = one_value()
    assert mended("MeterValues", payload) == Mended((), None)
    assert payload == one_value()


@pytest.mark.parametrize(
    ("name", "payload", "expected"),
    [
        (
            "BootNotification",
            {"chargePointVendor": "V", "chargePointModel": "M", "iccid": None},
            {"chargePointVendor": "V", "chargePointModel": "M"},
        ),
        ("MeterValues", one_value(measurand=None, phase=None), one_value()),
    ],
)
def test_null_members_are_absent_members(name: str, payload: dict[str, Any], expected: dict[str, Any]):
    assert kinds(mended(name, payload)) == ["null_member"]
    assert payload == expected


@pytest.mark.parametrize(
    ("sent", "kept"), [("7", 7), (" 7 ", 7), ("7.4", 7), ("7,6", 8), (7.0, 7), (7.6, 8), ("-3", -3), ("7e2", 700)]
)
def test_integers_are_read_from_texts_and_fractions(sent: Any, kept: int):
    payload = {"connectorId": 1, "idTag": "A", "meterStart": sent, "timestamp": AT}
    assert mended("StartTransaction", payload).refusal is None
    assert payload["meterStart"] == kept
    assert type(payload["meterStart"]) is int


@pytest.mark.parametrize(("sent", "kept"), [(5, "5"), (0.15, "0.15"), (True, "true"), (-1, "-1")])
def test_numbers_and_booleans_become_texts(sent: Any, kept: str):
    payload = one_value(value=sent)
    assert kinds(mended("MeterValues", payload)) == ["wrong_type"]
    assert payload == one_value(value=kept)


def test_a_single_object_stands_for_a_list_of_one():
    payload = {"connectorId": 1, "meterValue": {"timestamp": AT, "sampledValue": {"value": 1}}}
    assert mended("MeterValues", payload).refusal is None
    assert payload == one_value()


@pytest.mark.parametrize("word", ["suspendedevse", "Suspended EVSE", "SUSPENDED_EVSE", "suspendedEVSE"])
def test_words_in_another_spelling_become_the_standards(word: str):
    payload = {"connectorId": 1, "errorCode": "noerror", "status": word}
    assert kinds(mended("StatusNotification", payload)) == ["word_spelling"]
    assert payload == {"connectorId": 1, "errorCode": "NoError", "status": "SuspendedEVSE"}


@pytest.mark.parametrize("member", ["measurand", "unit", "phase", "context", "location", "format"])
def test_unknown_words_of_a_value_are_kept_as_they_are(member: str):
    payload = one_value(**{member: "of my own"})
    assert mended("MeterValues", payload).refusal is None
    assert payload == one_value(**{member: "of my own"})


@pytest.mark.parametrize("member", ["measurand", "unit", "phase", "context", "location", "format"])
def test_empty_words_are_absent_words(member: str):
    payload = one_value(**{member: ""})
    assert kinds(mended("MeterValues", payload)) == ["empty_word"]
    assert payload == one_value()


def test_an_unknown_status_cannot_be_repaired():
    payload = {"connectorId": 1, "errorCode": "NoError", "status": "Occupied"}
    assert mended("StatusNotification", payload).refusal is not None


@pytest.mark.parametrize("name", ["BootNotification", "StatusNotification", "StartTransaction", "StopTransaction"])
def test_what_stands_in_for_missing_members_is_put_in(name: str):
    said = {"StatusNotification": {"status": "Available"}, "StartTransaction": {"connectorId": 1}}.get(name, {})
    payload = dict(said)
    outcome = mended(name, payload)
    assert (kinds(outcome), outcome.refusal) == (["member_missing"], None)
    assert payload == {**V16.incoming[name].missing, **said}


def test_a_missing_member_without_a_stand_in_cannot_be_repaired():
    assert mended("Authorize", {}).refusal is not None


def test_a_required_null_is_a_missing_member():
    payload = {"connectorId": 1, "idTag": None, "meterStart": None, "timestamp": None}
    assert set(kinds(mended("StartTransaction", payload))) == {"null_member", "member_missing"}
    assert payload == {"connectorId": 1, "idTag": "", "meterStart": 0, "timestamp": ""}


def test_texts_over_their_length_are_kept_whole():
    payload = {"chargePointVendor": "V" * 300, "chargePointModel": "M"}
    assert mended("BootNotification", payload) == Mended(mended("BootNotification", payload).findings, None)
    assert payload["chargePointVendor"] == "V" * 300


@pytest.mark.parametrize("payload", [{"connectorId": 1, "meterValue": []}, {**one_value(), "extra": 1}])
def test_empty_lists_and_further_members_are_minor(payload: dict[str, Any]):
    outcome = mended("MeterValues", payload)
    assert (kinds(outcome), outcome.refusal) == (["schema_minor"], None)


def test_each_kind_is_found_once_with_an_example_that_names_the_member():
    payload = one_value(value=1)
    payload["meterValue"][0]["sampledValue"].append({"value": 2})
    findings = mended("MeterValues", payload).findings
    assert [finding.kind for finding in findings] == ["wrong_type"]
    assert findings[0].example.startswith("MeterValues: meterValue[0].sampledValue[")


def test_an_example_is_cut_to_300_characters():
    payload = {"chargePointVendor": "V" * 3000, "chargePointModel": "M"}
    assert all(len(finding.example) <= 300 for finding in mended("BootNotification", payload).findings)


def test_what_can_be_repaired_is_repaired_beside_what_cannot():
    payload = {"connectorId": "1", "errorCode": "NoError", "status": "Occupied"}
    assert mended("StatusNotification", payload).refusal is not None
    assert payload["connectorId"] == 1
