"""Samples as rollups are folded from them: sealed and in the head, by the time that counts for them.

That is the earlier of when they were taken and when they came: a clock that is ahead must not move energy to tomorrow.
"""

import json
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattdeck.domain.buckets import zone_named
from wattdeck.domain.records import Record
from wattdeck.domain.registers import ANY, Limits
from wattdeck.domain.rollups import REGISTER, Taken, kind_of
from wattdeck.store import series
from wattdeck.store.samples import AHEAD_MS, AT, AT_IN_HEAD, DAY_MS, FAR_AHEAD, NEAR_MS
from wattdeck.store.writer import Bulk, executemany

_HOUR_MS = 3_600_000
_SEALED = (
    f"SELECT {AT}, taken_at, context, value, flags FROM samples WHERE day = ?1 AND series_id = ?2"
    # `AT` in [?3, ?4): compared, which takes less than to reckon it
    " AND taken_at >= ?3 AND taken_at < ?5 AND (delay_ms >= 0 OR taken_at + delay_ms >= ?3)"
    " AND (taken_at < ?4 OR taken_at + delay_ms < ?4)"
)
_FAR_AHEAD = (
    f"SELECT {AT}, taken_at, context, value, flags FROM samples INDEXED BY samples_far_ahead WHERE series_id = ?"
    f" AND taken_at >= ? AND taken_at < ? AND {FAR_AHEAD} AND taken_at + delay_ms >= ? AND taken_at + delay_ms < ?"
)
_HEAD = (
    f"SELECT series_id, {AT_IN_HEAD}, taken_at, context, value, flags FROM samples_head"
    " WHERE series_id IN (SELECT value FROM json_each(?))"
)
_HEAD_HOURS = (
    f"SELECT DISTINCT ({AT_IN_HEAD}) / {_HOUR_MS} * {_HOUR_MS} FROM samples_head"
    " WHERE series_id IN (SELECT value FROM json_each(?))"
)
_SERIES = (
    "SELECT series.id, measurand, time_zone, last_day, samples_from FROM series"
    " JOIN charge_points ON charge_points.id = charge_point_id WHERE series.id IN (SELECT value FROM json_each(?))"
    " ORDER BY series.id"
)
_JUDGED = (
    "UPDATE samples SET flags = ? WHERE day = ? AND series_id = ? AND taken_at = ? AND context = ? AND flags = ?",
    "UPDATE samples_head SET flags = ? WHERE taken_at = ? AND series_id = ? AND context = ? AND flags = ?",
)


class Foldable(Record, frozen=True):
    """What folding needs to know of a series. `kind`: of `domain.rollups`."""

    id: int
    kind: int
    zone: ZoneInfo
    last_day: int
    samples_from: int
    limits: Limits


class Judged(Record, frozen=True, gc=False):
    """A stored sample whose flags are others than they were."""

    series_id: int
    taken_at: int
    context: int
    before: int
    after: int


def foldable(connection: Connection, series_ids: Iterable[int], zone: ZoneInfo) -> list[Foldable]:
    """These series, in order; `zone`: of charge points that have none of their own."""
    rows = list(_execute(connection, _SERIES, (json.dumps(list(series_ids)),)))
    limits = series.limits(connection, [row[0] for row in rows if kind_of(row[1]) == REGISTER])
    return [
        Foldable(
            *(id, kind_of(measurand), zone_named(name, zone), last_day, samples_from),
            limits.get(id, ANY),
        )
        for id, measurand, name, last_day, samples_from in rows
    ]


class Source:
    """The samples of some series as one transaction sees them; the head is read once."""

    def __init__(self, connection: Connection, series_ids: Iterable[int]) -> None:
        self._connection = connection
        self._head: dict[int, list[Taken]] = {}
        for id, *row in _execute(connection, _HEAD, (json.dumps(list(series_ids)),)):
            self._head.setdefault(id, []).append(Taken(*row))

    def fresh(self, series_id: int) -> list[Taken]:
        """What lies in the head."""
        return self._head.get(series_id, [])

    def between(self, one: Foldable, since: int, until: int) -> list[Taken]:
        """Samples of [since, until) ms in order, flagged ones too."""
        if until <= since:
            return []
        sealed: list[Taken] = []
        near = until + NEAR_MS
        for day in range(since // DAY_MS, min(one.last_day, near // DAY_MS) + 1):
            sealed += map(Taken._make, _execute(self._connection, _SEALED, (day, one.id, since, until, near)))
        far = (one.id, near, until + AHEAD_MS, since, until)
        sealed += map(Taken._make, _execute(self._connection, _FAR_AHEAD, far))
        fresh = [sample for sample in self._head.get(one.id, ()) if since <= sample.at < until]
        if not fresh:
            return sorted(sealed)
        # one that was sent again can lie in both: the sealed one is the one that counts
        found = {(sample.taken_at, sample.context): sample for sample in (*fresh, *sealed)}
        return sorted(found.values())


def fresh_hours(connection: Connection, series_ids: Iterable[int]) -> set[int]:
    """The hours (UTC, ms) of what lies in the head."""
    return {hour for (hour,) in _execute(connection, _HEAD_HOURS, (json.dumps(list(series_ids)),))}


def judge(connection: Connection, changes: Iterable[Judged]) -> None:
    """Give samples other flags, where they have not been changed meanwhile."""
    all_ = list(changes)
    sealed = [(one.after, one.taken_at // DAY_MS, one.series_id, one.taken_at, one.context, one.before) for one in all_]
    head = [(one.after, one.taken_at, one.series_id, one.context, one.before) for one in all_]
    executemany(connection, Bulk(_JUDGED[0]), sealed)
    executemany(connection, Bulk(_JUDGED[1]), head)


def _execute(connection: Connection, sql: str, arguments: tuple[Any, ...]) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.execute(sql, arguments)
