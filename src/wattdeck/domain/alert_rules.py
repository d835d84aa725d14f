"""Alert rules: what is bad, for whom, for how long; read from what people write, refused where they make no sense."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from re import fullmatch
from typing import Any, Final, Literal

import msgspec

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.meter_values import MEASURANDS
from wattdeck.domain.records import Record, as_dict, replace, to_json
from wattdeck.domain.signals import HAPPENINGS, NUMBERS, WORDS

LIMIT: Final = "limit"
RATE: Final = "rate"
STALL: Final = "stall"
MISSING: Final = "missing"
COUNT: Final = "count"
WORD: Final = "word"
SEQUENCE: Final = "sequence"
COMPARE: Final = "compare"
CONNECTED: Final = "connected"
SESSION: Final = "session"
CHARGING: Final = "charging"
NUMBERS_OF_A_RULE = ("above", "below", "clear_above", "clear_below", "tolerance", "within_s", "for_s", "times")
LONGEST_S = 30 * 86_400
_MOST = 1_000
_LARGEST = 1e15


class Selector(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom a rule covers: each list of patterns (`*`, `?`, letter case aside) must match; an empty one matches all.

    `id_tags`: while a session of one of these runs on the connector.
    """

    charge_points: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    firmware: tuple[str, ...] = ()
    connectors: tuple[int, ...] = ()
    phases: tuple[str, ...] = ()
    id_tags: tuple[str, ...] = ()


