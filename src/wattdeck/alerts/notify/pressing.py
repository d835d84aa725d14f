"""When nobody takes an alert up: whom to tell besides, and when to say it again. Pure."""

from wattdeck.domain.alert_rules import Rule, Step
from wattdeck.domain.alerts import Alert
from wattdeck.domain.records import Record

_DAY_S = 86_400.0


class Pressing(Record, frozen=True):
    """An alert that fires and that nobody has taken up; how many steps were taken, how often people were reminded."""

    alert: Alert
    steps: int = 0
    reminders: int = 0


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
    return one.alert.fired_at or one.alert.began_at
