"""What happened lately to charge points, of every kind, newest first.

Each kind is read backwards along an index, and no further than so many rows: what it costs does not grow with the
database, and who may see few charge points is shown what is theirs among those.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Subquery, and_, exists, func, or_, select

from wattdeck.domain.alerts import FIRED, FIRED_AGAIN, WAS_ACKNOWLEDGED, WAS_RESOLVED
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.people import Scope
from wattdeck.domain.records import Record
from wattdeck.store import alerts, scopes
from wattdeck.store.tables import alert_changes, charge_points, commands, connections, sessions, status_history
from wattdeck.store.tables import alerts as alerted

LOOKED_THROUGH: Final = 2_000  # of each kind, where not every row counts
FAULTED: Final = "Faulted"
_TOLD = (FIRED, FIRED_AGAIN, WAS_ACKNOWLEDGED, WAS_RESOLVED)


class Happening(Record, frozen=True, kw_only=True):
    """`state`: how a command stands by now. `detail`: a tag, a reason, an error code, a status, a rule, an action."""

    event: str
    at: datetime
    charge_point: str | None
    connector_id: int | None = None
    session_id: int | None = None
    alert_id: int | None = None
    command_id: int | None = None
    energy_wh: float | None = None
    severity: str | None = None
    state: str | None = None
    detail: str | None = None


def newest(
    connection: Connection, kinds: Sequence[str], limit: int, until: datetime, scope: Scope | None = None
) -> list[Happening]:
    """Of these kinds until then; a clock that is ahead tells nothing before its time."""
    found = [one for kind in kinds for one in _READ[kind](connection, limit, to_ms(until), scope)]
    found.sort(key=lambda one: one.at, reverse=True)
    return found[:limit]


def _rows(
    connection: Connection, newest: Subquery, key: Column[Any], limit: int, scope: Scope | None, *conditions: Any
) -> Sequence[Any]:
    """Those of the newest that are in the scope, with the identifiers of their charge points."""
    owner = newest.c.charge_point_id == charge_points.c.id
    query = select(newest, charge_points.c.identifier).join(charge_points, owner).where(*conditions)
    if scope is not None:
        query = query.where(scopes.covered(scope))
    return connection.execute(query.order_by(newest.c[key.name].desc()).limit(limit)).all()


def _most(limit: int, scope: Scope | None) -> int:
    return limit if scope is None else LOOKED_THROUGH


def _sessions(connection: Connection, limit: int, until: int, scope: Scope | None) -> list[Happening]:
    found = []
    for event, key in (("session_started", sessions.c.started_at), ("session_stopped", sessions.c.stopped_at)):
        query = select(sessions).where(key <= until).order_by(key.desc()).limit(_most(limit, scope))
        found += [
            Happening(
                event=event,
                at=from_ms(getattr(row, key.name)),
                charge_point=row.charge_point,
                connector_id=row.connector_id,
                session_id=row.id,
                energy_wh=row.energy_wh if key is sessions.c.stopped_at else None,
                detail=row.stop_reason or row.end_reason if key is sessions.c.stopped_at else row.id_tag,
            )
            for row in _rows(connection, query.subquery(), key, limit, scope)
        ]
    return found


def _faults(connection: Connection, limit: int, until: int, scope: Scope | None) -> list[Happening]:
    """Connectors that became Faulted, and those that are no longer."""
    table = status_history
    lately = select(table).order_by(table.c.id.desc()).limit(LOOKED_THROUGH).subquery()
    one = (lately.c.charge_point_id, lately.c.connector_id)
    before = func.lag(lately.c.status).over(partition_by=one, order_by=lately.c.id).label("before")
    changed = select(lately, before).subquery()
    came = and_(changed.c.status == FAULTED, changed.c.before.is_distinct_from(FAULTED))
    went = and_(changed.c.status != FAULTED, changed.c.before == FAULTED)
    return [
        Happening(
            event="faulted" if row.status == FAULTED else "recovered",
            at=from_ms(row.received_at),
            charge_point=row.identifier,
            connector_id=row.connector_id,
            detail=_fault(row) if row.status == FAULTED else row.status,
        )
        for row in _rows(connection, changed, table.c.id, limit, scope, or_(came, went))
    ]


def _fault(row: Any) -> str | None:
    words = (row.error_code if row.error_code != "NoError" else None, row.vendor_error_code, row.info)
    return " · ".join(filter(None, words)) or None


def _connections(connection: Connection, limit: int, until: int, scope: Scope | None) -> list[Happening]:
    table, newer = connections, connections.alias()
    most = _most(limit, scope)
    opened = select(table).order_by(table.c.id.desc()).limit(most).subquery()
    # one that ended because a newer one had begun left nobody disconnected
    replaced = exists().where(
        newer.c.charge_point_id == table.c.charge_point_id,
        newer.c.generation == table.c.generation + 1,
        newer.c.opened_at <= table.c.closed_at,
    )
    ended = select(table).where(table.c.closed_at <= until, ~replaced)
    closed = ended.order_by(table.c.closed_at.desc()).limit(most).subquery()
    return [
        Happening(event="connected", at=from_ms(row.opened_at), charge_point=row.identifier)
        for row in _rows(connection, opened, table.c.id, limit, scope)
    ] + [
        Happening(event="disconnected", at=from_ms(row.closed_at), charge_point=row.identifier, detail=row.reason)
        for row in _rows(connection, closed, table.c.closed_at, limit, scope)
    ]


def _alerts(connection: Connection, limit: int, until: int, scope: Scope | None) -> list[Happening]:
    """With the alerts as they are by now. Those of the server are for who may see everything."""
    table = alert_changes
    lately = select(table).order_by(table.c.id.desc()).limit(LOOKED_THROUGH).subquery()
    query = select(lately).where(lately.c.what.in_(_TOLD))
    if scope is not None:
        query = query.join(alerted, alerted.c.id == lately.c.alert_id)
        query = query.where(scopes.of_alerts(scope))
    rows = connection.execute(query.order_by(lately.c.id.desc()).limit(limit)).all()
    known = {one.id: one for one in alerts.of_ids(connection, sorted({row.alert_id for row in rows}))}
    return [
        Happening(
            event=f"alert_{row.what}",
            at=from_ms(row.at),
            charge_point=one.subject.charge_point,
            connector_id=one.subject.connector_id,
            alert_id=one.id,
            severity=one.severity,
            detail=one.rule,
        )
        for row in rows
        if (one := known.get(row.alert_id)) is not None
    ]


def _commands(connection: Connection, limit: int, until: int, scope: Scope | None) -> list[Happening]:
    table = commands
    columns = (table.c.id, table.c.charge_point_id, table.c.action, table.c.state, table.c.created_at)
    lately = select(*columns).order_by(table.c.id.desc()).limit(_most(limit, scope)).subquery()
    return [
        Happening(
            event="command",
            at=from_ms(row.created_at),
            charge_point=row.identifier,
            command_id=row.id,
            state=row.state,
            detail=row.action,
        )
        for row in _rows(connection, lately, table.c.id, limit, scope)
    ]


_READ: dict[str, Callable[[Connection, int, int, Scope | None], list[Happening]]] = {
    "session": _sessions,
    "fault": _faults,
    "connection": _connections,
    "alert": _alerts,
    "command": _commands,
}
KINDS = tuple(_READ)
