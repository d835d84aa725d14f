"""Rollups folded in the background, in steps that ingest does not notice. Killed in between, it goes on later: a mark
is taken away in the transaction that stores what was folded.
"""

import asyncio
import time
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattdeck.domain.buckets import borders
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.records import Record
from wattdeck.domain.rollups import DAY, HOUR, MONTH, Rollup
from wattdeck.metering import exact
from wattdeck.metering.exact import larger
from wattdeck.metering.spans import Span, Spans
from wattdeck.settings import Settings
from wattdeck.store import readings, rollups, series
from wattdeck.store.engine import Store
from wattdeck.store.readings import Foldable, Source
from wattdeck.store.rollups import Stale
from wattdeck.store.sealing import KEEP
from wattdeck.store.series import Series
from wattdeck.telemetry import Telemetry

# An hour is folded once it is over and its last samples have left the head; until then it is folded when it is read.
SETTLED = timedelta(hours=1) + 2 * KEEP + timedelta(minutes=5)
MARKS = 256  # in a step: the head is read once for all of them
_LONGEST_REST_S = 0.05
SERIES_AT_ONCE = 16  # in one transaction, which others wait for


class Step(Record, frozen=True):
    """One series' part of a step: what was folded, and the marks that stood for it."""

    one: Foldable
    spans: list[Span]
    marks: list[Stale]


class Done(Record, frozen=True):
    """How many marks a step took away, and how many rollups it changed."""

    marks: int
    changed: int


class Folding:
    """Folds what is marked; one step at a time, however many ask for it."""

    def __init__(self, store: Store, settings: Settings, telemetry: Telemetry) -> None:
        self._store, self._telemetry = store, telemetry
        self._zone, self._gap_ms = settings.zone, round(settings.gap_s * 1000)
        self._lock = asyncio.Lock()

    async def fold(self) -> None:
        """Fold all hours that are over."""
        while (await self.step(to_ms(now() - SETTLED))).marks:
            pass
        self._telemetry.rollups_waiting.set(await self._store.glance(rollups.waiting))

    async def step(self, before: int) -> Done:
        """Fold some of the marked hours that began before that time (ms)."""
        async with self._lock:
            began = time.monotonic()
            steps = await self._store.glance(partial(self._read, before=before))
            changed = 0
            for first in range(0, len(steps), SERIES_AT_ONCE):
                some = steps[first : first + SERIES_AT_ONCE]
                changed += await self._store.write(partial(write, steps=some))
        if steps:
            self._telemetry.fold_s.observe(time.monotonic() - began)
        self._telemetry.rollups_folded.inc(changed)
        self._telemetry.dropped.labels("too_late").inc(sum(span.too_late for one in steps for span in one.spans))
        return Done(sum(len(one.marks) for one in steps), changed)

    async def rollups(
        self,
        charge_point_id: int,
        period: int,
        measurand: str | None = None,
        phase: str | None = None,
        connector_id: int | None = None,
        since: int = 0,
        until: int = 0,
    ) -> list[tuple[Series, Rollup, ZoneInfo]]:
        """The buckets that touch [since, until) ms, of the charge point's series that fit, newest first: as exact as
        its samples. Each with the zone it begins in.
        """

        def read(connection: Connection) -> list[tuple[Series, Rollup, ZoneInfo]]:
            wanted = {one.id: one for one in series.find(connection, charge_point_id, measurand, phase, connector_id)}
            known = readings.foldable(connection, wanted, self._zone)
            found = exact.read(connection, known, period, since, until, self._gap_ms, to_ms(now()))
            return [(wanted[one.id], row, one.zone) for one in known for row in found[one.id]]

        return sorted(await self._store.read(read), key=lambda each: (-each[1].bucket, each[0].id))

    def _read(self, connection: Connection, before: int) -> list[Step]:
        """In a thread; it rests as long as each series took, for whoever receives and answers needs Python, too."""
        due = rollups.due(connection, before, MARKS)
        if not due:
            return []
        marks = {id: list(some) for id, some in groupby(due, lambda mark: mark.series_id)}
        source, all_marks = Source(connection, marks), rollups.stale_of(connection, marks)
        steps = []
        for one in readings.foldable(connection, marks, self._zone):
            began = time.thread_time()
            dirty = [mark.hour for mark in marks[one.id]]
            waiting = {mark.hour for mark in all_marks[one.id]}.difference(dirty)
            spans = Spans(connection, source, one, self._gap_ms, dirty, waiting).fold()
            steps.append(Step(one, spans, marks[one.id]))
            time.sleep(min(_LONGEST_REST_S, time.thread_time() - began))
        return steps


def write(connection: Connection, steps: Iterable[Step]) -> int:
    """Store what was folded, with the days and months that follow; how many rollups have changed."""
    changed = 0
    for step in steps:
        made = larger(connection, step.one, step.spans)
        for span in step.spans:
            changed += _replace(connection, step.one, span)
            readings.judge(connection, span.judged)
        for period, buckets in ((DAY, made.days), (MONTH, made.months)):
            changed += _put(connection, step.one.id, period, buckets)
        rollups.unmark(connection, step.marks)
    return changed


def _replace(connection: Connection, one: Foldable, span: Span) -> int:
    known = rollups.read(connection, HOUR, [one.id], span.since, span.until)[one.id]
    if known == span.hours:
        return 0
    rollups.replace(connection, HOUR, one.id, span.since, span.until, span.hours)
    return len(borders(one.zone, HOUR, span.since, span.until)) - 1


def _put(connection: Connection, series_id: int, period: int, buckets: dict[int, Rollup | None]) -> int:
    changed = 0
    for bucket, row in buckets.items():
        known = rollups.read(connection, period, [series_id], bucket, bucket + 1)[series_id]
        if known != ([] if row is None else [row]):
            rollups.replace(connection, period, series_id, bucket, bucket + 1, [] if row is None else [row])
            changed += 1
    return changed
