"""Silences in the database."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, func, select, update

from wattdeck.domain.alert_rules import Selector
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import from_json, replace, to_json
from wattdeck.domain.silences import Silence
from wattdeck.store.rows import Page, add_row, moment, ms, page
from wattdeck.store.tables import silences as table


def add(connection: Connection, one: Silence, over_at: datetime) -> Silence:
    """As it is stored, with its number."""
    values = {
        "rules": _json(one.rules),
        "severities": _json(one.severities),
        "selects": _json(one.select),
        "starts_at": to_ms(one.starts_at),
        "ends_at": to_ms(one.ends_at),
        "repeats_until": ms(one.repeats_until),
        "over_at": to_ms(over_at),
        "comment": one.comment,
        "created_by": one.created_by,
        "created_at": to_ms(one.created_at),
    }
    return replace(one, id=add_row(connection, table, **values))


def get(connection: Connection, id: int) -> Silence | None:
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    return None if row is None else _record(row)


def end(connection: Connection, id: int, at: datetime, by: str) -> None:
    """Before its time."""
    values = {"ended_at": to_ms(at), "ended_by": by, "over_at": to_ms(at)}
    connection.execute(update(table).where(table.c.id == id).values(**values))


def not_over(connection: Connection, at: datetime) -> list[Silence]:
    """Those in force and those to come, by number."""
    return [
        _record(row)
        for row in connection.execute(select(table).where(table.c.over_at > to_ms(at)).order_by(table.c.id))
    ]


def count_not_over(connection: Connection, at: datetime) -> int:
    query = select(func.count()).select_from(table).where(table.c.over_at > to_ms(at))
    return int(connection.execute(query).scalar_one())


def search(connection: Connection, limit: int, after: int | None, over_by: datetime | None = None) -> Page:
    """Newest first; those that were over by then, or all."""
    query = select(table)
    if over_by is not None:
        query = query.where(table.c.over_at <= to_ms(over_by))
    return page(connection, query, table.c.id, _record, limit, after)


def forget(connection: Connection, before: datetime, at_most: int) -> int:
    """Delete some of those that were over before; how many."""
    old = select(table.c.id).where(table.c.over_at < to_ms(before)).order_by(table.c.over_at).limit(at_most)
    ids = list(connection.execute(old).scalars())
    return connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount


def _json(value: Any) -> str:
    return to_json(value).decode()


def _record(row: Row[Any]) -> Silence:
    return Silence(
        id=row.id,
        rules=tuple(from_json(row.rules)),
        severities=tuple(from_json(row.severities)),
        select=msgspec.convert(from_json(row.selects), Selector),
        starts_at=from_ms(row.starts_at),
        ends_at=from_ms(row.ends_at),
        repeats_until=moment(row.repeats_until),
        comment=row.comment,
        created_by=row.created_by,
        created_at=from_ms(row.created_at),
        ended_at=moment(row.ended_at),
        ended_by=row.ended_by,
    )
