"""Bulk commands in the database: the order, and one row per charge point with the command it came to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from wattdeck.domain.bulk import RUNNING, BulkCommand, BulkItem, state_of_item
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.people import Scope
from wattdeck.domain.records import from_json, to_json
from wattdeck.domain.secrets import without_secrets
from wattdeck.store import commands as stored_commands
from wattdeck.store import scopes
from wattdeck.store.rows import Page, add_row, moment, page
from wattdeck.store.tables import bulk_command_items as items_table
from wattdeck.store.tables import bulk_commands as table
from wattdeck.store.tables import charge_points, commands

_OF_ITEM = commands.c.id == items_table.c.command_id


def add(
    connection: Connection,
    *,
    action: str,
    payload: dict[str, Any],
    per_second: float,
    charge_point_ids: Sequence[int],
    asked_by: str | None,
    created_at: datetime,
) -> int:
    """The number of a new order, with an item for each charge point."""
    id = add_row(
        connection,
        table,
        action=action,
        payload=to_json(without_secrets(payload)).decode(),
        state=RUNNING,
        per_second=per_second,
        total=len(charge_point_ids),
        asked_by=asked_by,
        created_at=to_ms(created_at),
    )
    connection.execute(insert(items_table), [{"bulk_id": id, "charge_point_id": one} for one in charge_point_ids])
    return id


def get(connection: Connection, id: int, scope: Scope | None = None) -> BulkCommand | None:
    """None also where it goes to a charge point outside the scope."""
    row = connection.execute(_seen(scope).where(table.c.id == id)).one_or_none()
    return None if row is None else _records(connection, [row])[0]


def list_all(connection: Connection, limit: int, after: int | None = None, scope: Scope | None = None) -> Page:
    """Newest first; of a scope those that go to no other charge point."""
    found = page(connection, _seen(scope), table.c.id, lambda row: row, limit, after)
    return Page(_records(connection, found.items), found.next)


def items(connection: Connection, order: BulkCommand, limit: int, after: int | None = None) -> Page:
    """The charge points of an order, in order of their numbers, each with its command."""
    query = (
        select(items_table, charge_points.c.identifier)
        .join(charge_points, charge_points.c.id == items_table.c.charge_point_id)
        .where(items_table.c.bulk_id == order.id)
    )
    found = page(connection, query, items_table.c.charge_point_id, lambda row: row, limit, after, newest_first=False)
    made = stored_commands.of_ids(connection, [row.command_id for row in found.items if row.command_id is not None])

    def item(row: Row[Any]) -> BulkItem:
        command = made.get(row.command_id)
        state = state_of_item(order.state, None if command is None else command.state, row.problem)
        return BulkItem(row.identifier, state, row.problem, command)

    return Page([item(row) for row in found.items], found.next)


def bind(connection: Connection, id: int, charge_point_id: int, command_id: int) -> None:
    """The item has its command; in the transaction that makes it."""
    connection.execute(update(items_table).where(*_is(id, charge_point_id)).values(command_id=command_id))


def refuse(connection: Connection, id: int, charge_point_id: int, problem: str) -> None:
    """There is no command, and why; where it has one already, that says it."""
    where = (*_is(id, charge_point_id), items_table.c.command_id.is_(None))
    connection.execute(update(items_table).where(*where).values(problem=problem))


def end(connection: Connection, id: int, state: str, at: datetime) -> bool:
    """False where it has ended already."""
    ended = update(table).where(table.c.id == id, table.c.state == RUNNING)
    return bool(connection.execute(ended.values(state=state, finished_at=to_ms(at))).rowcount)


def running(connection: Connection) -> list[int]:
    return list(connection.execute(select(table.c.id).where(table.c.state == RUNNING)).scalars())


def all_had_their_turn(connection: Connection, id: int) -> bool:
    waiting = select(items_table.c.bulk_id).where(
        items_table.c.bulk_id == id, items_table.c.command_id.is_(None), items_table.c.problem.is_(None)
    )
    return connection.execute(waiting.limit(1)).one_or_none() is None


def unsettled(connection: Connection, id: int) -> set[int]:
    """The numbers of its commands that have no final state yet."""
    query = select(commands.c.id).join(items_table, _OF_ITEM).where(items_table.c.bulk_id == id)
    return set(connection.execute(query.where(commands.c.state.in_(("queued", "sent")))).scalars())


def _seen(scope: Scope | None) -> Select[Any]:
    if scope is None:
        return select(table)
    own = items_table.c.bulk_id == table.c.id
    outside = select(items_table.c.bulk_id).where(own, items_table.c.charge_point_id.not_in(scopes.ids(scope)))
    return select(table).where(~outside.exists())


def _is(id: int, charge_point_id: int) -> tuple[Any, ...]:
    return items_table.c.bulk_id == id, items_table.c.charge_point_id == charge_point_id


def _records(connection: Connection, rows: Sequence[Row[Any]]) -> list[BulkCommand]:
    counts = _counts(connection, rows)
    return [
        BulkCommand(
            id=row.id,
            action=row.action,
            payload=from_json(row.payload),
            state=row.state,
            per_second=row.per_second,
            total=row.total,
            counts=dict(counts[row.id]),
            asked_by=row.asked_by,
            created_at=from_ms(row.created_at),
            finished_at=moment(row.finished_at),
        )
        for row in rows
    ]


def _counts(connection: Connection, orders: Iterable[Row[Any]]) -> dict[int, Counter[str]]:
    states = {row.id: row.state for row in orders}
    refused = items_table.c.problem.is_not(None)
    query = (
        select(items_table.c.bulk_id, commands.c.state, refused, func.count())
        .join(commands, _OF_ITEM, isouter=True)
        .where(items_table.c.bulk_id.in_(list(states)))
        .group_by(items_table.c.bulk_id, commands.c.state, refused)
    )
    counts: dict[int, Counter[str]] = {id: Counter() for id in states}
    for id, command_state, has_problem, number in connection.execute(query):
        counts[id][state_of_item(states[id], command_state, "" if has_problem else None)] += number
    return counts
