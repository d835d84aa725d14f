"""The stand-alone door: a listener of its own for charge points, on picows' core (see docs/why/performance.md)."""

import asyncio
import logging
import socket
import ssl
from typing import Any

import aiofastnet
from picows import (
    WSAutoPingStrategy,
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)
from picows.picows import WSProtocol  # type: ignore[attr-defined]

from wattdeck import telemetry
from wattdeck.domain.connections import BY_CHARGE_POINT, BY_NETWORK, BY_US
from wattdeck.gateway.connection import PROTOCOL, TOO_BIG, Connection, closed_over
from wattdeck.gateway.gateway import Gateway
from wattdeck.gateway.handshake import Admission, Refusal
from wattdeck.gateway.wire import LISTENER, Wire, names_in

# Memory of an idle connection; the buffer grows with what comes.
_READ_BUFFER = 2048
_HANDSHAKE_TIMEOUT_S = 10
# A closed socket whose peer does not answer the close frame is dropped after this.
_CLOSE_TIMEOUT_S = 3.0
_MOST_UNSENT_BYTES = 4 * 1024 * 1024  # a peer that sends and never reads must not fill the memory
_BACKLOG = 4096
_log = telemetry.logger("wattdeck.gateway")
_HEALTH_PATHS = frozenset({b"/", b"/healthz"})


class _Door(WSListener):
    """One socket: picows calls the on_ws_ methods, the connection the others."""

    def __init__(self, gateway: Gateway, admission: Admission) -> None:
        super().__init__()
        self._gateway, self._admission = gateway, admission
        self._transport: WSTransport | None = None
        self._connection: Connection | None = None
        self._parts: list[bytes] | None = None
        self._reason = self._closed_by = ""

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        if self._admission.unserved:
            transport.send_close(WSCloseCode.PROTOCOL_ERROR, b"no sub-protocol in common")
            transport.disconnect()
            return
        self._connection = self._gateway.connect(self._admission, self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        connection, kind = self._connection, frame.msg_type
        if connection is None:
            return
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            # compressed, though that was not agreed (RFC 6455 §5.2, quirk Q30b)
            connection.close(PROTOCOL, closed_over(PROTOCOL)[0])
        elif kind == WSMsgType.TEXT and frame.fin:
            try:
                connection.receive(frame.get_payload_as_utf8_text())
            except UnicodeDecodeError:
                connection.receive(frame.get_payload_as_bytes())  # mended where it is read (quirk Q17)
        elif kind in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION):
            self._gather(connection, frame)
        elif kind == WSMsgType.PONG:
            connection.heard_pong()
        elif kind == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
            connection.heard_ping()
        elif kind == WSMsgType.CLOSE:
            code = frame.get_close_code()
            self._end(f"closed by the charge point ({int(code.value)})", BY_CHARGE_POINT)
            transport.send_close(code)
            transport.disconnect()

    def _gather(self, connection: Connection, frame: WSFrame) -> None:
        """Binary frames hold JSON too (quirk Q16); fragments are put together, up to the limit."""
        if frame.msg_type != WSMsgType.CONTINUATION:
            self._parts = []
        if self._parts is None:
            return
        self._parts.append(frame.get_payload_as_bytes())
        if sum(map(len, self._parts)) > self._gateway.frame_limit:
            self._parts = None
            connection.close(TOO_BIG, "message too big")
        elif frame.fin:
            message, self._parts = b"".join(self._parts), None
            connection.receive(message)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        handshake = transport.close_handshake
        if handshake is not None and handshake.sent is not None and handshake.recv is None:
            self._end(*closed_over(int(handshake.sent.code.value)))  # picows closed (quirk Q30b)
        self._end("connection lost", BY_NETWORK)
        if self._connection is not None:
            self._connection.lost(self._reason, self._closed_by)

    def _end(self, reason: str, closed_by: str) -> None:
        """Why the socket ends, and who ended it; the first reason counts."""
        if not self._reason:
            self._reason, self._closed_by = reason, closed_by

    # what the connection calls

    def send(self, text: str) -> None:
        transport = self._transport
        if transport is None or transport.is_disconnected:
            return
        if transport.underlying_transport.get_write_buffer_size() > _MOST_UNSENT_BYTES:
            self._end("did not read our answers", BY_US)
            transport.disconnect(graceful=False)
            return
        transport.send(WSMsgType.TEXT, text.encode())

    def ping(self) -> None:
        if self._transport is not None:
            self._transport.send_ping()

    def close(self, code: int, reason: str) -> None:
        transport = self._transport
        if transport is None or transport.is_disconnected:
            return
        transport.send_close(_close_code(code), reason.encode()[:120])
        self.resume()  # a paused socket would never see the answer to the close frame
        asyncio.get_running_loop().call_later(_CLOSE_TIMEOUT_S, transport.disconnect)

    def pause(self) -> None:
        if self._transport is not None and not self._transport.is_disconnected:
            self._transport.underlying_transport.pause_reading()

    def resume(self) -> None:
        if self._transport is not None and not self._transport.is_disconnected:
            self._transport.underlying_transport.resume_reading()


