"""The JSON shape of silences."""

from datetime import datetime
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from wattdeck.domain.clock import iso, iso_or_none
from wattdeck.domain.records import as_dict
from wattdeck.domain.silences import Silence, state


class SelectShape(TypedDict):
    charge_points: list[str]
    sites: list[str]
    vendors: list[str]
    models: list[str]
    firmware: list[str]
    connectors: list[int]
    phases: list[str]


class SilenceShape(TypedDict):
    id: int
    state: str
    rules: list[str]
    severities: list[str]
    select: SelectShape
    starts_at: str
    ends_at: str
    repeats_until: str | None
    comment: str
    created_by: str
    created_at: str
    ended_at: str | None
    ended_by: str | None


def silence(one: Silence, at: datetime, zone: ZoneInfo) -> SilenceShape:
    """`state` at that time; a zone, because what is repeated goes by the wall clock."""
    chosen = as_dict(one.select)
    selects: SelectShape = {name: list(chosen[name]) for name in SelectShape.__annotations__}  # type: ignore[assignment]
    return {
        "id": one.id,
        "state": state(one, at, zone),
        "rules": list(one.rules),
        "severities": list(one.severities),
        "select": selects,
        "starts_at": iso(one.starts_at),
        "ends_at": iso(one.ends_at),
        "repeats_until": iso_or_none(one.repeats_until),
        "comment": one.comment,
        "created_by": one.created_by,
        "created_at": iso(one.created_at),
        "ended_at": iso_or_none(one.ended_at),
        "ended_by": one.ended_by,
    }
