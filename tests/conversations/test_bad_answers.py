"""What charge points may answer to our commands instead of what the standard says: it is stored as it came, the command
is settled once, nothing else notices.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.clients import speech
from tests.houses import House, open_house
from tests.ocpp import badly
from tests.stations import CALL_ERROR, CALL_RESULT, Station
from wattdeck.ocpp.v16 import V16

pytestmark = pytest.mark.asyncio(loop_scope="module")
EXAMPLES = 3
STATES = {CALL_RESULT: {"accepted", "rejected"}, CALL_ERROR: {"error"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory):
    async with open_house(tmp_path_factory.mktemp("bad")) as house:
        yield house


async def settled_by(house: House, cp: Station, action: str, frame: str) -> Any:
    """Ask for a command, answer with a frame in which `ID` stands for the message id; the command as it ended."""
    body = {"action": action, "payload": badly.whole(action), "wait": 20}
    asking = asyncio.create_task(house.post(f"charge-points/{cp.identifier}/commands", **body))
    message_id, _ = await cp.asked(action)
    await cp.send(frame.replace("ID", json.dumps(message_id), 1))
    response = await asking
    assert response.status_code == 200, response.text
    return response.json()


def spoilt(name: str) -> list[badly.Spoilt]:
    """One of each kind of fault in each place, and a few with several."""
    each = {(one.fault, one.path): one for one in badly.everywhere(name)}
    return [*each.values(), *badly.drawn(badly.several(name), EXAMPLES)]


async def test_each_spoilt_result_of_each_command_settles_it_and_is_stored(house):
    wrong = await asyncio.gather(*(answer_badly(house, action) for action in sorted(V16.commands)))
    assert [one for some in wrong for one in some] == []


async def answer_badly(house: House, action: str) -> list[Any]:
    """Those spoilt results of a command after which it was not as it should be."""
    cp = await house.station(f"CP-{action}")
    await cp.boot()
    wrong = []
    for one in spoilt(f"{action}Response"):
        command = await settled_by(house, cp, action, f"[3,ID,{json.dumps(one.payload)}]")
        # what is nested too deep to be kept is not kept whole
        kept = command["result"] == one.payload or one.fault in ("deep", "several")
        right = command["state"] in STATES[CALL_RESULT] and kept
        if not right or command["error"] is not None:
            wrong.append((action, one, command))
    assert await cp.call("Heartbeat")
    return wrong


# what is asked for by a route of its own has rows of its own, which must bear the answer too
ROUTES = [
    ("POST", "remote-start", {"id_tag": "TAG"}, "RemoteStartTransaction"),
    ("POST", "charging-profiles", {"connector_id": 1, "profile": speech.DEFAULT_PROFILE}, "SetChargingProfile"),
    ("POST", "charging-profiles/clear", {}, "ClearChargingProfile"),
    ("POST", "composite-schedule", {"connector_id": 1, "duration": 600}, "GetCompositeSchedule"),
    ("POST", "trigger", {"message": "Heartbeat"}, "TriggerMessage"),
    ("PUT", "local-list", {"update_type": "Full", "entries": [{"id_tag": "A"}]}, "SendLocalList"),
    ("POST", "local-list/refresh", {}, "GetLocalListVersion"),
    ("POST", "diagnostics", {}, "GetDiagnostics"),
    ("POST", "logs", {}, "GetLog"),
    ("POST", "update-firmware", {"location": "https://files.example/a"}, "UpdateFirmware"),
    ("POST", "password", {}, "ChangeConfiguration"),
    ("POST", "certificates", {}, "InstallCertificate"),
]


async def test_each_spoilt_result_of_what_has_a_route_of_its_own_settles_its_command(house):
    unsettled = await asyncio.gather(*(bear(house, *route) for route in ROUTES), bear_reservations(house))
    assert [one for some in unsettled for one in some] == []


async def bear(house: House, method: str, path: str, body: Any, action: str) -> list[Any]:
    cp = await house.connected(f"R-{action}")
    await cp.boot()
    return await unsettled(
        house, cp, action, lambda: house.http.request(method, f"charge-points/{cp.identifier}/{path}", json=body)
    )


async def bear_reservations(house: House) -> list[Any]:
    cp = await house.connected("R-ReserveNow")
    await cp.boot()
    body = {"charge_point": cp.identifier, "connector_id": 1, "id_tag": "A", "expires_at": "2099-01-01T00:00:00Z"}
    return await unsettled(house, cp, "ReserveNow", lambda: house.http.post("reservations", json=body))


async def unsettled(house: House, cp: Station, action: str, request: Callable[[], Awaitable[Any]]) -> list[Any]:
    """Those spoilt results after which the command was not settled as one that was answered."""
    wrong = []
    each = {one.fault: one for one in spoilt(f"{action}Response")}  # one of each kind of fault
    for one in each.values():
        asking = asyncio.ensure_future(request())
        asked = asyncio.create_task(cp.asked(action))
        await asyncio.wait((asking, asked), return_when=asyncio.FIRST_COMPLETED)
        if asking.done() and asking.result().status_code not in (200, 202):
            pytest.fail(f"{action} after {one}: {asking.result().text}")
        message_id, _ = await asked
        await cp.answer(message_id, one.payload)
        response = await asking
        assert response.status_code in (200, 202), response.text
        command = await house.settled(int(message_id))
        if command["state"] not in STATES[CALL_RESULT]:
            wrong.append((action, one, command))
    assert await cp.call("Heartbeat")
    return wrong


FRAMES = [
    "[3,ID]",
    "[3,ID,null]",
    "[3,ID,[]]",
    '[3,ID,"Accepted"]',
    "[3,ID,7]",
    "[3,ID,{},{},{}]",
    '[3,ID,{"status":"Accepted"},"more"]',
    "[4,ID]",
    "[4,ID,null,null,null]",
    "[4,ID,7,{},[]]",
    '[4,ID,"NoSuchCode","text","details"]',
    '[4,ID,"","",{}]',
    '[4,ID,"GenericError","%s",{"a":[[1]]}]' % ("x" * 5_000),
    '[4,ID,"NotSupported","\\u0000\\u202e",{}]',
]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame[:40])
async def test_each_odd_answer_settles_its_command(house, frame):
    cp = await house.station("ODD")
    await cp.boot()
    command = await settled_by(house, cp, "Reset", frame)
    assert command["state"] in STATES[int(frame[1])]
    assert (command["error"] is None) == (frame[1] == "3")
    assert await cp.call("Heartbeat")


@pytest.mark.parametrize("depth", [300, 900])
async def test_a_result_nested_too_deep_settles_its_command(house, depth):
    cp = await house.station("DEEP")
    await cp.boot()
    frame = f'[3,ID,{{"status":"Accepted","a":{"[" * depth}{"]" * depth}}}]'
    assert (await settled_by(house, cp, "Reset", frame))["state"] == "accepted"
    assert await cp.call("Heartbeat")


@pytest.mark.parametrize(
    "frame", ["[3,ID,{]", "[3,ID", '{"3":ID}', "[ID]", "[5,ID,{}]", '[3,"another",{}]', "[3,null,{}]"]
)
async def test_what_is_no_answer_leaves_the_command_open_for_the_one_that_is(house, frame):
    cp = await house.station("NO-ANSWER")
    await cp.boot()
    asking = asyncio.create_task(house.post("charge-points/NO-ANSWER/commands", action="ClearCache", wait=30))
    message_id, _ = await cp.asked("ClearCache")
    await cp.send(frame.replace("ID", json.dumps(message_id), 1))
    assert await cp.call("Heartbeat")
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await asking).json()["state"] == "accepted"
