"""The gateway: decides who comes in, opens a connection for each that does, pings the silent, closes all at the end."""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.gateway import pulse as pulses
from wattdeck.gateway.connection import GOING_AWAY, Connection, Socket
from wattdeck.gateway.handshake import Admission, Refusal, Why, admit, identifier_in
from wattdeck.gateway.quarantine import Quarantine
from wattdeck.gateway.switchboard import Line, Switchboard
from wattdeck.gateway.turns import Turns
from wattdeck.gateway.wire import LISTENER, Proxies, Wire
from wattdeck.store.charge_points import key_of

_CLOSE_TIMEOUT_S = 5.0


Probe = Callable[[ChargePoint], Coroutine[Any, Any, None]]


class Gateway:
    def __init__(self, board: Switchboard, probe: Probe | None = None) -> None:
        """`probe` asks a charge point for a sign of life."""
        self._board, self._probe = board, probe
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._looked_at = time.monotonic()
        self._proxies = Proxies(board.rooms.settings.forwarded_allow_ips)
        self._quarantine = Quarantine(board.rooms.store, board.telemetry)
        self._turns = Turns()

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
        if wire.door == LISTENER:  # an ASGI server does that by itself
            wire = self._proxies.behind(wire, headers)
        decision = admit(target, headers, wire, board.known, settings.unknown_charge_points, policies, board.hash_key)
        if isinstance(decision, Admission) and not decision.unserved:
            decision = self._take_turns(decision)
        if isinstance(decision, Refusal):
            self._note(decision.reason, decision.why, target, headers, wire)
        elif decision.unserved:
            self._note(
                "sub_protocol", "it speaks no version of OCPP that we speak: 1.6 is served", target, headers, wire
            )
        return decision

    def _take_turns(self, admission: Admission) -> Admission | Refusal:
        name, address = key_of(admission.identifier), admission.wire.address
        wait_s = self._turns.wait_s(name, address, self._board.is_held(name), time.monotonic())
        if not wait_s:
            return admission
        return Refusal(
            *(503, "contested", "others come with this identifier; try again"),
            "more than one comes with this identifier, again and again; a password would tell the real one",
            (("Retry-After", str(math.ceil(wait_s))),),
        )

    def tls_failed(self, reason: str, why: str) -> None:
        """Somebody did not come through the TLS handshake; who it was, and from where, is not known."""
        self._quarantine.note(None, False, reason, why, Wire(LISTENER), "", "")

    def not_a_websocket(self) -> None:
        """A browser, a port scanner: nobody who would be listed."""
        self._board.telemetry.refused.labels("not_a_websocket").inc()

    def _note(self, reason: str, why: Why, target: str, headers: Mapping[str, str], wire: Wire) -> None:
        identifier = identifier_in(target)
        registered = identifier is not None and key_of(identifier) in self._board.known
        offered = headers.get("sec-websocket-protocol", "")
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
        # where nothing ran for a while what they sent meanwhile is still unread: it was our silence
        stood_still = at - self._looked_at > settings.ping_interval_s
        self._looked_at = at
        for line in tuple(self._board.lines):
            pulse, learned = line.pulse, self._board.answers_pings(line)
            patience_s = pulses.patience_s(pulse, learned, settings.ping_interval_s, settings.heartbeat_interval_s)
            if at - pulse.heard_at > patience_s and not stood_still:
                self._give_up(line, at)
            elif pulses.is_due_a_ping(pulse, at, settings.ping_interval_s):
                line.ping(at)
                if learned is None and pulse.never_answers() and line.charge_point is not None:
                    self._board.learn_pings(line.charge_point, False)

    def _give_up(self, line: Line, at: float) -> None:
        """Silent for too long; where that is set it is asked for a heartbeat first."""
        pulse, settings = line.pulse, self._board.rooms.settings
        if self._probe is not None and settings.probe_silent and line.charge_point is not None:
            if not pulse.probed_at:
                pulse.probed_at = at
                self._spawn(self._probe(line.charge_point))
                return
            if at - pulse.probed_at < settings.command_timeout_s:
                return
        if self._board.answers_pings(line) and not pulse.ponged and line.charge_point is not None:
            # it used to answer, and on this connection it did not: next time its heartbeats count
            self._board.learn_pings(line.charge_point, None)
        line.close(GOING_AWAY, "silent for too long")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Close all connections and wait until what they had received is worked off."""
        self._closing = True
        lines = tuple(self._board.lines)
        for line in lines:
            line.close(GOING_AWAY, "the server is closing")
        if lines:
            await asyncio.wait([asyncio.ensure_future(line.finished()) for line in lines], timeout=_CLOSE_TIMEOUT_S)
        self._quarantine.flush()
        self._board.wiretap.flush()
