"""The live socket: `subscribe` and `unsubscribe` with topics; snapshots and deltas come back (contract §2)."""

import asyncio
from typing import Any

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from wattdeck.api.auth import who
from wattdeck.api.house import ApiHouse, House
from wattdeck.domain.errors import NotIdentified
from wattdeck.domain.people import OPERATOR, Person, reaches
from wattdeck.domain.records import InvalidJson, from_json, to_json
from wattdeck.live.hub import Hub
from wattdeck.live.messages import MESSAGES
from wattdeck.live.outbox import Outbox

router = APIRouter()
LONGEST_REQUEST = 65_536
LONGEST_THROTTLE_S = 60.0
CHECKED_EVERY_S = 15.0  # how long a key that was taken back may still listen
LET_GO_S = 10.0  # a browser that reads nothing for so long is no longer told anything
UNAUTHORIZED, BAD_REQUEST, RESTARTING, TRY_AGAIN_LATER = 4401, 1008, 1012, 1013


@router.websocket("/live")
async def live(socket: WebSocket, house: House) -> None:
    """One browser's stream, from log-in check to end."""
    await socket.accept()  # a browser learns nothing of a refused handshake; a close code it can read
    if not house.is_ready():
        await socket.close(TRY_AGAIN_LATER, "starting or closing")
        return
    try:
        person = await who(socket, house)
    except NotIdentified as error:
        await socket.close(TRY_AGAIN_LATER, str(error))
        return
    if person is None:
        await socket.close(UNAUTHORIZED, "log in, or send an API key")
        return
    outbox = house.hub.attach(forbidden_to(person), scope=person.scope)
    writing = asyncio.create_task(_write(socket, house.hub, outbox))
    checking = asyncio.create_task(_check(socket, house, person, outbox, writing))
    try:
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            text = message.get("text")
            if text is None:
                await socket.close(BAD_REQUEST, "text frames only")
                break
            await _take(house.hub, outbox, text)
    finally:
        house.hub.detach(outbox)
        writing.cancel()
        checking.cancel()
        await asyncio.gather(writing, checking, return_exceptions=True)


def forbidden_to(person: Person) -> frozenset[str]:
    """Streams that it takes an operator to watch."""
    return frozenset() if reaches(person.role, OPERATOR) else frozenset({MESSAGES})


async def _write(socket: WebSocket, hub: Hub, outbox: Outbox) -> None:
    while frame := await outbox.take():
        try:
            async with asyncio.timeout(LET_GO_S):
                await socket.send_text(frame.decode())
        except TimeoutError:
            # what would be put into its outbox, and let go there, takes time for each message of each charge point
            hub.detach(outbox)
            await socket.close(TRY_AGAIN_LATER, "read nothing")
            return
    await socket.close(RESTARTING, "closing")


async def _check(
    socket: WebSocket, house: ApiHouse, person: Person, outbox: Outbox, writing: asyncio.Task[None]
) -> None:
    end = await until_unwelcome(socket, house, person)
    # first the news ends: a client that does not read can hold up the closing itself
    house.hub.detach(outbox)
    writing.cancel()
    await socket.close(*end)


async def until_unwelcome(connection: HTTPConnection, house: ApiHouse, person: Person) -> tuple[int, str]:
    """Waits until whoever listens is logged out, or is not who was let in, by name or role: close code and reason."""
    while True:
        await asyncio.sleep(CHECKED_EVERY_S)
        try:
            if await who(connection, house) != person:
                return UNAUTHORIZED, "logged out, or the rights have changed"
        except (SQLAlchemyError, NotIdentified):
            return TRY_AGAIN_LATER, "the log-in cannot be checked"


async def _take(hub: Hub, outbox: Outbox, text: str) -> None:
    """One request of the browser: {"action": "subscribe", "topics": […], "since": n, "throttle_s": s}."""
    request = _read(text)
    if request is None:
        detail = 'say {"action": "subscribe" or "unsubscribe", "topics": ["…"]}; since and throttle_s are numbers'
        outbox.put(
            ("server", "error"), to_json({"topic": "server", "kind": "error", "seq": 0, "data": {"detail": detail}})
        )
        return
    if request["action"] == "unsubscribe":
        hub.unsubscribe(outbox, request["topics"])
        return
    since, throttle = request.get("since"), request.get("throttle_s")
    throttle_s = None if throttle is None else min(max(float(throttle), 0.0), LONGEST_THROTTLE_S)
    await hub.subscribe(outbox, request["topics"], None if since is None else int(since), throttle_s)


def _read(text: str) -> dict[str, Any] | None:
    if len(text) > LONGEST_REQUEST:
        return None
    try:
        request = from_json(text)
    except (InvalidJson, RecursionError):
        return None
    if not isinstance(request, dict) or request.get("action") not in ("subscribe", "unsubscribe"):
        return None
    topics = request.get("topics")
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        return None
    # whoever comes back with a number that is none must not think that nothing was missed
    return request if _is_number(request.get("since")) and _is_number(request.get("throttle_s")) else None


def _is_number(value: Any) -> bool:
    """Or is not given. Of more than 2**53 JSON makes something else."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 2**53)
