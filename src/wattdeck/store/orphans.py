"""Running sessions with what tells whether they go on: `domain.orphans` decides."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, or_, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.orphans import VACANT, Signs
from wattdeck.domain.sessions import ACTIVE
from wattdeck.store import sessions as of_sessions
from wattdeck.store.rows import moment
from wattdeck.store.tables import charge_points, connectors, sessions

_LATER = sessions.alias("later")
_SUPERSEDED = exists().where(
    _LATER.c.charge_point_id == sessions.c.charge_point_id,
    _LATER.c.connector_id == sessions.c.connector_id,
    _LATER.c.started_at > sessions.c.started_at,
)
_CONNECTOR = and_(
    connectors.c.charge_point_id == sessions.c.charge_point_id,
    connectors.c.connector_id == sessions.c.connector_id,
    # what connector 0 says is of the charge point as a whole, no vacancy of a plug
    connectors.c.connector_id > 0,
)
_SIGNS = (
    select(
        sessions,
        *(charge_points.c[name] for name in ("last_seen_at", "connected_at", "online_until", "booted_at")),
        connectors.c.status.label("word"),
        connectors.c.since_at,
        connectors.c.received_at,
        connectors.c.updated_at,
        _SUPERSEDED.label("superseded"),
    )
    .join(charge_points, charge_points.c.id == sessions.c.charge_point_id)
    .outerjoin(connectors, _CONNECTOR)
    .where(sessions.c.status == ACTIVE)
)
_DOUBTFUL = _SIGNS.where(
    or_(func.coalesce(sessions.c.heard_at, 0) <= bindparam("before"), connectors.c.status.in_(sorted(VACANT)))
)
_OF_ONE = _SIGNS.where(sessions.c.id == bindparam("session_id"))


def signs(connection: Connection, before: datetime) -> list[Signs]:
    """Of every running session that was not heard of since, or whose connector says that nobody charges there."""
    return [_signs(row) for row in connection.execute(_DOUBTFUL, {"before": to_ms(before)})]


def signs_of(connection: Connection, session_id: int) -> Signs | None:
    """None where the session does not run any more."""
    row = connection.execute(_OF_ONE, {"session_id": session_id}).one_or_none()
    return None if row is None else _signs(row)


def _signs(row: Row[Any]) -> Signs:
    session = of_sessions.record(row)
    heard_at = moment(row.heard_at) or session.meter_at or session.started_at
    return Signs(
        session=session,
        heard_at=heard_at,
        seen_at=heard_at if row.last_seen_at is None else from_ms(row.last_seen_at),
        connected_at=None if row.online_until is None else moment(row.connected_at),
        booted_at=moment(row.booted_at),
        status=row.word,
        status_since=moment(row.since_at or row.received_at),
        status_heard_at=moment(row.received_at),
        status_taken_at=moment(row.updated_at),
        is_superseded=bool(row.superseded),
    )
