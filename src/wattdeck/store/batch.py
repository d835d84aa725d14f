"""What one commit carries: pieces of work, each stored whole or not at all, and how they are run in one transaction."""

import time
from asyncio import Future
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.records import Record
from wattdeck.store import together
from wattdeck.store.trouble import kind_of


class Bulk(Record, frozen=True, eq=False):
    """A statement for many rows at once, run by the driver itself; known by itself, not by what it says.
    `meter_values`: each row it adds to the database is one. `each`: so many it adds by one of the rows handed in.
    `prepare` makes a row of what was handed in, in the writer's thread. `row`: there are so many that several go by one
    statement, in which each has this text. `gather`: where a later row of the same thing is to stand for the earlier
    ones, for one statement must not change a thing twice.
    """

    sql: str
    meter_values: bool = False
    each: int = 1
    prepare: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None = None
    row: together.RowText | None = None
    gather: Callable[[Sequence[tuple[Any, ...]]], Sequence[tuple[Any, ...]]] | None = None


Rows = tuple[Bulk, Sequence[tuple[Any, ...]]]


class Work:
    """Something that waits for the next commit: a function to call, rows to add, or both. `done`: who waits for it, if
    anybody does. `is_acknowledged`: somebody was told already that it is stored. `comes_last`: its function is called
    after the rows of all others.
    """

    __slots__ = (
        "call",
        "comes_last",
        "done",
        "error",
        "is_acknowledged",
        "is_held",
        "is_refused",
        "result",
        "rows",
        "since",
        "weight",
    )

    def __init__(
        self,
        call: Callable[[Connection], Any] | None,
        rows: Sequence[Rows],
        done: Future[Any] | None,
        is_acknowledged: bool = False,
        comes_last: bool = False,
    ) -> None:
        self.call, self.rows, self.done, self.is_acknowledged = call, rows, done, is_acknowledged
        self.comes_last = comes_last
        self.since = time.monotonic()
        self.weight = (call is not None) + sum(len(some) * bulk.each for bulk, some in rows)
        self.is_held = self.is_refused = False
        self.result: Any = None
        self.error: Exception | None = None


def all_at_once(connection: Connection, batch: Sequence[Work]) -> int:
    """What is acknowledged first, then functions in turn, then all rows of each statement at once, whatever their order
    among each other was, then functions that come last; how many meter values were added.
    """
    early = _by_statement(work for work in batch if work.is_acknowledged)
    added = sum(_add(connection, bulk, rows) for bulk, rows in early.items())
    for work in batch:
        work.error = None
        if work.call is not None and not work.comes_last:
            work.result = work.call(connection)
    late = _by_statement(work for work in batch if not work.is_acknowledged)
    added += sum(_add(connection, bulk, rows) for bulk, rows in late.items())
    for work in batch:
        if work.call is not None and work.comes_last:
            work.result = work.call(connection)
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


def _by_statement(works: Iterable[Work]) -> dict[Bulk, list[tuple[Any, ...]]]:
    grouped: dict[Bulk, list[tuple[Any, ...]]] = {}
    for work in works:
        for bulk, rows in work.rows:
            grouped.setdefault(bulk, []).extend(rows)
    return grouped


def _add(connection: Connection, bulk: Bulk, rows: Sequence[tuple[Any, ...]]) -> int:
    """How many meter values that added."""
    count = executemany(connection, bulk, rows)
    return count if bulk.meter_values else 0


def executemany(connection: Connection, bulk: Bulk, rows: Sequence[tuple[Any, ...]]) -> int:
    driver: Any = connection.connection.driver_connection
    made = rows if bulk.prepare is None else [bulk.prepare(row) for row in rows]
    if bulk.gather is not None and len(made) > 1:
        made = bulk.gather(made)
    if bulk.row is not None:
        return together.run(driver, bulk.sql, bulk.row, made, bulk.each)
    count: int = driver.executemany(bulk.sql, made).rowcount
    return count
