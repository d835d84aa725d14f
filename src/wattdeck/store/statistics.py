"""Figures of series over a stretch of time, from the samples that count, by the database."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.records import Record
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


_INSIDE = "FILTER (WHERE at >= :since)"
_HELD = "FILTER (WHERE till > at AND till > :since)"
_FOLD = f"""WITH {TAKEN},
held AS (SELECT series_id, value, at, min(lead(at, 1, :until) OVER own, at + :gap, :until) AS till,
   lead(at) OVER own IS NULL AS is_last
  FROM taken WINDOW own AS (PARTITION BY series_id ORDER BY at, taken_at, context))
SELECT series_id, count(*) {_INSIDE}, min(value) {_INSIDE}, max(value) {_INSIDE}, sum(value) {_INSIDE},
 max(value) FILTER (WHERE is_last AND at >= :since), max(at) {_INSIDE},
 sum(value * (till - max(at, :since))) {_HELD}, sum(till - max(at, :since)) {_HELD}
FROM held GROUP BY series_id""".format(ours="SELECT value FROM json_each(:ids)")


def fold(connection: Connection, series_ids: Iterable[int], since: int, until: int, gap_ms: int) -> list[Rollup]:
    """What the samples of these series come to in [since, until) ms, as one bucket each; energy is left out."""
    values = {"since": since, "until": until, "gap": gap_ms, "days": days_of(since - gap_ms, until)}
    values["ids"] = json.dumps(list(series_ids))
    driver: Any = connection.connection.driver_connection
    return [
        Rollup(
            *(id, HOUR, since, (until - since) // 1000, count, 0, least, most, total, last, last_at, weighted),
            covered or 0,
        )
        for id, count, least, most, total, last, last_at, weighted, covered in driver.execute(_FOLD, values)
    ]
