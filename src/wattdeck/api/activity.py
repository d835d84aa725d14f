"""What happened lately: sessions, faults, connections, alerts, commands, in one list."""

from typing import Annotated, Literal

from fastapi import Query, Response
from typing_extensions import TypedDict

from wattdeck.api.auth import Viewer
from wattdeck.api.house import House
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Listed, listed
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import iso, now
from wattdeck.store import activity
from wattdeck.store.activity import Happening

router = v1_router(tags=["fleet"])
Kind = Literal["session", "fault", "connection", "alert", "command"]


class HappeningShape(TypedDict):
    at: str
    event: str
    charge_point: str | None
    connector_id: int | None
    session_id: int | None
    alert_id: int | None
    command_id: int | None
    energy_wh: float | None
    severity: str | None
    state: str | None
    detail: str | None


@router.get("/activity", response_model=Listed[HappeningShape])
@in_scope
async def read_activity(
    person: Viewer,
    house: House,
    kind: Annotated[list[Kind] | None, Query(description="of these; without it all")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Response:
    """What happened lately, newest first. It is for a glance: each kind has a list of its own that reaches back."""
    kinds = tuple(dict.fromkeys(kind)) if kind else activity.KINDS
    found = await house.store.read(lambda c: activity.newest(c, kinds, limit, now(), person.scope))
    return listed([_shape(one) for one in found])


def _shape(one: Happening) -> HappeningShape:
    return {
        "at": iso(one.at),
        "event": one.event,
        "charge_point": one.charge_point,
        "connector_id": one.connector_id,
        "session_id": one.session_id,
        "alert_id": one.alert_id,
        "command_id": one.command_id,
        "energy_wh": None if one.energy_wh is None else round(one.energy_wh, 3),
        "severity": one.severity,
        "state": one.state,
        "detail": one.detail,
    }
