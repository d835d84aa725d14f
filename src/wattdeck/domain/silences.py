"""Silences: for whom nobody is told of alerts, from when to when; one that is yet to come is a maintenance window."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from wattdeck.domain.alert_rules import Selector, matches, selects, selects_part
from wattdeck.domain.alerts import SEVERITIES, Alert
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.records import Record, as_dict

PLANNED: Final = "planned"
ACTIVE: Final = "active"
OVER: Final = "over"
MOST_AT_A_TIME = 1_000  # that are not over
_LONGEST = timedelta(days=366)
_WEEK = timedelta(days=7)
_MOST_PATTERNS, _MOST_TEXT = 100, 1_000
_EMPTY = Selector()


class Silence(Record, frozen=True, kw_only=True):
    """Alerts that match one of `rules` (patterns), of one of `severities`, about whom `select` means, where given.

    With `repeats_until` the time from `starts_at` to `ends_at` comes again each week, at the same hours of the zone,
    as long as it begins before then.
    """

    id: int
    rules: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    select: Selector = _EMPTY
    starts_at: datetime
    ends_at: datetime
    repeats_until: datetime | None = None
    comment: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None


def check(one: Silence) -> str | None:
    """What makes no sense in a silence that is to be made, in one sentence; None where all does."""
    lists = (one.rules, *as_dict(one.select).values())
    if not one.comment.strip() or len(one.comment) > _MOST_TEXT:
        return f"comment: why, in {_MOST_TEXT} characters at most"
    if not any((one.rules, one.severities, one.select != _EMPTY)):
        return 'rules, severities or select: whom it is about; "rules": ["*"] for everything'
    if any(len(each) > _MOST_PATTERNS for each in lists) or len(one.severities) > len(SEVERITIES):
        return f"a list has {_MOST_PATTERNS} entries at most"
    if one.ends_at <= one.starts_at or one.ends_at <= one.created_at:
        return "ends_at: later than it starts, and than now"
    last = one.ends_at if one.repeats_until is None else one.repeats_until
    if last - max(one.starts_at, one.created_at) > _LONGEST or one.starts_at - one.created_at > _LONGEST:
        return "it may last a year at most, and begin within a year"
    if one.repeats_until is not None and (one.ends_at - one.starts_at > _WEEK or one.repeats_until < one.ends_at):
        return "repeats_until: after ends_at, and what is repeated each week lasts a week at most"
    return None


def window(one: Silence, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """From when to when it is in force, now or next; None where it is over."""
    if one.ended_at is not None:
        return None
    if one.repeats_until is None:
        return None if one.ends_at <= at else (one.starts_at, one.ends_at)
    first = max(0, (at - one.starts_at) // _WEEK - 1)
    for week in range(first, first + 4):  # those before and after are there for the hour that a summer moves
        starts_at, ends_at = (_later(each, week, zone) for each in (one.starts_at, one.ends_at))
        if starts_at > one.repeats_until:
            return None
        if ends_at > at:
            return starts_at, ends_at
    return None


def state(one: Silence, at: datetime, zone: ZoneInfo) -> str:
    """planned, active or over."""
    found = window(one, at, zone)
    if found is None:
        return OVER
    return ACTIVE if found[0] <= at else PLANNED


def over_at(one: Silence, zone: ZoneInfo) -> datetime:
    """When it is over for good."""
    if one.ended_at is not None or one.repeats_until is None:
        return one.ended_at or one.ends_at
    last = (one.repeats_until - one.starts_at) // _WEEK
    begun = (week for week in (last + 1, last, last - 1, 0) if _later(one.starts_at, week, zone) <= one.repeats_until)
    return _later(one.ends_at, next(begun), zone)


def fits(one: Silence, alert: Alert, of: ChargePoint | None) -> bool:
    """Whether an alert is one of those it is about. `of`: the charge point it is about, or of which it is a part."""
    if not matches(one.rules, alert.rule) or (one.severities and alert.severity not in one.severities):
        return False
    subject, select = alert.subject, one.select
    if of is not None:
        return selects(select, of) and selects_part(select, subject.connector_id, subject.phase)
    narrower = (select.charge_points, select.vendors, select.models, select.firmware, select.connectors, select.phases)
    return not any(narrower) and (
        not select.sites or (subject.site is not None and matches(select.sites, subject.site))
    )


def _later(at: datetime, weeks: int, zone: ZoneInfo) -> datetime:
    """The same hour of the wall clock, weeks later."""
    return (at.astimezone(zone) + weeks * _WEEK).astimezone(at.tzinfo)
