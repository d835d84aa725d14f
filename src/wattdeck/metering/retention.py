"""Forgets what is old, in steps that ingest does not notice: after each one there is a pause, longer than it took."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.retention import ALERTS, AUDIT, COMMANDS, FRAMES, SAMPLES, SESSIONS, STATUSES, TEXTS
from wattdeck.settings import Settings
from wattdeck.store import alerts, audit, deliveries, messages, retention, silences
from wattdeck.store.engine import Store
from wattdeck.store.retention import Rule, Run
from wattdeck.store.samples import DAY_MS
from wattdeck.telemetry import Telemetry

T = TypeVar("T")

# The writer is ours for a fifth of the time at most, and less the more there is to write: then steps take longer.
_LEAST_PAUSE_S, _PAUSES = 0.01, 4
_STEP_ALERTS = 500
_AGAIN = timedelta(minutes=10)  # where something was due and not folded yet


class Retention:
    """`sweep` is a job. What is measured is looked at once a day (UTC), for it goes by whole days."""

    def __init__(self, store: Store, settings: Settings, telemetry: Telemetry) -> None:
        self._store, self._settings = store, settings
        self._forgotten, self._dropped = telemetry.forgotten, telemetry.dropped.labels("frame_log_full")
        self._next = datetime.min.replace(tzinfo=now().tzinfo)

    async def sweep(self, at: datetime | None = None) -> None:
        """Forget all that is due."""
        at = at or now()
        await self._frames(at)
        if at < self._next:
            return
        await self._rows(at)
        await self._rollups(at)
        blocked = await self._samples(at)
        tomorrow = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self._next = min(tomorrow, at + _AGAIN) if blocked else tomorrow

    async def _frames(self, at: datetime) -> None:
        before = at - timedelta(days=self._settings.keep_frames_days)
        await self._until_none(FRAMES, partial(messages.forget, before=before, at_most=retention.STEP_ROWS))
        for size in await self._store.glance(lambda c: self._store.pages.table_sizes(c, "messages")):
            limit = self._settings.frames_limit_bytes
            surplus = round(size.rows * (size.bytes - limit) / size.bytes) if size.bytes > limit else 0
            while surplus > 0:
                step = min(surplus, retention.STEP_ROWS)
                gone = await self._step(partial(messages.forget_oldest, at_most=step))
                self._dropped.inc(gone)
                surplus -= step

    async def _rows(self, at: datetime) -> None:
        keep = self._settings.keep
        await self._until_none(STATUSES, partial(retention.forget_statuses, before=_before(at, keep.statuses)))
        await self._until_none(COMMANDS, partial(retention.forget_commands, before=_before(at, keep.commands)))
        await self._until_none(TEXTS, partial(retention.forget_texts, before=_before(at, keep.samples)))
        forget_alerts = partial(alerts.forget, before=at - timedelta(days=keep.alerts), at_most=_STEP_ALERTS)
        await self._until_none(ALERTS, forget_alerts)
        for forget in (silences.forget, deliveries.forget):
            due = partial(forget, before=at - timedelta(days=keep.alerts), at_most=_STEP_ALERTS)
            await self._until_none(ALERTS, due)
        forget_audit = partial(audit.forget, before=at - timedelta(days=keep.audit), at_most=retention.STEP_ROWS)
        await self._until_none(AUDIT, forget_audit)
        if keep.sessions is not None:
            await self._until_none(SESSIONS, partial(retention.forget_sessions, before=_before(at, keep.sessions)))

    async def _rollups(self, at: datetime) -> None:
        keep = self._settings.keep
        for kind, period in retention.PERIODS.items():
            default = _first_day(at, keep.of(kind)) * DAY_MS
            own = {measurand: _first_day(at, days) * DAY_MS for measurand, days in keep.own(kind).items()}
            after: int | None = 0
            while after is not None:
                step = partial(retention.forget_rollups, period=period, before=own, default=default, after=after)
                gone, after = await self._step(step)
                self._forgotten.labels(kind).inc(gone)

    async def _samples(self, at: datetime) -> int:
        """How many series could not be forgotten, because their rollups wait to be folded."""
        keep = self._settings.keep
        default = _first_day(at, keep.samples)
        own = {measurand: _first_day(at, days) for measurand, days in keep.samples_of.items()}
        of_series = await self._store.glance(lambda c: retention.rules(c, own, default))
        blocked = 0
        for day in await self._store.glance(lambda c: retention.days(c, max(default, *own.values(), default))):
            blocked += await self._day(day, of_series)
        return blocked

    async def _day(self, day: int, of_series: dict[int, Rule]) -> int:
        made = await self._paced(lambda: self._store.glance(lambda c: retention.plan(c, day, of_series)))
        for run in made.runs:
            left: Run | None = run
            while left is not None:
                gone, left = await self._step(partial(retention.forget_samples, run=left))
                self._forgotten.labels(SAMPLES).inc(gone)
        return made.blocked

    async def _until_none(self, kind: str, step: Callable[[Connection], int]) -> None:
        while gone := await self._step(step):
            self._forgotten.labels(kind).inc(gone)

    async def _step(self, step: Callable[[Connection], T]) -> T:
        return await self._paced(lambda: self._store.write(step))

    async def _paced(self, work: Callable[[], Awaitable[T]]) -> T:
        began = time.monotonic()
        done = await work()
        await asyncio.sleep(max(_LEAST_PAUSE_S, _PAUSES * (time.monotonic() - began)))
        return done


def _before(at: datetime, days: float) -> int:
    return to_ms(at - timedelta(days=days))


def _first_day(at: datetime, days: float | None) -> int:
    """The first day that stays whole."""
    return _before(at, days or 0) // DAY_MS
