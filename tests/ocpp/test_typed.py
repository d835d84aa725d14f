"""Messages that are read by their schema in one go: what is taken so is understood as it would be the long way."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.clock import UTC
from wattdeck.domain.records import to_json
from wattdeck.ocpp import typed
from wattdeck.ocpp.dialect import readers, understand
from wattdeck.ocpp.frames import LONGEST_ID, Call, TypedCall, decode, decode_typed
from wattdeck.ocpp.rpc import Asked, AskedTyped, RpcSession
from wattdeck.ocpp.schemas import document, validator
from wattdeck.ocpp.v16 import V16

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
READERS = readers(V16)


def frame(payload: Any, message_id: Any = "1", action: str = "MeterValues") -> str:
    return to_json([2, message_id, action, payload]).decode()


def one_value(**sampled: Any) -> dict[str, Any]:
    meter_value = {"timestamp": "2026-01-02T11:59:00Z", "sampledValue": [{"value": "230.1"} | sampled]}
    return {"connectorId": 1, "meterValue": [meter_value]}


def words(member: str) -> list[str]:
    schema: Any = document("v16", "MeterValues")
    sampled = schema["properties"]["meterValue"]["items"]["properties"]["sampledValue"]
    return list(sampled["items"]["properties"][member]["enum"])


NUMBERS = st.sampled_from(
    ["0", "230.1", "-3", "1e3", "1.5", " 12 ", "12,5", "12 kWh", "", "nan", "1e999", "abc", "1_0"]
)
SAMPLED = st.fixed_dictionaries(
    {"value": st.one_of(NUMBERS, st.text(max_size=5), st.just(12.5), st.none())},
    optional={
        name: st.one_of(st.sampled_from(words(name)), st.sampled_from(["", "Phase", None, 7]))
        for name in ("context", "format", "measurand", "phase", "location", "unit")
    }
    | {"extra": st.just("1")},
)
TIMES = st.sampled_from(["2026-01-02T11:59:00Z", "2026-01-02T11:59:00", "1970-01-01T00:00:00Z", "", "soon", 12, None])
METER_VALUE = st.fixed_dictionaries(
    {"timestamp": TIMES}, optional={"sampledValue": st.lists(SAMPLED, max_size=3), "more": st.none()}
)
PAYLOADS = st.fixed_dictionaries(
    {"connectorId": st.sampled_from([0, 1, -1, 10**6, 10**30, 1.0, "1", True, None])},
    optional={
        "transactionId": st.sampled_from([1, 0, -1, 2**63, 1.5, None, "1"]),
        "meterValue": st.lists(METER_VALUE, max_size=2),
        "also": st.just(1),
    },
)


@given(PAYLOADS)
def test_what_is_read_by_its_schema_fits_it_and_means_the_same(payload: dict[str, Any]):
    text = frame(payload)
    call, the_long_way = decode_typed(text, READERS), decode(text)
    assert isinstance(the_long_way, Call)
    schema = validator("v16", "MeterValues")
    assert schema is not None
    if call is not None:
        assert schema.is_valid(payload)
        assert understand(V16, call, NOON) == understand(V16, the_long_way, NOON)


@given(st.lists(SAMPLED.filter(lambda one: isinstance(one["value"], str)), min_size=1, max_size=3))
def test_what_fits_is_read_by_its_schema(sampled: list[dict[str, Any]]):
    payload = one_value()
    payload["meterValue"][0]["sampledValue"] = sampled
    schema = validator("v16", "MeterValues")
    assert schema is not None
    assert (decode_typed(frame(payload), READERS) is not None) == schema.is_valid(payload)


@pytest.mark.parametrize("member", ["context", "format", "measurand", "phase", "location", "unit"])
def test_every_word_of_the_standard_is_read(member: str):
    for word in words(member):
        text = frame(one_value(**{member: word}))
        call, the_long_way = decode_typed(text, READERS), decode(text)
        assert isinstance(call, TypedCall)
        assert isinstance(the_long_way, Call)
        assert understand(V16, call, NOON) == understand(V16, the_long_way, NOON)


@pytest.mark.parametrize(
    "text",
    [
        frame(one_value(), message_id=12),
        frame(one_value(), message_id="1" * (LONGEST_ID + 1)),
        frame(None),
        '[2,"1","MeterValues"]',
        '[2,"1","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"\\q"}]}]',
        '[3,"1",{}]',
        "[]",
        "",
        '[2,"1","Heartbeat",{}]',
    ],
)
def test_everything_else_goes_the_long_way(text: str):
    assert decode_typed(text, READERS) is None


def test_bytes_that_are_no_text_go_the_long_way():
    assert decode_typed(frame(one_value()).encode().replace(b"230", b"\xff"), READERS) is None


def test_a_conversation_without_readers_gives_dictionaries():
    assert isinstance(RpcSession().receive(frame(one_value())), Asked)
    assert isinstance(RpcSession(READERS).receive(frame(one_value())), AskedTyped)


def test_a_schema_that_says_more_than_is_understood_has_no_reader():
    assert typed.reader("v16", "MeterValues") is not None
    assert typed.reader("v201", "TransactionEvent") is None
    assert typed.reader("v16", "NoSuchMessage") is None
