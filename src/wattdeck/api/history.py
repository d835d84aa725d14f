"""Series over a stretch of time in as many points as a chart has room for."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query, Response
from sqlalchemy import Connection
from typing_extensions import TypedDict

from wattdeck.api.auth import Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import ConnectorId, From, To, before, find_charge_point
from wattdeck.api.v1 import v1_router
from wattdeck.api.words import Measurand, Phase
from wattdeck.domain.clock import from_ms, iso, now, to_ms
from wattdeck.domain.meter_values import POWER
from wattdeck.domain.retention import MEASURED
from wattdeck.domain.rollups import PERIODS, Rollup
from wattdeck.domain.tiers import MINUTE, POINTS_PER_PIXEL, RAW, Choice, Kept, choose
from wattdeck.metering import exact
from wattdeck.settings import Settings
from wattdeck.store import history, readings, series
from wattdeck.store.history import Line, Point
from wattdeck.store.series import Series

router = v1_router(prefix="/charge-points/{identifier}", tags=["meter values"])
_UNLESS_GIVEN = timedelta(days=1)
Width = Annotated[int, Query(ge=10, le=4000, description="pixels the chart is wide: about as many points")]


class PointShape(TypedDict):
    at: str
    count: int
    min: float | None
    mean: float | None
    max: float | None


# `from` is a word of Python's
GapShape = TypedDict("GapShape", {"from": str, "to": str})


class LineShape(TypedDict):
    connector_id: int
    measurand: str
    phase: str | None
    location: str
    unit: str
    points: list[PointShape]
    gaps: list[GapShape]


HistoryShape = TypedDict(
    "HistoryShape",
    {
        "tier": str,
        "step_s": int | None,
        "reason": str | None,
        "from": str,
        "to": str,
        "series": list[LineShape],
    },
)


@router.get("/history", response_model=HistoryShape)
async def read_history(
    identifier: str,
    person: Viewer,
    house: House,
    measurand: Measurand = None,
    phase: Phase = None,
    connector_id: ConnectorId = None,
    from_: From = None,
    to: To = None,
    width: Width = 800,
) -> Response:
    """Samples as they are, or minutes, hours, days or months: whatever makes about one point per pixel and is still
    kept. Without `measurand` Power.Active.Import, without `from` the last 24 hours.
    """
    one, at = await find_charge_point(house, identifier, removed_too=True), now()
    measurand = measurand or POWER
    until = to or at
    since = min(from_ or before(until, _UNLESS_GIVEN), until)
    settings = house.settings
    kept = _kept(settings, measurand)

    def read(connection: Connection) -> tuple[Choice, list[Line]]:
        wanted = series.find(connection, one.id, measurand, phase, connector_id)
        count = history.most_samples(connection, wanted, since, until, POINTS_PER_PIXEL * width)
        chosen = choose(since, until, width, count, kept, at)
        points = _points(connection, wanted, since, until, chosen, settings)
        return chosen, history.lines(wanted, points, since, min(until, at), round(settings.gap_s * 1000))

    chosen, lines = await house.store.read(read)
    return json_response(
        {
            "tier": chosen.tier,
            "step_s": chosen.step_s,
            "reason": chosen.reason,
            "from": iso(since),
            "to": iso(until),
            "series": [_line(each) for each in lines],
        }
    )


def _points(
    connection: Connection, wanted: list[Series], since: datetime, until: datetime, chosen: Choice, settings: Settings
) -> dict[int, list[Point]]:
    if chosen.tier == RAW:
        return history.raw(connection, wanted, since, until)
    if chosen.tier == MINUTE:
        return history.steps(connection, wanted, since, until, (chosen.step_s or 60) * 1000)
    sources = readings.foldable(connection, [one.id for one in wanted], settings.zone)
    period, gap_ms = PERIODS.index(chosen.tier), round(settings.gap_s * 1000)
    found = exact.read(connection, sources, period, to_ms(since), to_ms(until), gap_ms, to_ms(now()))
    return {id: points for id, rows in found.items() if (points := [_of(row) for row in rows if row.count])}


def _of(row: Rollup) -> Point:
    return Point(row.bucket, row.count, row.min, row.mean, row.max, row.bucket, row.until - 1)


def _kept(settings: Settings, measurand: str) -> Kept:
    keep = settings.keep
    samples, hours, days = (keep.of(kind, measurand) or 0 for kind in MEASURED)
    return Kept(samples, settings.keep_minutes_days, hours, days)


def _line(line: Line) -> LineShape:
    one = line.series
    return {
        "connector_id": one.connector_id,
        "measurand": one.measurand,
        "phase": one.phase,
        "location": one.location,
        "unit": one.unit,
        "points": [_point(each) for each in line.points],
        "gaps": [{"from": iso(from_ms(since)), "to": iso(from_ms(until))} for since, until in line.gaps],
    }


def _point(point: Point) -> PointShape:
    return {
        "at": iso(from_ms(point.at)),
        "count": point.count,
        "min": point.min,
        "mean": point.mean,
        "max": point.max,
    }
