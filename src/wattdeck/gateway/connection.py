"""One charge point's connection, whatever door it came through: a bounded queue of frames, a worker that answers them
in order, and a lane of its own for our commands.

The worker runs only while there is something to do; an idle connection has no task.
"""

import asyncio
import contextlib
import time
from collections import deque
from datetime import datetime
from typing import Any, Protocol

from wattdeck.domain.charge_points import REFUSED, ChargePoint
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.connections import BY_US, ConnectionRecord
from wattdeck.domain.errors import StoreUnavailable
from wattdeck.domain.events import ChargePointConnected, ChargePointDisconnected
from wattdeck.domain.findings import Finding
from wattdeck.gateway.answers import Answers, seen
from wattdeck.gateway.command_lane import CommandLane
from wattdeck.gateway.conduct import Conduct
from wattdeck.gateway.handshake import Admission
from wattdeck.gateway.pulse import Pulse, may_send
from wattdeck.gateway.switchboard import Switchboard
from wattdeck.ocpp.dialect import readers
from wattdeck.ocpp.rpc import Asked, AskedTyped, Broken, RpcSession, Settled, Stray
from wattdeck.telemetry import logger

GOING_AWAY, PROTOCOL, BAD_DATA, POLICY, TOO_BIG, INTERNAL = 1001, 1002, 1007, 1008, 1009, 1011
# A charge point that never pauses must not starve our commands.
_COMMAND_PATIENCE_S = 2.0
_OLDER_WAIT_S = 5.0
_log = logger("wattdeck.gateway")


def closed_over(code: int) -> tuple[str, str]:
    """Why, and by whom, a connection ended that a door had to close over what came in."""
    return "message too big" if code == TOO_BIG else f"broken frame ({code})", BY_US


class Socket(Protocol):
    """What a connection needs of the door it came through. None of these waits or raises."""

    def send(self, text: str) -> None: ...
    def ping(self) -> None: ...
    def close(self, code: int, reason: str) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...