def _close_code(code: int) -> WSCloseCode:
    try:
        return WSCloseCode(code)
    except ValueError:
        return WSCloseCode.OK


async def listen(gateway: Gateway, sock: socket.socket, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """Serve charge points on a bound socket."""
    # port scanners and broken handshakes are answered and counted, never an error storm in the log (quirk Q9)
    logger = logging.getLogger("picows.server")
    logger.setLevel(logging.CRITICAL)

    def protocol() -> WSProtocol:
        """As `picows.ws_create_server` makes it; but we need to know the transport when the request is decided."""

        def decide(request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
            try:
                return _decide(gateway, request, _wire(made.transport.underlying_transport))
            except Exception:
                # picows would tell the other side what went wrong in here
                _log.exception("handshake failed")
                text = b"internal error\n"
                return WSUpgradeResponseWithListener(WSUpgradeResponse.create_error_response(500, text), None)

        made = WSProtocol(
            *(None, None, False, decide, logger, True, _HANDSHAKE_TIMEOUT_S),
            *(False, 0, 0, WSAutoPingStrategy.PING_WHEN_IDLE),  # the gateway pings
            *(False, gateway.frame_limit, None, _READ_BUFFER),  # pongs are ours, too: a ping is a sign of life
        )
        return made

    loop = asyncio.get_running_loop()
    if tls is None:
        return await aiofastnet.create_server(loop, protocol, sock=sock, backlog=_BACKLOG)
    # the loop's own TLS, not picows': it lets our context see handshakes that fail
    return await loop.create_server(
        protocol, sock=sock, backlog=_BACKLOG, ssl=tls, ssl_handshake_timeout=_HANDSHAKE_TIMEOUT_S
    )


def _decide(gateway: Gateway, request: WSUpgradeRequest, wire: Wire) -> WSUpgradeResponseWithListener:
    if request.path in _HEALTH_PATHS:
        text = b"wattdeck: charge points connect to /ocpp/<identifier>\n"
        return WSUpgradeResponseWithListener(WSUpgradeResponse.create_ok_response(text), None)
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        name = name.lower()
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    if "websocket" not in headers.get("upgrade", "").lower():
        gateway.not_a_websocket()
        text = b"a WebSocket handshake is expected here\n"
        return WSUpgradeResponseWithListener(WSUpgradeResponse.create_error_response(400, text), None)
    # picows wants exactly this; some send "keep-alive, Upgrade", or no Connection header (quirk Q8)
    request.headers["connection"], request.headers["upgrade"] = "Upgrade", "websocket"
    decision = gateway.admit(request.path.decode("utf-8", "replace"), headers, wire)
    if isinstance(decision, Refusal):
        response = WSUpgradeResponse.create_error_response(
            decision.status, decision.text.encode() + b"\n", dict(decision.headers)
        )
        return WSUpgradeResponseWithListener(response, None)
    extra = {"Sec-WebSocket-Protocol": decision.subprotocol} if decision.subprotocol else {}
    accepted = WSUpgradeResponse.create_101_response(extra)
    return WSUpgradeResponseWithListener(accepted, _Door(gateway, decision))


def _wire(transport: Any) -> Wire:
    peer, secured = transport.get_extra_info("peername"), transport.get_extra_info("ssl_object")
    address = str(peer[0]) if isinstance(peer, tuple) else None
    if secured is None:
        return Wire(LISTENER, address)
    certificate = secured.getpeercert()  # only one that our CA file vouches for
    return Wire(LISTENER, address, secured.version(), names_in(certificate) if certificate else None)
