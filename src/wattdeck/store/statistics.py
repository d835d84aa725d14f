"""Figures of series over a stretch of time, from the samples that count."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import gt, mul, sub
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.records import Record, replace
from wattdeck.domain.rollups import HOUR, Rollup
from wattdeck.store import stops
from wattdeck.store.samples import AT
from wattdeck.store.series import Series
from wattdeck.store.steps import OTHERS, SEALED, TAKEN, days_of


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


# Of one series, in order of the key: two columns are read in half the time of five.
_SEALED = f"SELECT {AT}, value {SEALED}".format(ours=":id")
_OURS = "SELECT value FROM json_each(:ids)"
_OTHERS = f"SELECT series_id, at, taken_at, context, value FROM ({OTHERS})".format(ours=_OURS)
_TAKEN = f"WITH {TAKEN} SELECT at, taken_at, context, value FROM taken ORDER BY at, taken_at, context".format(
    ours=":id"
)


def fold(connection: Connection, series_ids: Iterable[int], since: int, until: int, gap_ms: int) -> list[Rollup]:
    """What the samples of these series come to in [since, until) ms, as one bucket each; energy is left out."""
    ids = sorted(series_ids)
    values = {"since": since, "until": until, "gap": gap_ms, "days": days_of(since - gap_ms, until)}
    driver: Any = connection.connection.driver_connection
    others: dict[int, list[tuple[int, float]]] = {}
    ends = stops.of(connection, ids, since - gap_ms, until)
    for id, at, *_, value in sorted(driver.execute(_OTHERS, values | {"ids": json.dumps(ids)})):
        others.setdefault(id, []).append((at, value))
    found = []
    for id in ids:
        sealed, late = driver.execute(_SEALED, values | {"id": id}).fetchall(), others.get(id, [])
        if not (rows := sealed + late):
            continue
        times, numbers = zip(*rows, strict=True)
        meets = sealed and late and sealed[-1][0] == late[0][0]
        if meets or any(map(gt, times, times[1:])):  # a clock that is ahead, or samples that came much later
            rows = [(at, value) for at, *_, value in driver.execute(_TAKEN, values | {"id": id})]
            times, numbers = zip(*rows, strict=True)
        found.append(_bucket(id, times, numbers, since, until, gap_ms, ends.get(id, ())))
    return found


def _bucket(
    series_id: int,
    times: Sequence[int],
    values: Sequence[float],
    since: int,
    until: int,
    gap_ms: int,
    ends: Sequence[int],
) -> Rollup:
    """The columns as a whole, not row by row: there are many. `ends`: where nothing is held any longer."""
    first = bisect_left(times, since)
    # of those before only the last one can be held into the bucket
    begin = max(0, first - 1)
    held = list(map(sub, (*times[begin + 1 :], until), times[begin:]))
    if max(held) > gap_ms:
        held = [min(ms, gap_ms) for ms in held]
    for end in ends:
        for place in range(max(begin, bisect_left(times, end - gap_ms)), bisect_right(times, end)):
            held[place - begin] = min(held[place - begin], end - times[place])
    if begin < first:
        held[0] = max(0, times[begin] + held[0] - since)
    weighted, covered = sum(map(mul, values[begin:], held)), sum(held)
    inside = values[first:]
    own = Rollup(series_id, HOUR, since, (until - since) // 1000, len(inside), weighted=weighted, covered_ms=covered)
    if not inside:
        return own
    return replace(own, min=min(inside), max=max(inside), sum=sum(inside), last=inside[-1], last_at=times[-1])