class Connection:
    __slots__ = (
        *("_admission", "_answers", "_board", "_close_reason", "_closed", "_closed_by", "_closing", "_conduct"),
        *("_finished", "_frames_in", "_frames_out", "_is_held", "_lane", "_opened_at", "_paused", "_queue", "_rpc"),
        *("_socket", "_worker", "charge_point", "generation", "pulse"),
    )

    def __init__(self, board: Switchboard, admission: Admission, socket: Socket) -> None:
        self._board, self._admission, self._socket = board, admission, socket
        self._queue: deque[tuple[str | bytes, datetime, float]] = deque()
        self._rpc = RpcSession(readers(admission.dialect))
        self._lane = CommandLane(board, self._rpc, self._put, self._start)
        self._worker: asyncio.Task[None] | None = None
        self._paused = self._closing = self._closed = self._finished = False
        self._conduct = Conduct(board)
        self._answers = Answers(board, admission.dialect, self._conduct, self._send)
        self._is_held = False
        self._close_reason = self._closed_by = ""
        self._frames_in = self._frames_out = 0
        self._opened_at = now()
        self.charge_point: ChargePoint | None = None
        self.generation = 0
        at = time.monotonic()
        self.pulse = Pulse(at, at)
        self._start()

    @property
    def identifier(self) -> str:
        return self._admission.identifier

    # what the door calls

    def receive(self, frame: str | bytes) -> None:
        """A whole text (or binary) frame came in. Never waits; a full queue stops the reading."""
        if self._closing:
            # after our close: not answered, so the charge point sends it again on its next connection
            self._board.telemetry.dropped.labels("connection_closing").inc()
            return
        heard_at = time.monotonic()
        self.pulse.heard(heard_at)
        self._frames_in += 1
        received_at = now()
        if self._worker is None and not self._queue and self._begin_at_once(frame, received_at, heard_at):
            return
        self._queue.append((frame, received_at, heard_at))
        if len(self._queue) >= self._board.rooms.settings.connection_queue and not self._paused:
            self._paused = True
            self._socket.pause()
        self._start()

    def _begin_at_once(self, frame: str | bytes, received_at: datetime, heard_at: float) -> bool:
        """Meter values, which are nearly all that comes, need no worker where nothing must be waited for but their
        commit. False: it is the worker's.
        """
        if self.charge_point is None or self._closed or self._lane.unanswered:
            return False
        call = self._rpc.typed(frame)
        begun = None if call is None else self._answers.begin_at_once(call, received_at, heard_at, self._stored)
        if begun is None:
            return False
        self._log_frame(to_ms(received_at), "in", frame)
        if begun.stored is None:
            self._pay_at_once()  # it may be acknowledged before it is stored
        return True

    def _stored(self, stored: asyncio.Future[Any]) -> None:
        seen(stored)
        if self._worker is None:
            self._pay_at_once()

    def _pay_at_once(self) -> None:
        try:
            if not self._answers.pay_at_once():
                self._start()
        except Exception:
            self._fail()

    def heard_pong(self) -> None:
        self.pulse.heard_pong(time.monotonic())
        if self.charge_point is not None:
            self._board.learn_pings(self.charge_point, True)

    def heard_ping(self) -> None:
        self.pulse.heard(time.monotonic())

    def lost(self, reason: str, closed_by: str) -> None:
        """The socket is gone. What was received is still worked off."""
        if not self._closed:
            self._closed = True
            self._close_reason, self._closed_by = self._close_reason or reason, self._closed_by or closed_by
            self._start()

    # what the gateway calls

    def close(self, code: int, reason: str) -> None:
        """End the connection from our side; the door then reports it lost."""
        self._closing = True
        self._close_reason, self._closed_by = self._close_reason or reason, self._closed_by or BY_US
        self._lane.stop_listening()
        self._socket.close(code, reason)

    def ping(self, at: float) -> None:
        self.pulse.pinged(at)
        self._socket.ping()

    def record(self) -> ConnectionRecord | None:
        """What is kept of this connection; None before it has the lease."""
        if self.charge_point is None:
            return None
        wire, is_over = self._admission.wire, self._finished
        return ConnectionRecord(
            charge_point_id=self.charge_point.id,
            generation=self.generation,
            opened_at=self._opened_at,
            closed_at=now() if is_over else None,
            closed_by=self._closed_by if is_over else None,
            reason=self._close_reason if is_over else None,
            address=wire.address,
            door=wire.door,
            version=self._admission.dialect.version,
            tls=wire.tls,
            security_profile=self._admission.security_profile,
            frames_in=self._frames_in,
            frames_out=self._frames_out,
        )

    async def finished(self) -> None:
        """Wait until all that was received is worked off."""
        while self._worker is not None or self._answers.owed:
            self._start()
            if self._worker is not None:
                await asyncio.wait([self._worker])

    # the worker

    def _start(self) -> None:
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            if self.charge_point is None and not self._closed and not self._closing:
                await self._open()
            while self.charge_point is not None and (self._queue or self._answers.owed):
                if not self._queue:
                    await self._answers.pay()
                    continue
                frame, received_at, heard_at = self._queue.popleft()
                if self._paused and len(self._queue) <= self._board.rooms.settings.connection_queue // 2:
                    self._paused = False
                    self._socket.resume()
                await self._take(frame, received_at, heard_at)
                if self._lane.waits_longer_than(_COMMAND_PATIENCE_S) and not self._answers.owed:
                    self._send_command()
            if not self._closed:
                if await self._conduct.mind_hearing(self._lane, self.pulse.heard_at):
                    self.close(GOING_AWAY, "it answers no commands")
                self._send_command()  # last: whoever wakes us while we wait for something finds us at work
        except StoreUnavailable:
            # an error would make many drop what they reported; without an answer they send it again
            self._board.telemetry.dropped.labels("store_unavailable").inc(len(self._queue) + self._answers.forget() + 1)
            self._queue.clear()
            self.close(INTERNAL, "the database cannot be written now")
        except Exception:
            self._fail()
        if self._closed and not self._queue:
            await self._finish()
        self._worker = None
        if self._queue or (self._closed and not self._finished):
            self._start()

    def _fail(self) -> None:
        """After a surprise. What is not answered the charge point sends again."""
        self._board.telemetry.dropped.labels("connection_failed").inc(len(self._queue) + self._answers.forget())
        self._queue.clear()
        _log.exception("connection failed", charge_point=self.identifier)
        self.close(INTERNAL, "internal error")

    async def _open(self) -> None:
        taken = await self._board.take_lease(self._admission)
        if taken is None or taken[0].registration == REFUSED:
            # that was decided between its handshake and now
            self._queue.clear()
            self.close(POLICY, "removed" if taken is None else "refused")
            if taken is None:
                return
        self.charge_point, self.generation = taken
        self._conduct.begin(self.charge_point)
        self._answers.begin(self.charge_point)
        self._board.opened(self)
        for finding in self._admission.findings:
            self._found(finding)
        older = self._board.newest(self)
        if older is not None:
            # what it had received comes first; the same frames may have been sent again on this connection
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(older.finished(), _OLDER_WAIT_S)
        if not self._closing:
            self._lane.listen(self.charge_point)
        self._board.rooms.events.publish(ChargePointConnected(self.charge_point, now()))

    async def _finish(self) -> None:
        """Settle what was open, give back the lease; a newer connection's lease is left alone."""
        self._finished = True
        charge_point, left = self.charge_point, None
        try:
            await self._lane.lost()
            if charge_point is not None:
                left = await self._board.give_back_lease(charge_point.id, self.generation)
        except StoreUnavailable:
            pass  # the lease runs out by itself
        except Exception:
            _log.exception("connection not ended well", charge_point=self.identifier)
        self._board.gone(self, self._close_reason)
        if left is not None:
            self._board.rooms.events.publish(ChargePointDisconnected(left, now(), self._close_reason))

    async def _take(self, frame: str | bytes, received_at: datetime, heard_at: float) -> None:
        assert self.charge_point is not None
        self._log_frame(to_ms(received_at), "in", frame)
        received = self._rpc.receive(frame)
        if self._answers.owed and not isinstance(received, Asked | AskedTyped):
            await self._answers.pay()
        match received:
            case Asked(call) | AskedTyped(call):
                await self._answers.to(call, received_at, heard_at, bool(self._queue))
            case Settled():
                await self._lane.settled(received)
            case Stray(answer):
                self._found(Finding("stray_answer", f"{answer.message_id}"))
            case Broken(reason, reply_to):
                self._answers.broken(frame, reason, reply_to)

    def _send(self, text: str) -> None:
        self._log_frame(time.time_ns() // 1_000_000, "out", text)
        if not self._closed:
            self._put(text)

    def _put(self, text: str) -> None:
        self._frames_out += 1
        self._socket.send(text)

    def _send_command(self) -> None:
        """Let the next command go out, if any may yet."""
        hold_s, at = self._board.rooms.settings.command_hold_s, time.monotonic()
        if may_send(at, self.pulse.opened_at, self._conduct.has_spoken, hold_s):
            self._lane.send_next()
        elif not self._is_held and self._lane.waits_longer_than(0):
            self._is_held = True
            asyncio.get_running_loop().call_later(self.pulse.opened_at + hold_s - at, self._hold_no_more)

    def _hold_no_more(self) -> None:
        self._is_held = False  # a clock may be a little early: then it is held once more
        self._start()

    def _log_frame(self, at_ms: int, direction: str, frame: str | bytes) -> None:
        if self.charge_point is not None:
            self._board.wiretap.note(self.charge_point.id, at_ms, direction, frame)

    def _found(self, finding: Finding) -> None:
        assert self.charge_point is not None
        self._board.count_finding(self.charge_point.id, finding)
