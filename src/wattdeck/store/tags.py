"""Id tags in the database, compared without regard to case; which of them are a group."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, literal, or_, select

from wattdeck.domain.records import as_dict
from wattdeck.domain.sessions import ACTIVE
from wattdeck.domain.tags import Authorization, Known, Tag, decide, same_tag
from wattdeck.store.rows import moment, ms
from wattdeck.store.tables import sessions, unknown_tags
from wattdeck.store.tables import tags as table

_BATCH = 500


def find(connection: Connection, id_tag: str) -> Tag | None:
    """None for one of blanks only, whatever there is: it is what a start without a tag has."""
    if not same_tag(id_tag):
        return None
    row = connection.execute(select(table).where(table.c.tag_key == same_tag(id_tag))).one_or_none()
    return None if row is None else _record(row)


def known(
    connection: Connection,
    id_tag: str,
    *,
    counted: bool = True,
    but_session: int | None = None,
    but_charge_point: int | None = None,
    begun_by: datetime | None = None,
) -> Known:
    """What is known of a tag and its group. Of the sessions that run, one or all of a charge point may be left out of
    the count, and those that began later.
    """
    tag = find(connection, id_tag)
    parent = None if tag is None or tag.parent is None else find(connection, tag.parent)
    running, running_in_group = (
        _running(connection, one.id_tag, but_session, but_charge_point, begun_by)
        if counted and one is not None and one.max_sessions is not None
        else 0
        for one in (tag, parent)
    )
    return Known(tag=tag, parent=parent, running=running, running_in_group=running_in_group)


def _running(
    connection: Connection,
    id_tag: str,
    but_session: int | None,
    but_charge_point: int | None,
    begun_by: datetime | None,
) -> int:
    """How many sessions run with this tag or one whose parent it is."""
    key = same_tag(id_tag)
    group = select(literal(key)).union_all(select(table.c.tag_key).where(table.c.parent_key == key))
    query = select(func.count()).select_from(sessions)
    query = query.where(sessions.c.status == ACTIVE, sessions.c.tag_key.in_(group))
    if but_session is not None:
        query = query.where(sessions.c.id != but_session)
    if but_charge_point is not None:
        query = query.where(sessions.c.charge_point_id != but_charge_point)
    if begun_by is not None:
        query = query.where(sessions.c.started_at <= ms(begun_by))
    return connection.execute(query).scalar_one()


def same_group(connection: Connection, one: str, other: str) -> bool:
    """Whether either tag may stop what the other has started: the same parent, or one is the other's (§3.10)."""
    return same_tag(one) == same_tag(other) or _group(connection, one) == _group(connection, other)


def _group(connection: Connection, id_tag: str) -> str:
    key = same_tag(id_tag)
    found = connection.execute(select(table.c.parent_key).where(table.c.tag_key == key)).scalar_one_or_none()
    return found or key


def list_all(
    connection: Connection,
    limit: int | None = None,
    after: str | None = None,
    *,
    search: str | None = None,
    status: str | None = None,
    parent: str | None = None,
) -> list[Tag]:
    """By name; `after` is the last tag seen, `search` a part of the tag, its parent or its note."""
    query = select(table).order_by(table.c.tag_key).limit(limit)
    if after is not None:
        query = query.where(table.c.tag_key > same_tag(after))
    if search is not None:
        key = same_tag(search)
        places = (table.c.tag_key, table.c.parent_key, table.c.note)
        query = query.where(or_(*(place.icontains(key, autoescape=True) for place in places)))
    if status is not None:
        query = query.where(table.c.status == status)
    if parent is not None:
        query = query.where(table.c.parent_key == same_tag(parent))
    return [_record(row) for row in connection.execute(query)]


def find_many(connection: Connection, id_tags: Iterable[str]) -> dict[str, Tag]:
    """Those of them that there are, by compared key."""
    found: dict[str, Tag] = {}
    for some in _batches({same_tag(id_tag) for id_tag in id_tags}):
        query = select(table).where(table.c.tag_key.in_(some))
        found |= {row.tag_key: _record(row) for row in connection.execute(query)}
    return found


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    left = list(keys)
    while left:
        yield left[:_BATCH]
        del left[:_BATCH]


def accepted(connection: Connection, at: datetime) -> list[tuple[Tag, Authorization]]:
    """All tags that may charge at a time, by name, with what would be said of them; sessions are not counted."""
    everyone = {row.tag_key: _record(row) for row in connection.execute(select(table).order_by(table.c.tag_key))}
    decided = (
        (tag, decide(Known(tag=tag, parent=everyone.get(same_tag(tag.parent or ""))), at)) for tag in everyone.values()
    )
    return [(tag, said) for tag, said in decided if said.status == "Accepted"]


def put(connection: Connection, tag: Tag) -> Tag:
    """Add the tag or replace what is known of it; it is unknown no longer."""
    put_many(connection, [tag])
    return tag


def put_many(connection: Connection, tags: Sequence[Tag]) -> None:
    """The same for many, each once."""
    for some in _batches([same_tag(tag.id_tag) for tag in tags]):
        connection.execute(delete(unknown_tags).where(unknown_tags.c.tag_key.in_(some)))
        connection.execute(delete(table).where(table.c.tag_key.in_(some)))
    if tags:
        connection.execute(insert(table), [_values(tag) for tag in tags])


def _values(tag: Tag) -> dict[str, Any]:
    keys = {"tag_key": same_tag(tag.id_tag), "parent_key": None if tag.parent is None else same_tag(tag.parent)}
    return as_dict(tag) | {"expires_at": ms(tag.expires_at)} | keys


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
