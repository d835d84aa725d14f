"""The official schemas: all of 1.6 compile, and faults say where they are."""

from importlib.resources import files

import pytest

from wattdeck.ocpp.schemas import faults, member, validator
from wattdeck.ocpp.v16 import COMMANDS, V16

FILES = sorted(file.name.removesuffix(".json") for file in (files("ocpp") / "v16" / "schemas").iterdir())
ACTIONS = [name for name in FILES if f"{name}Response" in FILES]


def test_version_1_6_has_39_actions():
    assert len(ACTIONS) == 39
    assert len(FILES) == 78


@pytest.mark.parametrize("name", FILES)
def test_each_schema_of_1_6_compiles(name: str):
    assert validator("v16", name) is not None


@pytest.mark.parametrize("name", sorted(COMMANDS) + sorted(V16.incoming))
def test_each_row_of_the_dialect_has_its_schemas(name: str):
    assert name in ACTIONS


def test_an_action_is_a_message_or_a_command_or_known_as_neither():
    spoken_by_charge_points = set(ACTIONS) - COMMANDS
    assert set(V16.incoming) - {"DataTransfer"} <= spoken_by_charge_points


@pytest.mark.parametrize("name", ["NoSuchAction", "", "../schemas/Reset", "Reset.json", "Re set", "\x00"])
def test_an_unknown_name_has_no_validator(name: str):
    assert validator("v16", name) is None


def test_a_very_long_name_has_no_validator():
    assert validator("v16", "A" * 300) is None


def test_a_fitting_payload_has_no_faults():
    assert faults("v16", "Reset", {"type": "Hard"}) == []


def test_a_message_without_a_schema_has_no_faults():
    assert faults("v16", "NoSuchAction", {"a": 1}) == []


def test_a_fault_says_where_it_is():
    payload = {"connectorId": 1, "meterValue": [{"timestamp": 5, "sampledValue": [{"value": "1"}]}]}
    assert [member(fault) for fault in faults("v16", "MeterValues", payload)] == ["meterValue[0].timestamp"]


def test_a_fault_of_the_whole_payload_has_no_member():
    assert [member(fault) for fault in faults("v16", "Reset", {})] == [""]


def test_times_without_a_zone_are_no_fault():
    payload = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": "2026-09-14 12:00:00"}
    assert faults("v16", "StartTransaction", payload) == []
