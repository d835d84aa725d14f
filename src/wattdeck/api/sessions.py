"""Charging sessions: lists of all and of one charge point, one session, its meter values."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from wattdeck.api.auth import Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import (
    ConnectorId,
    Cursor,
    From,
    Limit,
    Listed,
    Place,
    To,
    aware,
    can_be_row,
    dotted,
    find_charge_point,
    listed,
    number,
    undotted,
)
from wattdeck.domain.clock import now
from wattdeck.domain.errors import NotFound
from wattdeck.domain.sessions import Session
from wattdeck.live import shapes
from wattdeck.live.shapes import MeterValueShape, SessionShape
from wattdeck.store import samples, series, sessions
from wattdeck.store.samples import Sample

router = APIRouter(tags=["sessions"])
State = Annotated[Literal["active", "completed"] | None, Query(description="running, or ended in whatever way")]
_MOST_VALUES = 100_000


@router.get("/sessions", response_model=Listed[SessionShape])
async def search(
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    state: State = None,
    charge_point: Annotated[str | None, Query(max_length=128)] = None,
    connector_id: ConnectorId = None,
    id_tag: Annotated[str | None, Query(max_length=255)] = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """Sessions, newest first; `from` and `to` bound their start."""
    owner = await find_charge_point(house, charge_point, removed_too=True) if charge_point is not None else None
    after = number(cursor)
    page = await house.store.read(
        lambda connection: sessions.search(
            connection,
            limit=limit,
            after=after,
            charge_point_id=None if owner is None else owner.id,
            connector_id=connector_id,
            id_tag=id_tag,
            is_active=None if state is None else state == "active",
            since=aware(from_),
            until=aware(to),
        )
    )
    at = now()
    return listed([shapes.session(one, at) for one in page.items], page.next)


@router.get("/charge-points/{identifier}/sessions", response_model=Listed[SessionShape])
async def of_charge_point(
    identifier: str,
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    state: State = None,
    connector_id: ConnectorId = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """One charge point's sessions, newest first."""
    return await search(person, house, limit, cursor, state, identifier, connector_id, None, from_, to)


@router.get("/sessions/{session_id}", response_model=SessionShape)
async def read(session_id: int, person: Viewer, house: House) -> Response:
    """One session; its duration, energy and power are live while it runs."""
    return json_response(shapes.session(await _find(house, session_id), now()))


@router.get("/sessions/{session_id}/meter-values", response_model=Listed[MeterValueShape])
async def read_meter_values(
    session_id: int,
    person: Viewer,
    house: House,
    measurand: Annotated[str | None, Query(max_length=100)] = None,
    phase: Annotated[str | None, Query(max_length=10)] = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_VALUES)] = 10_000,
    cursor: Place = None,
) -> Response:
    """What was measured in a session, in order of time, signed values among it."""
    session, after = await _find(house, session_id), undotted(cursor)

    def values(connection: Connection) -> list[Sample]:
        wanted = series.find(connection, session.charge_point_id, measurand, phase)
        since = session.started_at - samples.AROUND_SESSION
        until = None if session.stopped_at is None else session.stopped_at + samples.AROUND_SESSION
        found = samples.read(connection, wanted, since=since, until=until, session_id=session.id, limit=_MOST_VALUES)
        return [one for one in reversed(found) if after is None or samples.place(one) > after]

    found = await house.store.read(values)
    shown = found[:limit]
    next_ = dotted(samples.place(shown[-1])) if len(found) > limit else None
    return listed([shapes.meter_value(one, session.charge_point) for one in shown], next_)


async def _find(house: ApiHouse, session_id: int) -> Session:
    session = None
    if can_be_row(session_id):
        session = await house.store.read(lambda connection: sessions.get(connection, session_id))
    if session is None:
        raise NotFound(f"no session {session_id}")
    return session
