"""Repairs payloads that break their schema where the meaning is clear, and says what was found.

What is stored need not be perfect (OCPP 1.6 §4.7, §4.8, §4.10): a charge point repeats for ever what it cannot
deliver, so a CALLERROR is for what really cannot be understood.
"""

import contextlib
import math
import re
from collections.abc import Mapping, Set
from typing import Any

from wattdeck.domain.findings import Finding
from wattdeck.domain.records import Record, to_json
from wattdeck.domain.secrets import without_secrets
from wattdeck.ocpp.schemas import Fault, faults, member, required

# Faults that do not change the meaning; counted, not refused.
_HARMLESS = frozenset({"maxLength", "additionalProperties", "minItems", "multipleOf", "maxItems"})
# Members whose unknown words are kept as text, in whatever message.
OPEN_WORDS = frozenset({"measurand", "unit", "phase", "context", "location", "format", "errorCode", "reason"})
# Members whose text is often sent as the object it holds.
_JSON_TEXTS = frozenset({"data"})
_PASSES = 8
_DEEPEST = 32  # no message of the standard nests deeper than 5; judging by a schema ends at 255
MOST_FAULTS = 1_000
_LEADING_NUMBER = re.compile(r"\s*([+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)")


class Mended(Record, frozen=True):
    """What came of it: findings for what was repaired, and the first fault that could not be."""

    findings: tuple[Finding, ...]
    refusal: Fault | None


def mend(
    folder: str,
    name: str,
    payload: dict[str, Any],
    missing: Mapping[str, Any],
    never_refused: bool = False,
    open_words: Set[str] = OPEN_WORDS,
) -> Mended:
    """Repair `payload` in place. `missing`: what stands in for required members of this message that are absent.
    What cannot be repaired is left out if the message may lack it; `never_refused`: whatever it is. `open_words`:
    members whose unknown words are kept.
    """
    found: dict[str, Finding] = {}
    needed = required(folder, name)
    if _flatten(payload):
        found["nested_too_deep"] = Finding("nested_too_deep", name)
    refusal: Fault | None = None
    for _ in range(_PASSES):  # one repair can uncover the next: a null measurand is first of all a null
        refusal, changed = None, False
        gone: set[tuple[Any, ...]] = set()
        # from the last to the first: members of a list that are left out do not move those still to be looked at
        wrong = faults(folder, name, payload, MOST_FAULTS + 1)
        if len(wrong) > MOST_FAULTS:
            return _beyond_mending(name, wrong[0], payload, missing, never_refused)
        for fault in reversed(wrong):
            path = tuple(fault.instance_path)
            if any(path[:length] in gone for length in range(1, len(path) + 1)):
                continue  # in its place stands the next member of the list now
            kind = _repair(fault, payload, missing, open_words)
            can_go = never_refused or (path and path[0] not in needed)
            if kind is None and can_go and _leave_out(fault, payload):
                gone.add(path)
                kind = "member_unusable"
            if kind is None:
                # a value of the wrong type is no known word either: the type is what is wrong with it
                if refusal is None or fault.kind.name == "type":
                    refusal = fault
                continue
            changed = changed or kind not in ("too_long", "schema_minor", "unknown_word")
            if kind not in found:
                found[kind] = Finding(kind, f"{name}: {member(fault) or name}: {_said(fault, payload)}"[:300])
        if not changed:
            break
    return Mended(tuple(found.values()), refusal)


def _said(fault: Fault, payload: dict[str, Any]) -> str:
    """What is wrong, which quotes the value; not where a password stands there or beside it."""
    holder = _holder(payload, list(fault.instance_path))
    return fault.message if without_secrets(holder) == holder else f"{fault.kind.name} (it holds a password)"


def _flatten(value: Any, depth: int = _DEEPEST) -> bool:
    """Put null, which is an absence, in the place of whatever lies deeper inside than a message can; was there any?"""
    deeper = False
    for step, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if isinstance(inner, dict | list):
            if depth == 0:
                value[step] = None
            deeper = depth == 0 or _flatten(inner, depth - 1) or deeper
    return deeper


def _beyond_mending(
    name: str, fault: Fault, payload: dict[str, Any], missing: Mapping[str, Any], never_refused: bool
) -> Mended:
    """So much is wrong that looking through it would keep everybody waiting; what is never refused is emptied."""
    if not never_refused:
        return Mended((), fault)
    payload.clear()
    payload.update(missing)
    return Mended((Finding("beyond_mending", f"{name}: more than {MOST_FAULTS} faults"),), None)


def _repair(fault: Fault, payload: dict[str, Any], missing: Mapping[str, Any], open_words: Set[str]) -> str | None:
    """The kind of finding if the fault was repaired or does no harm, else None."""
    detail: Any = fault.kind  # which members it has depends on the keyword
    kind = detail.name
    if kind in _HARMLESS:
        return "too_long" if kind == "maxLength" else "schema_minor"
    path = list(fault.instance_path)
    holder = _holder(payload, path)
    if kind == "required":
        name = detail.property
        here = _holder(payload, [*path, None])
        if not isinstance(here, dict) or name not in missing:
            return None
        here[name] = missing[name]
        return "member_missing"
    if holder is None or not path:
        return None
    step = path[-1]
    if isinstance(holder, dict) and step not in holder:
        return "null_member"  # one more fault of a member that is gone already
    value = holder[step]
    if value is None and isinstance(holder, dict):
        del holder[step]
        return "null_member"
    if kind == "type":
        fitted = to_json(value).decode() if step in _JSON_TEXTS else _fit(value, detail.types)
        if fitted is None:
            return None
        holder[step] = fitted
        return "wrong_type"
    if kind == "enum":
        word = next((word for word in detail.options if _plain(word) == _plain(value)), None)
        if word is not None:
            holder[step] = word
            return "word_spelling"
        if value == "" and isinstance(holder, dict) and step in open_words:
            del holder[step]
            return "empty_word"
        return "unknown_word" if step in open_words else None
    return None


def _leave_out(fault: Fault, payload: dict[str, Any]) -> bool:
    """Take the member away that a fault is about; for a required member that is absent, what should have held it."""
    path = list(fault.instance_path)
    holder = _holder(payload, path)
    if not path or holder is None:
        return False
    with contextlib.suppress(KeyError, IndexError):  # one more fault of a member that is gone already
        del holder[path[-1]]
    return True


def _at(payload: Any, path: list[Any]) -> Any:
    for step in path:
        payload = payload[step]
    return payload


def _holder(payload: dict[str, Any], path: list[Any]) -> Any:
    try:
        return _at(payload, path[:-1])
    except (KeyError, IndexError, TypeError):
        return None


def _fit(value: Any, types: Any) -> Any:
    """The value in the type the schema wants, or None where that cannot be said."""
    wanted = {types} if isinstance(types, str) else set(types)
    if isinstance(value, bool):
        return str(value).lower() if "string" in wanted else None
    if isinstance(value, int | float):
        if "integer" in wanted and float(value).is_integer():
            return int(value)
        if "integer" in wanted:
            return round(value)
        return f"{value}" if "string" in wanted else None
    if isinstance(value, str):
        match = _LEADING_NUMBER.match(value)
        if match is None:
            return None
        number = float(match[1].replace(",", "."))
        if not math.isfinite(number):
            return None
        if "integer" in wanted:
            return round(number) if abs(number) < 2**63 else None
        return number if "number" in wanted else None
    if isinstance(value, dict) and "array" in wanted:
        return [value]
    return None


def _plain(word: Any) -> str:
    return str(word).replace(" ", "").replace("_", "").casefold()
