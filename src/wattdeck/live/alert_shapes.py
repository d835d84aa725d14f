"""The JSON shapes of alerts, their timelines and their rules."""

from collections.abc import Sequence
from typing import Any

from typing_extensions import TypedDict

from wattdeck.domain.alert_rules import Rule, plain
from wattdeck.domain.alerts import Alert, Change, headline, unit
from wattdeck.domain.back_tests import Episode, Report
from wattdeck.domain.clock import from_ms, iso
from wattdeck.domain.rule_files import Difference


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


class FieldChangeShape(TypedDict):
    before: Any
    after: Any


class DifferenceShape(TypedDict):
    added: list[str]
    changed: dict[str, dict[str, FieldChangeShape]]
    removed: list[str]
    same: list[str]
    applied: bool


class EpisodeShape(TypedDict):
    charge_point: str | None
    connector_id: int | None
    measurand: str | None
    phase: str | None
    fired_at: str
    cleared_at: str | None
    peak: float | None
    again: bool


class FiringsShape(TypedDict):
    charge_point: str
    firings: int


class BackTestShape(TypedDict):
    rule: str
    begin: str
    end: str
    alerts: int
    firings: int
    charge_points: int
    observations: int
    not_looked_at: int
    by_charge_point: list[FiringsShape]
    episodes: list[EpisodeShape]
    suggested_for_s: float | None
    suggested_firings: int | None


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
        "site": one.site,
        "session_id": one.session_id,
        "signal": one.signal,
        "unit": unit(one),
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


def difference(one: Difference, applied: bool) -> DifferenceShape:
    return {
        "added": list(one.added),
        "changed": {
            name: {field: {"before": before, "after": after} for field, (before, after) in fields.items()}
            for name, fields in one.changed.items()
        },
        "removed": list(one.removed),
        "same": list(one.same),
        "applied": applied,
    }


def back_test(rule_name: str, report: Report, since: int, until: int, not_looked_at: int) -> BackTestShape:
    return {
        "rule": rule_name,
        "begin": _iso(since) or "",
        "end": _iso(until) or "",
        "alerts": report.alerts,
        "firings": report.firings,
        "charge_points": report.charge_points,
        "observations": report.observations,
        "not_looked_at": not_looked_at,
        "by_charge_point": [{"charge_point": name, "firings": count} for name, count in report.by_charge_point],
        "episodes": [_episode(one) for one in report.episodes],
        "suggested_for_s": report.suggested_for_s,
        "suggested_firings": report.suggested_firings,
    }


def _episode(one: Episode) -> EpisodeShape:
    return {
        "charge_point": one.subject.charge_point,
        "connector_id": one.subject.connector_id,
        "measurand": one.subject.measurand,
        "phase": one.subject.phase,
        "fired_at": _iso(one.fired_at) or "",
        "cleared_at": _iso(one.cleared_at),
        "peak": one.peak,
        "again": one.is_again,
    }


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(from_ms(at))
