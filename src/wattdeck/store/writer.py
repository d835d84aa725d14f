"""Group commit: whatever handlers have handed in is written in one transaction, then all of them go on.

Where nothing much comes in, what comes is committed at once. Under load commits begin at least `linger_s` apart, sooner
where enough has gathered or all of a few are there (`company`), and take along all that waits. Rows that nobody
waits for ride along; they get a commit of their own only when none came for `quiet_s`.

While the database cannot be written (`trouble`), what waits is held, in order, and tried again. Whoever has waited for
`hold_s` is refused, so that a charge point sends again; what was acknowledged already is held on to.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from wattdeck.domain.errors import CommitFailed, StoreUnavailable
from wattdeck.store.batch import Bulk, Rows, Values, Work, all_at_once, executemany, one_by_one, work_of
from wattdeck.store.company import Company
from wattdeck.store.trouble import Episodes, kind_of, pause_s
from wattdeck.telemetry import Telemetry, logger

__all__ = ["MOST_QUIET_ROWS", "Bulk", "Rows", "StoreUnavailable", "Writer", "executemany"]

T = TypeVar("T")

# Rows that nobody waits for are let go when this many wait; a stalled disk must not fill the memory.
MOST_QUIET_ROWS = 20_000
# Where so many rows wait, whoever brings more waits before handing them in: so its connection stops reading.
MOST_ROWS = 50_000
# So many rows are worth a commit, whenever the last one was.
ENOUGH_ROWS = 1_000
SLOW_S = 5.0  # a commit that takes longer is trouble, too
_LOOK_S = 0.5  # how often a commit under way is looked after
_log = logger("wattdeck.store")


def linger_for(linger_s: float, since_s: float, last_works: int, rows: int) -> float:
    """How long the next commit waits for company: `since_s` after the last one began, which carried `last_works` pieces
    of work that somebody waited for; `rows` wait by now. Where they come one by one nobody else will come, either.
    """
    if last_works <= 1 or rows >= ENOUGH_ROWS:
        return 0.0
    return max(0.0, linger_s - since_s)


class Writer:
    def __init__(
        self, engine: Engine, telemetry: Telemetry, linger_s: float, hold_s: float = 20.0, quiet_s: float = 2.0
    ) -> None:
        self._engine = engine
        self._telemetry = telemetry
        self._linger_s, self._hold_s, self._quiet_s = linger_s, hold_s, quiet_s
        self._waiting: list[Work] = []
        self._rows = self._quiet_rows = 0  # that wait, or are held
        self._something, self._enough, self._room = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._quiet_timer: asyncio.TimerHandle | None = None
        self._company, self._awaited = Company(), 0  # pieces of work that wait, and somebody for them
        self._thread = ThreadPoolExecutor(1, "wattdeck-write")
        self._stop_by: float | None = None
        self._episodes = Episodes(telemetry)

    @property
    def trouble(self) -> str | None:
        """In one word why nothing can be written now; None where it can."""
        return self._episodes.kind

    @property
    def waiting_rows(self) -> int:
        """Rows and calls that wait to be written."""
        return self._rows + self._quiet_rows

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(), name="wattdeck-writer")

    async def stop(self) -> None:
        """Commit what waits, then end. Where that cannot be done it is tried for `hold_s`."""
        self._stop_by = time.monotonic() + self._hold_s
        self._wake()
        await self._task
        self._thread.shutdown()

    async def hand_in(
        self, work: Callable[[Connection], T] | None, rows: Sequence[Rows], comes_last: bool = False
    ) -> asyncio.Future[T]:
        """Into the next commit, as soon as there is room; done when that was made."""
        if self._rows >= MOST_ROWS:
            await self._wait_for_room()
        return self.hand_in_now(work, rows, comes_last)

    @property
    def has_room(self) -> bool:
        """Whether something may be handed in now."""
        return self._rows < MOST_ROWS and self._stop_by is None

    def hand_in_now(
        self, work: Callable[[Connection], T] | None, rows: Sequence[Rows], comes_last: bool = False
    ) -> asyncio.Future[T]:
        """The same for whoever has seen that there is room."""
        done: asyncio.Future[T] = self._loop.create_future()
        self._put(work_of(work, rows, done, comes_last=comes_last))
        self._awaited += 1
        if self._company.is_here(self._awaited):
            self._enough.set()
        return done

    def keep(self, rows: Sequence[Rows]) -> asyncio.Future[None]:
        """The same for rows that are acknowledged: written before all others, and not given up while we live."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._put(work_of(None, rows, done, is_acknowledged=True))
        return done

    def add_quietly(self, rows: Sequence[Rows]) -> None:
        work = work_of(None, rows, None)
        if self._quiet_rows + work.weight > MOST_QUIET_ROWS or self._stop_by is not None:
            self._telemetry.dropped.labels("writer_behind").inc(work.weight)
            return
        self._quiet_rows += work.weight
        self._waiting.append(work)
        if self._quiet_timer is None:
            self._quiet_timer = self._loop.call_later(self._quiet_s, self._wake)

    def nudge(self) -> None:
        """Somebody looks: what waits for company is committed now."""
        if self._waiting:
            self._wake()

    def _put(self, work: Work) -> None:
        if self._stop_by is not None:
            raise StoreUnavailable("the store is closing")
        self._waiting.append(work)
        self._rows += work.weight
        if self._rows >= ENOUGH_ROWS:
            self._enough.set()
        self._something.set()

    def _wake(self) -> None:
        self._something.set()
        self._enough.set()

    async def _wait_for_room(self) -> None:
        """Whoever waits here has handed in nothing yet; its connection reads no further meanwhile."""
        self._telemetry.store_held_back.inc()
        try:
            async with asyncio.timeout(self._hold_s):
                while self._rows >= MOST_ROWS:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            self._telemetry.store_refused.inc()
            raise StoreUnavailable("too much waits to be written") from None

    async def _run(self) -> None:
        began, works = 0.0, 0
        while self._waiting or self._stop_by is None:
            await self._something.wait()
            if self._stop_by is None:
                await self._linger(linger_for(self._linger_s, time.monotonic() - began, works, self._rows))
            batch = self._take()
            if not batch:
                continue
            began, works = time.monotonic(), sum(work.done is not None for work in batch)
            failure = await self._committed(batch)
            kind = None if failure is None else kind_of(failure)
            if kind is None:
                self._episodes.went_well()
                self._settle(batch, None if failure is None else CommitFailed(repr(failure)))
            else:
                self._hold(batch, kind, str(getattr(failure, "orig", failure)))
            self._measure(batch, time.monotonic() - began, failure)
            if kind is not None:
                await asyncio.sleep(pause_s(self._episodes.failures))

    async def _linger(self, seconds: float) -> None:
        if seconds > 0:
            timer = self._loop.call_later(seconds, self._enough.set)
            await self._enough.wait()
            timer.cancel()

    def _take(self) -> list[Work]:
        self._something.clear()
        self._enough.clear()
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
            self._quiet_timer = None
        if self._awaited:
            self._company.came(self._awaited)
            self._awaited = 0
        batch, self._waiting = self._waiting, []
        return batch

    async def _committed(self, batch: list[Work]) -> Exception | None:
        """Commit, in the writer's thread; what went wrong. Whoever waits for too long meanwhile is refused."""
        began = time.monotonic()
        committing = self._loop.run_in_executor(self._thread, self._commit, batch)
        while not committing.done():
            await asyncio.wait((committing,), timeout=_LOOK_S)
            self._refuse_old(batch)
            self._waiting = self._refuse_old(self._waiting)
            if not committing.done() and time.monotonic() - began > SLOW_S:
                self._episodes.failed("slow", "a commit takes long")
        return committing.result()

    def _refuse_old(self, works: list[Work]) -> list[Work]:
        """Refuse who has waited for `hold_s`; the rest. What is just being committed may be stored all the same: sent
        again, it is known by its content.
        """
        oldest = time.monotonic() - self._hold_s
        if not works or works[0].since > oldest:
            return works
        for work in works:
            if work.since <= oldest and work.done is not None and not work.is_acknowledged:
                self._refuse(work)
        return [work for work in works if not work.is_refused]

    def _refuse(self, work: Work) -> None:
        work.is_refused = True
        if work.done is not None and not work.done.done():
            self._telemetry.store_refused.inc()
            work.done.set_exception(StoreUnavailable(f"the database could not be written for {self._hold_s:g} s"))

    def _settle(self, batch: list[Work], failure: Exception | None) -> None:
        for work in batch:
            if work.done is not None and not work.done.done():
                error = failure or work.error
                work.done.set_result(work.result) if error is None else work.done.set_exception(error)
        self._weigh()

    def _hold(self, batch: list[Work], kind: str, reason: str) -> None:
        """Put what could not be committed back in front."""
        self._episodes.failed(kind, reason)
        self._telemetry.store_held.inc(sum(work.done is not None and not work.is_held for work in batch))
        for work in batch:
            work.is_held = True
        self._waiting = self._refuse_old([work for work in batch if not work.is_refused] + self._waiting)
        if self._stop_by is not None and time.monotonic() > self._stop_by:
            self._give_up()
        self._weigh()
        self._wake()

    def _give_up(self) -> None:
        """We are to end, and nothing can be written: what was acknowledged is lost, and we say so."""
        lost = sum(work.weight for work in self._waiting if work.is_acknowledged)
        if lost:
            self._telemetry.dropped.labels("closed_unwritten").inc(lost)
            _log.error("closed while the database could not be written", acknowledged_rows_lost=lost)
        for work in self._waiting:
            self._refuse(work)
        self._waiting = []

    def _weigh(self) -> None:
        self._rows = self._quiet_rows = 0
        for work in self._waiting:
            if work.done is None:
                self._quiet_rows += work.weight
            else:
                self._rows += work.weight
        if self._rows < MOST_ROWS:
            self._room.set()

    def _measure(self, batch: list[Work], took_s: float, failure: Exception | None) -> None:
        telemetry = self._telemetry
        telemetry.commit_s.observe(took_s)
        telemetry.waiting.set(len(self._waiting))
        telemetry.waiting_rows.set(self.waiting_rows)
        if failure is None:
            telemetry.commits.inc()
            telemetry.commit_work.observe(len(batch))
        else:
            telemetry.commit_failures.inc()

    def _commit(self, batch: list[Work]) -> Exception | None:
        """One transaction, in the writer's thread: all at once, and only where something of it fails once more with
        a savepoint around each piece of work, so that only that piece fails.
        """
        try:
            try:
                values = self._transact(batch, all_at_once)
            except BaseException as error:
                if kind_of(error) is not None:
                    raise
                values = self._transact(batch, one_by_one)
        except Exception as error:
            return error
        if values.added:
            self._telemetry.meter_values.inc(values.added)
            self._telemetry.commit_values.observe(values.added)
        if values.known:
            self._telemetry.values_ignored.labels("known").inc(values.known)
        return None

    def _transact(self, batch: list[Work], run: Callable[[Connection, list[Work]], Values]) -> Values:
        with self._engine.connect() as connection, connection.begin():
            return run(connection, [work for work in batch if not work.is_refused])  # while we waited for the lock
