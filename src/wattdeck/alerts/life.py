"""The life of an alert: a pure state machine from verdicts and the clock to states and changes.

```
none ──bad──▶ pending ──bad for `for_s`──▶ firing ──someone──▶ acknowledged
  ◀──not bad──┘                             │  └──good for `clear_for_s`, fired for `least_s`──▶ resolved
                                            ◀──bad again within `cool_down_s`──────────────────────┘
```
"""

from wattdeck.alerts.rules import BAD, BETWEEN, GOOD, Verdict
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import (
    ACKNOWLEDGED,
    BEGAN,
    FIRED,
    FIRED_AGAIN,
    FIRING,
    PENDING,
    RAISED,
    RESOLVED,
    UPDATED,
    WAS_ACKNOWLEDGED,
    WAS_RESOLVED,
    WENT_BY,
    Alert,
    Change,
)
from wattdeck.domain.records import Record, replace
from wattdeck.domain.signals import Observation


class Step(Record, frozen=True):
    """The alert as it is now (None: there is none any more), and what became of it (None: nothing)."""

    alert: Alert | None
    change: Change | None = None


def advance(
    rule: Rule, alert: Alert | None, verdict: Verdict, seen: Observation | None, first: Observation, at: int
) -> Step:
    """One verdict at a moment. `seen`: what made it, None where the clock did. `first`: whom it is about."""
    if alert is not None:
        at = max(at, alert.updated_at)  # what came by a slower way does not turn time back
    if alert is None or alert.state == RESOLVED:
        if verdict.word != BAD:
            return Step(alert if alert is None or alert.bad_since is None else replace(alert, bad_since=None))
        if seen is not None and not seen.raises and (alert is None or alert.bad_since is None):
            return Step(alert)  # too late to call anyone
        since = at if verdict.since is None else verdict.since
        if alert is not None:
            return _again(rule, alert, verdict, seen, at, alert.bad_since or since)
        return _began(rule, verdict, seen, first, at, since)
    if alert.state == PENDING:
        if verdict.word != BAD:
            return Step(None, Change(WENT_BY, at))
        return _fire_when_due(rule, _noted(alert, verdict, seen, at), at, FIRED)
    return _raised(rule, alert, verdict, seen, at)


def due(rule: Rule, alert: Alert | None) -> int | None:
    """When the clock alone moves it on; None: never."""
    if alert is None:
        return None
    if alert.state in RAISED:
        if alert.good_since is None:
            return None
        return max(alert.good_since + _ms(rule.clear_for_s), (alert.fired_at or 0) + _ms(rule.least_s))
    return None if alert.bad_since is None else alert.bad_since + _ms(rule.for_s)


def is_over(rule: Rule, alert: Alert, at: int) -> bool:
    """Whether one that was resolved cannot come back any more: bad again is another alert."""
    return alert.state == RESOLVED and at >= over_at(rule, alert)


def over_at(rule: Rule, alert: Alert) -> int:
    return (alert.cleared_at or 0) + _ms(rule.cool_down_s)


def resolve(alert: Alert, at: int, why: str | None = None, by: str | None = None) -> Step:
    """End it now. A pending one goes by."""
    if alert.state == PENDING:
        return Step(None, Change(WENT_BY, at, by, why))
    ended = replace(
        alert, state=RESOLVED, cleared_at=at, bad_since=None, good_since=None, updated_at=at, lacks_data=False
    )
    return Step(ended, Change(WAS_RESOLVED, at, by, why, alert.value))


def acknowledge(alert: Alert, at: int, by: str, note: str | None) -> Step:
    """Somebody has taken it up."""
    taken = replace(
        alert, state=ACKNOWLEDGED, acknowledged_at=at, acknowledged_by=by, note=note or alert.note, updated_at=at
    )
    return Step(taken, Change(WAS_ACKNOWLEDGED, at, by, note))


def _began(rule: Rule, verdict: Verdict, seen: Observation | None, first: Observation, at: int, since: int) -> Step:
    alert = Alert(
        id=0,
        rule=rule.name,
        severity=rule.severity,
        state=PENDING,
        subject=first.subject,
        signal=rule.signal,
        session_id=first.session_id if seen is None else seen.session_id,
        began_at=since,
        bad_since=since,
        updated_at=at,
    )
    step = _fire_when_due(rule, _noted(alert, verdict, seen, at), at, FIRED)
    return step if step.change is not None and step.change.what == FIRED else Step(step.alert, Change(BEGAN, since))


def _again(rule: Rule, alert: Alert, verdict: Verdict, seen: Observation | None, at: int, since: int) -> Step:
    """Bad again while it cools down: once that has lasted, the same alert fires again."""
    step = _fire_when_due(rule, _noted(replace(alert, bad_since=since), verdict, seen, at), at, FIRED_AGAIN)
    return step if step.alert is not None and step.alert.state in RAISED else Step(step.alert)


def _fire_when_due(rule: Rule, alert: Alert, at: int, what: str) -> Step:
    bad_since = at if alert.bad_since is None else alert.bad_since
    if at - bad_since < _ms(rule.for_s):
        return Step(alert, Change(UPDATED, at))
    fired = replace(
        alert,
        # what somebody has taken up stays with them while it comes and goes
        state=FIRING if alert.acknowledged_at is None else ACKNOWLEDGED,
        severity=rule.severity,
        count=alert.count + 1,
        raised_at=at if alert.raised_at is None else alert.raised_at,
        fired_at=at,
        cleared_at=None,
        good_since=None,
    )
    return Step(fired, Change(what, at, value=alert.value))


def _raised(rule: Rule, alert: Alert, verdict: Verdict, seen: Observation | None, at: int) -> Step:
    noted = _noted(alert, verdict, seen, at)
    if verdict.word != GOOD:
        noted = replace(noted, good_since=None)
        return Step(noted, Change(UPDATED, at) if noted != alert else None)
    if noted.good_since is None:
        noted = replace(noted, good_since=at if seen is None else seen.at)
    if at >= (due(rule, noted) or at):
        return resolve(noted, at)
    return Step(noted, Change(UPDATED, at) if noted != alert else None)


def _noted(alert: Alert, verdict: Verdict, seen: Observation | None, at: int) -> Alert:
    """With the newest figures; the peak is the value furthest beyond the limit."""
    # a comparison that cannot be made just now says nothing new
    value = alert.value if verdict.word == BETWEEN and verdict.value is None else verdict.value
    if seen is None and value == alert.value and verdict.beside in (None, alert.word):
        return alert
    bad = verdict.word == BAD
    peak = alert.peak
    if bad and verdict.value is not None and (peak is None or _worse(verdict, peak)):
        peak = verdict.value
    return replace(
        alert,
        value=value,
        word=verdict.beside or (alert.word if seen is None else seen.word),
        limit=verdict.limit if bad else alert.limit,
        peak=peak,
        readings=alert.readings + (1 if bad and seen is not None else 0),
        session_id=alert.session_id if seen is None or seen.session_id is None else seen.session_id,
        updated_at=at,
    )


def _worse(verdict: Verdict, peak: float) -> bool:
    value, limit = verdict.value, verdict.limit
    return value is not None and (value > peak if limit is None else abs(value - limit) > abs(peak - limit))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
