"""Public JSON shapes of rollups."""

from typing_extensions import TypedDict

from wattdeck.domain.clock import from_ms, iso
from wattdeck.domain.rollups import PERIODS, Rollup
from wattdeck.store.series import Series


class RollupShape(TypedDict):
    bucket: str
    bucket_end: str
    period: str
    charge_point: str
    connector_id: int
    measurand: str
    phase: str | None
    location: str
    unit: str
    count: int
    flagged: int
    min: float | None
    max: float | None
    mean: float | None
    time_weighted_mean: float | None
    sum: float | None
    last: float | None
    last_at: str | None
    energy_wh: float | None
    coverage: float


def rollup(series: Series, one: Rollup, charge_point: str) -> RollupShape:
    return {
        "bucket": iso(from_ms(one.bucket)),
        "bucket_end": iso(from_ms(one.until)),
        "period": PERIODS[one.period],
        "charge_point": charge_point,
        "connector_id": series.connector_id,
        "measurand": series.measurand,
        "phase": series.phase,
        "location": series.location,
        "unit": series.unit,
        "count": one.count,
        "flagged": one.flagged,
        "min": one.min,
        "max": one.max,
        "mean": one.mean,
        "time_weighted_mean": one.time_weighted_mean,
        "sum": one.sum,
        "last": one.last,
        "last_at": None if one.last_at is None else iso(from_ms(one.last_at)),
        "energy_wh": one.energy_wh,
        "coverage": one.coverage,
    }
