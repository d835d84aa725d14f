"""Idempotency keys in the database: what a person asked for with a key of theirs, for as long as keys are kept."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from wattdeck.domain.clock import to_ms
from wattdeck.domain.commands import Once
from wattdeck.domain.records import Record
from wattdeck.store.tables import idempotency_keys as table


class Kept(Record, frozen=True):
    """The request of a key, and the number of what it led to."""

    request: str
    command_id: int | None
    bulk_id: int | None


def find(connection: Connection, once: Once) -> Kept | None:
    query = select(table).where(table.c.person == once.person, table.c.idempotency_key == once.key)
    row = connection.execute(query).one_or_none()
    return None if row is None else Kept(row.request, row.command_id, row.bulk_id)


def keep(
    connection: Connection, once: Once, at: datetime, *, command_id: int | None = None, bulk_id: int | None = None
) -> None:
    values = {"person": once.person, "idempotency_key": once.key, "request": once.request, "created_at": to_ms(at)}
    connection.execute(insert(table).values(**values, command_id=command_id, bulk_id=bulk_id))


def forget(connection: Connection, before: datetime) -> None:
    connection.execute(delete(table).where(table.c.created_at < to_ms(before)))
