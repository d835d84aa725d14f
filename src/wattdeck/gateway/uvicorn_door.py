"""Uvicorn's WebSocket protocol, mended: a refused handshake is an answer like any other, not an error in its log."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class UvicornDoor(WebSocketsSansIOProtocol):
    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True  # else it logs an error for each port scanner that is turned away
