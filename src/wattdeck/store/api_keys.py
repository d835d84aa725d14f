"""API keys in the database: what each may, until when, and when it was used last. Of the key itself only the hash."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select
from sqlalchemy import Select as Query

from wattdeck.domain.clock import to_ms
from wattdeck.domain.errors import Conflict
from wattdeck.domain.people import Scope
from wattdeck.domain.records import Record
from wattdeck.store.rows import Page, moment, ms, page
from wattdeck.store.tables import tokens as table
from wattdeck.store.tables import users
from wattdeck.store.users import API_KEY, is_key_name, packed, unpacked

MOST_KEYS = 1_000
_KEYS: Query[Any] = select(table).where(table.c.kind == API_KEY)


class ApiKey(Record, frozen=True):
    id: int
    name: str
    role: str
    scope: Scope | None
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def list_all(connection: Connection, limit: int, after: int | None) -> Page:
    """Newest first, those that have expired too."""
    return page(connection, _KEYS, table.c.id, _key, limit, after)


def find(connection: Connection, id: int) -> ApiKey | None:
    row = connection.execute(_KEYS.where(table.c.id == id)).one_or_none()
    return None if row is None else _key(row)


def add(
    connection: Connection,
    token_hash: str,
    *,
    name: str,
    role: str,
    scope: Scope | None,
    created_by: str,
    at: datetime,
    expires_at: datetime | None,
) -> ApiKey:
    """Raises Conflict where a key or a user has that name: what was done by whom must stay clear."""
    if connection.execute(select(func.count()).select_from(_KEYS.subquery())).scalar_one() >= MOST_KEYS:
        raise Conflict(f"there are {MOST_KEYS} API keys already")
    people = select(users.c.id).where(func.lower(users.c.username) == name.lower())
    if is_key_name(connection, name) or connection.execute(people.limit(1)).first() is not None:
        raise Conflict(f"the name {name!r} is taken")
    made = insert(table).values(
        token_hash=token_hash,
        kind=API_KEY,
        name=name,
        role=role,
        scope=packed(scope),
        created_by=created_by,
        created_at=to_ms(at),
        expires_at=ms(expires_at),
    )
    return _key(connection.execute(made.returning(table)).one())


def remove(connection: Connection, id: int) -> None:
    connection.execute(delete(table).where(table.c.kind == API_KEY, table.c.id == id))


def _key(row: Row[Any]) -> ApiKey:
    created_at = moment(row.created_at)
    assert created_at is not None
    return ApiKey(
        row.id,
        row.name,
        row.role,
        unpacked(row.scope),
        row.created_by,
        created_at,
        moment(row.expires_at),
        moment(row.last_used_at),
    )
