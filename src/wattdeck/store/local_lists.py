"""Local lists in the database: what is known of each charge point's, and the entries it holds as far as we know."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from wattdeck.domain.local_lists import Entry, LocalList, Update
from wattdeck.domain.records import as_dict
from wattdeck.store.rows import moment, ms
from wattdeck.store.tables import local_list_entries as entries_table
from wattdeck.store.tables import local_lists as table

_TIMES = ("changed_at", "reported_at")


def get(connection: Connection, charge_point_id: int) -> LocalList:
    """What is known; where nothing is, that."""
    row = connection.execute(select(table).where(table.c.charge_point_id == charge_point_id)).one_or_none()
    if row is None:
        return LocalList(charge_point_id=charge_point_id)
    values = row._asdict() | {name: moment(getattr(row, name)) for name in _TIMES}
    return LocalList(**values | {"certain": bool(row.certain)})


def save(connection: Connection, known: LocalList) -> None:
    values = as_dict(known) | {name: ms(getattr(known, name)) for name in _TIMES} | {"certain": int(known.certain)}
    id = values.pop("charge_point_id")
    if not connection.execute(update(table).where(table.c.charge_point_id == id).values(**values)).rowcount:
        connection.execute(insert(table).values(charge_point_id=id, **values))


def apply(connection: Connection, charge_point_id: int, change: Update) -> None:
    """Write an accepted update into the entries."""
    ours = entries_table.c.charge_point_id == charge_point_id
    if change.is_full:
        connection.execute(delete(entries_table).where(ours))
    elif change.entries:
        connection.execute(
            delete(entries_table).where(ours, entries_table.c.tag_key == bindparam("wanted")),
            [{"wanted": key} for key in change.entries],
        )
    added = [
        as_dict(entry) | {"expires_at": ms(entry.expires_at), "tag_key": key, "charge_point_id": charge_point_id}
        for key, entry in change.entries.items()
        if entry.status is not None
    ]
    if added:
        connection.execute(insert(entries_table), added)


def held(connection: Connection, charge_point_id: int) -> dict[str, Entry]:
    """Compared key → entry, by key."""
    return {row.tag_key: _record(row) for row in connection.execute(_of(charge_point_id))}


def page(connection: Connection, charge_point_id: int, limit: int, after: str | None = None) -> list[Entry]:
    """Entries by tag; `after` is the compared key of the last one seen."""
    query = _of(charge_point_id).limit(limit)
    if after is not None:
        query = query.where(entries_table.c.tag_key > after)
    return [_record(row) for row in connection.execute(query)]


def count(connection: Connection, charge_point_id: int) -> int:
    query = select(func.count()).where(entries_table.c.charge_point_id == charge_point_id)
    return connection.execute(query).scalar_one()


def _of(charge_point_id: int) -> Any:
    query = select(entries_table).where(entries_table.c.charge_point_id == charge_point_id)
    return query.order_by(entries_table.c.tag_key)


def _record(row: Row[Any]) -> Entry:
    return Entry(row.id_tag, row.status, moment(row.expires_at), row.parent)
