"""How many samples and rollups come each day, as the rollups say: in all, and of each charge point."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from wattdeck.domain.clock import to_ms
from wattdeck.domain.records import Record
from wattdeck.domain.retention import DAYS, HOURS, MONTHS
from wattdeck.domain.rollups import DAY, HOUR, MONTH

LAST_DAYS = 7  # growth is that of the last days
_MOST_SERIES = 1_000
_DAY_MS = 86_400_000
_PERIODS = {HOURS: HOUR, DAYS: DAY, MONTHS: MONTH}
_LAST = (
    "SELECT sum(count + flagged), count(*), min(bucket) FROM rollups"
    f" WHERE period = {HOUR} AND series_id = ? AND bucket >= ?"
)
_ALL = "SELECT count(*), min(bucket), max(bucket) FROM rollups WHERE period = ? AND series_id = ?"
_BY_CHARGE_POINT = (
    "SELECT charge_points.identifier AS charge_point, rollups.bucket, sum(rollups.count + rollups.flagged) AS samples"
    " FROM series CROSS JOIN rollups CROSS JOIN charge_points"  # in this order: a few rows of each series
    f" WHERE rollups.period = {DAY} AND rollups.series_id = series.id AND rollups.bucket >= ?"
    " AND rollups.bucket + rollups.length_s * 1000 <= ? AND charge_points.id = series.charge_point_id"
    " GROUP BY charge_points.id, rollups.bucket ORDER BY charge_points.id, rollups.bucket"
)


class Rolled(Record, frozen=True):
    """Rollups of one period: rows in all, the first and last bucket, rows a day by measurand."""

    rows: int
    oldest: int | None
    newest: int | None
    per_day: Mapping[str, float]


class Rates(Record, frozen=True):
    """`samples`: a day, by measurand; `shares`: each measurand's part of the series; `rollups`: by kind."""

    samples: Mapping[str, float]
    shares: Mapping[str, float]
    rollups: Mapping[str, Rolled]


class OfDay(Record, frozen=True):
    """Samples of a charge point in one of its days, which begins at `bucket`."""

    charge_point: str
    bucket: int
    samples: int


def of(connection: Connection, at: datetime) -> Rates:
    """What is known of all series where they are few, else of some of each measurand."""
    rows = connection.exec_driver_sql("SELECT measurand, id FROM series ORDER BY measurand, id").all()
    ids: dict[str, list[int]] = {}
    for measurand, id in rows:
        ids.setdefault(measurand, []).append(id)
    each = max(1, _MOST_SERIES // max(len(ids), 1))
    samples: dict[str, float] = {}
    hours: dict[str, float] = {}
    counts: dict[str, list[tuple[int, int | None, int | None]]] = {kind: [] for kind in _PERIODS}
    for measurand, own in ids.items():
        some = own if len(own) <= each else [own[turn * len(own) // each] for turn in range(each)]
        scale = len(own) / len(some)
        samples[measurand], hours[measurand] = _last_days(connection, some, scale, to_ms(at))
        for kind, period in _PERIODS.items():
            counts[kind].append(_all(connection, period, some, scale))
    if not any(one[0] for one in counts[HOURS]):
        # nothing is folded yet; at most each has a value in every hour
        hours = {measurand: 24.0 * len(own) for measurand, own in ids.items()}
    shares = {measurand: len(own) / len(rows) for measurand, own in ids.items()}
    per_day = {
        HOURS: hours,
        # a day has one row of a series, however many hours
        DAYS: {measurand: min(rate, float(len(ids[measurand]))) for measurand, rate in hours.items()},
        MONTHS: {measurand: min(rate, len(ids[measurand]) / 30.4) for measurand, rate in hours.items()},
    }
    return Rates(samples, shares, {kind: _rolled(counts[kind], per_day[kind]) for kind in _PERIODS})


def by_charge_point(connection: Connection, at: datetime, days: int) -> Sequence[OfDay]:
    """Samples of each charge point in each of its last whole days."""
    until = to_ms(at)
    rows = connection.exec_driver_sql(_BY_CHARGE_POINT, (until - (days + 1) * _DAY_MS, until))
    return [OfDay(*row) for row in rows]


def _last_days(connection: Connection, some: Sequence[int], scale: float, at: int) -> tuple[float, float]:
    """Samples and hours a day."""
    since = at - LAST_DAYS * _DAY_MS
    found = [connection.exec_driver_sql(_LAST, (id, since)).one() for id in some]
    began = [row[2] for row in found if row[2] is not None]
    if not began:
        return 0.0, 0.0
    days = max(at - min(began), _DAY_MS / 24) / _DAY_MS
    return sum(row[0] or 0 for row in found) * scale / days, sum(row[1] for row in found) * scale / days


def _all(connection: Connection, period: int, some: Sequence[int], scale: float) -> tuple[int, int | None, int | None]:
    found = [connection.exec_driver_sql(_ALL, (period, id)).one() for id in some]
    first = [row[1] for row in found if row[1] is not None]
    last = [row[2] for row in found if row[2] is not None]
    return round(sum(row[0] for row in found) * scale), min(first, default=None), max(last, default=None)


def _rolled(counts: Sequence[tuple[int, int | None, int | None]], per_day: Mapping[str, float]) -> Rolled:
    first = [one[1] for one in counts if one[1] is not None]
    last = [one[2] for one in counts if one[2] is not None]
    return Rolled(sum(one[0] for one in counts), min(first, default=None), max(last, default=None), per_day)
