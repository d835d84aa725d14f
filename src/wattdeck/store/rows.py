"""Rows into records: milliseconds into times, and pages of a list by cursor."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Select, Table, insert

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record

T = TypeVar("T")


class Page(Record, frozen=True):
    """A part of a list, and the key after which the next part begins; None at the end."""

    items: list[Any]
    next: int | None


def moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def ms(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


def within(
    query: Select[Any], column: Column[Any], since: datetime | None, until: datetime | None = None
) -> Select[Any]:
    """Only rows with a time in [since, until)."""
    if since is not None:
        query = query.where(column >= to_ms(since))
    return query if until is None else query.where(column < to_ms(until))


def add_row(connection: Connection, table: Table, **values: Any) -> int:
    """Insert one row; its number."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def page(
    connection: Connection,
    query: Select[Any],
    key: Column[Any],
    record: Callable[[Any], T],
    limit: int,
    after: int | None,
    newest_first: bool = True,
) -> Page:
    """One page ordered by `key`, which is unique; `after` is the key of the last row seen."""
    if after is not None:
        query = query.where(key < after if newest_first else key > after)
    query = query.order_by(key.desc() if newest_first else key).limit(limit + 1)
    rows = connection.execute(query).all()
    shown = rows[:limit]
    return Page([record(row) for row in shown], getattr(shown[-1], key.name) if shown and len(rows) > limit else None)
