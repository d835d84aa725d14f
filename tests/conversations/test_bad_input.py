"""Every message spoilt in every place and way, over a real socket: one answer to each, the right one, and the socket
stays open. What is spoilt comes from the official schemas (tests/ocpp/badly.py), what is right from
docs/reference/ocpp.md.
"""

import asyncio
import json
from typing import Any

import pytest
import pytest_asyncio

from tests.houses import open_house
from tests.ocpp import badly
from tests.schemas import names, schema, wrong_with
from tests.stations import CALL, CALL_ERROR, CALL_RESULT, Refused, Station, meter_values, start, status, stop, until
from wattdeck.ocpp.v16 import V16

pytestmark = pytest.mark.asyncio(loop_scope="module")

OCCURRENCE, TYPE = "OccurenceConstraintViolation", "TypeConstraintViolation"  # spelt so in OCPP-J 1.6 §4.2.3
PROPERTY, FORMATION = "PropertyConstraintViolation", "FormationViolation"
CODES = {
    "missing": {OCCURRENCE},
    "null": {OCCURRENCE},
    "wrong type": {TYPE},
    "deep": {TYPE},
    "unknown word": {PROPERTY},
    "empty": {PROPERTY, OCCURRENCE},  # an empty word where any is taken is an absent one
    "too long": {PROPERTY},
    "text": {PROPERTY},
    "huge": {PROPERTY},
    "several": {OCCURRENCE, TYPE, PROPERTY, FORMATION},
}
NEVER_REFUSED = {"MeterValues", "StartTransaction", "StopTransaction"}
# without which, or without a known word in which, a message means nothing
INDISPENSABLE = {
    "Authorize": {"idTag"},
    "DataTransfer": {"vendorId"},
    "StatusNotification": {"status"},
    "DiagnosticsStatusNotification": {"status"},
    "FirmwareStatusNotification": {"status"},
    "LogStatusNotification": {"status"},
    "SignCertificate": {"csr"},
    "SignedFirmwareStatusNotification": {"status"},
}
WORDS = {"status", "errorCode"}
EXAMPLES = 40


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory):
    async with open_house(tmp_path_factory.mktemp("bad")) as house:
        yield house
        assert house.metric("wattdeck_call_errors_total", code=TYPE) > 0
        assert house.metric("wattdeck_call_errors_total", code="InternalError") == 0


async def answers(cp: Station, frames: dict[str, str]) -> dict[str, Any]:
    """The answer to each frame by its id; more than one to any would fail."""
    already = len(cp.received)
    sending = asyncio.create_task(send_all(cp, frames))
    for _ in frames:
        await cp.take()
    await sending
    await cp.call("Heartbeat")  # after it nothing more comes
    got = cp.received[already:-1]
    assert sorted(frame[1] for frame in got) == sorted(frames)
    return {frame[1]: frame for frame in got}


async def send_all(cp: Station, frames: dict[str, str]) -> None:
    for frame in frames.values():
        await cp.send(frame)


def call(message_id: str, action: str, payload: Any) -> str:
    return json.dumps([CALL, message_id, action, payload])


@pytest.mark.parametrize("action", sorted(V16.incoming))
async def test_each_spoilt_message_gets_one_answer_and_the_right_one(house, action):
    healthy, cp = await house.station(f"GOOD-{action}"), await house.station(f"BAD-{action}")
    spoilt = [*badly.everywhere(action), *badly.drawn(badly.several(action), EXAMPLES)]
    frames = {f"{number}": call(f"{number}", action, one.payload) for number, one in enumerate(spoilt)}
    wrong = []
    for message_id, answer in (await answers(cp, frames)).items():
        one = spoilt[int(message_id)]
        if complaint := judge(action, one, answer):
            wrong.append(f"{complaint}: {one.fault} {one.path}: {frames[message_id][:300]}\n  {str(answer)[:300]}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(spoilt)}", *wrong[:40]])

    assert await cp.call("Heartbeat")
    assert await healthy.call("Heartbeat")
    # what it sent can be looked at
    for of_it in ("findings", "messages"):
        assert await until(lambda of_it=of_it: house.items(f"charge-points/BAD-{action}/{of_it}"))
    transaction = (await cp.call("StartTransaction", start(4, "TAG", 0)))["transactionId"]
    assert await cp.call("StopTransaction", stop(transaction, 5)) == {}
    assert (await house.items("sessions", limit=1))[0]["energy_wh"] == 5


