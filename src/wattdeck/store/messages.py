"""The raw frame log: every frame as it was on the wire, secrets blanked, kept for some days."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record
from wattdeck.store.rows import Page, page
from wattdeck.store.tables import messages as table
from wattdeck.store.writer import Bulk

INSERT = Bulk("INSERT INTO messages (charge_point_id, at, direction, frame) VALUES (?, ?, ?, ?)")


class LoggedFrame(Record, frozen=True):
    id: int
    at: datetime
    direction: str
    frame: str


def of(connection: Connection, charge_point_id: int, limit: int, after: int | None = None) -> Page:
    """A charge point's frames, newest first."""
    query = select(table).where(table.c.charge_point_id == charge_point_id)
    return page(connection, query, table.c.id, _record, limit, after)


def forget(connection: Connection, before: datetime, at_most: int) -> int:
    """Delete some of the frames older than `before`; how many. They are numbered in order of time."""
    oldest = select(table.c.id).where(table.c.at < to_ms(before)).order_by(table.c.id).limit(at_most)
    ids = [row.id for row in connection.execute(oldest)]
    if not ids:
        return 0
    return connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount


def _record(row: Row[Any]) -> LoggedFrame:
    return LoggedFrame(row.id, from_ms(row.at), row.direction, row.frame)
