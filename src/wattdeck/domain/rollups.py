"""Rollups: what is kept of a series' samples in a minute, an hour, a day, a month. All fields add up exactly."""

from collections.abc import Iterable
from typing import NamedTuple

from wattdeck.domain import meter_values
from wattdeck.domain.records import Record

MINUTE, HOUR, DAY, MONTH = 0, 1, 2, 3
# The order is the code a period has in the database: append only.
PERIODS = ("minute", "hour", "day", "month")


class Taken(NamedTuple):
    """One sample; in this order they are folded. `at`: the earlier of when it was taken and when it came."""

    at: int
    taken_at: int
    context: int
    value: float
    flags: int


class Rollup(Record, frozen=True, gc=False):
    """One bucket of one series. Times are milliseconds since 1970; the bucket is [bucket, bucket + length_s).

    `count` to `last_at`: of the samples that count, `flagged` those that do not. `weighted`: value × milliseconds it
    was held inside the bucket, `covered_ms` the milliseconds in which any was. `energy_wh`: of energy measurands, in
    the series' unit; a bucket without samples can have energy, where the readings around it lie further apart.
    `quarters`: of an hour of power, `weighted` and `covered_ms` of each quarter of it, in order.
    """

    series_id: int
    period: int
    bucket: int
    length_s: int
    count: int = 0
    flagged: int = 0
    min: float | None = None
    max: float | None = None
    sum: float | None = None
    last: float | None = None
    last_at: int | None = None
    weighted: float | None = None
    covered_ms: int = 0
    energy_wh: float | None = None
    quarters: tuple[tuple[float, int], ...] = ()

    @property
    def until(self) -> int:
        return self.bucket + self.length_s * 1000

    @property
    def mean(self) -> float | None:
        return self.sum / self.count if self.sum is not None and self.count else None

    @property
    def time_weighted_mean(self) -> float | None:
        return self.weighted / self.covered_ms if self.weighted is not None and self.covered_ms else None

    @property
    def coverage(self) -> float:
        """The part of the bucket in which a value is known, 0 to 1."""
        return self.covered_ms / (self.length_s * 1000)


def merge(parts: Iterable[Rollup], period: int, bucket: int, length_s: int) -> Rollup | None:
    """A bucket of what lies in it, in order of time; None where that is nothing."""
    own = list(parts)
    if not own:
        return None
    full = [one for one in own if one.count]
    last = max(full, key=_last_at, default=None)
    return Rollup(
        *(own[0].series_id, period, bucket, length_s),
        sum(one.count for one in own),
        sum(one.flagged for one in own),
        min((one.min for one in full if one.min is not None), default=None),
        max((one.max for one in full if one.max is not None), default=None),
        _sum(one.sum for one in own),
        None if last is None else last.last,
        None if last is None else last.last_at,
        _sum(one.weighted for one in own),
        sum(one.covered_ms for one in own),
        _sum(one.energy_wh for one in own),
    )


def _last_at(one: Rollup) -> int:
    return -1 if one.last_at is None else one.last_at


def _sum(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) if found else None


# What the buckets of a measurand hold beside its figures: energy, or the load by quarter of an hour.
NO_ENERGY, REGISTER, INTERVAL, POWER = 0, 1, 2, 3


def kind_of(measurand: str) -> int:
    """Whether values are readings of a register, energies of intervals, power, or nothing of these (OCPP 1.6 §7.31)."""
    if measurand == meter_values.POWER:
        return POWER
    if measurand.startswith("Energy."):
        if measurand.endswith(".Register"):
            return REGISTER
        if measurand.endswith(".Interval"):
            return INTERVAL
    return NO_ENERGY
