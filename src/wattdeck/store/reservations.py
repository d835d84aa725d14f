"""Reservations in the database: one row per ReserveNow, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.people import Scope
from wattdeck.domain.reservations import (
    DROPPED,
    EXPIRED,
    LARGEST_NUMBER,
    OPEN,
    PENDING,
    RECKONED,
    REPLACED,
    Reservation,
)
from wattdeck.store import scopes
from wattdeck.store.rows import Page, add_row, moment, ms, page
from wattdeck.store.tables import reservations as table

_HELD = sorted(OPEN)
_USABLE_STATES = sorted(OPEN | RECKONED)
# Built once: it is asked at every start. Few may still be used up, but a charge point's history is long.
_USABLE = (
    select(table)
    .where(table.c.charge_point_id == bindparam("charge_point_id"), table.c.state.in_(_USABLE_STATES))
    .order_by(table.c.id.desc())
    .limit(50)
)


def add(
    connection: Connection,
    *,
    charge_point_id: int,
    charge_point: str,
    number: int,
    connector_id: int,
    id_tag: str,
    parent_id_tag: str | None,
    command_id: int,
    created_at: datetime,
    expires_at: datetime,
) -> Reservation:
    id = add_row(
        connection,
        table,
        charge_point_id=charge_point_id,
        charge_point=charge_point,
        number=number,
        connector_id=connector_id,
        id_tag=id_tag,
        parent_id_tag=parent_id_tag,
        state=PENDING,
        command_id=command_id,
        created_at=to_ms(created_at),
        expires_at=to_ms(expires_at),
    )
    made = get(connection, id)
    assert made is not None
    return made


def free_number(connection: Connection, charge_point_id: int) -> int:
    """A number that this charge point never had, by preference the next one."""
    numbers = select(table.c.number).where(table.c.charge_point_id == charge_point_id)
    following = (connection.execute(numbers.order_by(table.c.number.desc()).limit(1)).scalar() or 0) + 1
    if following <= LARGEST_NUMBER:
        return max(following, 1)
    taken = set(connection.execute(numbers).scalars())
    return next(number for number in range(1, LARGEST_NUMBER) if number not in taken)


def is_taken(connection: Connection, charge_point_id: int, number: int) -> bool:
    query = select(table.c.id).where(table.c.charge_point_id == charge_point_id, table.c.number == number).limit(1)
    return connection.execute(query).one_or_none() is not None


def get(connection: Connection, id: int) -> Reservation | None:
    return _one(connection, table.c.id == id)


def by_command(connection: Connection, command_id: int) -> Reservation | None:
    return _one(connection, table.c.command_id == command_id)


def open_with_number(connection: Connection, charge_point_id: int, number: int) -> list[Reservation]:
    """Those of a charge point with this number that it may hold, newest first."""
    ours = (table.c.charge_point_id == charge_point_id, table.c.number == number, table.c.state.in_(_HELD))
    return [_record(row) for row in connection.execute(select(table).where(*ours).order_by(table.c.id.desc()))]


def usable(connection: Connection, charge_point_id: int) -> list[Reservation]:
    """What a start may use up, newest first: those that are open, or over by our reckoning alone."""
    return [_record(row) for row in connection.execute(_USABLE, {"charge_point_id": charge_point_id})]


def settle(connection: Connection, id: int, state: str, **values: Any) -> Reservation | None:
    """A new state of a reservation that is open; None where it is not. `ended_at` among the values is a time."""
    return _change(connection, id, _HELD, state, values)


def use(connection: Connection, id: int, state: str, session_id: int, at: datetime) -> Reservation | None:
    """A start used it up; also one that was over by our reckoning."""
    return _change(connection, id, _USABLE_STATES, state, {"session_id": session_id, "ended_at": at})


def replace_older(connection: Connection, newer: Reservation, at: datetime) -> list[Reservation]:
    """The charge point accepted `newer`: what it held under the same number before is replaced."""
    older = [
        one
        for one in open_with_number(connection, newer.charge_point_id, newer.number)
        if one.id < newer.id and one.state != PENDING
    ]
    return [done for one in older if (done := settle(connection, one.id, REPLACED, ended_at=at)) is not None]


def note_cancel_answer(connection: Connection, id: int, word: str) -> Reservation | None:
    connection.execute(update(table).where(table.c.id == id).values(cancel_answer=word))
    return get(connection, id)


def drop(connection: Connection, charge_point_id: int, connector_id: int, at: datetime) -> list[Reservation]:
    """A connector, or for 0 the whole charge point, went out of service, which ends its reservation (§5.13)."""
    held = (table.c.charge_point_id == charge_point_id, table.c.state.in_([one for one in _HELD if one != PENDING]))
    concerned = held if connector_id == 0 else (*held, table.c.connector_id == connector_id)
    ids = connection.execute(select(table.c.id).where(*concerned)).scalars().all()
    return [done for id in ids if (done := settle(connection, id, DROPPED, ended_at=at)) is not None]


def any_due(connection: Connection, at: datetime) -> bool:
    """Whether one has reached its end."""
    return connection.execute(select(table.c.id).where(*_due(at)).limit(1)).one_or_none() is not None


def expire(connection: Connection, at: datetime, at_most: int) -> list[Reservation]:
    """Book the end of those that have reached it; those whose command is still under way wait for its end."""
    ids = connection.execute(select(table.c.id).where(*_due(at)).limit(at_most)).scalars().all()
    return [done for id in ids if (done := settle(connection, id, EXPIRED, ended_at=at)) is not None]


def search(
    connection: Connection,
    *,
    limit: int,
    after: int | None = None,
    charge_point_id: int | None = None,
    scope: Scope | None = None,
    states: Collection[str] = (),
) -> Page:
    """Newest first; of any state where none is given."""
    query = select(table)
    if charge_point_id is not None:
        query = query.where(table.c.charge_point_id == charge_point_id)
    if scope is not None:
        query = query.where(table.c.charge_point_id.in_(scopes.ids(scope)))
    if states:
        query = query.where(table.c.state.in_(sorted(states)))
    return page(connection, query, table.c.id, _record, limit, after)


def _due(at: datetime) -> tuple[Any, ...]:
    return table.c.state.in_([state for state in _HELD if state != PENDING]), table.c.expires_at <= to_ms(at)


def _change(
    connection: Connection, id: int, before: Sequence[str], state: str, values: dict[str, Any]
) -> Reservation | None:
    if "ended_at" in values:
        values = values | {"ended_at": ms(values["ended_at"])}
    done = connection.execute(
        update(table).where(table.c.id == id, table.c.state.in_(before)).values(state=state, **values)
    )
    return get(connection, id) if done.rowcount else None


def _one(connection: Connection, *conditions: Any) -> Reservation | None:
    row = connection.execute(select(table).where(*conditions)).one_or_none()
    return None if row is None else _record(row)


_PLAIN = (
    *("id", "charge_point_id", "charge_point", "number", "connector_id", "id_tag", "parent_id_tag", "state"),
    *("answer", "cancel_answer", "command_id", "session_id"),
)


def _record(row: Row[Any]) -> Reservation:
    return Reservation(
        **{name: getattr(row, name) for name in _PLAIN},
        created_at=from_ms(row.created_at),
        expires_at=from_ms(row.expires_at),
        ended_at=moment(row.ended_at),
    )
