"""Connections in the database: a row when one begins, completed when it has ended. Nobody waits for either."""

from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, text

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.connections import ConnectionRecord
from wattdeck.store.rows import Page, moment, page, within
from wattdeck.store.tables import connections as table
from wattdeck.store.writer import Bulk

MOST_OF_ONE = 1_000  # a charge point that comes back every few seconds must not fill the disk
_COLUMNS = tuple(column.name for column in table.columns if column.name != "id")
# Whole each time, so that one whose beginning was dropped is complete at its end.
PUT = Bulk(
    f"INSERT INTO connections ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
    " ON CONFLICT (charge_point_id, generation) DO UPDATE SET closed_at = excluded.closed_at,"
    " closed_by = excluded.closed_by, reason = excluded.reason, frames_in = excluded.frames_in,"
    " frames_out = excluded.frames_out"
)
TRIM = Bulk("DELETE FROM connections WHERE charge_point_id = ? AND generation <= ?")


def row(one: ConnectionRecord) -> tuple[Any, ...]:
    """For PUT."""
    closed_at = None if one.closed_at is None else to_ms(one.closed_at)
    return (
        *(one.charge_point_id, one.generation, to_ms(one.opened_at), closed_at, one.closed_by, one.reason),
        *(one.address, one.door, one.version, one.tls, one.security_profile, one.frames_in, one.frames_out),
    )


def of(
    connection: Connection,
    charge_point_id: int,
    limit: int,
    after: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page:
    """A charge point's connections, newest first; the key is the generation. `since` and `until` bound their start."""
    query = select(table).where(table.c.charge_point_id == charge_point_id)
    query = within(query, table.c.opened_at, since, until)
    return page(connection, query, table.c.generation, _record, limit, after)


def count_since(connection: Connection, charge_point_id: int, since: datetime) -> int:
    """How many began since then."""
    own = (table.c.charge_point_id == charge_point_id, table.c.opened_at >= to_ms(since))
    return connection.execute(select(func.count()).select_from(table).where(*own)).scalar_one()


def end_all(connection: Connection) -> None:
    """At the start of the only process on this database: what the last one left open ended with it."""
    connection.execute(
        text(
            "UPDATE connections SET closed_by = 'wattdeck', reason = 'the server ended without a word', closed_at ="
            " max(opened_at, coalesce((SELECT last_seen_at FROM charge_points WHERE id = charge_point_id), 0))"
            " WHERE closed_at IS NULL"
        )
    )


def forget(connection: Connection, before: datetime, limit: int) -> bool:
    """Drop the oldest, `limit` at a time; whether there may be more."""
    oldest = connection.execute(select(table.c.id, table.c.opened_at).order_by(table.c.id).limit(limit)).all()
    old = [each.id for each in takewhile(lambda each: each.opened_at < to_ms(before), oldest)]
    if old:
        connection.execute(delete(table).where(table.c.id <= old[-1]))
    return len(old) == limit


def _record(row: Row[Any]) -> ConnectionRecord:
    return ConnectionRecord(
        charge_point_id=row.charge_point_id,
        generation=row.generation,
        opened_at=from_ms(row.opened_at),
        closed_at=moment(row.closed_at),
        closed_by=row.closed_by,
        reason=row.reason,
        address=row.address,
        door=row.door,
        version=row.version,
        tls=row.tls,
        security_profile=row.security_profile,
        frames_in=row.frames_in,
        frames_out=row.frames_out,
    )
