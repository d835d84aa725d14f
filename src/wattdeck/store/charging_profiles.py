"""Charging profiles to be sent, by the name people give them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record, from_json, to_json
from wattdeck.store.tables import charging_profiles as table


class NamedProfile(Record, frozen=True):
    """`profile` as it goes over the wire."""

    name: str
    profile: dict[str, Any]
    updated_at: datetime


def find(connection: Connection, name: str) -> NamedProfile | None:
    row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
    return None if row is None else _record(row)


def list_all(connection: Connection, limit: int, after: str | None = None) -> list[NamedProfile]:
    """By name; `after` is the last name seen."""
    query = select(table).order_by(table.c.name).limit(limit)
    if after is not None:
        query = query.where(table.c.name > after)
    return [_record(row) for row in connection.execute(query)]


def put(connection: Connection, name: str, profile: dict[str, Any], at: datetime) -> str | None:
    """Add the profile or replace what has its name. Where another has its id nothing is done: the other's name."""
    id = int(profile["chargingProfileId"])
    other = connection.execute(select(table.c.name).where(table.c.charging_profile_id == id, table.c.name != name))
    if (taken := other.scalar()) is not None:
        return str(taken)
    connection.execute(delete(table).where(table.c.name == name))
    values = {"name": name, "charging_profile_id": id, "profile": to_json(profile).decode(), "updated_at": to_ms(at)}
    connection.execute(insert(table).values(**values))
    return None


def remove(connection: Connection, name: str) -> bool:
    """False where there was none."""
    return bool(connection.execute(delete(table).where(table.c.name == name)).rowcount)


def _record(row: Row[Any]) -> NamedProfile:
    return NamedProfile(row.name, from_json(row.profile), from_ms(row.updated_at))
