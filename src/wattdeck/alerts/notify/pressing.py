"""When nobody takes an alert up: whom to tell besides, and when to say it again. Pure."""

from collections.abc import Iterable

from wattdeck.domain.alert_rules import Rule, Step
from wattdeck.domain.alerts import (
    ESCALATED,
    FIRED,
    FIRED_AGAIN,
    INHIBITED,
    REMINDED,
    SILENCED,
    UNINHIBITED,
    UNSILENCED,
    Alert,
    Change,
    is_for_people,
)
from wattdeck.domain.records import Record, replace

_COVERS = frozenset({SILENCED, INHIBITED})
_UNCOVERS = {UNSILENCED: SILENCED, UNINHIBITED: INHIBITED}
_DAY_S = 86_400.0


class Pressing(Record, frozen=True):
    """An alert that fires and that nobody has taken up; how many steps were taken, how often people were reminded.

    `covered_at`: since when it has been silenced or hidden, `covered_ms`: how long it had been so before. That is no
    time in which anybody could have taken it up.
    """

    alert: Alert
    steps: int = 0
    reminders: int = 0
    covered_at: int | None = None
    covered_ms: int = 0


def noted(before: Pressing | None, alert: Alert, at: int) -> Pressing:
    """With what has become of an alert that fires. When it fires again it all begins anew."""
    if before is None or before.alert.fired_at != alert.fired_at:
        since = at if alert.fired_at is None else alert.fired_at
        return Pressing(alert, covered_at=None if is_for_people(alert) else since)
    if is_for_people(alert):
        past = 0 if before.covered_at is None else at - before.covered_at
        return replace(before, alert=alert, covered_at=None, covered_ms=before.covered_ms + past)
    return replace(before, alert=alert, covered_at=at if before.covered_at is None else before.covered_at)


def recalled(alert: Alert, timeline: Iterable[Change]) -> Pressing:
    """As it was before a restart, by what became of the alert since it fired."""
    steps = reminders = covered_ms = 0
    covers: set[str] = set()
    covered_at: int | None = None
    for change in timeline:
        if change.what in (FIRED, FIRED_AGAIN):
            steps = reminders = covered_ms = 0
            covered_at = change.at if covers else None
        steps += change.what == ESCALATED
        reminders += change.what == REMINDED
        if change.what in _COVERS:
            covers.add(change.what)
            covered_at = change.at if covered_at is None else covered_at
        elif change.what in _UNCOVERS:
            covers.discard(_UNCOVERS[change.what])
            if not covers and covered_at is not None:
                covered_ms += change.at - covered_at
                covered_at = None
    return Pressing(alert, steps, reminders, covered_at, covered_ms)


def step_due(one: Pressing, rule: Rule, at: int) -> Step | None:
    """The next step of escalation, where its time has come."""
    if one.steps >= len(rule.escalate):
        return None
    step = rule.escalate[one.steps]
    return step if at >= _since(one) + round(step.after_s * 1000) else None


def reminders_due(one: Pressing, rule: Rule, at: int) -> int:
    """How many reminders there ought to have been by now. The time between them doubles, up to a day."""
    if rule.remind_s <= 0:
        return 0
    due, gap, number = _since(one) + rule.remind_s * 1000, rule.remind_s, 0
    while due <= at:
        number += 1
        gap = min(gap * 2, max(_DAY_S, rule.remind_s))
        due += gap * 1000
    return number


def _since(one: Pressing) -> int:
    """From when on the time counts, as though what was covered had been before it."""
    return (one.alert.fired_at or one.alert.began_at) + one.covered_ms
