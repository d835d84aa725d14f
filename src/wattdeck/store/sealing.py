"""Sealing: samples move from the head, where they arrive in order of time, to their place by day and series.

Rows keyed by series cost a page each when they arrive one by one, and a small part of one when many of a series
come together: so they wait in the head until they are many, and move in steps that ingest does not notice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from wattdeck.domain.clock import to_ms
from wattdeck.store.samples import DAY_MS
from wattdeck.store.tables import samples_head as head

KEEP = timedelta(minutes=10)  # how long samples stay in the head
KEEP_WHEN_FULL = timedelta(minutes=1)
FULL_ROWS = 300_000  # reads look through the whole head
STEP_ROWS = 20_000

_MOVE = (
    "INSERT OR IGNORE INTO samples (day, series_id, taken_at, context, value, delay_ms, session_id, flags, text)"
    f" SELECT taken_at / {DAY_MS}, series_id, taken_at, context, value, received_at - taken_at, session_id, flags, text"
    " FROM samples_head WHERE received_at < ? AND series_id BETWEEN ? AND ? ORDER BY series_id, taken_at"
)
# by what counts as their time (`store.readings`)
_MARK = (
    "INSERT INTO stale_rollups (series_id, hour, stamp)"
    " SELECT series_id, min(taken_at, received_at) / 3600000 * 3600000 AS at, random() FROM samples_head"
    " WHERE received_at < ? AND series_id BETWEEN ? AND ? GROUP BY series_id, at"
    " ON CONFLICT (series_id, hour) DO UPDATE SET stamp = excluded.stamp"
)
_DELETE = "DELETE FROM samples_head WHERE received_at < ? AND series_id BETWEEN ? AND ?"


def due(connection: Connection, at: datetime) -> datetime | None:
    """Samples received before which time are to be sealed now; None where it is not worth it yet. Their own times do
    not matter: clocks that are ahead would keep them here.
    """
    # counted no further than need be: all of a head of millions is looked through in tenths of a second
    some = select(head.c.series_id).limit(FULL_ROWS + 1).subquery()
    if connection.execute(select(func.count()).select_from(some)).scalar_one() > FULL_ROWS:
        return at - KEEP_WHEN_FULL
    oldest = connection.execute(select(func.min(head.c.received_at))).scalar_one()
    return at - KEEP if oldest is not None and oldest < to_ms(at - 2 * KEEP) else None


def steps(connection: Connection, before: datetime) -> Sequence[tuple[int, int]]:
    """Ranges of series, each of about `STEP_ROWS` rows to move."""
    counts = select(head.c.series_id, func.count()).where(head.c.received_at < to_ms(before)).group_by(head.c.series_id)
    ranges, first, rows, last = [], None, 0, 0
    for series_id, count in connection.execute(counts.order_by(head.c.series_id)):
        first = series_id if first is None else first
        rows, last = rows + count, series_id
        if rows >= STEP_ROWS:
            ranges.append((first, last))
            first, rows = None, 0
    return [*ranges, (first, last)] if first is not None else ranges


def seal(connection: Connection, before: datetime, first: int, last: int) -> int:
    """Move the samples of these series; either all of them lie in their new place afterwards or none. Their hours are
    marked: their rollups are to be folded. How many were let go, for there is one of their series, time and context.
    """
    arguments = (to_ms(before), first, last)
    moved = connection.exec_driver_sql(_MOVE, arguments).rowcount
    connection.exec_driver_sql(_MARK, arguments)
    return connection.exec_driver_sql(_DELETE, arguments).rowcount - moved
