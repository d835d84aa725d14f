"""Rollups as they truly are: those that are stored, and folded on the fly what samples have touched since.

What is touched: hours that are marked stale, and what still lies in the head. Days are made of their hours, months of
their days; where those are gone already, they stay as they are.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattdeck.domain.buckets import borders, end, start
from wattdeck.domain.records import Record
from wattdeck.domain.rollups import DAY, HOUR, MINUTE, MONTH, Rollup, merge
from wattdeck.metering.rollups import FOR_EVER, fold
from wattdeck.metering.spans import Span, Spans
from wattdeck.store import rollups
from wattdeck.store.readings import Foldable, Source
from wattdeck.store.rollups import UTC_HOUR_MS
from wattdeck.store.series import Series

_HOUR_MS = UTC_HOUR_MS


class Changes(Record, frozen=True):
    """What a fold makes of the larger periods: for each bucket that it touches the rollup, or None for nothing."""

    days: dict[int, Rollup | None]
    months: dict[int, Rollup | None]


def read(
    connection: Connection,
    wanted: Sequence[Foldable],
    period: int,
    since: int,
    until: int,
    gap_ms: int,
    known_until: int = FOR_EVER,
) -> dict[int, list[Rollup]]:
    """The buckets that touch [since, until) ms and hold anything, by series, in order of time. `known_until`: now; the
    last values are not held into the future.
    """
    source = Source(connection, [one.id for one in wanted])
    if period == MINUTE:
        touched = touched_hours(connection, source, wanted)
        return {
            one.id: _minutes(connection, source, one, since, until, gap_ms, touched.get(one.id, set()), known_until)
            for one in wanted
        }
    changes = changed(connection, source, wanted, period, since, until, gap_ms, known_until)
    found = {}
    for one in wanted:
        first, last = start(one.zone, period, since), end(one.zone, period, max(since, until - 1))
        rows: dict[int, Rollup | None] = {
            row.bucket: row for row in rollups.read(connection, period, [one.id], first, last)[one.id]
        }
        rows |= changes.get(one.id, {})
        found[one.id] = [row for _, row in sorted(rows.items()) if row is not None]
    return found


def changed(
    connection: Connection,
    source: Source,
    wanted: Sequence[Foldable],
    period: int,
    since: int,
    until: int,
    gap_ms: int,
    known_until: int = FOR_EVER,
) -> dict[int, dict[int, Rollup | None]]:
    """What the buckets that touch [since, until) ms are in truth, by series and bucket, where samples have touched them
    since they were stored; None for one that holds nothing any more.
    """
    touched = touched_hours(connection, source, wanted)
    found = {}
    for one in wanted:
        hours = touched.get(one.id)
        if hours is None:
            continue
        first, last = start(one.zone, period, since), end(one.zone, period, max(since, until - 1))
        if dirty := _near(hours, first, last):
            spans = Spans(connection, source, one, gap_ms, dirty, hours.difference(dirty), known_until).fold()
            rows = _of_period(connection, one, spans, period)
            found[one.id] = {bucket: row for bucket, row in rows.items() if first <= bucket < last}
    return found


def touched_hours(connection: Connection, source: Source, wanted: Sequence[Foldable]) -> dict[int, set[int]]:
    """The hours, by series, whose samples have changed since they were folded."""
    stale = rollups.stale_of(connection, [one.id for one in wanted])
    found = {}
    for one in wanted:
        hours = {mark.hour for mark in stale[one.id]}
        hours |= {sample.at // _HOUR_MS * _HOUR_MS for sample in source.fresh(one.id)}
        if hours:
            found[one.id] = hours
    return found


def _near(touched: Iterable[int], first: int, last: int) -> list[int]:
    """The hours whose fold can reach into [first, last): those in it, and the nearest stretch on either side."""
    runs: list[list[int]] = []
    for hour in sorted(touched):
        if runs and hour - runs[-1][-1] <= _HOUR_MS:
            runs[-1].append(hour)
        else:
            runs.append([hour])
    before = [run for run in runs if run[-1] + _HOUR_MS <= first]
    after = [run for run in runs if last <= run[0]]
    inside = [run for run in runs if run[-1] + _HOUR_MS > first and run[0] < last]
    return [hour for run in (*before[-1:], *inside, *after[:1]) for hour in run]


def _of_period(connection: Connection, one: Foldable, spans: Iterable[Span], period: int) -> dict[int, Rollup | None]:
    if period == HOUR:
        hours: dict[int, Rollup | None] = {}
        for span in spans:
            hours.update(dict.fromkeys(borders(one.zone, HOUR, span.since, span.until)[:-1]))
            hours.update((row.bucket, row) for row in span.hours)
        return hours
    if period == DAY:
        return _merged(connection, one, DAY, HOUR, _of_period(connection, one, spans, HOUR))
    return larger(connection, one, spans).months


def larger(connection: Connection, one: Foldable, spans: Iterable[Span]) -> Changes:
    """The days and months that contain what was folded. To be asked before the hours are stored."""
    hours = _of_period(connection, one, spans, HOUR)
    days = _merged(connection, one, DAY, HOUR, hours)
    return Changes(days, _merged(connection, one, MONTH, DAY, days))


def _merged(
    connection: Connection, one: Foldable, period: int, part: int, changed: dict[int, Rollup | None]
) -> dict[int, Rollup | None]:
    """Buckets made of their parts, some of which have changed."""
    found: dict[int, Rollup | None] = {}
    for first in sorted({start(one.zone, period, bucket) for bucket in changed}):
        last = end(one.zone, period, first)
        stored = rollups.read(connection, part, [one.id], first, last)[one.id]
        whole = rollups.read(connection, period, [one.id], first, first + 1)[one.id]
        if whole and not is_sum(whole[0], stored):
            continue  # its parts are gone: it stays
        own = {row.bucket: row for row in stored}
        own.update((bucket, row) for bucket, row in changed.items() if row is not None and first <= bucket < last)
        for bucket in [bucket for bucket in own if changed.get(bucket, own[bucket]) is None]:
            del own[bucket]
        parts = [own[bucket] for bucket in sorted(own)]
        found[first] = merge(parts, period, first, (last - first) // 1000)
    return found


def is_sum(whole: Rollup, parts: Sequence[Rollup]) -> bool:
    return (
        whole.count == sum(row.count for row in parts)
        and whole.flagged == sum(row.flagged for row in parts)
        and whole.covered_ms == sum(row.covered_ms for row in parts)
    )


def _minutes(
    connection: Connection,
    source: Source,
    one: Foldable,
    since: int,
    until: int,
    gap_ms: int,
    touched: set[int],
    known_until: int,
) -> list[Rollup]:
    """Minutes are folded when they are asked for, up to now: no sample counts later than it came."""
    inside = borders(one.zone, MINUTE, since, min(until, known_until + 1))
    spans = Spans(connection, source, one, gap_ms, [], touched)
    samples, before = spans.around(inside[0], inside[-1])
    ends = spans.stops(inside[0], inside[-1])
    return fold(one.id, one.kind, MINUTE, inside, samples, before, gap_ms, one.limits, known_until, ends).rollups


def with_gaps(
    found: Iterable[tuple[Series, Rollup, ZoneInfo]], period: int, since: int, until: int
) -> list[tuple[Series, Rollup, ZoneInfo]]:
    """The same with a bucket of nothing wherever there is none, newest first."""
    known = {(one.id, row.bucket): (one, row, zone) for one, row, zone in found}
    for one, zone in {one.id: (one, zone) for one, _, zone in known.values()}.values():
        for begin, last in pairwise(borders(zone, period, since, until)):
            known.setdefault((one.id, begin), (one, Rollup(one.id, period, begin, (last - begin) // 1000), zone))
    return sorted(known.values(), key=lambda each: (-each[1].bucket, each[0].id))
