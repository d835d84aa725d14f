"""Uvicorn's WebSocket protocol, mended: a refused handshake is an answer like any other, not an error in its log; and
pings are the gateway's, so that pongs count as signs of life.
"""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

# In a scope's extensions: the `Pings` of its connection. Other servers than ours have none.
PINGS = "wattdeck.pings"


class Pings:
    """What ASGI has no words for. `heard`: told of each ping (False) and pong (True) that comes in."""

    def __init__(self, send: Callable[[], None]) -> None:
        self.send = send
        self.heard: Callable[[bool], None] | None = None

    def tell(self, is_pong: bool) -> None:
        if self.heard is not None:
            self.heard(is_pong)


class UvicornDoor(WebSocketsSansIOProtocol):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._pings = Pings(self._send_ping)

    async def run_asgi(self) -> None:
        self.scope["extensions"][PINGS] = self._pings  # type: ignore[assignment]
        await super().run_asgi()

    def shutdown(self) -> None:
        """The server ends. Whose goodbye was answered already is not told another one, which would be an error that
        keeps the server from ending in good order.
        """
        if not self.transport.is_closing():
            super().shutdown()

    def handle_ping(self) -> None:
        super().handle_ping()
        self._pings.tell(False)

    def handle_pong(self, event: Frame) -> None:
        super().handle_pong(event)
        self._pings.tell(True)

    def _send_ping(self) -> None:
        if not self.close_sent and not self.transport.is_closing():
            self.conn.send_ping(b"")
            self.transport.write(b"".join(self.conn.data_to_send()))

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True  # else it logs an error for each port scanner that is turned away
