"""The embedding door: charge points' sockets as a raw ASGI application (websocket scopes only)."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from wattdeck.domain.connections import BY_CHARGE_POINT, BY_NETWORK
from wattdeck.gateway.connection import BAD_DATA, PROTOCOL, TOO_BIG, Connection, closed_over
from wattdeck.gateway.gateway import Gateway
from wattdeck.gateway.handshake import Refusal
from wattdeck.gateway.uvicorn_door import PINGS, Pings
from wattdeck.gateway.wire import ASGI, Wire

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# An answer that waits while the peer does not read; more means it never will.
_MOST_UNSENT = 200


class _Door:
    """One socket: sends wait in a queue of their own, because a connection never waits."""

    def __init__(self, send: Send, pings: Pings | None) -> None:
        self._send, self._pings = send, pings
        self._unsent: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue(_MOST_UNSENT)
        self._may_read = asyncio.Event()
        self._may_read.set()

    async def write(self) -> None:
        """Send what waits, until the socket was closed."""
        while True:
            message = await self._unsent.get()
            await self._send(message)
            if message["type"] == "websocket.close":
                return

    async def may_read(self) -> None:
        await self._may_read.wait()

    def send(self, text: str) -> None:
        self._put({"type": "websocket.send", "text": text})

    def ping(self) -> None:
        """ASGI knows none: with another protocol class than ours the server below sends its own, if any."""
        if self._pings is not None:
            self._pings.send()

    def close(self, code: int, reason: str) -> None:
        self._put({"type": "websocket.close", "code": code, "reason": reason[:120]})

    def pause(self) -> None:
        self._may_read.clear()

    def resume(self) -> None:
        self._may_read.set()

    def _put(self, message: MutableMapping[str, Any]) -> None:
        if self._unsent.full():
            # the peer stopped reading long ago: make room for the close that ends it
            self._unsent.get_nowait()
            message = {"type": "websocket.close", "code": 1011, "reason": "not reading"}
        self._unsent.put_nowait(message)


async def serve(gateway: Gateway, scope: Scope, receive: Receive, send: Send) -> None:
    """One charge point's connection, from its handshake to its end."""
    await receive()  # websocket.connect
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    target = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    client = scope.get("client")
    # a client certificate is not handed on by ASGI servers: profile 3 is the listener's
    wire = Wire(ASGI, client[0] if client else None, "TLS" if scope.get("scheme") == "wss" else None)
    decision = gateway.admit(target, headers, wire)
    if isinstance(decision, Refusal):
        await _refuse(decision, scope, send)
        return
    await send({"type": "websocket.accept", "subprotocol": decision.subprotocol})
    if decision.unserved:
        await send({"type": "websocket.close", "code": PROTOCOL, "reason": "no sub-protocol in common"})
        return
    pings: Pings | None = scope.get("extensions", {}).get(PINGS)
    door = _Door(send, pings)
    connection = gateway.connect(decision, door)
    if pings is not None:
        pings.heard = lambda is_pong: connection.heard_pong() if is_pong else connection.heard_ping()
    writing = asyncio.create_task(door.write())
    end = ("connection lost", BY_NETWORK)
    try:
        end = await _read(connection, door, receive, gateway.frame_limit)
    finally:
        connection.lost(*end)
        await connection.finished()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def _read(connection: Connection, door: _Door, receive: Receive, limit: int) -> tuple[str, str]:
    """Hand on frames until the socket ends; why it did, and who ended it."""
    while True:
        await door.may_read()
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return _end(message.get("code", 1005), message.get("reason"))
        frame: str | bytes = message.get("text") or message.get("bytes") or ""
        if len(frame) > limit:
            connection.close(TOO_BIG, "message too big")
        else:
            connection.receive(frame)


def _end(code: int, reason: str | None) -> tuple[str, str]:
    """Why a socket ended, and who ended it. Only where a close frame came
    or went is there a reason, if an empty one.
    """
    if reason is None:
        return "connection lost", BY_NETWORK
    if code in (PROTOCOL, BAD_DATA, TOO_BIG):
        return closed_over(code)  # the server below closed
    return f"closed by the charge point ({code})", BY_CHARGE_POINT


async def _refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.text})
        return
    headers = [(name.lower().encode(), value.encode()) for name, value in refusal.headers]
    headers.append((b"content-type", b"text/plain; charset=utf-8"))
    start = {"type": "websocket.http.response.start", "status": refusal.status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": refusal.text.encode() + b"\n"})
