"""Deleting what is old: each function one small step for a group commit, the plan of steps read beforehand.

Samples lie by day and series: the unit is a day of a run of series that lie side by side, so that a step empties whole
pages. The same transaction notes in `series.samples_from` that they are gone, so that no rollup is ever made anew of
what is left. A process may end between any two steps: what is due is found again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, select
from sqlalchemy import text as sql

from wattdeck.domain.records import Record
from wattdeck.domain.rollups import DAY, HOUR
from wattdeck.store import rollups
from wattdeck.store.samples import AHEAD_MS, DAY_MS
from wattdeck.store.tables import bulk_commands, commands, sessions, status_history, text_values
from wattdeck.store.writer import Bulk, executemany

STEP_ROWS = 5_000
STEP_SERIES = 200
HOUR_MS = 3_600_000
# The newest samples of a series stay, however old: its latest value, and what its next reading is compared with.
_NEWEST_MS = HOUR_MS
_STEP_SESSIONS, _STEP_TEXTS = 100, 500  # signed values are some kilobytes each

_UNSIGNED = sql("(session_id IS NULL OR length(text) < 40)")  # as the index says it

# From one day, or one series of a day, to the next, without a look at what lies between.
_DAYS = (
    "WITH RECURSIVE found(day) AS (SELECT min(day) FROM samples UNION ALL"
    " SELECT (SELECT min(day) FROM samples WHERE day > found.day) FROM found WHERE found.day IS NOT NULL)"
    " SELECT day FROM found WHERE day IS NOT NULL AND day < ?"
)
_SERIES_OF_DAY = (
    "WITH RECURSIVE found(id) AS (SELECT min(series_id) FROM samples WHERE day = :day UNION ALL"
    " SELECT (SELECT min(series_id) FROM samples WHERE day = :day AND series_id > found.id) FROM found"
    " WHERE found.id IS NOT NULL) SELECT id FROM found WHERE id IS NOT NULL"
)
# What is still to be looked at: hours to be folded, and registers to be judged anew because of what came late.
_WAITING = (
    "SELECT series_id FROM stale_rollups WHERE series_id BETWEEN ?3 AND ?4 AND hour >= ?1 AND hour < ?2"
    " UNION SELECT series_id FROM late_readings WHERE series_id BETWEEN ?3 AND ?4 AND until >= ?1 AND since < ?2"
)
_NEWEST = "SELECT min(taken_at), max(taken_at) FROM samples WHERE day = ? AND series_id = ?"
_BOUND = (
    "SELECT series_id, taken_at FROM samples WHERE day = ? AND series_id BETWEEN ? AND ? AND taken_at < ?"
    f" ORDER BY day, series_id, taken_at, context LIMIT 1 OFFSET {STEP_ROWS}"
)
_DELETE = "DELETE FROM samples WHERE day = ? AND series_id BETWEEN ? AND ? AND taken_at < ?"
_GONE = "UPDATE series SET samples_from = ? WHERE id BETWEEN ? AND ? AND samples_from < ?1"
_DELETE_ROLLUPS = Bulk("DELETE FROM rollups WHERE period = ? AND series_id = ? AND bucket < ?")
_SERIES_AFTER = f"SELECT id, measurand FROM series WHERE id > ? ORDER BY id LIMIT {STEP_SERIES}"


class Run(Record, frozen=True):
    """Samples that are due: of a day, of the series from first to last, taken before `until`."""

    day: int
    first: int
    last: int
    until: int


class Plan(Record, frozen=True):
    """`blocked`: series that are due and not folded yet."""

    runs: Sequence[Run]
    blocked: int


class Rule(Record, frozen=True, gc=False):
    """Of a series: the first day that stays, and the newest that it has."""

    stays_from: int
    last_day: int


def rules(connection: Connection, stays_from: Mapping[str, int], default: int) -> dict[int, Rule]:
    """Of every series, in order of their numbers. `stays_from`: of the measurands that have their own."""
    rows = connection.exec_driver_sql("SELECT id, measurand, last_day FROM series ORDER BY id")
    return {id: Rule(stays_from.get(measurand, default), last_day) for id, measurand, last_day in rows}


def days(connection: Connection, before: int) -> list[int]:
    """The days that have samples."""
    return [row[0] for row in connection.exec_driver_sql(_DAYS, (before,))]


def plan(connection: Connection, day: int, of_series: Mapping[int, Rule]) -> Plan:
    """What is due of a day. Series with something to be folded or judged there, or a day beside it, are left alone."""
    present = {row[0] for row in connection.exec_driver_sql(_SERIES_OF_DAY, {"day": day})}
    waiting = _waiting(connection, day, 0, max(of_series, default=0))
    runs: list[Run] = []
    blocked = many = 0
    begun: int | None = None  # the first series of a run, as long as it may go on
    for id, rule in of_series.items():
        until = _until(connection, day, id, rule) if id in present and day < rule.stays_from else None
        if day >= rule.stays_from or id in waiting:
            begun, blocked = None, blocked + (until is not None)
        elif until is None:
            # it has nothing here: passed over, unless this is where its newest samples may be on their way to
            begun = begun if rule.last_day > day else None
        elif not until:
            begun = None
        elif begun is not None and until == runs[-1].until and many < STEP_SERIES:
            runs[-1] = Run(day, begun, id, until)
            many += 1
        else:
            runs.append(Run(day, id, id, until))
            begun, many = id, 1
    return Plan(runs, blocked)


def _until(connection: Connection, day: int, id: int, rule: Rule) -> int:
    """Before when the samples that it has in a day may go; 0: none of them."""
    if rule.last_day > day and not _is_last_folded(connection, day, id):
        return (day + 1) * DAY_MS
    first, last = connection.exec_driver_sql(_NEWEST, (day, id)).one()
    until = int(last - _NEWEST_MS) // HOUR_MS * HOUR_MS
    return until if first < until else 0


def _is_last_folded(connection: Connection, day: int, id: int) -> bool:
    """Whether nothing later is folded yet: energy that flowed since lies in the last hour of this day, too."""
    known = rollups.next_with_samples(connection, id, day * DAY_MS)
    return known is not None and rollups.next_with_samples(connection, id, (day + 1) * DAY_MS) is None


def _waiting(connection: Connection, day: int, first: int, last: int) -> set[int]:
    """Series whose fold may look at a day: at the readings before and after an hour, at those of a clock ahead."""
    around = (day * DAY_MS - AHEAD_MS, (day + 2) * DAY_MS)
    return {row[0] for row in connection.exec_driver_sql(_WAITING, (*around, first, last))}


def forget_samples(connection: Connection, run: Run) -> tuple[int, Run | None]:
    """Delete some of a run; how many, and what is left of it. Nothing where a late sample has come meanwhile that is
    not folded yet.
    """
    if _waiting(connection, run.day, run.first, run.last):
        return 0, None
    connection.exec_driver_sql(_GONE, (run.until, run.first, run.last))
    bound = connection.exec_driver_sql(_BOUND, (run.day, run.first, run.last, run.until)).one_or_none()
    if bound is None:
        return connection.exec_driver_sql(_DELETE, (run.day, run.first, run.last, run.until)).rowcount, None
    series_id, taken_at = bound
    gone = connection.exec_driver_sql(_DELETE, (run.day, run.first, series_id - 1, run.until)).rowcount
    gone += connection.exec_driver_sql(_DELETE, (run.day, series_id, series_id, taken_at)).rowcount
    return gone, Run(run.day, series_id, run.last, run.until)


def forget_rollups(
    connection: Connection, period: int, before: Mapping[str, int], default: int, after: int
) -> tuple[int, int | None]:
    """Delete buckets that begin before a time in ms, by measurand, of some series after number `after`; how many, and
    the number to go on after.
    """
    some = connection.exec_driver_sql(_SERIES_AFTER, (after,)).all()
    rows = [(period, id, before.get(measurand, default)) for id, measurand in some]
    gone = executemany(connection, _DELETE_ROLLUPS, rows) if rows else 0
    return gone, some[-1][0] if len(some) == STEP_SERIES else None


PERIODS = {"hours": HOUR, "days": DAY}


def forget_statuses(connection: Connection, before: int) -> int:
    return _forget_first(connection, status_history, status_history.c.received_at, before)


def forget_commands(connection: Connection, before: int) -> int:
    """Those that have ended, orders to many before their commands."""
    ended = commands.c.state.not_in(("queued", "sent"))
    orders = _forget_first(
        connection, bulk_commands, bulk_commands.c.created_at, before, bulk_commands.c.state != "running"
    )
    return orders or _forget_first(connection, commands, commands.c.created_at, before, ended)


def forget_texts(connection: Connection, before: int) -> int:
    """Signed values that belong to no session, and what could not be read: that is short."""
    due = select(text_values.c.id).where(_UNSIGNED, text_values.c.received_at < before)
    return _delete(connection, text_values, due.limit(_STEP_TEXTS))


def forget_sessions(connection: Connection, before: int) -> int:
    """Sessions that have ended, and the signed values of each before it."""
    due = select(sessions.c.id).where(sessions.c.started_at < before, sessions.c.stopped_at < before)
    ids = list(connection.execute(due.order_by(sessions.c.started_at).limit(_STEP_SESSIONS)).scalars())
    texts = select(text_values.c.id).where(text_values.c.session_id.in_(ids)).limit(_STEP_TEXTS)
    if not ids:
        return 0
    return _delete(connection, text_values, texts) or _delete(connection, sessions, ids)


def _forget_first(connection: Connection, table: Table, time: Column[Any], before: int, *also: Any) -> int:
    """Rows are numbered as they come: the first that came before."""
    first = select(table.c.id, time).where(*also).order_by(table.c.id).limit(STEP_ROWS).subquery()
    return _delete(connection, table, select(first.c.id).where(first.c[time.name] < before))


def _delete(connection: Connection, table: Table, ids: Any) -> int:
    return connection.execute(delete(table).where(table.c.id.in_(ids))).rowcount
