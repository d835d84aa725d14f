"""Alert rules in the database: those that people wrote, and those they changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record, from_json, to_json
from wattdeck.store.tables import alert_rules as table


class WrittenRule(Record, frozen=True):
    """A rule as it was written, in plain values."""

    name: str
    rule: dict[str, Any]
    updated_at: datetime
    updated_by: str | None


def read_all(connection: Connection) -> list[WrittenRule]:
    """By name."""
    rows = connection.execute(select(table).order_by(table.c.name))
    return [WrittenRule(row.name, from_json(row.rule), from_ms(row.updated_at), row.updated_by) for row in rows]


def put(connection: Connection, name: str, rule: dict[str, Any], at: datetime, by: str) -> None:
    values = {"rule": to_json(rule).decode(), "updated_at": to_ms(at), "updated_by": by}
    if not connection.execute(update(table).where(table.c.name == name).values(**values)).rowcount:
        connection.execute(insert(table).values(name=name, **values))


def remove(connection: Connection, name: str) -> bool:
    return connection.execute(delete(table).where(table.c.name == name)).rowcount > 0
