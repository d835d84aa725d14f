"""The gateway: decides who comes in, opens a connection for each that does, pings the silent, closes all at the end."""

import asyncio
import time
from collections.abc import Mapping

from wattdeck.gateway.connection import GOING_AWAY, Connection, Socket
from wattdeck.gateway.handshake import Admission, Refusal, admit, identifier_in
from wattdeck.gateway.quarantine import Quarantine
from wattdeck.gateway.switchboard import Line, Switchboard
from wattdeck.gateway.wire import LISTENER, Wire
from wattdeck.store.charge_points import key_of

# Charge points that answer pings are given this many ping intervals of silence; others this many heartbeats.
_PATIENCE_PINGS = 3
_PATIENCE_HEARTBEATS = 2
_CLOSE_TIMEOUT_S = 5.0


class Gateway:
    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._closing = False
        self._quarantine = Quarantine(board.rooms.store, board.telemetry)

    @property
    def frame_limit(self) -> int:
        """The largest message a charge point may send, in bytes."""
        return self._board.rooms.settings.frame_limit_bytes

    def admit(self, target: str, headers: Mapping[str, str], wire: Wire) -> Admission | Refusal:
        """Decide about a request for a connection; who is not let in is noted."""
        board = self._board
        settings, policies = board.rooms.settings, board.rooms.policies
        if self._closing:
            board.telemetry.refused.labels("closing").inc()
            return Refusal(503, "closing", "the server is closing")
        decision = admit(target, headers, wire, board.known, settings.unknown_charge_points, policies, board.hash_key)
        if isinstance(decision, Refusal):
            self._note(decision.reason, decision.why, target, headers, wire)
        elif decision.unserved:
            self._note(
                "sub_protocol", "it speaks no version of OCPP that we speak: 1.6 is served", target, headers, wire
            )
        return decision

    def tls_failed(self, reason: str, why: str) -> None:
        """Somebody did not come through the TLS handshake; who it was, and from where, is not known."""
        self._quarantine.note(None, False, reason, why, Wire(LISTENER), "", "")

    def _note(self, reason: str, why: str, target: str, headers: Mapping[str, str], wire: Wire) -> None:
        identifier = identifier_in(target)
        registered = identifier is not None and key_of(identifier) in self._board.known
        offered = headers.get("sec-websocket-protocol", "")[:200]
        self._quarantine.note(identifier, registered, reason, why, wire, target, offered)

    def connect(self, admission: Admission, socket: Socket) -> Connection:
        """A new connection; the door hands it what the socket brings."""
        connection = Connection(self._board, admission, socket)
        self._board.lines.add(connection)
        self._board.telemetry.connections.set(len(self._board.lines))
        return connection

    async def ping_silent(self) -> None:
        """Ping connections that have been silent; close those that have been so for too long."""
        settings, at = self._board.rooms.settings, time.monotonic()
        for line in tuple(self._board.lines):
            silent_s = at - line.heard_at
            if silent_s > self._patience_s(line):
                line.close(GOING_AWAY, "silent for too long")
            elif silent_s > settings.ping_interval_s and at - line.pinged_at > settings.ping_interval_s:
                line.ping(at)

    def _patience_s(self, line: Line) -> float:
        settings = self._board.rooms.settings
        if line.answers_pings:
            return _PATIENCE_PINGS * settings.ping_interval_s
        # some never answer pings (quirk Q30): only their heartbeats tell that they live
        return _PATIENCE_HEARTBEATS * max(settings.heartbeat_interval_s, settings.ping_interval_s)

    async def close(self) -> None:
        """Close all connections and wait until what they had received is worked off."""
        self._closing = True
        lines = tuple(self._board.lines)
        for line in lines:
            line.close(GOING_AWAY, "the server is closing")
        if lines:
            await asyncio.wait([asyncio.ensure_future(line.finished()) for line in lines], timeout=_CLOSE_TIMEOUT_S)
        self._quarantine.flush()
        if self._board.wiretap is not None:
            self._board.wiretap.flush()