class Step(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to tell besides, when nobody has acknowledged it for so long."""

    after_s: float
    channels: tuple[str, ...]


class Rule(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. What is bad depends on `kind`:

    limit: the value is > `above` or < `below`. rate: it changes by more than `above` (or less than `below`) a second.
    stall: it has moved by no more than `tolerance` for `within_s`, while it is < `above` where that is given.
    missing: none has come for `within_s`, or for `times` of its usual intervals, whichever is longer.
    count: it happened `times` times within `within_s`. word: it is one of `words`. sequence: `words` came one after
    the other within `within_s`. compare: value / value of `against` is < `below` or > `above`, where that other value
    is at least `floor`.

    It is good again at or inside `clear_above` / `clear_below` (without them: when it is not bad). It fires when it
    has been bad for `for_s`, ends when it has been good for `clear_for_s` and has fired for `least_s`; bad again within
    `cool_down_s` of its end it is the same alert. `during`: looked at always, while connected, while a session runs, or
    while it runs and its connector does not say otherwise than Charging.
    `overrides`: pattern of charge points → numbers that are others there; `model_overrides`: the same by pattern of
    models, for those that have none of their own.
    """

    name: str
    kind: Literal["limit", "rate", "stall", "missing", "count", "word", "sequence", "compare"]
    signal: str
    severity: Literal["info", "warning", "critical"] = "warning"
    text: str = ""
    enabled: bool = True
    select: Selector = Selector()
    above: float | None = None
    below: float | None = None
    clear_above: float | None = None
    clear_below: float | None = None
    against: str | None = None
    floor: float = 0.0
    tolerance: float = 0.0
    times: int = 0
    within_s: float = 0.0
    words: tuple[str, ...] = ()
    for_s: float = 0.0
    clear_for_s: float = 0.0
    least_s: float = 0.0
    cool_down_s: float = 600.0
    during: Literal["always", "connected", "session", "charging"] = "always"
    overrides: Mapping[str, Mapping[str, float]] = {}
    model_overrides: Mapping[str, Mapping[str, float]] = {}
    channels: tuple[str, ...] = ()
    escalate: tuple[Step, ...] = ()
    remind_s: float = 0.0

    @property
    def channels_named(self) -> tuple[str, ...]:
        return (*self.channels, *(channel for step in self.escalate for channel in step.channels))


_PLAIN = Rule(name="", kind=LIMIT, signal="")


def read_rule(plain: Mapping[str, Any]) -> Rule:
    """A rule from plain values. Raises Unprocessable with what is wrong, and with which field."""
    try:
        rule = msgspec.convert(dict(plain), Rule)
    except msgspec.ValidationError as error:
        raise Unprocessable(f"alert rule: {error}") from None
    complaint = check(rule)
    if complaint is not None:
        raise Unprocessable(f"alert rule {rule.name}: {complaint}")
    return rule


def plain(rule: Rule) -> dict[str, Any]:
    """A rule as plain values, what is as it is without being said left out."""
    values: dict[str, Any] = {}
    for name in Rule.__struct_fields__:
        given = getattr(rule, name)
        if given != getattr(_PLAIN, name):
            values[name] = msgspec.to_builtins(given)
    if "select" in values:
        values["select"] = {name: list(value) for name, value in as_dict(rule.select).items() if value}
    return {"name": rule.name, "kind": rule.kind, "signal": rule.signal} | values


def check(rule: Rule) -> str | None:
    """What makes no sense in a rule, in one sentence; None where all does."""
    return _check_form(rule) or _check_signal(rule) or _check_numbers(rule) or _check_overrides(rule)


def never_happens(rule: Rule) -> str | None:
    """What of a rule would never come about, in one sentence: a slip of the pen, most often. Rules that were stored
    before may have such.
    """
    known = WORDS.get(rule.signal)
    unsaid = None if known is None else next((word for word in rule.words if word not in known), None)
    if known is not None and unsaid is not None:
        return f"words: {rule.signal} never says {unsaid!r}; {', '.join(known)} are its words"
    if any(not step.channels for step in rule.escalate):
        return "escalate: a step without channels tells nobody"
    return None


def _check_form(rule: Rule) -> str | None:
    if not _is_name(rule.name):
        return "name: small letters, digits and hyphens, 64 at most"
    if len(rule.text) > _MOST:
        return f"text: {_MOST} characters at most"
    try:
        to_json(rule)
    except (ValueError, UnicodeError):
        return "a text that is no Unicode"
    lists = (*as_dict(rule.select).values(), rule.words, rule.channels, rule.escalate)
    if any(len(one) > _MOST for one in (*lists, rule.overrides, rule.model_overrides)):
        return f"a list has {_MOST} entries at most"
    if not 0 <= rule.times <= _MOST:
        return f"times: from 0 to {_MOST}"
    for name in ("within_s", "for_s", "clear_for_s", "least_s", "cool_down_s", "remind_s"):
        if not 0 <= getattr(rule, name) <= LONGEST_S:
            return f"{name}: from 0 to {LONGEST_S} seconds"
    waits = [step.after_s for step in rule.escalate]
    if any(not 0 < wait <= LONGEST_S for wait in waits) or waits != sorted(waits):
        return "escalate: each step's after_s is more than 0 and not less than the one before"
    return None


def _check_signal(rule: Rule) -> str | None:
    signal, is_number = rule.signal, rule.signal in MEASURANDS or rule.signal in NUMBERS
    if rule.kind in (WORD, SEQUENCE):
        if signal not in WORDS:
            return f"signal: {signal!r} says no words; {', '.join(sorted(WORDS))} do"
        if not rule.words or (rule.kind == SEQUENCE and (len(rule.words) < 2 or not rule.within_s)):
            return "words: at least one; a sequence has two, and within_s"
    elif rule.kind == COUNT:
        if signal not in HAPPENINGS:
            return f"signal: {signal!r} cannot be counted; {', '.join(sorted(HAPPENINGS))} can"
        if rule.times < 1 or not rule.within_s:
            return "a count needs times (1 or more) and within_s"
    elif rule.kind == MISSING:
        if not is_number and signal not in HAPPENINGS:
            return f"signal: {signal!r} is neither a number nor a happening"
        if not rule.within_s:
            return "missing needs within_s"
    elif not is_number:
        return f"signal: {signal!r} is no measurand of the standard and no number of ours"
    if rule.kind == COMPARE and rule.against not in MEASURANDS:
        return "against: a measurand of the standard"
    if rule.kind != COMPARE and rule.against is not None:
        return "against: only compare has it"
    if rule.kind == STALL and not rule.within_s:
        return "a stall needs within_s"
    return None


def _check_numbers(rule: Rule) -> str | None:
    has_limit = rule.above is not None or rule.below is not None
    if rule.kind in (LIMIT, RATE, COMPARE) and not has_limit:
        return "above or below is needed"
    if rule.kind not in (LIMIT, RATE, COMPARE, STALL) and has_limit:
        return f"a rule of kind {rule.kind} has no limits"
    for name in ("above", "below", "clear_above", "clear_below", "floor", "tolerance"):
        value = getattr(rule, name)
        if value is not None and not abs(value) < _LARGEST:
            return f"{name}: a finite number"
    if rule.tolerance < 0:
        return "tolerance: 0 or more"
    if rule.clear_above is not None and (rule.above is None or rule.clear_above > rule.above):
        return "clear_above: at or below above"
    if rule.clear_below is not None and (rule.below is None or rule.clear_below < rule.below):
        return "clear_below: at or above below"
    if rule.above is not None and rule.below is not None and rule.below >= rule.above:
        return "below: less than above"
    return None


def _check_overrides(rule: Rule) -> str | None:
    for field in ("overrides", "model_overrides"):
        for pattern, numbers in getattr(rule, field).items():
            complaint = _check_override(rule, numbers)
            if complaint is not None:
                return f"{field}: for {pattern}: {complaint}"
    return None


def _check_override(rule: Rule, numbers: Mapping[str, float]) -> str | None:
    wrong = next((name for name in numbers if name not in NUMBERS_OF_A_RULE), None)
    if wrong is not None:
        return f"{wrong} cannot be another; {', '.join(NUMBERS_OF_A_RULE)} can"
    if not all(abs(number) < _LARGEST for number in numbers.values()):
        return "finite numbers"
    changed = _with(rule, numbers)
    return _check_form(changed) or _check_signal(changed) or _check_numbers(changed)


def for_charge_point(rule: Rule, one: ChargePoint) -> Rule | None:
    """The rule with the numbers it has for this charge point; None where it does not cover it."""
    if not selects(rule.select, one):
        return None
    for overrides, fact in ((rule.overrides, one.identifier), (rule.model_overrides, one.model)):
        for pattern, numbers in overrides.items():
            if matches((pattern,), fact):
                return _with(rule, numbers)
    return rule


def covers_part(rule: Rule, connector_id: int | None, phase: str | None) -> bool:
    """Whether it covers this connector and phase of a charge point it covers."""
    return selects_part(rule.select, connector_id, phase)


def covers_tag(rule: Rule, id_tag: str | None) -> bool:
    """Whether it covers a session of this tag; None: there is none."""
    return not rule.select.id_tags or (id_tag is not None and matches(rule.select.id_tags, id_tag))


def covers_sites(rule: Rule, site: str) -> bool:
    """Whether it covers a site as a whole."""
    return matches(rule.select.sites, site)


def selects(select: Selector, one: ChargePoint) -> bool:
    """Whether a charge point is meant, or something of it."""
    return (
        matches(select.charge_points, one.identifier)
        and matches(select.sites, one.site)
        and matches(select.vendors, one.vendor)
        and matches(select.models, one.model)
        and matches(select.firmware, one.firmware_version)
    )


def selects_part(select: Selector, connector_id: int | None, phase: str | None) -> bool:
    """Whether this connector and phase of it is meant."""
    return (not select.connectors or connector_id in select.connectors) and (
        not select.phases or (phase or "") in select.phases
    )


def matches(patterns: tuple[str, ...], fact: str | None) -> bool:
    """Whether one of the patterns fits, letter case aside; none at all fits everything."""
    if not patterns:
        return True
    known = (fact or "").casefold()
    return any(fnmatchcase(known, pattern.casefold()) for pattern in patterns)


def _with(rule: Rule, numbers: Mapping[str, float]) -> Rule:
    given: dict[str, Any] = {name: int(value) if name == "times" else value for name, value in numbers.items()}
    for limit, clear in (("above", "clear_above"), ("below", "clear_below")):
        before, cleared_at = getattr(rule, limit), getattr(rule, clear)
        if limit in given and clear not in given and None not in (before, cleared_at):
            given[clear] = given[limit] + cleared_at - before  # another limit keeps its distance to where it clears
    return replace(rule, **given)


def _is_name(name: str) -> bool:
    return fullmatch("[a-z0-9][a-z0-9-]{0,63}", name) is not None
