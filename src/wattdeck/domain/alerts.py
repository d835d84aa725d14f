"""Alerts: one per rule and subject, from its first sign to its end, and the timeline of what became of it."""

from collections.abc import Iterator
from typing import Final

from wattdeck.domain.meter_values import MEASURANDS
from wattdeck.domain.records import Record
from wattdeck.domain.signals import HAPPENINGS, Subject, unit_of

INFO: Final = "info"
WARNING: Final = "warning"
CRITICAL: Final = "critical"
SEVERITIES = (INFO, WARNING, CRITICAL)  # each graver than those before it

PENDING, FIRING, ACKNOWLEDGED, RESOLVED = "pending", "firing", "acknowledged", "resolved"
STATES = (PENDING, FIRING, ACKNOWLEDGED, RESOLVED)
OPEN = frozenset({PENDING, FIRING, ACKNOWLEDGED})
RAISED = frozenset({FIRING, ACKNOWLEDGED})

# What can become of one. WENT_BY: it was over before it fired; UPDATED: it goes on, with newer figures.
BEGAN, WENT_BY, FIRED, FIRED_AGAIN, UPDATED, WAS_ACKNOWLEDGED, WAS_RESOLVED = (
    *("began", "went_by", "fired", "fired_again", "updated", "acknowledged", "resolved"),
)
NO_DATA, DATA_AGAIN = "no_data", "data_again"
SILENCED, UNSILENCED, INHIBITED, UNINHIBITED = "silenced", "unsilenced", "inhibited", "uninhibited"
NOTIFIED, REMINDED, ESCALATED = "notified", "reminded", "escalated"

PER_SECOND: Final = "per second"
_BY_ALERT: Final = "by alert "


class Alert(Record, frozen=True, kw_only=True):
    """One alert. Times are milliseconds since 1970; values in base units.

    `word`: what was said; of a comparison the measurand compared with, of a rate PER_SECOND. `count`: how often it has
    fired; `readings`: how many observations were bad. `peak`: the worst value. `bad_since` and `good_since`: since when
    it has been so without a break, which `for` and the times to clear are counted from. `hidden_by`: the alert of
    something above it that says more. `site`: where it is; `subject` has one only where it is the site as a whole.
    """

    id: int
    rule: str
    severity: str
    state: str
    subject: Subject
    signal: str
    value: float | None = None
    peak: float | None = None
    word: str | None = None
    limit: float | None = None
    count: int = 0
    readings: int = 0
    session_id: int | None = None
    began_at: int
    bad_since: int | None = None
    good_since: int | None = None
    raised_at: int | None = None
    fired_at: int | None = None
    acknowledged_at: int | None = None
    acknowledged_by: str | None = None
    cleared_at: int | None = None
    updated_at: int
    note: str | None = None
    lacks_data: bool = False
    is_silent: bool = False
    hidden_by: int | None = None
    site: str | None = None


class Change(Record, frozen=True):
    """One thing that became of an alert. `at`: milliseconds; `by`: who, None where it was the course of things."""

    what: str
    at: int
    by: str | None = None
    detail: str | None = None
    value: float | None = None


def inhibited(at: int, hider: int) -> Change:
    """Another alert says more."""
    return Change(INHIBITED, at, None, f"{_BY_ALERT}{hider}")


def hider_of(change: Change) -> int | None:
    """Which alert an inhibition was by."""
    number = (change.detail or "").removeprefix(_BY_ALERT)
    return int(number) if change.what == INHIBITED and number.isdecimal() else None


def is_for_people(alert: Alert) -> bool:
    """Whether anybody is to be told: it is raised, and neither silenced nor hidden by another."""
    return alert.state == FIRING and not alert.is_silent and alert.hidden_by is None


def where(subject: Subject) -> str:
    """The subject in words: `CP001 connector 1 L2`."""
    if subject.charge_point is None:
        return f"site {subject.site}" if subject.site is not None else "this server"
    words = [subject.charge_point]
    if subject.connector_id is not None:
        words.append(f"connector {subject.connector_id}")
    return " ".join([*words, *(word for word in (subject.phase, subject.location) if word not in (None, "Outlet"))])


def headline(alert: Alert) -> str:
    """One line for a person: `power: CP001 connector 1: Power.Active.Import 50001 W (limit 50000 W)`."""
    limit = "" if alert.limit is None else f" (limit {_number(alert.limit, unit(alert))})"
    return " ".join([f"{alert.rule}: {where(alert.subject)}: {alert.signal}", *_said(alert)]) + limit


def unit(alert: Alert) -> str:
    """Of its value, peak and limit."""
    if alert.word == PER_SECOND:
        return f"{unit_of(alert.signal)}/s"
    return "" if alert.word in MEASURANDS else unit_of(alert.signal)


def _said(alert: Alert) -> Iterator[str]:
    value, word = alert.value, alert.word
    if value is None:
        yield from () if word is None or word in MEASURANDS or word == PER_SECOND else (word,)
    elif alert.signal in HAPPENINGS:
        yield "once" if value == 1 else f"{value:g} times"
        yield from () if word is None else (f"({word})",)
    else:
        yield _number(value, unit(alert))
        yield from (f"of {word}",) if word in MEASURANDS else ()


def _number(value: float, unit: str) -> str:
    return f"{value:.6g}{f' {unit}' if unit else ''}"
