"""Statistics of series over a window, answered by the database. Flagged samples are left out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.records import Record
from wattdeck.store.samples import between
from wattdeck.store.series import Series


class Statistics(Record, frozen=True):
    """Of one series over a window, in its unit. The time-weighted mean holds each value until the next one came."""

    series: Series
    count: int
    min: float
    max: float
    mean: float
    time_weighted_mean: float
    sum: float
    last: float
    last_at: datetime


def over(
    connection: Connection,
    wanted: Sequence[Series],
    since: datetime,
    until: datetime,
    session_id: int | None = None,
) -> list[Statistics]:
    """One record per series that has samples in [since, until)."""
    found = []
    for series in wanted:
        row = connection.execute(_query(series.id, to_ms(since), to_ms(until), session_id)).one()
        if row.samples:
            spread = row.weighted / row.weight if row.weight else row.mean
            plain = (row.samples, row.min, row.max, row.mean, spread, row.sum, row.last, from_ms(row.last_at))
            found.append(Statistics(series, *plain))
    return found


def _query(series_id: int, since: int, until: int, session_id: int | None) -> Any:
    found = between([series_id], since, until).subquery()
    following = func.lead(found.c.taken_at).over(order_by=found.c.taken_at)
    rows = select(found.c.value, found.c.taken_at, (following - found.c.taken_at).label("held"))
    if session_id is not None:
        rows = rows.where(found.c.session_id == session_id)
    held = rows.subquery()
    newest = select(held.c.value).order_by(held.c.taken_at.desc()).limit(1).scalar_subquery()
    return select(
        func.count().label("samples"),
        func.min(held.c.value).label("min"),
        func.max(held.c.value).label("max"),
        func.avg(held.c.value).label("mean"),
        func.sum(held.c.value).label("sum"),
        func.sum(held.c.value * held.c.held).label("weighted"),
        func.sum(held.c.held).label("weight"),
        newest.label("last"),
        func.max(held.c.taken_at).label("last_at"),
    )
