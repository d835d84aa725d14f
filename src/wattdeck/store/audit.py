"""Who did what: a row for every request that was to change something."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record
from wattdeck.store.rows import Page, page
from wattdeck.store.tables import audit as table
from wattdeck.store.writer import Bulk

MOST_ROWS = 1_000_000  # the oldest go, however young
INSERT = Bulk(
    "INSERT INTO audit (at, actor, kind, role, address, method, route, path, charge_point, status)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Entry(Record, frozen=True):
    """`actor` None: nobody who is known, with `status` 401."""

    id: int
    at: datetime
    actor: str | None
    kind: str | None
    role: str | None
    address: str | None
    method: str
    route: str
    path: str
    charge_point: str | None
    status: int


def search(
    connection: Connection,
    *,
    limit: int,
    after: int | None = None,
    actor: str | None = None,
    charge_point: str | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> Page:
    """Newest first."""
    query = select(table)
    if actor is not None:
        query = query.where(table.c.actor == actor)
    if charge_point is not None:
        query = query.where(table.c.charge_point == charge_point)
    if begin is not None:
        query = query.where(table.c.at >= to_ms(begin))
    if end is not None:
        query = query.where(table.c.at < to_ms(end))
    return page(connection, query, table.c.id, _entry, limit, after)


def forget(connection: Connection, before: datetime, at_most: int) -> int:
    """Delete some of what is older, or of the oldest where there are too many; how many."""
    newest = connection.execute(select(func.max(table.c.id))).scalar() or 0
    # numbered as they come
    first = select(table.c.id, table.c.at).order_by(table.c.id).limit(at_most).subquery()
    old = select(first.c.id).where((first.c.at < to_ms(before)) | (first.c.id <= newest - MOST_ROWS))
    return connection.execute(delete(table).where(table.c.id.in_(old))).rowcount


def _entry(row: Row[Any]) -> Entry:
    values = {name: getattr(row, name) for name in Entry.__struct_fields__}
    return Entry(**values | {"at": from_ms(row.at)})
