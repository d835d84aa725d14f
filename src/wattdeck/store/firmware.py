"""Firmware files that charge points can be told to fetch."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record
from wattdeck.store.rows import Page, add_row, page
from wattdeck.store.tables import firmware as table


class Firmware(Record, frozen=True, kw_only=True):
    id: int
    name: str
    bytes: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str | None = None


def add(
    connection: Connection, name: str, size: int, sha256: str, uploaded_at: datetime, uploaded_by: str | None
) -> Firmware:
    values = {"name": name, "bytes": size, "sha256": sha256, "uploaded_by": uploaded_by}
    id = add_row(connection, table, **values, uploaded_at=to_ms(uploaded_at))
    return Firmware(id=id, name=name, bytes=size, sha256=sha256, uploaded_at=uploaded_at, uploaded_by=uploaded_by)


def get(connection: Connection, id: int) -> Firmware | None:
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    return None if row is None else _record(row)


def list_all(connection: Connection, limit: int, after: int | None = None) -> Page:
    """Newest first."""
    return page(connection, select(table), table.c.id, _record, limit, after)


def remove(connection: Connection, id: int) -> bool:
    """False where there was none."""
    return bool(connection.execute(delete(table).where(table.c.id == id)).rowcount)


def hashes(connection: Connection) -> set[str]:
    """The SHA-256 of all that is kept."""
    return set(connection.execute(select(table.c.sha256)).scalars())


def _record(row: Row[Any]) -> Firmware:
    return Firmware(
        id=row.id,
        name=row.name,
        bytes=row.bytes,
        sha256=row.sha256,
        uploaded_at=from_ms(row.uploaded_at),
        uploaded_by=row.uploaded_by,
    )
