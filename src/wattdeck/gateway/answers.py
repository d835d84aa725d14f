"""Answers to what one charge point asks, in its order; where many meter values wait they share a commit."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from wattdeck.bus import topics
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.errors import MessageRefused, StoreUnavailable
from wattdeck.domain.findings import Finding
from wattdeck.domain.messages import BootNotification, Message, MeterValues
from wattdeck.gateway.conduct import Conduct
from wattdeck.gateway.switchboard import Switchboard
from wattdeck.handlers import meter_values
from wattdeck.handlers.context import Context
from wattdeck.metering.pipeline import Begun
from wattdeck.ocpp.dialect import CLOCK_UNSET, Dialect, Notes, understand, understand_typed
from wattdeck.ocpp.frames import Call, CallError, CallResult, TypedCall, encode
from wattdeck.ocpp.times import Unset
from wattdeck.telemetry import logger

# Messages that may share a commit with others of their connection, and how many do.
SHARING, MOST_SHARING = MeterValues.__name__, 100
T = TypeVar("T")
# A call, when it was heard, and its answer or what that waits for.
_Owed = tuple[Call | TypedCall, float, CallError | tuple[Message, Begun]]
_NOTHING: list[_Owed] = []
_log = logger("wattdeck.gateway")


def seen(stored: asyncio.Future[Any]) -> None:
    """An error that comes to nobody, because one before it ended the connection, is no surprise."""
    if not stored.cancelled():
        stored.exception()


class Answers:
    """Of one connection. `owed`: to messages that share a commit, until it was made. `send` writes a frame."""

    __slots__ = ("_board", "_charge_point", "_conduct", "_connected_at", "_dialect", "_send", "_unset", "owed")

    def __init__(self, board: Switchboard, dialect: Dialect, conduct: Conduct, send: Callable[[str], None]) -> None:
        self._board, self._dialect, self._conduct, self._send = board, dialect, conduct, send
        self._charge_point: Any = None  # known from `begin` on
        self._connected_at, self._unset = now(), Unset()
        self.owed = _NOTHING

    def begin(self, charge_point: ChargePoint) -> None:
        self._charge_point = charge_point
        self._unset = self._board.unset_clocks.get(charge_point.id) or self._unset
        self._unset.connected(self._connected_at)

    def forget(self) -> int:
        """Nothing that is owed will be answered; how many these were."""
        count, self.owed = len(self.owed), _NOTHING
        return count

    async def to(self, call: Call | TypedCall, received_at: datetime, heard_at: float, others_wait: bool) -> None:
        """Answer a call, or owe the answer. `others_wait`: there is more in the queue behind it."""
        self._board.count_message(call.action if call.action in self._dialect.incoming else "unknown", "in")
        if call.action == SHARING and (others_wait or self.owed) and self._board.may_share:
            await self._owe(call, received_at, heard_at, others_wait)
        else:
            if self.owed:
                await self.pay()
            self._reply(await self._guarded(call, self._answer(call, received_at)), heard_at)

    def begin_at_once(
        self,
        call: TypedCall,
        received_at: datetime,
        heard_at: float,
        stored: Callable[[asyncio.Future[Any]], None],
    ) -> Begun | None:
        """Begin on meter values here and now; their answer is owed then, and `stored` told when it may be given. None
        where something of them is odd or must be waited for: then nothing has happened.
        """
        if call.action != SHARING or not self._board.may_share or len(self.owed) >= MOST_SHARING:
            return None
        try:
            notes = Notes(received_at)
            message = understand_typed(self._dialect, call, notes)
            if notes.findings:
                return None
            begun = meter_values.begin_at_once(message, self._context(received_at))
        except Exception:
            return None  # the other way says what is wrong
        if begun is None:
            return None
        self._board.count_message(SHARING, "in")
        if not self.owed:
            self.owed = []
        self.owed.append((call, heard_at, (message, begun)))
        if begun.stored is not None:
            begun.stored.add_done_callback(stored)
        return begun

    def pay_at_once(self) -> bool:
        """Answer what is stored by now, in order. False where something of it was not, and never will be: to be paid
        the other way, which says so.
        """
        while self.owed:
            call, heard_at, begun = self.owed[0]
            if isinstance(begun, CallError):
                return False
            stored = begun[1].stored
            if stored is not None:
                if not stored.done():
                    return True
                if stored.cancelled() or stored.exception() is not None:
                    return False
            del self.owed[0]
            answer = meter_values.end_at_once(begun[1], self._board.rooms)
            self._reply(self._answered(call, begun[0], answer), heard_at)
        self.owed = _NOTHING
        return True

    def broken(self, frame: str | bytes, reason: str, reply: CallError | None) -> None:
        if not frame.strip():
            return  # an empty frame is a sign of life (quirk Q15)
        self._found(Finding("malformed_frame", f"{reason}: {frame[:200]!r}"))
        if reply is None:
            self._board.telemetry.frames_ignored.labels("no_message_id").inc()
        else:
            self._board.telemetry.errors_sent.labels(reply.code).inc()
            self._send(encode(reply))

    def _reply(self, reply: CallResult | CallError, heard_at: float) -> None:
        self._send(encode(reply))
        self._conduct.has_spoken = True
        self._board.telemetry.answer_s.observe(time.monotonic() - heard_at)

    async def _owe(self, call: Call | TypedCall, received_at: datetime, heard_at: float, others_wait: bool) -> None:
        """Meter values with others behind them in the queue: they are handed in together, to share a commit, and
        answered in their order after it.
        """
        begun = await self._guarded(call, self._begin(call, received_at))
        if not self.owed:
            self.owed = []
        self.owed.append((call, heard_at, begun))
        if not others_wait or len(self.owed) >= MOST_SHARING:
            await self.pay()

    async def pay(self) -> None:
        """Answer what is owed, one after the other: where one fails, the rest is still owed."""
        while self.owed:
            call, heard_at, begun = self.owed.pop(0)
            reply = begun if isinstance(begun, CallError) else await self._guarded(call, self._end(call, *begun))
            self._reply(reply, heard_at)
        self.owed = _NOTHING

    async def _begin(self, call: Call | TypedCall, received_at: datetime) -> tuple[Message, Begun]:
        message = self._understood(call, received_at)
        begun = await meter_values.begin(message, self._context(received_at))
        if begun.stored is not None:
            begun.stored.add_done_callback(seen)
        return message, begun

    async def _end(self, call: Call | TypedCall, message: Message, begun: Begun) -> CallResult:
        return self._answered(call, message, await meter_values.end(begun, self._board.rooms))

    async def _answer(self, call: Call | TypedCall, received_at: datetime) -> CallResult:
        message = self._understood(call, received_at)
        handler = self._board.handlers[type(message)]
        return self._answered(call, message, await handler(message, self._context(received_at)))

    def _understood(self, call: Call | TypedCall, received_at: datetime) -> Message:
        understood = understand(self._dialect, call, received_at, self._unset)
        for finding in understood.findings:
            self._found(finding)
            if finding.kind == CLOCK_UNSET:
                self._board.keep_clock(self._charge_point.id, self._unset)
        if isinstance(understood.message, BootNotification):
            self._unset.rebooted()
        return understood.message

    def _answered(self, call: Call | TypedCall, message: Message, answer: Any) -> CallResult:
        self._board.bus.publish(topics.messages(self._charge_point.id), message)
        self._conduct.said(message, answer, call.action)
        return CallResult(call.message_id, self._dialect.incoming[call.action].from_answer(answer))

    async def _guarded(self, call: Call | TypedCall, work: Awaitable[T]) -> T | CallError:
        """What the work gives; what it raises as a CALLERROR."""
        dialect = self._dialect
        try:
            return await work
        except MessageRefused as refusal:
            code = dialect.codes.get(refusal.code, dialect.codes["generic"])
            self._found(Finding("message_refused", f"{code}: {call.action[:60]}: {refusal.reason}"))
            description = refusal.reason
        except StoreUnavailable:
            raise
        except Exception:
            # nobody outside learns our internals: a reference in the answer, the rest in the log
            reference = f"{time.time_ns() % 10**12:x}"
            _log.exception(
                "handler failed", charge_point=self._charge_point.identifier, action=call.action, reference=reference
            )
            code, description = dialect.codes["internal"], f"internal error, reference {reference}"
        self._board.telemetry.errors_sent.labels(code).inc()
        return CallError(call.message_id, code, description)

    def _context(self, received_at: datetime) -> Context:
        return Context(
            self._board.rooms, self._charge_point.id, self._charge_point.identifier, received_at, self._found
        )

    def _found(self, finding: Finding) -> None:
        self._board.count_finding(self._charge_point.id, finding)
