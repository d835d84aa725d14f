"""Group commit: whatever handlers have handed in is written in one transaction, then all of them go on.

The first piece of work after a quiet time is committed at once; under load commits begin at least `linger_s` apart
and take along all that has gathered meanwhile.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from wattdeck.domain.errors import WattdeckError
from wattdeck.domain.records import Record
from wattdeck.telemetry import Telemetry

T = TypeVar("T")

# Rows that nobody waits for are let go when this many wait; a stalled disk must not fill the memory.
MOST_QUIET_ROWS = 20_000


class Bulk(Record, frozen=True):
    """A statement for many rows at once, run by the driver itself. `meter_values`: each row it adds is one.
    `prepare` makes a row of what was handed in, in the writer's thread.
    """

    sql: str
    meter_values: bool = False
    prepare: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None = None


Rows = tuple[Bulk, Sequence[tuple[Any, ...]]]


class StoreUnavailable(WattdeckError):
    """The transaction could not be committed; nothing of it was stored."""


class _Work:
    """Something that waits for the next commit: a function to call, rows to add, or both."""

    __slots__ = ("call", "done", "error", "result", "rows")

    def __init__(
        self, call: Callable[[Connection], Any] | None, rows: Sequence[Rows], done: asyncio.Future[Any] | None
    ) -> None:
        self.call, self.rows, self.done = call, rows, done
        self.result: Any = None
        self.error: Exception | None = None


class Writer:
    def __init__(self, engine: Engine, telemetry: Telemetry, linger_s: float) -> None:
        self._engine = engine
        self._telemetry = telemetry
        self._linger_s = linger_s
        self._waiting: list[_Work] = []
        self._quiet_rows = 0
        self._something = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "wattdeck-write")
        self._stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="wattdeck-writer")

    async def stop(self) -> None:
        """Commit what waits, then end."""
        self._stopping = True
        self._something.set()
        await self._task
        self._thread.shutdown()

    async def write(self, work: Callable[[Connection], T], rows: Sequence[Rows] = ()) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._put(_Work(work, rows, done))
        return await done

    async def add(self, rows: Sequence[Rows]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(_Work(None, rows, done))
        await done

    def add_quietly(self, rows: Sequence[Rows]) -> None:
        count = sum(len(some) for _, some in rows)
        if self._quiet_rows + count > MOST_QUIET_ROWS or self._stopping:
            self._telemetry.dropped.labels("writer_behind").inc(count)
            return
        self._quiet_rows += count
        self._put(_Work(None, rows, None))

    def _put(self, work: _Work) -> None:
        if self._stopping:
            raise StoreUnavailable("the store is closing")
        self._waiting.append(work)
        self._something.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        began = 0.0
        while self._waiting or not self._stopping:
            await self._something.wait()
            pause = began + self._linger_s - time.monotonic()
            if pause > 0 and not self._stopping:
                await asyncio.sleep(pause)
            self._something.clear()
            batch, self._waiting = self._waiting, []
            self._quiet_rows = 0
            if not batch:
                continue
            began = time.monotonic()
            failure = await loop.run_in_executor(self._thread, self._commit, batch)
            self._measure(batch, time.monotonic() - began, failure)
            for work in batch:
                if work.done is not None and not work.done.done():
                    error = failure or work.error
                    work.done.set_result(work.result) if error is None else work.done.set_exception(error)

    def _measure(self, batch: list[_Work], took_s: float, failure: Exception | None) -> None:
        telemetry = self._telemetry
        telemetry.commit_s.observe(took_s)
        telemetry.commit_work.observe(len(batch))
        telemetry.waiting.set(len(self._waiting))
        if failure is None:
            telemetry.commits.inc()
        else:
            telemetry.commit_failures.inc()

    def _commit(self, batch: list[_Work]) -> Exception | None:
        """One transaction, in the writer's thread: all at once, and only where something of it fails once more with
        a savepoint around each piece of work, so that only that piece fails.
        """
        try:
            try:
                added = self._transact(batch, _all_at_once)
            except BaseException:
                added = self._transact(batch, _one_by_one)
        except DBAPIError as error:
            return StoreUnavailable(str(error.orig))
        except Exception as error:
            return StoreUnavailable(repr(error))
        self._telemetry.meter_values.inc(added)
        return None

    def _transact(self, batch: list[_Work], run: Callable[[Connection, list[_Work]], int]) -> int:
        with self._engine.connect() as connection, connection.begin():
            return run(connection, batch)


def _all_at_once(connection: Connection, batch: list[_Work]) -> int:
    """Functions in turn, then all rows of each statement at once, whatever their order among each other was; how many
    meter values were added.
    """
    for work in batch:
        if work.call is not None:
            work.result = work.call(connection)
    return sum(_add(connection, bulk, rows) for bulk, rows in _by_statement(batch).items())


def _one_by_one(connection: Connection, batch: list[_Work]) -> int:
    """Each piece of work stored whole or not at all; the error of one that fails goes to its own caller alone."""
    added = 0
    for work in batch:
        try:
            with connection.begin_nested():
                if work.call is not None:
                    work.result = work.call(connection)
                count = sum(_add(connection, bulk, rows) for bulk, rows in work.rows)
            added += count
        except Exception as error:
            # a future holds no StopIteration
            work.error = RuntimeError(repr(error)) if isinstance(error, StopIteration) else error
        except BaseException as error:
            work.error = RuntimeError(repr(error))  # a CancelledError would be taken for the caller's own
    return added


def _by_statement(batch: list[_Work]) -> dict[Bulk, list[tuple[Any, ...]]]:
    grouped: dict[Bulk, list[tuple[Any, ...]]] = {}
    for work in batch:
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
    count: int = driver.executemany(bulk.sql, made).rowcount
    return count
