"""Meter values that are acknowledged on receipt and written together (`meter_ack = "received"`).

They are written when there are `values` of them, when the oldest has waited `seconds`, and before anything that depends
on them. What is acknowledged and not stored are always fewer than `values`: the message that would make it more is
answered after its commit. So a kill -9 loses no more than that, and a database that cannot be written is felt at once.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from wattdeck.domain.errors import StoreUnavailable
from wattdeck.domain.records import Record
from wattdeck.settings import Settings
from wattdeck.store.engine import Store
from wattdeck.store.writer import Rows
from wattdeck.telemetry import Telemetry, logger

VALUES, TIME, SESSION, READ, DISCONNECT, STOP = "values", "time", "session", "read", "disconnect", "stop"
_LONGEST_WAIT_S = 1.0  # of a read, for what it is to show
_log = logger("wattdeck.metering")


class Limits(Record, frozen=True):
    """How much may be acknowledged before it is stored. 0 values: nothing may."""

    values: int = 0
    seconds: float = 30.0


def limits_of(settings: Settings) -> tuple[Limits, float]:
    """As they are set; and how long rows that nobody waits for wait for company: as long as values may."""
    if settings.meter_ack == "committed":
        return Limits(), 2.0
    return Limits(settings.buffer_values, settings.buffer_s), settings.buffer_s


def count_values(rows: Sequence[Rows]) -> int:
    return sum(len(some) * bulk.each for bulk, some in rows if bulk.meter_values)


def may_wait(more: int, unstored: int, limits: Limits) -> bool:
    """Whether so many values more may be acknowledged at once, beside those that were and are not stored yet."""
    return unstored + more < limits.values


class Buffer:
    def __init__(self, store: Store, telemetry: Telemetry, limits: Limits) -> None:
        self._store, self._telemetry, self.limits = store, telemetry, limits
        self._waiting: list[Sequence[Rows]] = []
        self._values = 0  # in these
        self._unstored = 0  # these, and those on their way
        self._timer: asyncio.TimerHandle | None = None
        self._on_their_way: set[asyncio.Future[None]] = set()
        if limits.values:
            store.before_reads(self.settle)

    def take(self, rows: Sequence[Rows]) -> bool:
        """Keep rows for later. False where they must be stored before they are acknowledged; then those that were taken
        before are on their way, and will be stored first.
        """
        if not self.limits.values:
            return False
        count = count_values(rows)
        if not may_wait(count, self._unstored, self.limits):
            self.flush(VALUES)
            return False
        self._waiting.append(rows)
        self._values += count
        self._unstored += count
        self._telemetry.buffered.set(self._unstored)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.limits.seconds, self.flush, TIME)
        return True

    def flush(self, reason: str) -> None:
        """Send what waits on its way: into the next commit, before all that is handed in from now on."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._waiting:
            return
        self._telemetry.buffer_flushes.labels(reason).inc()
        self._telemetry.buffer_flush_values.observe(self._values)
        waiting, self._waiting, self._values = self._waiting, [], 0
        for rows in waiting:
            stored = self._store.keep(*rows)
            self._on_their_way.add(stored)
            stored.add_done_callback(self._arrived(count_values(rows)))

    def _arrived(self, count: int) -> Any:
        def note(stored: asyncio.Future[None]) -> None:
            self._on_their_way.discard(stored)
            self._unstored -= count
            self._telemetry.buffered.set(self._unstored)
            error = None if stored.cancelled() else stored.exception()
            if error is not None and not isinstance(error, StoreUnavailable):  # the writer says what it gives up
                self._telemetry.dropped.labels("buffer_refused").inc(count)
                _log.error("acknowledged meter values cannot be stored", count=count, exc_info=error)

        return note

    async def settle(self) -> None:
        """Before a read: what was acknowledged is stored, unless nothing can be written now."""
        if self._unstored and self._store.trouble is None:
            self.flush(READ)
            await asyncio.wait(tuple(self._on_their_way), timeout=_LONGEST_WAIT_S)
