"""A charge point whose days begin in another zone: what can be made anew of what is stored is.

Hours are made of samples, where they are still there, days of hours, months of days; what is older stays as it was.
"""

from bisect import bisect_left
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattdeck.domain.buckets import end, start
from wattdeck.domain.rollups import DAY, HOUR, MONTH, Rollup, merge
from wattdeck.metering.exact import is_sum
from wattdeck.store import readings, rollups, series
from wattdeck.store.rollups import UTC_HOUR_MS

_EVER = (-(2**62), 2**62)


def rezone(connection: Connection, charge_point_id: int, after: ZoneInfo) -> None:
    """To be called once the charge point has its new zone, in the same transaction."""
    known = readings.foldable(connection, [one.id for one in series.of(connection, charge_point_id)], after)
    for one in known:
        hours = rollups.read(connection, HOUR, [one.id], *_EVER)[one.id]
        days = rollups.read(connection, DAY, [one.id], *_EVER)[one.id]
        months = rollups.read(connection, MONTH, [one.id], *_EVER)[one.id]
        new_days = _regroup(connection, one.id, after, DAY, days, hours)
        _regroup(connection, one.id, after, MONTH, months, days, new_days)
        moved = [
            row for row in hours if row.bucket >= one.samples_from and start(after, HOUR, row.bucket) != row.bucket
        ]
        if moved:
            again = [row for row in hours if row.bucket >= one.samples_from]
            rollups.replace(connection, HOUR, one.id, again[0].bucket, again[-1].until, [])
            marks = [(one.id, at) for row in again for at in range(row.bucket, row.until + UTC_HOUR_MS, UTC_HOUR_MS)]
            rollups.mark(connection, marks)
            for period in (DAY, MONTH):  # they come back with their hours
                rollups.replace(connection, period, one.id, start(after, period, again[0].bucket), _EVER[1], [])


def _regroup(
    connection: Connection,
    series_id: int,
    zone: ZoneInfo,
    period: int,
    whole: list[Rollup],
    parts: list[Rollup],
    new_parts: list[Rollup] | None = None,
) -> list[Rollup]:
    """Put parts together in the new zone, from the first bucket on whose parts are all there."""
    pivot = None
    begins = [part.bucket for part in parts]
    for row in reversed(whole):
        if not is_sum(row, parts[bisect_left(begins, row.bucket) : bisect_left(begins, row.until)]):
            break
        pivot = row.bucket
    if pivot is None:
        return whole
    kept = [row for row in whole if row.bucket < pivot]
    groups: dict[int, list[Rollup]] = {}
    for part in parts if new_parts is None else new_parts:
        if part.bucket >= pivot or (new_parts is not None and part.until > pivot):
            groups.setdefault(start(zone, period, (part.bucket + part.until) // 2), []).append(part)
    made = list(_made(zone, period, groups, {row.bucket: row for row in kept}))
    rollups.replace(connection, period, series_id, pivot, _EVER[1], made)
    return [*(row for row in kept if row.bucket not in groups), *made]


def _made(zone: ZoneInfo, period: int, groups: dict[int, list[Rollup]], kept: dict[int, Rollup]) -> Iterable[Rollup]:
    for bucket in sorted(groups):
        own = [kept[bucket], *groups[bucket]] if bucket in kept else groups[bucket]
        row = merge(own, period, bucket, (end(zone, period, bucket) - bucket) // 1000)
        if row is not None:
            yield row
