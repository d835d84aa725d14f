"""What one commit carries: pieces of work, each stored whole or not at all, and how they are run in one transaction."""

import time
from asyncio import Future
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from wattdeck.domain.records import Record
from wattdeck.store import together
from wattdeck.store.trouble import kind_of


class Bulk(Record, frozen=True, eq=False):
    """A statement for many rows at once, run by the driver itself; known by itself, not by what it says.
    `meter_values`: each row it adds to the database is one. `each`: so many it adds by one of the rows handed in.
    `prepare` makes the rows of those handed in, in the writer's thread. `row`: there are so many that several go by one
    statement, in which each has this text; so none may change what another of them changes.
    """

    sql: str
    meter_values: bool = False
    each: int = 1
    prepare: Callable[[Sequence[tuple[Any, ...]]], Sequence[tuple[Any, ...]]] | None = None
    row: together.RowText | None = None


class Values(NamedTuple):
    """Meter values of a commit. `known`: one of that series, time and context was there, be it the same or not."""

    added: int = 0
    known: int = 0


Rows = tuple[Bulk, Sequence[tuple[Any, ...]]]
Grouped = dict[Bulk, list[tuple[Any, ...]]]


class Work(Record, eq=False):
    """Something that waits for the next commit: a function to call, rows to add, or both. `done`: who waits for it, if
    anybody does. `is_acknowledged`: somebody was told already that it is stored. `comes_last`: its function is called
    after the rows of all others.
    """

    call: Callable[[Connection], Any] | None
    rows: Sequence[Rows]
    done: Future[Any] | None
    weight: int
    since: float
    is_acknowledged: bool = False
    comes_last: bool = False
    is_held: bool = False
    is_refused: bool = False
    result: Any = None
    error: Exception | None = None


def work_of(
    call: Callable[[Connection], Any] | None,
    rows: Sequence[Rows],
    done: Future[Any] | None,
    is_acknowledged: bool = False,
    comes_last: bool = False,
) -> Work:
    """What waits from now on."""
    weight = 0 if call is None else 1
    for bulk, some in rows:
        weight += len(some) * bulk.each
    return Work(call, rows, done, weight, time.monotonic(), is_acknowledged, comes_last)


def all_at_once(connection: Connection, batch: Sequence[Work]) -> Values:
    """What is acknowledged first, then functions in turn, then all rows of each statement at once, whatever their order
    among each other was, then functions that come last.
    """
    early: Grouped = {}
    late: Grouped = {}
    calls: list[tuple[Work, Callable[[Connection], Any]]] = []
    last: list[tuple[Work, Callable[[Connection], Any]]] = []
    for work in batch:
        work.error = None
        _group(work.rows, early if work.is_acknowledged else late)
        if work.call is not None:
            (last if work.comes_last else calls).append((work, work.call))
    found = Values()
    for bulk, rows in early.items():
        found = _add(connection, bulk, rows, found)
    for work, call in calls:
        work.result = call(connection)
    for bulk, rows in late.items():
        found = _add(connection, bulk, rows, found)
    for work, call in last:
        work.result = call(connection)
    return found


def one_by_one(connection: Connection, batch: Sequence[Work]) -> Values:
    """Each piece of work stored whole or not at all; the error of one that fails goes to its own caller alone. Raises
    where the database cannot be written.
    """
    found = Values()
    for work in sorted(batch, key=lambda work: (not work.is_acknowledged, work.comes_last)):
        try:
            with connection.begin_nested():
                if work.call is not None:
                    work.result = work.call(connection)
                after = found
                for bulk, rows in work.rows:
                    after = _add(connection, bulk, rows, after)
            found = after
        except Exception as error:
            if kind_of(error) is not None:
                raise
            # a future holds no StopIteration
            work.error = RuntimeError(repr(error)) if isinstance(error, StopIteration) else error
        except BaseException as error:
            work.error = RuntimeError(repr(error))  # a CancelledError would be taken for the caller's own
    return found


def _group(rows: Sequence[Rows], by_statement: Grouped) -> None:
    for bulk, some in rows:
        known = by_statement.get(bulk)
        if known is None:
            by_statement[bulk] = list(some)
        else:
            known.extend(some)


def _add(connection: Connection, bulk: Bulk, rows: Sequence[tuple[Any, ...]], before: Values) -> Values:
    """The meter values of before, and those that it added."""
    count = executemany(connection, bulk, rows)
    if not bulk.meter_values:
        return before
    return Values(before.added + count, before.known + len(rows) * bulk.each - count)


def executemany(connection: Connection, bulk: Bulk, rows: Sequence[tuple[Any, ...]]) -> int:
    driver: Any = connection.connection.driver_connection
    made = rows if bulk.prepare is None else bulk.prepare(rows)
    if bulk.row is not None:
        return together.run(driver, bulk.sql, bulk.row, made, bulk.each)
    count: int = driver.executemany(bulk.sql, made).rowcount
    return count
