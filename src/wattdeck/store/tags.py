"""Id tags in the database, compared without regard to case."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select

from wattdeck.domain.records import as_dict
from wattdeck.domain.tags import Tag, same_tag
from wattdeck.store.rows import moment, ms
from wattdeck.store.tables import tags as table


def find(connection: Connection, id_tag: str) -> Tag | None:
    row = connection.execute(select(table).where(table.c.tag_key == same_tag(id_tag))).one_or_none()
    return None if row is None else _record(row)


def list_all(connection: Connection, limit: int, after: str | None = None) -> list[Tag]:
    """By name; `after` is the last tag seen."""
    query = select(table).order_by(table.c.tag_key).limit(limit)
    if after is not None:
        query = query.where(table.c.tag_key > same_tag(after))
    return [_record(row) for row in connection.execute(query)]


def put(connection: Connection, tag: Tag) -> Tag:
    """Add the tag or replace what is known of it."""
    connection.execute(delete(table).where(table.c.tag_key == same_tag(tag.id_tag)))
    values = as_dict(tag) | {"expires_at": ms(tag.expires_at), "tag_key": same_tag(tag.id_tag)}
    connection.execute(table.insert().values(**values))
    return tag


def remove(connection: Connection, id_tag: str) -> bool:
    """False where there was none."""
    return bool(connection.execute(delete(table).where(table.c.tag_key == same_tag(id_tag))).rowcount)


def _record(row: Row[Any]) -> Tag:
    return Tag(
        id_tag=row.id_tag,
        status=row.status,
        expires_at=moment(row.expires_at),
        parent=row.parent,
        note=row.note,
        max_sessions=row.max_sessions,
    )
