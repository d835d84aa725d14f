"""OCPP-J frames: the three shapes on the wire and their text (OCPP-J 1.6 §4.2). No sockets, no meaning."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from wattdeck.domain.records import InvalidJson, Record, from_json, to_json
from wattdeck.ocpp.typed import CannotRead, Reader

CALL, CALL_RESULT, CALL_ERROR = 2, 3, 4
LONGEST_ID = 1_000  # 36 by the standard; longer ones are echoed too, but not without end
LONGEST_MENDED = 65_536
# Members whose absence charge points spell in several ways: an empty object each (OCPP-J 1.6 §4.2.1).
_NOTHING: tuple[Any, ...] = (None, "")
# A backslash with what it escapes, or seems to.
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.|$)", re.DOTALL)
_AFTER_TEXT = re.compile(r"\s*[,:}\]]")
_CALL_ID = re.compile(r"^\s*\[\s*2\s*,\s*(\"[^\"\\]{1,255}\"|-?\d{1,30})\s*[,\]]")


class Call(Record, frozen=True):
    """A request. `message_id` is kept as it was sent: some charge points send numbers and want them back. `mended`:
    it was no JSON before its backslashes were doubled.
    """

    message_id: Any
    action: str
    payload: dict[str, Any]
    mended: bool = False


class TypedCall(Record, frozen=True):
    """A request that was read by the schema of its action: the payload is a record of that."""

    message_id: str
    action: str
    payload: Any


class CallResult(Record, frozen=True):
    """The answer to a request that could be handled."""

    message_id: Any
    payload: dict[str, Any]


class CallError(Record, frozen=True):
    """The answer to a request that could not be handled."""

    message_id: Any
    code: str
    description: str = ""
    details: Any = msgspec.field(default_factory=dict)


Frame = Call | CallResult | CallError
_HEAD = msgspec.json.Decoder(tuple[Literal[2], str, str, msgspec.Raw])


class FrameError(Exception):
    """Not a frame. `message_id` is that of the broken CALL if one could be found, else None: nothing to answer then."""

    def __init__(self, reason: str, message_id: Any = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message_id = message_id


def decode_typed(text: str | bytes, readers: Mapping[str, Reader]) -> TypedCall | None:
    """The request in a frame, where there is a reader for its action that takes it as it is."""
    try:
        _, message_id, action, payload = _HEAD.decode(text)
        read = readers.get(action)
        if read is None or len(message_id) > LONGEST_ID:
            return None
        return TypedCall(message_id, action, read.decode(payload))
    except CannotRead:
        return None


def decode(text: str | bytes) -> Frame:
    """Read one frame, lenient where the meaning is clear: byte order mark, trailing NULs, missing or null payloads.

    Raises FrameError, with the id of the CALL that it broke wherever that can still be read.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    text = text.strip("\ufeff\x00 \t\r\n")
    mended = False
    try:
        fields = from_json(text)
    except (InvalidJson, RecursionError, UnicodeError) as error:
        fields, mended = _without_stray_backslashes(text), True
        if fields is None:
            raise FrameError(f"not JSON: {error}", _id_in(text)) from None
    if not isinstance(fields, list) or len(fields) < 2:
        raise FrameError("not an array of at least two members")
    kind, message_id, *rest = fields
    if kind == CALL:
        return _call(message_id, rest, mended)
    if kind == CALL_RESULT:
        payload = rest[0] if rest else None
        return CallResult(message_id, payload if isinstance(payload, dict) else {})
    if kind == CALL_ERROR:
        code, description, details = [*rest, None, None, None][:3]
        return CallError(message_id, str(code or "GenericError"), str(description or ""), details or {})
    raise FrameError(f"unknown message type {str(kind)[:20]}")


def _without_stray_backslashes(text: str) -> Any:
    """What a text says that is no JSON because a backslash in it was meant as one, such as a tag that ends in it
    (quirk Q33a); None where that does not help.
    """
    if "\\" not in text or len(text) > LONGEST_MENDED:
        return None
    for double in (_double, _double_at_ends):
        try:
            return from_json(_ESCAPE.sub(double, text))
        except (InvalidJson, RecursionError, UnicodeError):
            continue
    return None


def _double_at_ends(found: re.Match[str]) -> str:
    """The same, and a quotation mark that only looks escaped: what follows it is what follows a text."""
    if found[1] == '"' and _AFTER_TEXT.match(found.string, found.end()):
        return '\\\\"'
    return _double(found)


def _double(found: re.Match[str]) -> str:
    """A backslash that escapes nothing is one that was meant."""
    escaped = found[1]
    known = len(escaped) == 5 or (escaped and escaped in '"\\/bfnrt')
    return found[0] if known else "\\" + found[0]


def _id_in(text: str) -> Any:
    """The message id of a CALL that is no JSON, where it can still be read."""
    found = _CALL_ID.match(text)
    try:
        return from_json(found[1]) if found else None
    except (InvalidJson, UnicodeError):
        return None


def _call(message_id: Any, rest: list[Any], mended: bool) -> Call:
    if not isinstance(message_id, str | int | float):
        # null is as good as none; a list or an object is echoed as it came
        raise FrameError("the message id is not a string", message_id)
    if isinstance(message_id, str) and len(message_id) > LONGEST_ID:
        raise FrameError("the message id is too long")
    if not rest or not isinstance(rest[0], str):
        raise FrameError("the action is not a string", message_id)
    payload = rest[1] if len(rest) > 1 else None
    if payload in _NOTHING:
        payload = {}
    if not isinstance(payload, dict):
        raise FrameError("the payload is not an object", message_id)
    return Call(message_id, rest[0], payload, mended)


def encode(frame: Frame) -> str:
    """The frame's text: compact JSON, members in the order given."""
    fields: list[Any]
    if isinstance(frame, Call):
        fields = [CALL, frame.message_id, frame.action, frame.payload]
    elif isinstance(frame, CallResult):
        fields = [CALL_RESULT, frame.message_id, frame.payload]
    else:
        # errorDescription holds at most 255 characters (OCPP-J 1.6 §4.2.3)
        fields = [CALL_ERROR, frame.message_id, frame.code, frame.description[:255], frame.details]
    return to_json(fields).decode()
