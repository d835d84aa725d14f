"""Refused charge points in the database: one counted row per claimed identity and reason, the newest kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record
from wattdeck.store.charge_points import key_of
from wattdeck.store.tables import quarantine as table
from wattdeck.store.writer import Bulk

# of identities that are not registered: anybody may claim any
MOST_UNREGISTERED = 1000

# in the order in which COUNT takes them
COLUMNS = tuple(column.name for column in table.columns)
COUNT = Bulk(
    f"INSERT INTO quarantine ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    " ON CONFLICT (identifier_key, reason) DO UPDATE SET identifier = excluded.identifier,"
    " registered = excluded.registered, last_at = excluded.last_at, count = count + excluded.count,"
    " why = excluded.why, address = excluded.address, target = excluded.target,"
    " subprotocols = excluded.subprotocols, tls = excluded.tls"
)
TRIM = Bulk(
    "DELETE FROM quarantine WHERE registered = 0 AND (identifier_key, reason) NOT IN"
    " (SELECT identifier_key, reason FROM quarantine WHERE registered = 0 ORDER BY last_at DESC LIMIT ?)"
)


class Knocked(Record, frozen=True, kw_only=True):
    """Who was refused, how often, and why. `identifier` is empty where none could be read."""

    identifier: str
    reason: str
    registered: bool
    first_at: datetime
    last_at: datetime
    count: int
    why: str
    address: str | None
    target: str
    subprotocols: str
    tls: str | None


def search(connection: Connection, limit: int, after: int | None = None) -> tuple[list[Knocked], int | None]:
    """The latest first. `after`: how many were seen; rows that move meanwhile may be seen twice."""
    skipped = after or 0
    query = select(table).order_by(table.c.last_at.desc(), table.c.identifier_key, table.c.reason)
    rows = connection.execute(query.offset(skipped).limit(limit + 1)).all()
    return [_record(row) for row in rows[:limit]], skipped + limit if len(rows) > limit else None


def of(connection: Connection, identifier: str) -> list[Knocked]:
    rows = connection.execute(select(table).where(table.c.identifier_key == key_of(identifier)))
    return [_record(row) for row in rows]


def forget(connection: Connection, identifier: str) -> int:
    """How many rows there were."""
    return connection.execute(delete(table).where(table.c.identifier_key == key_of(identifier))).rowcount


def forget_before(connection: Connection, before: datetime) -> None:
    connection.execute(delete(table).where(table.c.last_at < to_ms(before)))


def _record(row: Any) -> Knocked:
    return Knocked(
        identifier=row.identifier,
        reason=row.reason,
        registered=bool(row.registered),
        first_at=from_ms(row.first_at),
        last_at=from_ms(row.last_at),
        count=row.count,
        why=row.why,
        address=row.address,
        target=row.target,
        subprotocols=row.subprotocols,
        tls=row.tls,
    )
