"""Rollups in the database, and the marks of what is to be folded. What they mean: `domain.rollups`."""

import json
import operator
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.records import Record
from wattdeck.domain.rollups import DAY, HOUR, MONTH, Rollup
from wattdeck.store.samples import AT, DAY_MS
from wattdeck.store.writer import Bulk, executemany

UTC_HOUR_MS = 3_600_000
_COLUMNS = ", ".join(Rollup.__struct_fields__[1:])  # of one series: which one is known
_INSERT = Bulk(
    f"INSERT OR REPLACE INTO rollups (series_id, {_COLUMNS}) VALUES ({', '.join('?' * len(Rollup.__struct_fields__))})"
)
_READ = (
    f"SELECT {_COLUMNS} FROM rollups WHERE period = ? AND series_id = ? AND bucket >= ? AND bucket < ? ORDER BY bucket"
)
_DELETE = Bulk("DELETE FROM rollups WHERE period = ? AND series_id = ? AND bucket >= ? AND bucket < ?")
_MARK = Bulk(
    "INSERT INTO stale_rollups (series_id, hour, stamp) VALUES (?, ?, random())"
    " ON CONFLICT (series_id, hour) DO UPDATE SET stamp = excluded.stamp"
)
_UNMARK = Bulk("DELETE FROM stale_rollups WHERE series_id = ? AND hour = ? AND stamp = ?")
_LAST_BEFORE = (
    "SELECT last, last_at FROM rollups WHERE period = ? AND series_id = ? AND bucket < ? AND count > 0"
    " AND last_at < ? ORDER BY bucket DESC LIMIT 1"
)
_NEXT = (
    "SELECT bucket FROM rollups WHERE period = 1 AND series_id = ? AND bucket >= ? AND count + flagged > 0"
    " ORDER BY bucket LIMIT 1"
)
_SAMPLES_FROM = "SELECT samples_from, last_day FROM series WHERE id = ?"
_FOLDED = "SELECT bucket FROM rollups WHERE period = 1 AND series_id = ? AND bucket >= ? AND bucket < ?"
_SAMPLED = (
    f"SELECT DISTINCT ({AT}) / 3600000 * 3600000 AS hour FROM samples"
    " WHERE day = ? AND series_id = ? AND hour >= ? AND hour < ?"
)
_fields = operator.attrgetter(*Rollup.__struct_fields__)


class Stale(Record, frozen=True, gc=False):
    """An hour of UTC in which a series' samples have changed since its rollups were folded."""

    series_id: int
    hour: int
    stamp: int


def read(
    connection: Connection, period: int, series_ids: Iterable[int], since: int, until: int
) -> dict[int, list[Rollup]]:
    """What is stored of buckets that begin in [since, until) ms, by series, in order of time. It lacks what is not
    folded yet: `metering.exact` knows better.
    """
    found = {}
    for id in series_ids:
        rows = _execute(connection, _READ, (period, id, since, until))
        found[id] = [Rollup(*(id, *row[:-1], _unpacked(row[-1]))) for row in rows]
    return found


def replace(connection: Connection, period: int, series_id: int, since: int, until: int, rows: list[Rollup]) -> None:
    """Let these be all buckets that begin in [since, until)."""
    executemany(connection, _DELETE, [(period, series_id, since, until)])
    put(connection, rows)


def put(connection: Connection, rows: Iterable[Rollup]) -> None:
    executemany(connection, _INSERT, [(*_fields(row)[:-1], _packed(row.quarters)) for row in rows])


def _packed(quarters: Iterable[tuple[float, int]]) -> str | None:
    return json.dumps(list(chain(*quarters)), separators=(",", ":")) if quarters else None


def _unpacked(text: str | None) -> tuple[tuple[float, int], ...]:
    if text is None:
        return ()
    flat = json.loads(text)
    return tuple(zip(flat[::2], flat[1::2], strict=True))


def last_before(connection: Connection, series_id: int, at: int) -> tuple[float, int] | None:
    """The last value that counts before `at`, and its time, as far as it is folded; also where its sample is gone."""
    for period in (HOUR, DAY, MONTH):
        row = _execute(connection, _LAST_BEFORE, (period, series_id, at, at)).fetchone()
        if row is not None:
            return row[0], row[1]
    return None


def next_with_samples(connection: Connection, series_id: int, at: int) -> int | None:
    """The first folded hour from `at` on that has samples."""
    row = _execute(connection, _NEXT, (series_id, at)).fetchone()
    return None if row is None else row[0]


def mark(connection: Connection, marks: Iterable[tuple[int, int]]) -> None:
    """Samples of these series have changed at these times (ms): their hours are to be folded."""
    hours = {(series_id, at // UTC_HOUR_MS * UTC_HOUR_MS) for series_id, at in marks}
    executemany(connection, _MARK, sorted(hours))


def hours_with_samples(
    connection: Connection, series_ids: Iterable[int], since: int, until: int
) -> list[tuple[int, int]]:
    """Series and hour (ms) of whatever begins in [since, until) and has sealed samples still, or had and is folded."""
    found: set[tuple[int, int]] = set()
    oldest = _execute(connection, "SELECT min(day) FROM samples", ()).fetchone()[0]
    for id in series_ids:
        final, last_day = _execute(connection, _SAMPLES_FROM, (id,)).fetchone()
        first = max(since, final)
        found.update((id, row[0]) for row in _execute(connection, _FOLDED, (id, first, until)))
        if oldest is not None:
            for day in range(max(oldest, first // DAY_MS), min(last_day, until // DAY_MS) + 1):
                found.update((id, row[0]) for row in _execute(connection, _SAMPLED, (day, id, first, until)))
    return sorted(found)


def unmark(connection: Connection, folded: Sequence[Stale]) -> None:
    """They are folded; one that was marked anew meanwhile stays."""
    executemany(connection, _UNMARK, [(one.series_id, one.hour, one.stamp) for one in folded])


def due(connection: Connection, before: int, limit: int) -> list[Stale]:
    """Marked hours that began before that time, series by series."""
    query = "SELECT series_id, hour, stamp FROM stale_rollups WHERE hour < ? ORDER BY series_id, hour LIMIT ?"
    return [Stale(*row) for row in _execute(connection, query, (before, limit))]


def waiting(connection: Connection) -> int:
    """How many hours of series are marked."""
    count: int = _execute(connection, "SELECT count(*) FROM stale_rollups", ()).fetchone()[0]
    return count


def stale_of(connection: Connection, series_ids: Iterable[int]) -> dict[int, list[Stale]]:
    """What is to be folded of these series, in order of time."""
    query = "SELECT hour, stamp FROM stale_rollups WHERE series_id = ? ORDER BY hour"
    return {id: [Stale(id, *row) for row in _execute(connection, query, (id,))] for id in series_ids}


def _execute(connection: Connection, sql: str, arguments: tuple[Any, ...]) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.execute(sql, arguments)
