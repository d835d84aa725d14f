"""Charging sessions in the database: begun, carried on and ended once each, however often they are reported."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.people import Scope
from wattdeck.domain.sessions import ACTIVE, FLAG_START_LOST, RECOVERED, Session
from wattdeck.domain.tags import same_tag
from wattdeck.store import scopes, stops
from wattdeck.store.rows import Page, moment, ms, page
from wattdeck.store.sites import at_site
from wattdeck.store.tables import sessions as table
from wattdeck.store.writer import Bulk


def _newest(rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """Of each session the last row, with the last word on when it was heard of."""
    heard_at = {row[-1]: row[-2] for row in rows if row[-2] is not None}
    return [(*row[:-2], heard_at.get(id), id) for id, row in {row[-1]: row for row in rows}.items()]


_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# What a meter value changes in a running session; one that has ended is left alone.
LIVE = Bulk(
    "WITH told (energy, source, export, power, charge, meter, meter_at, flags, heard_at, session) AS"
    f" (VALUES {_ROW})"
    " UPDATE sessions SET energy_wh = told.energy, energy_source = told.source, energy_export_wh = told.export,"
    " power_w = told.power, soc = told.charge, meter_wh = told.meter, meter_at = told.meter_at, flags = told.flags,"
    " heard_at = coalesce(told.heard_at, sessions.heard_at)"
    " FROM told WHERE sessions.id = told.session AND sessions.status = 'active'",
    row=lambda _: _ROW,
    prepare=_newest,
)

# What its samples say of a session, running or not.
RECKONED = Bulk(
    "UPDATE sessions SET energy_wh = ?, energy_source = ?, energy_export_wh = ?, start_meter_wh = ?,"
    " stop_meter_wh = ?, meter_wh = ?, meter_at = ?, flags = ? WHERE id = ?"
)

# A start and the reading at its begin are one where they differ by no more than this.
_NEAR_MS, _NEAR_WH = 2_000, 1.0
_LONGEST_MS = 7 * 86_400_000

# Built once: building one takes longer than running it.
_SAME_START = select(table).where(
    table.c.charge_point_id == bindparam("charge_point_id"),
    table.c.started_at == bindparam("at"),
    table.c.connector_id == bindparam("connector_id"),
    table.c.start_meter_wh == bindparam("meter_wh"),
)
_ADD = insert(table).returning(table)
_NUMBER_ITSELF = (
    update(table).where(table.c.id == bindparam("own_id")).values(transaction_id=bindparam("number")).returning(table)
)


def live_row(session: Session, heard_at: datetime | None = None) -> tuple[Any, ...]:
    """The row for LIVE. `heard_at`: given where the message shows that the session goes on."""
    return (
        *(session.energy_wh, session.energy_source, session.energy_export_wh, session.power_w, session.soc),
        *(session.meter_wh, ms(session.meter_at), session.flags, ms(heard_at), session.id),
    )


def reckoned_row(session: Session) -> tuple[Any, ...]:
    """The row for RECKONED."""
    return (
        *(session.energy_wh, session.energy_source, session.energy_export_wh),
        *(session.start_meter_wh, session.stop_meter_wh),
        *(session.meter_wh, ms(session.meter_at), session.flags, session.id),
    )


def get(connection: Connection, id: int) -> Session | None:
    return _one(connection, table.c.id == id)


def by_transaction(connection: Connection, charge_point_id: int, transaction_id: str) -> Session | None:
    return _one(connection, table.c.charge_point_id == charge_point_id, table.c.transaction_id == transaction_id)


def same_start(
    connection: Connection, charge_point_id: int, connector_id: int, id_tag: str, meter_wh: float, at: datetime
) -> Session | None:
    """The session that an identical start made before: a start is known by its content, not by its message id."""
    values = {"charge_point_id": charge_point_id, "at": to_ms(at), "connector_id": connector_id, "meter_wh": meter_wh}
    candidates = connection.execute(_SAME_START, values)
    return next((record(row) for row in candidates if row.tag_key == same_tag(id_tag)), None)


def same_stop(
    connection: Connection, charge_point_id: int, id_tag: str | None, meter_wh: Collection[float], at: datetime
) -> Session | None:
    """The session that an identical stop ended before, whatever transaction it names; or was about to, when we died.
    `meter_wh`: the registers that may have been taken from it.
    """
    stopped = (table.c.charge_point_id == charge_point_id, table.c.stopped_at == to_ms(at))
    interrupted = (table.c.status == RECOVERED) & table.c.stop_reason.is_(None)
    said = (or_(interrupted, table.c.stop_meter_wh.in_(meter_wh) & table.c.stop_reason.is_not(None)),)
    tag = () if id_tag is None else (table.c.tag_key == same_tag(id_tag),)
    return _one(connection, *stopped, *said, *tag)


def begun_with(connection: Connection, charge_point_id: int, meter_wh: float, at: datetime) -> Session | None:
    """The session without a stop that began with this reading, where there is exactly one."""
    near = (
        table.c.started_at.between(to_ms(at) - _NEAR_MS, to_ms(at) + _NEAR_MS),
        table.c.start_meter_wh.between(meter_wh - _NEAR_WH, meter_wh + _NEAR_WH),
    )
    query = select(table).where(table.c.charge_point_id == charge_point_id, table.c.stop_reason.is_(None), *near)
    rows = connection.execute(query.limit(2)).all()
    return record(rows[0]) if len(rows) == 1 else None


def without_start(
    connection: Connection, charge_point_id: int, connector_id: int, id_tag: str, meter_wh: float, at: datetime
) -> Session | None:
    """The recovered session that a start belongs to which comes after its stop: the next one to end after it, by what
    is known of tag, connector and register, with no other session of the connector in between.
    """
    mine = (table.c.charge_point_id == charge_point_id, table.c.connector_id.in_((0, connector_id)))
    lost = (table.c.status == RECOVERED, table.c.flags.bitwise_and(FLAG_START_LOST) != 0)
    fits = (
        or_(table.c.id_tag.is_(None), table.c.tag_key == same_tag(id_tag)),
        table.c.stopped_at.between(to_ms(at), to_ms(at) + _LONGEST_MS),
        table.c.stop_meter_wh >= meter_wh,
        or_(table.c.start_meter_wh.is_(None), table.c.start_meter_wh >= meter_wh - _NEAR_WH),
    )
    query = (
        select(table).where(*mine, *lost, *fits, table.c.stop_reason.is_not(None)).order_by(table.c.stopped_at).limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    between = select(table.c.id).where(
        table.c.charge_point_id == charge_point_id,
        table.c.connector_id == connector_id,
        table.c.id != row.id,
        table.c.started_at.between(to_ms(at), row.stopped_at),
    )
    return record(row) if connection.execute(between.limit(1)).first() is None else None


def active(connection: Connection, charge_point_ids: Iterable[int] | None = None) -> list[Session]:
    """Running sessions, newest first; of every charge point without `charge_point_ids`."""
    query = select(table).where(table.c.status == ACTIVE)
    if charge_point_ids is not None:
        query = query.where(table.c.charge_point_id.in_(list(charge_point_ids)))
    # not sorted by the database, which would walk everyone's running sessions for that
    rows = sorted(connection.execute(query), key=lambda row: (row.started_at, row.id), reverse=True)
    return [record(row) for row in rows]


def last_ended(connection: Connection, charge_point_id: int) -> list[Session]:
    """The session of each connector that ended last."""
    newest = (
        select(func.max(table.c.stopped_at).label("stopped_at"), table.c.connector_id)
        .where(table.c.charge_point_id == charge_point_id, table.c.status != ACTIVE)
        .group_by(table.c.connector_id)
        .subquery()
    )
    same = (table.c.connector_id == newest.c.connector_id) & (table.c.stopped_at == newest.c.stopped_at)
    rows = connection.execute(select(table).join(newest, same).where(table.c.charge_point_id == charge_point_id))
    return [record(row) for row in rows]


def touching(connection: Connection, charge_point_id: int, connector_id: int, since: int, until: int) -> list[Session]:
    """Sessions of a connector, running ones too, that were under way between two times in ms."""
    query = select(table).where(
        table.c.charge_point_id == charge_point_id,
        table.c.connector_id == connector_id,
        table.c.started_at <= until,
        or_(table.c.stopped_at.is_(None), table.c.stopped_at >= since),
    )
    return [record(row) for row in connection.execute(query.order_by(table.c.id))]


def next_start(connection: Connection, session: Session) -> datetime | None:
    """When the next session of its connector began."""
    query = select(func.min(table.c.started_at)).where(
        table.c.charge_point_id == session.charge_point_id,
        table.c.connector_id == session.connector_id,
        table.c.started_at > to_ms(session.started_at),
    )
    return moment(connection.execute(query).scalar_one())


def find_at(connection: Connection, charge_point_id: int, connector_id: int, at: datetime) -> Session | None:
    """The session that ran on a connector at a time: where late meter values without a transaction belong."""
    query = (
        select(table)
        .where(
            table.c.charge_point_id == charge_point_id,
            table.c.connector_id == connector_id,
            table.c.started_at <= to_ms(at),
            or_(table.c.stopped_at.is_(None), table.c.stopped_at >= to_ms(at)),
        )
        .order_by(table.c.started_at.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else record(row)


def add(connection: Connection, **values: Any) -> Session:
    """A new session. Its transaction id is its own number, as 1.6 wants an integer from us (§4.8)."""
    names = ("started_at", "stopped_at", "meter_at", "heard_at")
    times = {name: ms(values.pop(name)) for name in names if name in values}
    row = {"energy_wh": 0.0, "flags": 0, "status": ACTIVE, "transaction_id": ""} | values | times
    row["tag_key"] = same_tag(values.get("id_tag") or "")
    made = connection.execute(_ADD, row).one()
    if not made.transaction_id:
        made = connection.execute(_NUMBER_ITSELF, {"own_id": made.id, "number": str(made.id)}).one()
    session = record(made)
    _note_stop(connection, session)
    return session


def save(connection: Connection, session: Session) -> Session:
    """Write a session's state whole, except when it was heard of last."""
    values = {
        **{name: getattr(session, name) for name in _PLAIN if name != "id"},
        **{name: ms(getattr(session, name)) for name in ("started_at", "stopped_at", "meter_at")},
        "tag_key": same_tag(session.id_tag or ""),
    }
    before = connection.execute(select(table.c.stopped_at).where(table.c.id == session.id)).scalar_one_or_none()
    connection.execute(update(table).where(table.c.id == session.id).values(**values))
    _note_stop(connection, session, before)
    return session


