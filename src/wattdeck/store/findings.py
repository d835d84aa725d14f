"""Findings in the database: one counted row per charge point and kind."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from wattdeck.domain.clock import from_ms
from wattdeck.domain.records import Record
from wattdeck.store.tables import findings as table
from wattdeck.store.writer import Bulk

COUNT = Bulk(
    "INSERT INTO findings (charge_point_id, kind, first_at, last_at, count, example) VALUES (?, ?, ?, ?3, 1, ?)"
    " ON CONFLICT (charge_point_id, kind) DO UPDATE SET last_at = excluded.last_at, count = count + 1"
)


class CountedFinding(Record, frozen=True):
    kind: str
    first_at: datetime
    last_at: datetime
    count: int
    example: str


def of(connection: Connection, charge_point_id: int) -> list[CountedFinding]:
    """A charge point's findings, the latest first."""
    query = select(table).where(table.c.charge_point_id == charge_point_id).order_by(table.c.last_at.desc())
    return [_record(row) for row in connection.execute(query)]


def _record(row: Any) -> CountedFinding:
    return CountedFinding(row.kind, from_ms(row.first_at), from_ms(row.last_at), row.count, row.example)
