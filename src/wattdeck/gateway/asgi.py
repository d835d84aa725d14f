"""The embedding door: charge points' sockets as a raw ASGI application (websocket scopes only)."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from wattdeck.gateway.connection import PROTOCOL, TOO_BIG, Connection
from wattdeck.gateway.gateway import Gateway
from wattdeck.gateway.handshake import Refusal
from wattdeck.gateway.wire import ASGI, Wire

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# An answer that waits while the peer does not read; more means it never will.
_MOST_UNSENT = 200


class _Door:
    """One socket: sends wait in a queue of their own, because a connection never waits."""

    def __init__(self, send: Send) -> None:
        self._send = send
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
        """ASGI knows no pings; the server below sends its own."""

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
    door = _Door(send)
    connection = gateway.connect(decision, door)
    writing = asyncio.create_task(door.write())
    reason = "connection lost"
    try:
        reason = await _read(connection, door, receive, gateway.frame_limit)
    finally:
        connection.lost(reason)
        await connection.finished()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def _read(connection: Connection, door: _Door, receive: Receive, limit: int) -> str:
    """Hand on frames until the socket ends; why it did."""
    while True:
        await door.may_read()
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return f"closed ({message.get('code', 1005)})"
        frame: str | bytes = message.get("text") or message.get("bytes") or ""
        if len(frame) > limit:
            connection.close(TOO_BIG, "message too big")
        else:
            connection.receive(frame)


async def _refuse(refusal: Refusal, scope: Scope, send: Send) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.text})
        return
    headers = [(name.lower().encode(), value.encode()) for name, value in refusal.headers]
    headers.append((b"content-type", b"text/plain; charset=utf-8"))
    start = {"type": "websocket.http.response.start", "status": refusal.status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": refusal.text.encode() + b"\n"})
