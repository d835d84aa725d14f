"""The standard's measurands and the names of a sample's flags."""

import pytest

from wattdeck.domain.meter_values import (
    CONTEXT_CODES,
    CONTEXTS,
    FLAG_DECREASE,
    FLAG_JUMP,
    LOCATIONS,
    MEASURANDS,
    PHASES,
    flag_names,
)
from wattdeck.ocpp.schemas import faults


def test_there_are_22_measurands():
    assert len(MEASURANDS) == 22


@pytest.mark.parametrize(
    ("member", "words"),
    [("measurand", MEASURANDS), ("phase", PHASES), ("location", LOCATIONS), ("context", CONTEXTS)],
)
def test_our_words_are_the_standards(member: str, words: tuple[str, ...]):
    sampled = [{"value": "1", member: word} for word in words]
    payload = {"connectorId": 1, "meterValue": [{"timestamp": "2026-09-14T12:00:00Z", "sampledValue": sampled}]}
    assert faults("v16", "MeterValues", payload) == []


def test_the_codes_of_contexts_never_change():
    assert CONTEXT_CODES["Sample.Periodic"] == 0
    assert [CONTEXTS[CONTEXT_CODES[context]] for context in CONTEXTS] == list(CONTEXTS)


def test_flags_have_names():
    assert flag_names(0) == []
    assert flag_names(FLAG_DECREASE | FLAG_JUMP) == ["register_decrease", "implausible_jump"]
