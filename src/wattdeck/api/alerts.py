"""Alerts: the list, one with its timeline, and taking one up."""

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import (
    ConnectorId,
    Cursor,
    From,
    Limit,
    Listed,
    Site,
    To,
    can_be_row,
    find_charge_point,
    listed,
    number,
)
from wattdeck.api.v1 import v1_router
from wattdeck.domain.alerts import ACKNOWLEDGED, FIRING, Alert, Change
from wattdeck.domain.errors import NotFound
from wattdeck.live import alert_shapes as shapes
from wattdeck.live.alert_shapes import AlertShape, AlertWithTimelineShape
from wattdeck.store import alerts

router = v1_router(tags=["alerts"])

State = Literal["pending", "firing", "acknowledged", "resolved", "open"]
Severity = Literal["info", "warning", "critical"]
RuleName = Annotated[str | None, Query(max_length=64)]


class Acknowledge(BaseModel):
    """What whoever takes it up has to say."""

    model_config = ConfigDict(extra="forbid")
    note: str | None = Field(None, max_length=1000)


@router.get("/alerts", response_model=Listed[AlertShape])
@in_scope
async def of_all(
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    state: Annotated[list[State] | None, Query(description="`open`: firing or acknowledged")] = None,
    severity: Severity | None = None,
    rule: RuleName = None,
    charge_point: Annotated[str | None, Query(max_length=255)] = None,
    connector_id: ConnectorId = None,
    site: Site = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """Newest first; `from` and `to`: when they were raised. Those that have not fired yet only with `state=pending`."""
    after = number(cursor)
    one = None if charge_point is None else await find_charge_point(house, charge_point, True, person.scope)
    states = {word for each in state or () for word in ((FIRING, ACKNOWLEDGED) if each == "open" else (each,))}
    page = await house.store.read(
        lambda connection: alerts.search(
            connection,
            limit=limit,
            after=after,
            states=states,
            severity=severity,
            rule=rule,
            charge_point_id=None if one is None else one.id,
            connector_id=connector_id,
            site=site,
            scope=person.scope,
            begin=from_,
            end=to,
        )
    )
    return listed([shapes.alert(each) for each in page.items], page.next)


@router.get("/alerts/{alert_id}", response_model=AlertWithTimelineShape)
async def read(alert_id: int, person: Viewer, house: House) -> Response:
    """One alert, with everything that became of it."""
    _check(alert_id)

    def get(connection: Connection) -> tuple[Alert, list[Change]] | None:
        one = alerts.get(connection, alert_id)
        if one is None:
            return None
        changes = alerts.timeline(connection, alert_id)
        [seen] = alerts.as_seen(connection, [one], person.scope)
        return seen, alerts.changes_as_seen(connection, one, changes, person.scope)

    found = await house.store.read(get)
    if found is None:
        raise NotFound(f"no alert {alert_id}")
    return json_response(shapes.with_timeline(*found))


@router.post("/alerts/{alert_id}/acknowledge", response_model=AlertShape)
async def acknowledge(alert_id: int, person: Operator, house: House, body: Acknowledge | None = None) -> Response:
    """Take it up: nobody is reminded of it any more. 409 where it is not raised (any more)."""
    _check(alert_id)
    taken = await house.watch.acknowledge(alert_id, person.name, body.note if body else None)
    [seen] = await house.store.read(lambda connection: alerts.as_seen(connection, [taken], person.scope))
    return json_response(shapes.alert(seen))


def _check(alert_id: int) -> None:
    if not can_be_row(alert_id):
        raise NotFound(f"no alert {alert_id}")
