"""Commands in the database, without passwords: each settled exactly once; a late answer is recorded as late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, text, update

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.commands import CANCELLED, EXPIRED, LATE, OFFLINE, QUEUE, QUEUED, REFUSE, SENT, TIMED_OUT, Command
from wattdeck.domain.records import from_json, to_json
from wattdeck.domain.secrets import without_secrets
from wattdeck.store.rows import Page, add_row, moment, page, within
from wattdeck.store.tables import commands as table

# The states a final state can follow, where they are not queued and sent.
_BEFORE = {LATE: (TIMED_OUT,), CANCELLED: (QUEUED,), EXPIRED: (QUEUED,), OFFLINE: (QUEUED,)}

# as the indexes say it
_UNDER_WAY, _PENDING_EFFECT = text("state IN ('queued', 'sent')"), text("effect = 'pending'")
_NEWEST = 20_000
_KEPT = (table.c.state == QUEUED, table.c.offline == QUEUE)


def add(
    connection: Connection,
    *,
    charge_point_id: int,
    charge_point: str,
    action: str,
    payload: dict[str, Any],
    asked_by: str | None,
    created_at: datetime,
    expires_at: datetime,
    timeout_s: float | None = None,
    offline: str = REFUSE,
) -> Command:
    id = add_row(
        connection,
        table,
        charge_point_id=charge_point_id,
        charge_point=charge_point,
        action=action,
        payload=to_json(without_secrets(payload)).decode(),
        state=QUEUED,
        asked_by=asked_by,
        created_at=to_ms(created_at),
        expires_at=to_ms(expires_at),
        timeout_s=timeout_s,
        offline=offline,
    )
    command = get(connection, id)
    assert command is not None
    return command


def get(connection: Connection, id: int) -> Command | None:
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    return None if row is None else _record(row)


def of_ids(connection: Connection, ids: Sequence[int]) -> dict[int, Command]:
    return {row.id: _record(row) for row in connection.execute(select(table).where(table.c.id.in_(ids)))}


def of(
    connection: Connection,
    charge_point_id: int,
    limit: int,
    after: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page:
    """A charge point's commands, newest first; `since` and `until` bound when they were asked for."""
    query = select(table).where(table.c.charge_point_id == charge_point_id)
    query = within(query, table.c.created_at, since, until)
    return page(connection, query, table.c.id, _record, limit, after)


def sent(connection: Connection, id: int, at: datetime) -> Command | None:
    """None where it was settled before it could be sent."""
    done = connection.execute(
        update(table).where(table.c.id == id, table.c.state == QUEUED).values(state=SENT, sent_at=to_ms(at))
    )
    return get(connection, id) if done.rowcount else None


def settle(
    connection: Connection,
    id: int,
    state: str,
    at: datetime,
    result: dict[str, Any] | None = None,
    error: dict[str, str] | None = None,
) -> Command | None:
    """The final state; None where the command has one already, or cannot have this one any more.

    After a time-out an answer still counts, as late. Only what was not sent can be cancelled, expire or be offline.
    """
    before = _BEFORE.get(state, (QUEUED, SENT))
    values = {
        "state": state,
        "finished_at": to_ms(at),
        "result": None if result is None else to_json(without_secrets(result)).decode(),
        "error": None if error is None else to_json(error).decode(),
    }
    done = connection.execute(update(table).where(table.c.id == id, table.c.state.in_(before)).values(**values))
    return get(connection, id) if done.rowcount else None


def unsettled(connection: Connection) -> list[Command]:
    """Those that were under way when the last process ended."""
    return [_record(row) for row in connection.execute(select(table).where(_UNDER_WAY).order_by(table.c.id))]


def under_way(connection: Connection, charge_point_id: int) -> list[Command]:
    query = select(table).where(_UNDER_WAY, table.c.charge_point_id == charge_point_id)
    return [_record(row) for row in connection.execute(query.order_by(table.c.id))]


def kept(connection: Connection, charge_point_id: int, after: int = 0) -> list[Command]:
    """Those kept until the charge point comes back, oldest first, from the one after number `after` on."""
    query = select(table).where(_UNDER_WAY, table.c.charge_point_id == charge_point_id, table.c.id > after, *_KEPT)
    return [_record(row) for row in connection.execute(query.order_by(table.c.id))]


def count_under_way(connection: Connection, charge_point_id: int) -> int:
    query = select(func.count()).where(_UNDER_WAY, table.c.charge_point_id == charge_point_id)
    return connection.execute(query).scalar_one()


def overdue(connection: Connection, at: datetime, limit: int) -> list[int]:
    """The numbers of those that should have been sent by now."""
    query = select(table.c.id).where(_UNDER_WAY, table.c.state == QUEUED, table.c.expires_at <= to_ms(at))
    return list(connection.execute(query.limit(limit)).scalars())


def promise(connection: Connection, id: int, effect: str, until: datetime) -> Command:
    """What the accepted command promised is to be seen until then (or has been already)."""
    values = {"effect": effect, "effect_until": to_ms(until)}
    return _record(connection.execute(update(table).where(table.c.id == id).values(**values).returning(table)).one())


def conclude(connection: Connection, id: int, effect: str) -> Command | None:
    """It was seen, or was not. None where that is settled already."""
    done = update(table).where(table.c.id == id, _PENDING_EFFECT).values(effect=effect).returning(table)
    row = connection.execute(done).one_or_none()
    return None if row is None else _record(row)


def with_pending_effect(connection: Connection) -> list[Command]:
    return [_record(row) for row in connection.execute(select(table).where(_PENDING_EFFECT))]


def asked_by(connection: Connection, name: str, since: datetime) -> int:
    """How many of the newest commands somebody has asked for since then."""
    newest = select(table.c.asked_by, table.c.created_at).order_by(table.c.id.desc()).limit(_NEWEST).subquery()
    query = select(func.count()).where(newest.c.asked_by == name, newest.c.created_at >= to_ms(since))
    return int(connection.execute(query).scalar_one())


def last_asked_by(connection: Connection, charge_point_id: int, name: str) -> Command | None:
    """The last that somebody asked of a charge point."""
    query = select(table).where(table.c.charge_point_id == charge_point_id, table.c.asked_by == name)
    row = connection.execute(query.order_by(table.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _record(row)


def _record(row: Row[Any]) -> Command:
    return Command(
        id=row.id,
        charge_point_id=row.charge_point_id,
        charge_point=row.charge_point,
        action=row.action,
        payload=from_json(row.payload),
        state=row.state,
        result=None if row.result is None else from_json(row.result),
        error=None if row.error is None else from_json(row.error),
        asked_by=row.asked_by,
        timeout_s=row.timeout_s,
        offline=row.offline or REFUSE,  # none in rows of before there was a choice
        effect=row.effect,
        effect_until=moment(row.effect_until),
        created_at=from_ms(row.created_at),
        expires_at=from_ms(row.expires_at),
        sent_at=moment(row.sent_at),
        finished_at=moment(row.finished_at),
    )
