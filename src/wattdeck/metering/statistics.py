"""Statistics of series over a window: whole hours from their rollups, the rest from samples; the same figures as if all
came from samples (decision 0003).
"""

from collections.abc import Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattdeck.domain.buckets import borders
from wattdeck.domain.clock import from_ms
from wattdeck.domain.rollups import HOUR, Rollup, merge
from wattdeck.store import readings, rollups
from wattdeck.store.readings import Foldable
from wattdeck.store.rollups import UTC_HOUR_MS
from wattdeck.store.series import Series
from wattdeck.store.statistics import Statistics, fold


def over(
    connection: Connection, wanted: Sequence[Series], since: int, until: int, zone: ZoneInfo, gap_ms: int
) -> list[Statistics]:
    """One record per series that has samples in [since, until) ms. They are of one charge point; `zone`: where it has
    none of its own.
    """
    sources = readings.foldable(connection, [one.id for one in wanted], zone)
    if not sources or until <= since:
        return []
    parts: dict[int, list[Rollup]] = {}
    whole, rest = _divided(connection, sources, since, until, gap_ms)
    ids = [one.id for one in sources]
    if whole:
        stored = rollups.read(connection, HOUR, ids, min(whole), max(whole) + 1)
        for id, rows in stored.items():
            parts[id] = [row for row in rows if row.bucket in whole]
    for begin, end in rest:
        for row in fold(connection, ids, begin, end, gap_ms):
            parts.setdefault(row.series_id, []).append(row)
    found = []
    for one in wanted:
        made = merge(sorted(parts.get(one.id, ()), key=lambda row: row.bucket), HOUR, since, (until - since) // 1000)
        if made is not None and made.count:
            found.append(_statistics(one, made))
    return found


def _divided(
    connection: Connection, sources: Sequence[Foldable], since: int, until: int, gap_ms: int
) -> tuple[set[int], list[tuple[int, int]]]:
    """The hours that are as stored, and the stretches between them, which are not or lie half inside."""
    ids = [one.id for one in sources]
    stale = {mark.hour for some in rollups.stale_of(connection, ids).values() for mark in some}
    # a value is held into what comes after its hour
    marks = sorted(stale | readings.fresh_hours(connection, ids))
    samples_from = max(one.samples_from for one in sources)
    whole: set[int] = set()
    rest: list[tuple[int, int]] = []
    for begin, end in pairwise(borders(sources[0].zone, HOUR, since, until)):
        is_inside = (begin >= since and end <= until) or begin < samples_from
        if is_inside and not any(hour < end and begin < hour + UTC_HOUR_MS + gap_ms for hour in marks):
            whole.add(begin)
            continue
        begin, end = max(begin, since), min(end, until)
        if rest and rest[-1][1] == begin:
            rest[-1] = (rest[-1][0], end)
        else:
            rest.append((begin, end))
    return whole, rest


def _statistics(series: Series, one: Rollup) -> Statistics:
    mean = one.mean or 0.0
    spread = one.time_weighted_mean
    return Statistics(
        *(series, one.count, one.min or 0.0, one.max or 0.0, mean, mean if spread is None else spread),
        *(one.sum or 0.0, one.last or 0.0, from_ms(one.last_at or 0)),
    )
