"""Figures of series over a stretch of time, from the samples that count."""

import json
from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter, mul, sub
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.records import Record, replace
from wattdeck.domain.rollups import HOUR, Rollup
from wattdeck.store.series import Series
from wattdeck.store.steps import TAKEN, days_of


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


_TAKEN = f"WITH {TAKEN} SELECT series_id, at, taken_at, context, value FROM taken".format(
    ours="SELECT value FROM json_each(:ids)"
)


def fold(connection: Connection, series_ids: Iterable[int], since: int, until: int, gap_ms: int) -> list[Rollup]:
    """What the samples of these series come to in [since, until) ms, as one bucket each; energy is left out."""
    values = {"since": since, "until": until, "gap": gap_ms, "days": days_of(since - gap_ms, until)}
    values["ids"] = json.dumps(list(series_ids))
    driver: Any = connection.connection.driver_connection
    rows = driver.execute(_TAKEN, values).fetchall()
    rows.sort()  # nearly sorted as they come: quicker than the database sorts them
    return [_bucket(id, list(some), since, until, gap_ms) for id, some in groupby(rows, itemgetter(0))]


def _bucket(series_id: int, rows: list[tuple[Any, ...]], since: int, until: int, gap_ms: int) -> Rollup:
    """The columns as a whole, not row by row: there are many."""
    _, times, _, _, values = zip(*rows, strict=True)
    first = bisect_left(times, since)
    # of those before only the last one can be held into the bucket
    begin = max(0, first - 1)
    held = list(map(sub, (*times[begin + 1 :], until), times[begin:]))
    if max(held) > gap_ms:
        held = [min(ms, gap_ms) for ms in held]
    if begin < first:
        held[0] = max(0, times[begin] + held[0] - since)
    weighted, covered = sum(map(mul, values[begin:], held)), sum(held)
    inside = values[first:]
    own = Rollup(series_id, HOUR, since, (until - since) // 1000, len(inside), weighted=weighted, covered_ms=covered)
    if not inside:
        return own
    return replace(own, min=min(inside), max=max(inside), sum=sum(inside), last=inside[-1], last_at=times[-1])
