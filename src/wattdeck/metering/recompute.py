"""Rollups folded anew on demand, some series at a time, with its progress. Doing it twice changes nothing."""

import asyncio
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.errors import Conflict
from wattdeck.domain.records import Record, replace
from wattdeck.metering.folding import SETTLED, Folding
from wattdeck.store import rollups, series
from wattdeck.store.engine import Store
from wattdeck.telemetry import logger

RUNNING, DONE, FAILED, STOPPED = "running", "done", "failed", "stopped"
_SERIES_AT_ONCE = 16
_log = logger("wattdeck.metering")


class Progress(Record, frozen=True):
    """`hours`: of series, marked to be folded; `changed`: rollups that came out otherwise than they were stored."""

    charge_point: str | None
    started_at: datetime
    state: str = RUNNING
    series: int = 0
    series_done: int = 0
    hours: int = 0
    changed: int = 0
    finished_at: datetime | None = None


class Recompute:
    def __init__(self, store: Store, folding: Folding) -> None:
        self._store, self._folding = store, folding
        self._task: asyncio.Task[None] | None = None
        self.last: Progress | None = None

    async def start(self, one: ChargePoint | None, since: datetime | None, until: datetime | None) -> Progress:
        """Begin; the first look at what there is to do is taken at once. Raises Conflict while one runs."""
        if self._task is not None and not self._task.done():
            raise Conflict("rollups are being recomputed already")
        at = now()
        self.last = Progress(None if one is None else one.identifier, at)
        last = to_ms(at - SETTLED) if until is None else min(to_ms(until), to_ms(at - SETTLED))
        first = 0 if since is None else to_ms(since)
        self._task = asyncio.create_task(self._run(one, first, last), name="wattdeck-recompute")
        return self.last

    async def close(self) -> None:
        """Stop it; what is marked is folded after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, one: ChargePoint | None, since: int, until: int) -> None:
        state = STOPPED
        try:
            await self._fold(one, since, until)
            state = DONE
        except Exception:
            state = FAILED
            _log.exception("recomputing failed")
        finally:
            self._note(state=state, finished_at=now())

    async def _fold(self, one: ChargePoint | None, since: int, until: int) -> None:
        def known(connection: Connection) -> list[int]:
            found = series.everyones(connection) if one is None else series.of(connection, one.id)
            return [each.id for each in found]

        ids = await self._store.read(known)
        self._note(series=len(ids))
        for first in range(0, len(ids), _SERIES_AT_ONCE):
            some = ids[first : first + _SERIES_AT_ONCE]
            marks = await self._store.read(
                partial(rollups.hours_with_samples, series_ids=some, since=since, until=until)
            )
            await self._store.write(partial(rollups.mark, marks=marks))
            self._note(hours=self._last.hours + len(marks))
            while (done := await self._folding.step(until)).marks:
                self._note(changed=self._last.changed + done.changed)
            self._note(series_done=first + len(some))

    @property
    def _last(self) -> Progress:
        assert self.last is not None
        return self.last

    def _note(self, **what: object) -> None:
        self.last = replace(self._last, **what)
