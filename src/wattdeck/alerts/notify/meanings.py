"""What a rule means, for somebody who is called at night and did not write it. Pure."""

from wattdeck.alerts.ready_made import BY_NAME
from wattdeck.domain.alert_rules import COUNT, MISSING, SEQUENCE, STALL, Rule
from wattdeck.domain.alerts import Alert

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))
_OF_TIME = ("within_s", "times", "tolerance")


def in_words(rule: Rule | None, alert: Alert) -> str | None:
    """Its own sentence; without one what the figures of the alert do not say. None where they say it all."""
    if rule is None:
        return None
    if not rule.text:
        return _in_our_words(rule)
    # our own words name the limit everyone has: where this one has another they would contradict the figures
    is_ours = rule.name in BY_NAME and rule.text == BY_NAME[rule.name].text
    has_another = alert.limit is not None and alert.limit not in (rule.above, rule.below)
    return None if is_ours and has_another else " ".join(rule.text.split())


def _in_our_words(rule: Rule) -> str | None:
    overrides = (*rule.overrides.values(), *rule.model_overrides.values())
    if any(name in numbers for numbers in overrides for name in _OF_TIME):
        return None  # they may be others for this one
    time = _duration(rule.within_s)
    if rule.kind == STALL:
        return f"It has not moved{f' by more than {rule.tolerance:g}' if rule.tolerance else ''} for {time}."
    if rule.kind == MISSING:
        return f"None has come for {time}{f', or {rule.times} of its usual intervals' if rule.times else ''}."
    if rule.kind == COUNT:
        return f"{rule.times} {'time' if rule.times == 1 else 'times'} or more within {time}."
    if rule.kind == SEQUENCE:
        return f"{', then '.join(rule.words)} within {time}."
    return None


def _duration(seconds: float) -> str:
    for length, unit in _UNITS:
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g} {unit}"
    return f"{seconds:g} s"
