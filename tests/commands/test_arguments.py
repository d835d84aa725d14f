"""Payloads as named arguments: every command of every version, from its schema."""

import inspect
from datetime import UTC, datetime
from typing import Literal

import pytest

from wattdeck.commands.arguments import arguments, payload, signature, snake
from wattdeck.ocpp.dialect import command_schemas
from wattdeck.ocpp.schemas import faults
from wattdeck.ocpp.v16 import V16

SCHEMAS = command_schemas(V16)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("RemoteStartTransaction", "remote_start_transaction"),
        ("connectorId", "connector_id"),
        ("idTag", "id_tag"),
        ("type", "type"),
        ("csChargingProfiles", "cs_charging_profiles"),
        ("OCPPVersion", "ocpp_version"),
        ("from", "from_"),
    ],
)
def test_the_wires_words_in_our_spelling(word, name):
    assert snake(word) == name


@pytest.mark.parametrize("action", sorted(SCHEMAS))
def test_every_command_can_be_shown_and_no_two_of_its_arguments_have_one_name(action):
    found = arguments(SCHEMAS[action])
    assert list(signature(SCHEMAS[action]).parameters) == [one.name for one in found]
    assert len({one.name for one in found}) == len(SCHEMAS[action]["properties"])
    assert {one.member for one in found if one.required} == set(SCHEMAS[action].get("required", ()))


def test_a_signature_shows_types_and_what_may_be_left_out():
    assert str(signature(SCHEMAS["Reset"])) == "(*, type: Literal['Hard', 'Soft'])"
    shown = signature(SCHEMAS["GetConfiguration"]).parameters["key"]
    assert (shown.annotation, shown.default) == (list[str] | None, None)
    referred = signature(SCHEMAS["GetLog"]).parameters
    assert referred["log_type"].annotation == Literal["DiagnosticsLog", "SecurityLog"]
    assert referred["request_id"].default is inspect.Parameter.empty


def test_members_come_in_the_order_of_the_schema_whatever_the_order_of_arguments():
    made = payload(SCHEMAS["RemoteStartTransaction"], {"id_tag": "T", "connector_id": 1, "charging_profile": None})
    assert list(made.items()) == [("connectorId", 1), ("idTag", "T")]


def test_nested_names_may_be_ours_or_the_wires_and_times_are_written_out():
    profile = {
        "charging_profile_id": 1,
        "stackLevel": 0,
        "charging_profile_purpose": "TxProfile",
        "charging_profile_kind": "Absolute",
        "charging_schedule": {
            "charging_rate_unit": "A",
            "start_schedule": datetime(2026, 9, 1, 12, tzinfo=UTC),
            "charging_schedule_period": [{"start_period": 0, "limit": 16}],
        },
    }
    made = payload(SCHEMAS["SetChargingProfile"], {"connector_id": 1, "cs_charging_profiles": profile})
    assert faults(V16.folder, "SetChargingProfile", made) == []
    schedule = made["csChargingProfiles"]["chargingSchedule"]
    assert schedule["startSchedule"] == "2026-09-01T12:00:00.000Z"
    assert list(schedule) == ["startSchedule", "chargingRateUnit", "chargingSchedulePeriod"]


def test_members_nobody_knows_go_out_as_they_are():
    made = payload(SCHEMAS["SendLocalList"], {"local_authorization_list": [{"id_tag": "T", "vendorThing": 1}]})
    assert made == {"localAuthorizationList": [{"idTag": "T", "vendorThing": 1}]}
