"""Charging sessions: lists of all and of one charge point, one session, its meter values; stopped, closed by hand."""

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.commands import RemoteStop, remote_stop
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import (
    ConnectorId,
    Cursor,
    From,
    Limit,
    Listed,
    Moment,
    Place,
    Site,
    To,
    can_be_row,
    dotted,
    find_charge_point,
    listed_aside,
    number,
    undotted,
)
from wattdeck.api.sending import AskedOnce, Wait
from wattdeck.api.v1 import v1_router
from wattdeck.api.words import Measurand, Phase
from wattdeck.domain.clock import now
from wattdeck.domain.errors import NotFound
from wattdeck.domain.sessions import Session, flag_bits
from wattdeck.live import shapes
from wattdeck.live.shapes import CommandShape, MeterValueShape, SessionShape
from wattdeck.store import samples, series, sessions
from wattdeck.store.samples import Sample

router = v1_router(tags=["sessions"])
State = Annotated[Literal["active", "completed"] | None, Query(description="running, or ended in whatever way")]
Flag = Annotated[
    Literal["any", "unauthorised", "stop_lost", "start_lost", "meter_odd"] | None,
    Query(description="only those with this flag, or with any"),
]
_MOST_VALUES = 100_000


class Close(BaseModel):
    """Without `stopped_at` and `stop_meter_wh`: the last reading that was believed."""

    model_config = ConfigDict(extra="forbid")
    stopped_at: Moment | None = None
    stop_meter_wh: Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)] | None = None
    note: Annotated[str, Field(max_length=500)] | None = None


@router.get("/sessions", response_model=Listed[SessionShape])
@in_scope
async def search(
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    state: State = None,
    charge_point: Annotated[str | None, Query(max_length=128)] = None,
    site: Site = None,
    connector_id: ConnectorId = None,
    id_tag: Annotated[str | None, Query(max_length=255)] = None,
    from_: From = None,
    to: To = None,
    flag: Flag = None,
) -> Response:
    """Sessions, newest first; `from` and `to` bound their start."""
    owner = await find_charge_point(house, charge_point, True, person.scope) if charge_point is not None else None
    after = number(cursor)
    page = await house.store.read(
        lambda connection: sessions.search(
            connection,
            limit=limit,
            after=after,
            charge_point_id=None if owner is None else owner.id,
            site=site,
            scope=person.scope,
            connector_id=connector_id,
            id_tag=id_tag,
            is_active=None if state is None else state == "active",
            since=from_,
            until=to,
            flags=None if flag is None else flag_bits(flag),
        )
    )
    at = now()
    return await listed_aside(lambda: [shapes.session(one, at) for one in page.items], page.next)


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
    flag: Flag = None,
) -> Response:
    """One charge point's sessions, newest first."""
    return await search(person, house, limit, cursor, state, identifier, None, connector_id, None, from_, to, flag)


@router.get("/sessions/{session_id}", response_model=SessionShape)
async def read(session_id: int, person: Viewer, house: House) -> Response:
    """One session; its duration, energy and power are live while it runs."""
    return json_response(shapes.session(await _find(house, session_id), now()))


@router.get("/sessions/{session_id}/meter-values", response_model=Listed[MeterValueShape])
async def read_meter_values(
    session_id: int,
    person: Viewer,
    house: House,
    measurand: Measurand = None,
    phase: Phase = None,
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
    return await listed_aside(lambda: [shapes.meter_value(one, session.charge_point) for one in shown], next_)


@router.post("/sessions/{session_id}/stop", status_code=202, response_model=CommandShape)
async def stop(session_id: int, person: Operator, house: House, once: AskedOnce, wait: Wait = 0) -> Response:
    """Ask its charge point to stop it. 422 where it has ended, 409 where the charge point is offline."""
    session = await _find(house, session_id)
    return await remote_stop(session.charge_point, person, house, once, RemoteStop(session_id=session.id), wait)


@router.post("/sessions/{session_id}/close", response_model=SessionShape)
async def close(session_id: int, person: Operator, house: House, body: Close | None = None) -> Response:
    """End a session whose stop is lost. Nothing is sent to the charge point; its stop, should it come, counts."""
    body = body or Close()
    await _find(house, session_id)
    ended = await house.endings.close(session_id, person.name, body.stopped_at, body.stop_meter_wh, body.note)
    return json_response(shapes.session(ended, now()))


async def _find(house: ApiHouse, session_id: int) -> Session:
    session = None
    if can_be_row(session_id):
        session = await house.store.read(lambda connection: sessions.get(connection, session_id))
    if session is None:
        raise NotFound(f"no session {session_id}")
    return session
