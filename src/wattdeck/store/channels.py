"""Channels in the database."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from wattdeck.domain.channels import Channel
from wattdeck.domain.clock import to_ms
from wattdeck.domain.records import from_json, to_json
from wattdeck.store.tables import alert_channels as table


def read_all(connection: Connection) -> tuple[list[Channel], list[str]]:
    """By name, and the names of those that cannot be read."""
    read: list[Channel] = []
    unreadable: list[str] = []
    for row in connection.execute(select(table).order_by(table.c.name)):
        values: dict[str, Any] = from_json(row.channel)
        try:
            read.append(msgspec.convert(values, Channel))
        except msgspec.ValidationError:
            unreadable.append(row.name)
    return read, unreadable


def put(connection: Connection, one: Channel, at: datetime, by: str) -> None:
    values = {"channel": to_json(one).decode(), "updated_at": to_ms(at), "updated_by": by}
    if not connection.execute(update(table).where(table.c.name == one.name).values(**values)).rowcount:
        connection.execute(insert(table).values(name=one.name, **values))


def remove(connection: Connection, name: str) -> bool:
    return connection.execute(delete(table).where(table.c.name == name)).rowcount > 0
