"""Tags that were refused because nobody knows them: one counted row each, the newest few, never of a known tag."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select

from wattdeck.domain.clock import from_ms
from wattdeck.domain.records import Record
from wattdeck.domain.tags import lookalikes, same_tag
from wattdeck.store.tables import tags
from wattdeck.store.tables import unknown_tags as table
from wattdeck.store.writer import Bulk

# (key, tag, time, charge point, connector, message); one that was made a tag meanwhile is left alone
NOTE = Bulk(
    "INSERT INTO unknown_tags (tag_key, id_tag, first_at, last_at, count, charge_point, connector_id, message)"
    " SELECT ?1, ?2, ?3, ?3, 1, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM tags WHERE tag_key = ?1)"
    " ON CONFLICT (tag_key) DO UPDATE SET id_tag = excluded.id_tag, last_at = excluded.last_at, count = count + 1,"
    " charge_point = excluded.charge_point, connector_id = excluded.connector_id, message = excluded.message"
)


class UnknownTag(Record, frozen=True):
    """`charge_point`, `connector_id`, `message`: where it was seen last, and in which message. `resembles`: a known
    tag that may be the same card, read by a reader that turns its bytes round or appends something.
    """

    id_tag: str
    first_at: datetime
    last_at: datetime
    count: int
    charge_point: str
    connector_id: int | None
    message: str
    resembles: str | None = None


class Seen(Record, frozen=True):
    """A page, the tag seen last first; `next` is the place of its last row: (time, number)."""

    items: list[UnknownTag]
    next: tuple[int, int] | None


def recent(connection: Connection, limit: int, after: tuple[int, int] | None = None) -> Seen:
    query = select(table).order_by(table.c.last_at.desc(), table.c.id.desc()).limit(limit + 1)
    if after is not None:
        at, id = after
        query = query.where(or_(table.c.last_at < at, (table.c.last_at == at) & (table.c.id < id)))
    rows = connection.execute(query).all()
    shown = rows[:limit]
    similar = _resembled(connection, [row.tag_key for row in shown])
    next_ = (shown[-1].last_at, shown[-1].id) if len(rows) > limit else None
    return Seen([_record(row, similar.get(row.tag_key)) for row in shown], next_)


def find(connection: Connection, id_tag: str) -> UnknownTag | None:
    row = connection.execute(select(table).where(table.c.tag_key == same_tag(id_tag))).one_or_none()
    return None if row is None else _record(row, None)


def remove(connection: Connection, id_tag: str) -> bool:
    """False where there was none."""
    return bool(connection.execute(delete(table).where(table.c.tag_key == same_tag(id_tag))).rowcount)


def trim(connection: Connection, keep: int) -> int:
    """Let go of all but the `keep` seen last; how many those were."""
    too_many = connection.execute(select(func.count()).select_from(table)).scalar_one() - keep
    if too_many <= 0:
        return 0
    oldest = select(table.c.id).order_by(table.c.last_at, table.c.id).limit(too_many)
    return connection.execute(delete(table).where(table.c.id.in_(oldest))).rowcount


def _resembled(connection: Connection, keys: list[str]) -> dict[str, str]:
    """The known tag that each of these may be, where there is one."""
    candidates = {key: lookalikes(key) for key in keys}
    wanted = {one for some in candidates.values() for one in some}
    found = connection.execute(select(tags.c.tag_key, tags.c.id_tag).where(tags.c.tag_key.in_(wanted)))
    known = {row.tag_key: row.id_tag for row in found}
    return {
        key: known[next(one for one in some if one in known)] for key, some in candidates.items() if known.keys() & some
    }


def _record(row: Row[Any], resembles: str | None) -> UnknownTag:
    return UnknownTag(
        row.id_tag,
        from_ms(row.first_at),
        from_ms(row.last_at),
        row._mapping["count"],  # `count` is a method of rows
        row.charge_point,
        row.connector_id,
        row.message,
        resembles,
    )
