"""Deliveries in the database, and which alerts they are about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from wattdeck.domain.alerts import NOTIFIED
from wattdeck.domain.channel_kinds import COMMAND
from wattdeck.domain.clock import to_ms
from wattdeck.domain.deliveries import DEAD, DROPPED, SENT, TEST, WAITING, Delivery
from wattdeck.domain.records import as_dict
from wattdeck.store.rows import Page, page
from wattdeck.store.tables import alert_changes, alerts
from wattdeck.store.tables import alert_deliveries as table
from wattdeck.store.tables import alert_delivery_alerts as about

_AT_A_TIME = 500


def save(connection: Connection, deliveries: Mapping[int, Delivery | None]) -> None:
    """As they are now, with all the alerts they are about. None: it became part of another, and is no more."""
    for id, one in deliveries.items():
        ids = set() if one is None else set(one.alert_ids)
        if one is not None:
            values = as_dict(one)
            del values["alert_ids"]
            if not connection.execute(update(table).where(table.c.id == id).values(**values)).rowcount:
                connection.execute(insert(table).values(**values))
        known = set(connection.execute(select(about.c.alert_id).where(about.c.delivery_id == id)).scalars())
        if ids - known:
            connection.execute(insert(about), [{"delivery_id": id, "alert_id": each} for each in sorted(ids - known)])
        gone = sorted(known - ids)
        for begin in range(0, len(gone), _AT_A_TIME):
            part = gone[begin : begin + _AT_A_TIME]
            connection.execute(delete(about).where(about.c.delivery_id == id, about.c.alert_id.in_(part)))
        if one is None:
            connection.execute(delete(table).where(table.c.id == id))


def note_sent(connection: Connection, one: Delivery, at: int) -> None:
    """Into the timelines of the alerts it is about, as far as they are kept."""
    for begin in range(0, len(one.alert_ids), _AT_A_TIME):
        part = one.alert_ids[begin : begin + _AT_A_TIME]
        there = connection.execute(select(alerts.c.id).where(alerts.c.id.in_(part))).scalars()
        rows = [{"alert_id": id, "what": NOTIFIED, "at": at, "detail": one.channel} for id in there]
        if rows:
            connection.execute(insert(alert_changes), rows)


def get(connection: Connection, id: int) -> Delivery | None:
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    return None if row is None else _record(row, _ids(connection, [id]))


def last_id(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def waiting(connection: Connection) -> list[Delivery]:
    """Those that are still to go out."""
    rows = connection.execute(select(table).where(table.c.state.in_(sorted(WAITING))).order_by(table.c.id)).all()
    ids = _ids(connection, [row.id for row in rows])
    return [_record(row, ids) for row in rows]


def last_sent(connection: Connection, since: int) -> list[tuple[tuple[str, str, str, str | None], int]]:
    """When something went out last: (channel, what, rule, site) → milliseconds."""
    names = (table.c.channel, table.c.what, table.c.rule, table.c.site)
    query = select(*names, func.max(table.c.sent_at)).where(table.c.sent_at > since, table.c.rule.is_not(None))
    return [((row[0], row[1], row[2], row[3]), row[4]) for row in connection.execute(query.group_by(*names))]


def sent_times(connection: Connection, since: int) -> list[tuple[str, int]]:
    """Of each that went out since then: channel, milliseconds."""
    query = select(table.c.channel, table.c.sent_at).where(table.c.sent_at > since, table.c.state == SENT)
    return [(row.channel, row.sent_at) for row in connection.execute(query.order_by(table.c.sent_at))]


def newest(connection: Connection, what: str) -> list[Delivery]:
    """The newest of this kind of each channel."""
    ids = select(func.max(table.c.id)).where(table.c.what == what).group_by(table.c.channel)
    return [_record(row, {}) for row in connection.execute(select(table).where(table.c.id.in_(ids)))]


def commanded(connection: Connection, since: int) -> list[Delivery]:
    """Those by which commands were sent since then, with the alerts they are about."""
    query = select(table).where(table.c.kind == COMMAND, table.c.what != TEST, table.c.state == SENT)
    rows = connection.execute(query.where(table.c.sent_at > since)).all()
    ids = _ids(connection, [row.id for row in rows])
    return [_record(row, ids) for row in rows]


def add_lines(connection: Connection, said: Iterable[tuple[int, str]]) -> None:
    """What became of it later."""
    for id, line in said:
        query = update(table).where(table.c.id == id).values(body=func.coalesce(table.c.body, "") + f"\n{line}")
        connection.execute(query)


def died(connection: Connection, since: int) -> list[Delivery]:
    """Those from then on that were given up."""
    rows = connection.execute(select(table).where(table.c.state == DEAD, table.c.created_at > since)).all()
    return [_record(row, {}) for row in rows]


def told(connection: Connection, alert_ids: Sequence[int]) -> list[tuple[int, str, int]]:
    """Alert, channel, milliseconds: who was told of these alerts, or is about to be."""
    found: list[tuple[int, str, int]] = []
    for begin in range(0, len(alert_ids), _AT_A_TIME):
        query = select(about.c.alert_id, table.c.channel, func.max(table.c.created_at)).join_from(
            about, table, about.c.delivery_id == table.c.id
        )
        query = query.where(about.c.alert_id.in_(alert_ids[begin : begin + _AT_A_TIME]), table.c.state != DROPPED)
        rows = connection.execute(query.group_by(about.c.alert_id, table.c.channel))
        found += [(row[0], row[1], row[2]) for row in rows]
    return found


def search(
    connection: Connection,
    *,
    limit: int,
    after: int | None = None,
    channel: str | None = None,
    states: Iterable[str] = (),
    alert_id: int | None = None,
) -> Page:
    """Newest first."""
    query, wanted = select(table), sorted(states)
    if channel is not None:
        query = query.where(table.c.channel == channel)
    if wanted:
        query = query.where(table.c.state.in_(wanted))
    if alert_id is not None:
        query = query.where(table.c.id.in_(select(about.c.delivery_id).where(about.c.alert_id == alert_id)))
    found = page(connection, query, table.c.id, lambda row: row, limit, after)
    ids = _ids(connection, [row.id for row in found.items])
    return Page([_record(row, ids) for row in found.items], found.next)


def forget(connection: Connection, before: datetime, at_most: int) -> int:
    """Delete some of those that are over and older; how many."""
    old = select(table.c.id).where(table.c.created_at < to_ms(before), table.c.state.not_in(sorted(WAITING)))
    ids = list(connection.execute(old.order_by(table.c.id).limit(at_most)).scalars())
    connection.execute(delete(about).where(about.c.delivery_id.in_(ids)))
    return connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount


def _ids(connection: Connection, deliveries: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for begin in range(0, len(deliveries), _AT_A_TIME):
        part = deliveries[begin : begin + _AT_A_TIME]
        query = select(about).where(about.c.delivery_id.in_(part)).order_by(about.c.delivery_id, about.c.alert_id)
        for row in connection.execute(query):
            found.setdefault(row.delivery_id, []).append(row.alert_id)
    return found


def _record(row: Row[Any], ids: dict[int, list[int]]) -> Delivery:
    values = {name: getattr(row, name) for name in Delivery.__struct_fields__ if name != "alert_ids"}
    return Delivery(alert_ids=tuple(ids.get(row.id, ())), **values)
