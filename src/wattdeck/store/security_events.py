"""Security events in the database: each once, however often it is delivered."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.people import Scope
from wattdeck.domain.security import CRITICAL, SecurityEvent
from wattdeck.store import scopes
from wattdeck.store.rows import Page, add_row, page
from wattdeck.store.tables import security_events as table

# What a charge point says is kept so far and no further: the standard has 50 and 255 characters.
_LONGEST_TYPE, _LONGEST_INFO = 255, 2000


def add(
    connection: Connection,
    charge_point_id: int,
    charge_point: str,
    type_: str,
    tech_info: str | None,
    taken_at: datetime,
    received_at: datetime,
) -> SecurityEvent | None:
    """None where the same was delivered before: what was not answered comes again (white paper A04.FR.02)."""
    type_, tech_info = type_[:_LONGEST_TYPE], None if tech_info is None else tech_info[:_LONGEST_INFO]
    same = select(table.c.id).where(
        table.c.charge_point_id == charge_point_id,
        table.c.taken_at == to_ms(taken_at),
        table.c.type == type_,
        table.c.tech_info.is_(None) if tech_info is None else table.c.tech_info == tech_info,
    )
    if connection.execute(same.limit(1)).first() is not None:
        return None
    values: dict[str, Any] = {
        "charge_point_id": charge_point_id,
        "charge_point": charge_point,
        "type": type_,
        "critical": type_ in CRITICAL,
        "tech_info": tech_info,
    }
    id = add_row(connection, table, **values, taken_at=to_ms(taken_at), received_at=to_ms(received_at))
    return SecurityEvent(id=id, **values, taken_at=taken_at, received_at=received_at)


def search(
    connection: Connection,
    *,
    limit: int,
    after: int | None = None,
    charge_point_id: int | None = None,
    scope: Scope | None = None,
    type_: str | None = None,
    critical: bool | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> Page:
    """Newest first, in the order in which they came; `begin` and `end` by the charge point's clock."""
    query = select(table)
    if charge_point_id is not None:
        query = query.where(table.c.charge_point_id == charge_point_id)
    if scope is not None:
        query = query.where(table.c.charge_point_id.in_(scopes.ids(scope)))
    if type_ is not None:
        query = query.where(table.c.type == type_)
    if critical is not None:
        query = query.where(table.c.critical == int(critical))
    if begin is not None:
        query = query.where(table.c.taken_at >= to_ms(begin))
    if end is not None:
        query = query.where(table.c.taken_at < to_ms(end))
    return page(connection, query, table.c.id, _record, limit, after)


def forget(connection: Connection, before: datetime, at_most: int) -> int:
    """Delete some of those that came before; how many."""
    old = select(table.c.id).order_by(table.c.id).where(table.c.received_at < to_ms(before)).limit(at_most)
    return connection.execute(delete(table).where(table.c.id.in_(old))).rowcount


def _record(row: Row[Any]) -> SecurityEvent:
    return SecurityEvent(
        id=row.id,
        charge_point_id=row.charge_point_id,
        charge_point=row.charge_point,
        type=row.type,
        critical=bool(row.critical),
        tech_info=row.tech_info,
        taken_at=from_ms(row.taken_at),
        received_at=from_ms(row.received_at),
    )
