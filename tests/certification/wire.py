"""What the cases have in common on the wire: commands asked for over our API, and every frame of ours judged."""

import asyncio
from typing import Any

import httpx2

from tests.houses import House
from tests.stations import CALL, CALL_ERROR, CALL_RESULT, Station

LONGEST_ID = 36  # OCPP-J 1.6 §4.1.4


def of(cp: Station, path: str = "") -> str:
    """A path of our API below this charge point."""
    return f"charge-points/{cp.identifier}/{path}".rstrip("/")


async def ask(house: House, cp: Station, action: str, payload: dict[str, Any], answer: dict[str, Any]) -> Any:
    """Send any command; on the wire it has these very members in this order. The command, settled by `answer`."""
    return await settle(house, cp, house.post(of(cp, "commands"), action=action, payload=payload), payload, answer)


async def settle(house: House, cp: Station, request: Any, payload: dict[str, Any], answer: dict[str, Any]) -> Any:
    """The command that comes of a request of ours, once the charge point has answered its CALL."""
    asking = asyncio.ensure_future(request)
    message_id, received = await cp.asked()
    assert list(received.items()) == list(payload.items())
    await cp.answer(message_id, answer)
    response: httpx2.Response = await asking
    assert response.status_code in (200, 201, 202), response.text
    return await house.settled(int(message_id))


async def connector(house: House, cp: Station, number: int = 1) -> Any:
    """What our API says of a connector."""
    connectors = (await house.get(of(cp)))["connectors"]
    return next(one for one in connectors if one["connector_id"] == number)


async def sessions(house: House, cp: Station) -> list[Any]:
    """Its sessions, newest first."""
    return await house.items(of(cp, "sessions"))


def judge(cp: Station) -> None:
    """Every CALL of the charge point has one answer, and none is an error. (That our frames fit their schemas is asked
    of every station in every test, in tests/houses.py.)
    """
    unanswered = {frame[1] for frame in cp.sent if isinstance(frame, list) and frame[0] == CALL}
    for frame in cp.received:
        kind, message_id = frame[:2]
        assert isinstance(message_id, str)
        assert 0 < len(message_id) <= LONGEST_ID
        assert kind != CALL_ERROR, frame
        if kind == CALL_RESULT:
            unanswered.remove(message_id)
    assert not unanswered