def _note_stop(connection: Connection, session: Session, before: int | None = None) -> None:
    times = {before, ms(session.stopped_at)}
    if len(times) > 1:
        stops.mark(connection, session.charge_point_id, session.connector_id, [at for at in times if at is not None])


def search(
    connection: Connection,
    *,
    limit: int,
    after: int | None = None,
    charge_point_id: int | None = None,
    site: str | None = None,
    scope: Scope | None = None,
    connector_id: int | None = None,
    id_tag: str | None = None,
    is_active: bool | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    flags: int | None = None,
) -> Page:
    """Newest first. `since` and `until` bound the start; `flags`: with any of these."""
    query = select(table)
    conditions = (
        (charge_point_id, table.c.charge_point_id == charge_point_id),
        (site, table.c.charge_point_id.in_(at_site(site))),
        (connector_id, table.c.connector_id == connector_id),
        (id_tag, table.c.tag_key == same_tag(id_tag or "")),
        (is_active, (table.c.status == ACTIVE) if is_active else (table.c.status != ACTIVE)),
        (since, table.c.started_at >= (ms(since) or 0)),
        (until, table.c.started_at < (ms(until) or 0)),
        (flags, table.c.flags.bitwise_and(flags or 0) != 0),
    )
    for asked, condition in conditions:
        if asked is not None:
            query = query.where(condition)
    if scope is not None:
        query = query.where(table.c.charge_point_id.in_(scopes.ids(scope)))
    return page(connection, query, table.c.id, record, limit, after)


def _one(connection: Connection, *conditions: Any) -> Session | None:
    query = select(table).where(*conditions).order_by(table.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else record(row)


_PLAIN = (
    *("id", "transaction_id", "charge_point_id", "charge_point", "connector_id", "id_tag", "status"),
    *("start_meter_wh", "stop_meter_wh", "meter_wh", "energy_wh", "power_w", "soc", "stop_reason", "flags"),
    *("end_reason", "closed_by", "note", "energy_source", "energy_export_wh"),
)


def record(row: Row[Any]) -> Session:
    """A row of the table."""
    return Session(
        **{name: getattr(row, name) for name in _PLAIN},
        started_at=from_ms(row.started_at),
        stopped_at=moment(row.stopped_at),
        meter_at=moment(row.meter_at),
    )
