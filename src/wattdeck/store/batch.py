"""What one commit carries: pieces of work, each stored whole or not at all, and how they are run in one transaction."""

import time
from asyncio import Future
from collections.abc import Callable, Sequence
from typing import Any

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


def all_at_once(connection: Connection, batch: Sequence[Work]) -> int:
    """What is acknowledged first, then functions in turn, then all rows of each statement at once, whatever their order
    among each other was, then functions that come last; how many meter values were added.
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
    added = sum(_add(connection, bulk, rows) for bulk, rows in early.items())
    for work, call in calls:
        work.result = call(connection)
    added += sum(_add(connection, bulk, rows) for bulk, rows in late.items())
    for work, call in last:
        work.result = call(connection)
    return added


def one_by_one(connection: Connection, batch: Sequence[Work]) -> int:
    """Each piece of work stored whole or not at all; the error of one that fails goes to its own caller alone. Raises
    where the database cannot be written.
    """
    added = 0
    for work in sorted(batch, key=lambda work: (not work.is_acknowledged, work.comes_last)):
        try:
            with connection.begin_nested():
                if work.call is not None:
                    work.result = work.call(connection)
                count = sum(_add(connection, bulk, rows) for bulk, rows in work.rows)
            added += count
        except Exception as error:
            if kind_of(error) is not None:
                raise
            # a future holds no StopIteration
            work.error = RuntimeError(repr(error)) if isinstance(error, StopIteration) else error
        except BaseException as error:
            work.error = RuntimeError(repr(error))  # a CancelledError would be taken for the caller's own
    return added


def _group(rows: Sequence[Rows], by_statement: Grouped) -> None:
    for bulk, some in rows:
        known = by_statement.get(bulk)
        if known is None:
            by_statement[bulk] = list(some)
        else:
            known.extend(some)


def _add(connection: Connection, bulk: Bulk, rows: Sequence[tuple[Any, ...]]) -> int:
    """How many meter values that added."""
    count = executemany(connection, bulk, rows)
    return count if bulk.meter_values else 0


def executemany(connection: Connection, bulk: Bulk, rows: Sequence[tuple[Any, ...]]) -> int:
    driver: Any = connection.connection.driver_connection
    made = rows if bulk.prepare is None else bulk.prepare(rows)
    if bulk.row is not None:
        return together.run(driver, bulk.sql, bulk.row, made, bulk.each)
    count: int = driver.executemany(bulk.sql, made).rowcount
    return count
