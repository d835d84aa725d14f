"""The lane of our commands to one charge point: one outstanding at a time, each settled exactly once."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from wattdeck.bus import topics
from wattdeck.commands import outcomes
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.commands import CONNECTION_LOST, ERROR, EXPIRED, LATE, QUEUE, TIMED_OUT, Command, state_of_result
from wattdeck.domain.events import CommandChanged
from wattdeck.gateway.switchboard import Switchboard
from wattdeck.ocpp.frames import CallResult
from wattdeck.ocpp.rpc import RpcSession, Settled
from wattdeck.store import commands
from wattdeck.telemetry import logger

_log = logger("wattdeck.gateway")


class CommandLane:
    """Commands wait here until the charge point owes us nothing and we owe it nothing.

    A command is noted as sent before it goes out: whatever happens then, it never goes out a second time, and one that
    was cancelled meanwhile does not go out at all.
    """

    __slots__ = (
        *("_board", "_charge_point", "_claiming", "_open", "_ready", "_rpc", "_send", "_stop", "_tasks", "_timer"),
        *("_waiting", "_wake", "has_answered", "unanswered", "unanswered_since"),
    )

    def __init__(
        self, board: Switchboard, rpc: RpcSession, send: Callable[[str], None], wake: Callable[[], None]
    ) -> None:
        """`wake` makes the connection call `send_next` as soon as it owes no answer."""
        self._board, self._rpc, self._send, self._wake = board, rpc, send, wake
        self._charge_point: ChargePoint | None = None
        self._waiting: deque[tuple[Command, float]] | None = None  # made when first needed: most never are
        self._claiming = False
        self._ready: tuple[Command, float] | None = None  # noted as sent, and to go out next
        self._open: Command | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._stop: Callable[[], None] | None = None
        self._tasks: set[asyncio.Task[None]] | None = None
        self.unanswered = 0  # commands one after the other that timed out
        self.unanswered_since = 0.0  # when the first of them went out
        self.has_answered = False  # since it was called deaf

    def listen(self, charge_point: ChargePoint) -> None:
        """From now on commands to this charge point come here."""
        self._charge_point = charge_point
        self._stop = self._board.bus.subscribe(topics.charge_point(charge_point.identifier), self._queue)

    def stop_listening(self) -> None:
        if self._stop is not None:
            self._stop()
            self._stop = None

    def waits_longer_than(self, seconds: float) -> bool:
        first = self._ready or (self._waiting[0] if self._waiting else None)
        return first is not None and time.monotonic() - first[1] > seconds

    def _queue(self, command: Command) -> None:
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append((command, time.monotonic()))
        self._wake()

    def send_next(self) -> None:
        """Send the next command if none is outstanding. The caller owes the charge point no answer."""
        if self._charge_point is None or self._stop is None or self._rpc.outstanding is not None or self._claiming:
            return  # not yet, not any more (what goes out on a closing connection is lost), or not now
        if self._ready is not None:
            (command, _), self._ready = self._ready, None
            self._go_out(command, self._charge_point)
        elif self._waiting:
            self._claiming = True
            self._spawn(self._claim(*self._waiting.popleft()))

    async def _claim(self, command: Command, since: float) -> None:
        """Note the command as sent; not where it was cancelled or is too old, then the next one has its turn."""
        at, sent = now(), None
        try:
            if command.expires_at <= at:
                await self._record(command.id, EXPIRED)
            else:
                store = self._board.rooms.store
                sent = await store.write(lambda connection: commands.sent(connection, command.id, at))
        finally:
            self._claiming = False
            if sent is not None:
                # the record as stored has its passwords blanked; what goes out has not
                self._ready = (command, since)
                self._board.rooms.events.publish(CommandChanged(sent))
            self._wake()

    def _go_out(self, command: Command, charge_point: ChargePoint) -> None:
        self._open = command
        if not self.unanswered:
            self.unanswered_since = time.monotonic()
        text = self._rpc.ask(str(command.id), command.action, command.payload)
        self._board.wiretap.note(charge_point.id, to_ms(now()), "out", text)
        self._board.count_message(command.action, "out")
        self._send(text)
        timeout = command.timeout_s or self._board.rooms.settings.command_timeout_s
        self._timer = asyncio.get_running_loop().call_later(timeout, self._time_out)

    async def settled(self, settled: Settled) -> None:
        """The charge point answered."""
        self.unanswered, self.has_answered = 0, True
        id, answer = int(settled.message_id), settled.answer
        result, error = None, None
        if isinstance(answer, CallResult):
            state, result = state_of_result(answer.payload), answer.payload
        else:
            state, error = ERROR, {"code": answer.code[:64], "description": answer.description[:1000]}
        if settled.late:
            state = LATE
        else:
            self._clear()
        await self._record(id, state, result, error)

    def _time_out(self) -> None:
        command = self._open
        self._clear()
        if self._rpc.give_up() is not None and command is not None:
            self.unanswered += 1
            self._settle(command, TIMED_OUT)
        self._wake()

    async def lost(self) -> None:
        """The connection ended: nothing of ours will be answered, and nothing is sent a second time.

        What was not sent and is to be kept stays queued, for the next connection.
        """
        self.stop_listening()
        lost = [self._open] if self._open is not None else []
        self._clear()
        if self._tasks:
            await asyncio.wait(self._tasks)  # what is just being noted as sent is lost, too
        lost += [self._ready[0]] if self._ready is not None else []
        lost += [command for command, _ in self._waiting or () if command.offline != QUEUE]
        self._ready = self._waiting = None
        for command in lost:
            await self._record(command.id, CONNECTION_LOST)

    def _clear(self) -> None:
        self._open = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _settle(self, command: Command, state: str) -> None:
        self._spawn(self._record(command.id, state))

    def _spawn(self, work: Any) -> None:
        if self._tasks is None:
            self._tasks = set()
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        if self._tasks is not None:
            self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("command not noted", exc_info=error)

    async def _record(
        self, id: int, state: str, result: dict[str, Any] | None = None, error: dict[str, str] | None = None
    ) -> None:
        at = now()
        settled, events = await self._board.rooms.store.write(
            lambda connection: outcomes.settle(connection, id, state, at, result, error)
        )
        if settled is not None:
            self._board.telemetry.commands.labels(state).inc()
        for event in events:
            self._board.rooms.events.publish(event)