LISTS = '{{"connectorId":1,"meterValue":{}{}}}'
TEXTS = {
    "no number": '{"connectorId":1,"meterValue":[{"timestamp":NaN}]}',
    "a number too large": '{"connectorId":1e999,"meterValue":[]}',
    "half a pair": '{"connectorId":1,"meterValue":[],"x":"\\ud800"}',
    "a number of 5,000 digits": '{"connectorId":%s,"meterValue":[]}' % ("9" * 5_000),
    "a thousand lists": LISTS.format("[" * 990, "]" * 990),
    "a hundred thousand lists": LISTS.format("[" * 100_000, "]" * 100_000),
    "the same member twice": '{"connectorId":1,"connectorId":[],"meterValue":[]}',
    "members without names": '{"":{"":{"":null}},"connectorId":1,"meterValue":[]}',
    "text without end": '{"connectorId":1,"meterValue":[],"x":"%s"}' % ("x" * 500_000),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_json_at_its_limits_gets_one_answer_with_its_id(house, text):
    cp = await house.station("TEXT")
    [answer] = (await answers(cp, {"limits": f'[2,"limits","MeterValues",{text}]'})).values()
    assert answer == [CALL_RESULT, "limits", {}] or answer[2] == "ProtocolError"
    assert await cp.call("Heartbeat")


async def test_what_is_no_message_from_charge_points_gets_its_code(house):
    cp = await house.station("ACTIONS")
    ours, foreign = names() - set(V16.incoming), ("TransactionEvent", "CustomOperation", "", "Boot\x00", "B" * 70_000)
    expected = dict.fromkeys(ours, "NotSupported") | dict.fromkeys(foreign, "NotImplemented")
    frames = {f"{number}": call(f"{number}", action, {"a": [1]}) for number, action in enumerate(expected)}
    got = await answers(cp, frames)
    assert [got[message_id][2] for message_id in frames] == list(expected.values())


async def test_an_optional_member_that_cannot_be_understood_is_left_out(house):
    """[2,"1","BootNotification",{…,"iccid":[]}]: refused before, and the charge point never came in."""
    cp = await house.station("OPTIONAL")
    assert (await cp.boot(iccid=[], imsi={"a": 1}, firmwareVersion="1"))["status"] == "Accepted"
    shown = await house.get("charge-points/OPTIONAL")
    assert (shown["iccid"], shown["imsi"], shown["firmware_version"]) == (None, None, "1")
    assert await house.finding("member_unusable", "OPTIONAL")


async def test_a_status_of_the_wrong_type_is_told_to_be_that(house):
    """[2,"1","StatusNotification",{…,"status":{"a":1}}]: told to be a FormationViolation before."""
    cp = await house.station("TYPED")
    with pytest.raises(Refused) as refusal:
        await cp.call("StatusNotification", status() | {"status": {"a": 1}})
    assert (refusal.value.code, refusal.value.description[:7]) == (TYPE, "status:")


@pytest.mark.parametrize("depth", [40, 300, 600])
async def test_meter_values_nested_too_deep_are_stored_without_what_lies_deepest(house, depth):
    """[2,"1","MeterValues",{…,"vendor":[[[…]]]}]: more than 255 lists inside each other were an InternalError."""
    cp = await house.station(f"DEEP-{depth}")
    nested: Any = []
    for _ in range(depth):
        nested = [nested]
    transaction = (await cp.call("StartTransaction", start(1, "TAG", 0)))["transactionId"]
    payload = meter_values(700, transaction=transaction) | {"vendor": nested, "connectorId": "1"}
    assert await cp.call("MeterValues", payload) == {}
    assert (await house.get(f"charge-points/DEEP-{depth}/current-session"))["energy_wh"] == 700
    assert await house.finding("nested_too_deep", f"DEEP-{depth}")


def judge(action: str, one: badly.Spoilt, answer: Any) -> str | None:
    """What is wrong with the answer to a spoilt message, if something is."""
    if answer[0] == CALL_RESULT:
        wrong = wrong_with(f"{action}Response", answer[2])
        return str(wrong) if wrong else None
    kind, _, code, description, details = answer
    if kind != CALL_ERROR or not isinstance(description, str) or len(description) > 255 or details != {}:
        return "no CALLERROR as the standard has it"
    if action in NEVER_REFUSED:
        return "never to be refused"
    if code not in codes(action, one):
        return "another code"
    return None if may_be_refused(action, one) else "no reason to refuse"


def codes(action: str, one: badly.Spoilt) -> set[str]:
    if one.fault == "wrong type" and one.path[-1] in WORDS and isinstance(one.payload[one.path[-1]], int | float):
        return {PROPERTY}  # a number is text that is no known word
    return CODES.get(one.fault, set())


def may_be_refused(action: str, one: badly.Spoilt) -> bool:
    if one.fault == "several":
        return True
    if one.fault in ("wrong type", "deep"):
        return one.path[0] in schema(action)["required"]
    return one.path[0] in INDISPENSABLE.get(action, ()) or one.fault == "huge"
