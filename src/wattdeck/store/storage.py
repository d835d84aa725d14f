"""What the database takes and how fast it grows, quickly: from pages, row numbers and rollups, no table read whole."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record, replace
from wattdeck.domain.retention import ALERTS, AUDIT, COMMANDS, FRAMES, SAMPLES, SESSIONS, STATUSES, TEXTS
from wattdeck.domain.storage import Amount
from wattdeck.store import storage_rates
from wattdeck.store.pages import Pages, TableSize
from wattdeck.store.rows import moment
from wattdeck.store.storage_rates import LAST_DAYS
from wattdeck.store.tables import (
    alerts,
    audit,
    commands,
    messages,
    samples,
    samples_head,
    series,
    sessions,
    status_history,
    text_values,
)

_SHORTEST = timedelta(hours=1)  # what is younger is not extrapolated from less
_DAY_MS = 86_400_000
# kind → its table, the column that says when a row came, and what else belongs to it
_NUMBERED: dict[str, tuple[Table, Column[Any], tuple[str, ...]]] = {
    FRAMES: (messages, messages.c.at, ()),
    STATUSES: (status_history, status_history.c.received_at, ()),
    COMMANDS: (commands, commands.c.created_at, ("bulk_commands", "bulk_command_items", "idempotency_keys")),
    SESSIONS: (sessions, sessions.c.started_at, ()),
    TEXTS: (text_values, text_values.c.received_at, ()),
    ALERTS: (alerts, alerts.c.began_at, ("alert_changes", "silences", "alert_deliveries", "alert_delivery_alerts")),
    AUDIT: (audit, audit.c.at, ()),
}


class DatabaseFigures(Record, frozen=True):
    """`others`: bytes of the tables that belong to no kind."""

    bytes: int
    free_bytes: int
    page_bytes: int
    tables: Sequence[TableSize]
    amounts: Sequence[Amount]
    others: int


def measure(connection: Connection, pages: Pages, at: datetime) -> DatabaseFigures:
    size, count, free = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        for name in ("page_size", "page_count", "freelist_count")
    )
    tables = pages.table_sizes(connection)
    by_name = {one.name: one for one in tables}
    amounts = [*_measured(connection, by_name, at), *(_numbered(connection, kind, by_name, at) for kind in _NUMBERED)]
    theirs = {name for one in amounts for name in one.tables}
    others = sum(one.bytes for one in tables if one.name not in theirs)
    return DatabaseFigures(count * size, free * size, size, tables, amounts, others)


def _measured(connection: Connection, tables: dict[str, TableSize], at: datetime) -> list[Amount]:
    """Samples and what they are folded into, from the rollups of some series of each measurand."""
    found = storage_rates.of(connection, at)
    made = _samples(connection, tables, at)
    age = _days(made.oldest, at)
    if age >= LAST_DAYS or not made.rows:
        made = replace(made, per_day=found.samples)
    else:
        # while there are few, they are counted rather than reckoned
        known = sum(found.samples.values())
        shares = {one: rate / known for one, rate in found.samples.items()} if known else found.shares
        made = replace(made, per_day={one: made.rows / age * share for one, share in shares.items()})
    size = tables["rollups"]
    rows = sum(one.rows for one in found.rollups.values())
    return [made, *(_rollups(kind, one, size, rows) for kind, one in found.rollups.items())]


def _rollups(kind: str, one: storage_rates.Rolled, size: TableSize, rows: int) -> Amount:
    share = one.rows / rows if rows else 0
    return Amount(
        kind=kind,
        tables=("rollups",),
        rows=round(size.rows * share),
        bytes=round(size.bytes * share),
        oldest=moment(one.oldest),
        newest=moment(one.newest),
        per_day=one.per_day,
    )


def _samples(connection: Connection, tables: dict[str, TableSize], at: datetime) -> Amount:
    times = [time for time in (*_sealed(connection), *_fresh(connection)) if time is not None]
    oldest, newest = (from_ms(min(times)), from_ms(max(times))) if times else (None, None)
    rows = tables["samples"].rows + tables["samples_head"].rows
    return Amount(
        kind=SAMPLES,
        tables=("samples", "samples_head"),
        rows=rows,
        bytes=tables["samples"].bytes + tables["samples_head"].bytes,
        oldest=oldest,
        newest=newest,
        per_day={},
    )


def _sealed(connection: Connection) -> list[int | None]:
    """The beginnings of the first and the last day."""
    ends = [connection.execute(select(pick(samples.c.day))).scalar() for pick in (func.min, func.max)]
    return [None if day is None else day * _DAY_MS for day in ends]


def _fresh(connection: Connection) -> list[int | None]:
    return [connection.execute(select(pick(samples_head.c.taken_at))).scalar() for pick in (func.min, func.max)]


def _numbered(connection: Connection, kind: str, tables: dict[str, TableSize], at: datetime) -> Amount:
    table, time, also = _NUMBERED[kind]
    names = (str(table.name), *also)  # SQLAlchemy has a text type of its own for names
    first, last = (
        connection.execute(select(table.c.id, time).order_by(order).limit(1)).one_or_none()
        for order in (table.c.id, table.c.id.desc())
    )
    oldest, newest = (None, None) if first is None or last is None else (from_ms(first[1]), from_ms(last[1]))
    per_day = 0.0
    if first is not None and last is not None:
        since = max(at - timedelta(days=LAST_DAYS), from_ms(first[1]))
        came = last[0] - _number_at(connection, table, time, to_ms(since), first[0], last[0]) + 1
        per_day = came / _days(since, at)
    return Amount(
        kind=kind,
        tables=names,
        rows=tables[table.name].rows,
        bytes=sum(tables[name].bytes for name in names if name in tables),
        oldest=oldest,
        newest=newest,
        per_day={"": per_day},
    )


def _number_at(connection: Connection, table: Table, time: Column[Any], at: int, low: int, high: int) -> int:
    """The number of the first row since then: rows are numbered as they come, so halving finds it."""
    query = select(table.c.id, time).order_by(table.c.id).limit(1)
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(query.where(table.c.id >= middle)).one_or_none()
        if row is None or row[1] >= at:
            high = middle
        else:
            low = row[0] + 1
    return low


def _days(since: datetime | None, at: datetime) -> float:
    return max(at - (since or at), _SHORTEST) / timedelta(days=1)


def charge_points_that_measure(connection: Connection) -> int:
    return connection.execute(select(func.count(series.c.charge_point_id.distinct()))).scalar_one()
