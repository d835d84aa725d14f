"""A dialect is two tables: what charge points of a version say to us, and what they understand from us.

`understand` turns a CALL into a message of ours; `check` judges a command before it is sent. What a version lacks
has no row. Nothing behind the gateway knows which version a charge point speaks.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime
from typing import Any

from wattdeck.domain.errors import MessageRefused
from wattdeck.domain.findings import Finding
from wattdeck.domain.messages import Message
from wattdeck.domain.records import Record, to_json
from wattdeck.ocpp import mending, times, typed
from wattdeck.ocpp.frames import Call, TypedCall
from wattdeck.ocpp.schemas import Fault, document, faults, member, validator

CLOCK_UNSET = "clock_unset"


class Notes:
    """What is learnt beside the message while it is read: when it came, and what was odd about it. `unset`: what is
    known of the charge point's clock where that was never set.
    """

    __slots__ = ("_unset", "findings", "received_at")

    def __init__(self, received_at: datetime, unset: times.Unset | None = None) -> None:
        self.received_at = received_at
        self._unset = unset
        self.findings: dict[str, Finding] = {}

    def found(self, kind: str, example: str) -> None:
        """One of a kind is kept: a frame can hold thousands."""
        if kind not in self.findings:
            self.findings[kind] = Finding(kind, example[:300])

    def time(self, text: str | None) -> datetime:
        """The charge point's time; the time of receipt where it has none that can be believed (quirks Q54–Q56)."""
        if not text:
            return self.received_at
        at = times.parse(text)
        if at is None:
            self.found("time_unreadable", text)
            return self.received_at
        if not times.believable(at, self.received_at):
            self.found(CLOCK_UNSET, text)
            if self._unset is not None:
                self._unset.heard(self.received_at)
            return self.received_at
        return at

    def taken(self, moments: Iterable[tuple[str | None, Iterable[str]]]) -> list[datetime]:
        """When the values of a message were taken, and what they end with: as `time`, but apart from each other where
        the clock was never set (`times.Unset`). `moments`: the time of each as it was sent, with the values.
        """
        said = [(text, times.parse(text) if text else None, values) for text, values in moments]
        right = [at for _, at, _ in said if at is not None and times.believable(at, self.received_at)]
        unset: dict[datetime, frozenset[str]] = {}
        for text, at, values in said:
            if at is not None and not times.believable(at, self.received_at):
                unset[at] = unset.get(at, frozenset()).union(values)
                self.found(CLOCK_UNSET, text or "")
        placed: Mapping[datetime, datetime] = {}
        if unset:
            placed = (self._unset or times.Unset()).place(unset, self.received_at, min(right, default=None))
        return [self.time(text) if at is None else placed.get(at, at) for text, at, _ in said]


class Incoming(Record, frozen=True):
    """One row of what charge points say. `missing`: what stands in for required members that are absent;
    `never_refused`: what a charge point would send again for ever; `open_words`: members whose unknown words are kept.
    `from_typed`: the same as `to_message`, of a payload that was read by its schema; for what comes often.
    """

    to_message: Callable[[dict[str, Any], Notes], Message]
    from_answer: Callable[[Any], dict[str, Any]]
    missing: Mapping[str, Any] = {}
    never_refused: bool = False
    open_words: Set[str] = mending.OPEN_WORDS
    from_typed: Callable[[Any, Notes], Message] | None = None


class Dialect(Record, frozen=True):
    """One OCPP version. `codes`: our word for a refusal → the version's CALLERROR code."""

    version: str
    subprotocol: str
    folder: str
    incoming: Mapping[str, Incoming]
    commands: frozenset[str]
    codes: Mapping[str, str]


class Understood(Record, frozen=True):
    message: Message
    findings: tuple[Finding, ...]


# JSON-schema keyword → our word for the refusal
_REFUSALS = {"required": "occurrence", "type": "type", "enum": "property", "minItems": "occurrence"}


def readers(dialect: Dialect) -> Mapping[str, typed.Reader]:
    """Of the messages that are read by their schema, by action."""
    names = (action for action, row in dialect.incoming.items() if row.from_typed is not None)
    return typed.readers(dialect.folder, frozenset(names))


def understand(
    dialect: Dialect, call: Call | TypedCall, received_at: datetime, unset: times.Unset | None = None
) -> Understood:
    """The message a CALL carries, mended where it had to be. Raises MessageRefused."""
    if isinstance(call, TypedCall):
        notes = Notes(received_at, unset)
        return Understood(understand_typed(dialect, call, notes), tuple(notes.findings.values()))
    row = dialect.incoming.get(call.action)
    if row is None:
        known = validator(dialect.folder, call.action) is not None
        raise MessageRefused("not_supported" if known else "not_implemented", f"{call.action[:60]} is not known here")
    findings: tuple[Finding, ...] = ()
    schema = validator(dialect.folder, call.action)
    try:
        fits = schema is None or schema.is_valid(call.payload)
    except ValueError:  # nested too deep to be judged
        fits = False
    if not fits:
        mended = mending.mend(dialect.folder, call.action, call.payload, row.missing, row.never_refused, row.open_words)
        if mended.refusal is not None:
            raise MessageRefused(_word(mended.refusal), _sentence(mended.refusal))
        findings = mended.findings
    notes = Notes(received_at, unset)
    if call.mended:
        notes.found("stray_backslash", to_json(call.payload).decode("utf-8", "replace"))
    message = row.to_message(call.payload, notes)
    return Understood(message, (*findings, *notes.findings.values()) if notes.findings else findings)


def understand_typed(dialect: Dialect, call: TypedCall, notes: Notes) -> Message:
    """The message of a CALL that was read by its schema; what is odd goes into the notes."""
    from_typed = dialect.incoming[call.action].from_typed
    assert from_typed is not None
    return from_typed(call.payload, notes)


def check(dialect: Dialect, action: str, payload: dict[str, Any]) -> str | None:
    """What is wrong with a command by the version's schema, in one sentence; None when nothing is."""
    if action not in dialect.commands:
        return f"{action} is not a command of OCPP {dialect.version}"
    try:
        wrong = faults(dialect.folder, action, payload)
    except ValueError:
        return "nested too deep"
    return _sentence(wrong[0]) if wrong else None


def command_schemas(dialect: Dialect) -> dict[str, dict[str, Any]]:
    """The official schema of each command of the version, by action."""
    found = ((action, document(dialect.folder, action)) for action in sorted(dialect.commands))
    return {action: schema for action, schema in found if schema is not None}


def _word(fault: Fault) -> str:
    return _REFUSALS.get(fault.kind.name, "formation")


def _sentence(fault: Fault) -> str:
    where = member(fault)
    return f"{where}: {fault.message}" if where else fault.message
