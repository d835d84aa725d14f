"""The JSON shapes of alerts, their timelines and their rules."""

from collections.abc import Sequence
from typing import Any

from typing_extensions import TypedDict

from wattdeck.domain.alert_rules import Rule, plain
from wattdeck.domain.alerts import Alert, Change, headline
from wattdeck.domain.clock import from_ms, iso
from wattdeck.domain.signals import unit_of


class AlertShape(TypedDict):
    id: int
    rule: str
    severity: str
    state: str
    headline: str
    charge_point: str | None
    connector_id: int | None
    measurand: str | None
    phase: str | None
    location: str | None
    site: str | None
    session_id: int | None
    signal: str
    unit: str
    value: float | None
    peak: float | None
    word: str | None
    limit: float | None
    count: int
    readings: int
    began_at: str
    raised_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    cleared_at: str | None
    updated_at: str
    note: str | None
    lacks_data: bool
    silenced: bool
    hidden_by: int | None


class AlertChangeShape(TypedDict):
    what: str
    at: str
    by: str | None
    detail: str | None
    value: float | None


class AlertWithTimelineShape(AlertShape):
    timeline: list[AlertChangeShape]


class AlertRuleShape(TypedDict):
    name: str
    ready_made: bool
    changed: bool
    enabled: bool
    rule: dict[str, Any]


def alert(one: Alert) -> AlertShape:
    subject = one.subject
    return {
        "id": one.id,
        "rule": one.rule,
        "severity": one.severity,
        "state": one.state,
        "headline": headline(one),
        "charge_point": subject.charge_point,
        "connector_id": subject.connector_id,
        "measurand": subject.measurand,
        "phase": subject.phase,
        "location": subject.location,
        "site": subject.site,
        "session_id": one.session_id,
        "signal": one.signal,
        "unit": unit_of(one.signal),
        "value": one.value,
        "peak": one.peak,
        "word": one.word,
        "limit": one.limit,
        "count": one.count,
        "readings": one.readings,
        "began_at": _iso(one.began_at) or "",
        "raised_at": _iso(one.raised_at),
        "acknowledged_at": _iso(one.acknowledged_at),
        "acknowledged_by": one.acknowledged_by,
        "cleared_at": _iso(one.cleared_at),
        "updated_at": _iso(one.updated_at) or "",
        "note": one.note,
        "lacks_data": one.lacks_data,
        "silenced": one.is_silent,
        "hidden_by": one.hidden_by,
    }


def with_timeline(one: Alert, changes: Sequence[Change]) -> AlertWithTimelineShape:
    return {**alert(one), "timeline": [change(each) for each in changes]}


def change(one: Change) -> AlertChangeShape:
    return {"what": one.what, "at": iso(from_ms(one.at)), "by": one.by, "detail": one.detail, "value": one.value}


def rule(one: Rule, ready_made: bool, changed: bool) -> AlertRuleShape:
    """`rule`: as one writes it, what is as it is without being said left out."""
    return {
        "name": one.name,
        "ready_made": ready_made,
        "changed": changed,
        "enabled": one.enabled,
        "rule": plain(one),
    }


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(from_ms(at))
