"""One side of an OCPP-J conversation without its socket: which CALL of ours is open, what a frame that arrives is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from wattdeck.domain.records import Record
from wattdeck.ocpp.frames import Call, CallError, CallResult, FrameError, TypedCall, decode, decode_typed, encode
from wattdeck.ocpp.typed import Reader


class Asked(Record, frozen=True):
    """The other side sent a CALL: answer it, in order."""

    call: Call


class AskedTyped(Record, frozen=True):
    """The same, and the CALL was read by its schema; only where there are `readers`."""

    call: TypedCall


class Settled(Record, frozen=True):
    """The other side answered a CALL of ours. `late`: it was given up before."""

    message_id: str
    action: str
    answer: CallResult | CallError
    late: bool


class Stray(Record, frozen=True):
    """An answer to nothing we asked."""

    answer: CallResult | CallError


class Broken(Record, frozen=True):
    """Not a frame. `reply` is what to send, or None where no message id could be found (then it is ignored)."""

    reason: str
    reply: CallError | None


Received = Asked | AskedTyped | Settled | Stray | Broken


class CallOutstanding(RuntimeError):
    """A CALL of ours is not answered yet; one at a time (OCPP-J 1.6 §4.1.1)."""


class RpcSession:
    """State of one conversation: at most one CALL of ours is open; those given up are remembered for a while.
    `readers`: of messages that come often (`typed`), by action.
    """

    __slots__ = ("_given_up", "_open", "_readers")

    KEEP_GIVEN_UP = 16

    def __init__(self, readers: Mapping[str, Reader] = MappingProxyType({})) -> None:
        self._readers = readers
        self._open: Call | None = None
        self._given_up: dict[str, str] = {}

    @property
    def outstanding(self) -> Call | None:
        return self._open

    def ask(self, message_id: str, action: str, payload: dict[str, Any]) -> str:
        """The text of a CALL of ours. Raises CallOutstanding while another one is open."""
        if self._open is not None:
            raise CallOutstanding(self._open.action)
        self._open = Call(message_id, action, payload)
        return encode(self._open)

    def give_up(self) -> Call | None:
        """Stop waiting for the open CALL (deadline); its answer will count as late."""
        call, self._open = self._open, None
        if call is not None:
            self._given_up[call.message_id] = call.action
            while len(self._given_up) > self.KEEP_GIVEN_UP:
                del self._given_up[next(iter(self._given_up))]
        return call

    def typed(self, text: str | bytes) -> TypedCall | None:
        """The CALL in a frame, where that is one that comes often and fits its schema; nothing is noted of it."""
        return decode_typed(text, self._readers) if self._readers else None

    def receive(self, text: str | bytes) -> Received:
        """What a frame means to this conversation. Never raises."""
        typed = self.typed(text)
        if typed is not None:
            return AskedTyped(typed)
        try:
            frame = decode(text)
        except FrameError as error:
            # 1.6 has no code of its own for a malformed frame; ProtocolError comes nearest (OCPP-J 1.6 §4.2.3)
            known = error.message_id is not None
            return Broken(error.reason, CallError(error.message_id, "ProtocolError", error.reason) if known else None)
        if isinstance(frame, Call):
            return Asked(frame)
        message_id = str(frame.message_id)
        if self._open is not None and self._open.message_id == message_id:
            call, self._open = self._open, None
            return Settled(message_id, call.action, frame, late=False)
        action = self._given_up.pop(message_id, None)
        return Stray(frame) if action is None else Settled(message_id, action, frame, late=True)
