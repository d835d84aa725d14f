"""Meter values of a charge point: raw, the latest of each series, grouped by measurand, and statistics."""

from datetime import timedelta
from typing import Annotated, Any, Literal, cast

from fastapi import Query, Response
from sqlalchemy import Connection

from wattdeck.api.auth import Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import (
    ConnectorId,
    From,
    Listed,
    Place,
    To,
    dotted,
    find_charge_point,
    listed,
    listed_aside,
    undotted,
)
from wattdeck.api.v1 import v1_router
from wattdeck.api.words import Context, Measurand, Phase
from wattdeck.domain.clock import iso, now, to_ms
from wattdeck.domain.sessions import Session
from wattdeck.live import shapes
from wattdeck.live.shapes import MeterValueShape, StatisticsShape
from wattdeck.metering import statistics
from wattdeck.store import samples, series, sessions
from wattdeck.store.statistics import Statistics

router = v1_router(prefix="/charge-points/{identifier}", tags=["meter values"])
MOST_GROUPED = 20_000


@router.get("/meter-values", response_model=Listed[MeterValueShape])
async def raw(
    identifier: str,
    person: Viewer,
    house: House,
    measurand: Measurand = None,
    phase: Phase = None,
    context: Context = None,
    connector_id: ConnectorId = None,
    session_id: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    from_: From = None,
    to: To = None,
    in_doubt: Annotated[bool, Query(description="only those that do not count, lifted ones too")] = False,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    cursor: Place = None,
) -> Response:
    """As they were taken, newest first."""
    one = await find_charge_point(house, identifier, removed_too=True)
    before = undotted(cursor)

    def read(connection: Connection) -> list[samples.Sample]:
        wanted = series.find(connection, one.id, measurand, phase, connector_id)
        return samples.read(
            connection,
            wanted,
            since=from_,
            until=to,
            context=context,
            session_id=session_id,
            limit=limit + 1,
            before=before,
            in_doubt=in_doubt,
        )

    found = await house.store.read(read)
    shown = found[:limit]
    next_ = dotted(samples.place(shown[-1])) if len(found) > limit else None
    return await listed_aside(lambda: [shapes.meter_value(each, one.identifier) for each in shown], next_)


@router.get("/meter-values/latest", response_model=Listed[MeterValueShape])
async def latest(
    identifier: str,
    person: Viewer,
    house: House,
    measurand: Measurand = None,
    phase: Phase = None,
    connector_id: ConnectorId = None,
) -> Response:
    """The newest value of each series."""
    one = await find_charge_point(house, identifier, removed_too=True)
    found = await house.store.read(lambda c: samples.latest(c, series.find(c, one.id, measurand, phase, connector_id)))
    return listed([shapes.meter_value(each, one.identifier) for each in found])


@router.get("/meter-values/grouped")
async def grouped(
    identifier: str, person: Viewer, house: House, connector_id: ConnectorId = None, from_: From = None, to: To = None
) -> Response:
    """By measurand, in order of time; without `from` the last hour."""
    one = await find_charge_point(house, identifier, removed_too=True)
    since, until = from_ or now() - timedelta(hours=1), to

    def read(connection: Connection) -> Response:
        wanted = series.find(connection, one.id, connector_id=connector_id)
        groups: dict[str, list[dict[str, Any]]] = {}
        for each in reversed(samples.read(connection, wanted, since=since, until=until, limit=MOST_GROUPED)):
            if each.value is None:
                continue
            point = {"timestamp": iso(each.taken_at), "value": each.value, "unit": each.series.unit}
            point |= {"phase": each.series.phase, "connector_id": each.series.connector_id}
            groups.setdefault(each.series.measurand, []).append(point)
        return json_response(groups)

    return await house.store.read(read)


@router.get("/statistics", response_model=Listed[StatisticsShape])
async def read_statistics(
    identifier: str,
    person: Viewer,
    house: House,
    measurand: Measurand = None,
    phase: Phase = None,
    connector_id: ConnectorId = None,
    window: Literal["1h", "24h", "session"] = "1h",
) -> Response:
    """Figures of each series over the last hour, the last day, or the running session (else the last one)."""
    one, at = await find_charge_point(house, identifier, removed_too=True), now()
    until = at + timedelta(milliseconds=1)
    settings = house.settings

    def read(connection: Connection) -> list[Statistics]:
        since, end, own = at - timedelta(hours=1 if window == "1h" else 24), until, connector_id
        if window == "session":
            session = _running_or_last(connection, one.id, connector_id)
            if session is None:
                return []
            since, own = session.started_at, session.connector_id
            # the values of its end are its own
            end = until if session.stopped_at is None else session.stopped_at + timedelta(milliseconds=1)
        wanted = series.find(connection, one.id, measurand, phase, own)
        span = (to_ms(since), to_ms(end))
        return statistics.over(connection, wanted, *span, settings.zone, round(settings.gap_s * 1000))

    return listed([shapes.statistics(each) for each in await house.store.read(read)])


def _running_or_last(connection: Connection, charge_point_id: int, connector_id: int | None) -> Session | None:
    for is_active in (True, None):
        found = sessions.search(
            connection, limit=1, charge_point_id=charge_point_id, connector_id=connector_id, is_active=is_active
        )
        if found.items:
            return cast(Session, found.items[0])
    return None
