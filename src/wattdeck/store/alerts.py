"""Alerts and their timelines in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from wattdeck.domain.alerts import INHIBITED, OPEN, PENDING, RESOLVED, Alert, Change, hider_of
from wattdeck.domain.clock import to_ms
from wattdeck.domain.in_scope import without_others
from wattdeck.domain.people import Scope
from wattdeck.domain.records import Record, as_dict, replace
from wattdeck.domain.signals import Subject
from wattdeck.store import scopes
from wattdeck.store.rows import Page, page
from wattdeck.store.tables import alert_changes as changes
from wattdeck.store.tables import alerts as table

_FLAGS = ("lacks_data", "is_silent")
_MOST_CHANGES = 1_000
_INSERT = upsert(table)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["id"],
    set_={column.name: _INSERT.excluded[column.name] for column in table.columns if column.name != "id"},
)
_AT_A_TIME = 500


class Saving(Record, frozen=True):
    """What is to be kept of one alert: as it is now (None: it went by, and is forgotten), and what became of it."""

    id: int
    alert: Alert | None
    changes: tuple[Change, ...]


def save(connection: Connection, savings: Sequence[Saving]) -> None:
    """Keep alerts as they are now, and add to their timelines; many at a time cost little more than one."""
    gone = [one.id for one in savings if one.alert is None]
    if gone:
        connection.execute(delete(changes).where(changes.c.alert_id.in_(gone)))
        connection.execute(delete(table).where(table.c.id.in_(gone)))
    rows = [_values(one.alert) for one in savings if one.alert is not None]
    if rows:
        connection.execute(_PUT, rows)
    told = [as_dict(each) | {"alert_id": one.id} for one in savings if one.alert is not None for each in one.changes]
    if told:
        connection.execute(insert(changes), told)


def get(connection: Connection, id: int) -> Alert | None:
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    return None if row is None else _record(row)


def as_seen(connection: Connection, found: Sequence[Alert], scope: Scope | None) -> list[Alert]:
    """As somebody sees them."""
    if scope is None:
        return list(found)
    of_sites = _of_sites(connection, {one.hidden_by for one in found if one.hidden_by is not None})
    return [without_others(one, scope, of_sites) for one in found]


def changes_as_seen(connection: Connection, alert: Alert, found: Sequence[Change], scope: Scope | None) -> list[Change]:
    """A timeline as somebody sees it: what has hidden the alert is named where they see that, too."""
    if scope is None or scope.covers_site(alert.site):
        return list(found)
    hiders = {one: hider_of(one) for one in found if one.what == INHIBITED}
    of_sites = _of_sites(connection, {id for id in hiders.values() if id is not None})
    return [replace(one, detail=None) if hiders.get(one) in of_sites else one for one in found]


def _of_sites(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Those of these numbers that are of no charge point."""
    query = select(table.c.id).where(table.c.id.in_(sorted(ids)), table.c.charge_point_id.is_(None))
    return set(connection.execute(query).scalars())


def open_of_sites(connection: Connection) -> list[int]:
    """The numbers of those that are open and of no charge point."""
    query = select(table.c.id).where(table.c.charge_point_id.is_(None), table.c.state.in_(sorted(OPEN)))
    return list(connection.execute(query).scalars())


def of_ids(connection: Connection, ids: Sequence[int]) -> list[Alert]:
    """Those of these numbers that there are."""
    found: list[Alert] = []
    for begin in range(0, len(ids), _AT_A_TIME):
        query = select(table).where(table.c.id.in_(ids[begin : begin + _AT_A_TIME])).order_by(table.c.id)
        found += [_record(row) for row in connection.execute(query)]
    return found


def timeline(connection: Connection, id: int) -> list[Change]:
    """The newest of what became of an alert, in order."""
    query = select(changes).where(changes.c.alert_id == id).order_by(changes.c.id.desc()).limit(_MOST_CHANGES)
    rows = reversed(connection.execute(query).all())
    return [Change(row.what, row.at, row.by, row.detail, row.value) for row in rows]


def last_id(connection: Connection) -> int:
    """The highest number ever given: deliveries and links may name an alert that was forgotten."""
    given = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'alerts'").scalar()
    return int(given or 0)


def unsettled(connection: Connection, since: datetime) -> list[Alert]:
    """Those that are open, and those that ended since then."""
    query = select(table).where(
        table.c.state.in_(sorted(OPEN)) | ((table.c.state == RESOLVED) & (table.c.cleared_at >= to_ms(since)))
    )
    return [_record(row) for row in connection.execute(query.order_by(table.c.id))]


def open_of(connection: Connection, charge_point_id: int | None, limit: int, scope: Scope | None = None) -> list[Alert]:
    """Raised alerts, newest first; of one charge point, of those in a scope, or of all."""
    query = select(table).where(table.c.state.in_(sorted(OPEN - {PENDING})))
    if charge_point_id is not None:
        query = query.where(table.c.charge_point_id == charge_point_id)
    if scope is not None:
        query = query.where(scopes.of_alerts(scope))
    found = [_record(row) for row in connection.execute(query.order_by(table.c.id.desc()).limit(limit))]
    return as_seen(connection, found, scope)


def search(
    connection: Connection,
    *,
    limit: int,
    after: int | None = None,
    states: Iterable[str] = (),
    severity: str | None = None,
    rule: str | None = None,
    charge_point_id: int | None = None,
    connector_id: int | None = None,
    site: str | None = None,
    scope: Scope | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> Page:
    """Newest first. Without states: all but those that are still pending. `begin` and `end`: when it was raised."""
    wanted = sorted(states)
    query = select(table).where(table.c.state.in_(wanted) if wanted else table.c.state != PENDING)
    for column, value in (
        (table.c.severity, severity),
        (table.c.rule, rule),
        (table.c.charge_point_id, charge_point_id),
        (table.c.connector_id, connector_id),
        (table.c.site, site),
    ):
        if value is not None:
            query = query.where(column == value)
    if scope is not None:
        query = query.where(scopes.of_alerts(scope))
    if begin is not None:
        query = query.where(table.c.raised_at >= to_ms(begin))
    if end is not None:
        query = query.where(table.c.raised_at < to_ms(end))
    found = page(connection, query, table.c.id, _record, limit, after)
    return replace(found, items=as_seen(connection, found.items, scope))


def forget(connection: Connection, before: datetime, at_most: int) -> int:
    """Delete some of those that ended before; how many."""
    old = select(table.c.id).where(table.c.state == RESOLVED, table.c.cleared_at < to_ms(before))
    ids = list(connection.execute(old.order_by(table.c.id).limit(at_most)).scalars())
    connection.execute(delete(changes).where(changes.c.alert_id.in_(ids)))
    return connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount


def _values(alert: Alert) -> dict[str, Any]:
    values = as_dict(alert)
    values = as_dict(values.pop("subject")) | values
    return values | {name: int(values[name]) for name in _FLAGS}


def _record(row: Row[Any]) -> Alert:
    values = {name: getattr(row, name) for name in Alert.__struct_fields__ if name not in ("subject", "count")}
    values |= {name: bool(values[name]) for name in _FLAGS}
    subject = Subject(**{name: getattr(row, name) for name in Subject.__struct_fields__})
    if subject.charge_point_id is not None:
        subject = replace(subject, site=None)  # it is where it is, and not about the site
    return Alert(subject=subject, count=row._mapping["count"], **values)
