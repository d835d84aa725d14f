"""Rollups of a charge point's series: minutes, hours, days and months, as exact as its samples; and folding anew."""

import asyncio
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattdeck.api.auth import Admin, Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import (
    ConnectorId,
    From,
    Listed,
    Moment,
    To,
    before,
    dotted,
    find_charge_point,
    listed_aside,
    undotted,
)
from wattdeck.api.v1 import v1_router
from wattdeck.api.words import Measurand, Phase
from wattdeck.domain.clock import iso, now, to_ms
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.rollups import MINUTE, PERIODS
from wattdeck.live.rollup_shapes import RollupShape, rollup
from wattdeck.metering.exact import with_gaps
from wattdeck.metering.recompute import Progress

router = v1_router(tags=["meter values"])
# how far back without `from`; with gaps, how many buckets at most
_BACK = {"minute": timedelta(hours=1), "hour": timedelta(days=1), "day": timedelta(days=31)}
_BACK_MONTHS = timedelta(days=366)
_LENGTHS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
MOST_GAPS = 10_000
Place = Annotated[str | None, Query(pattern=r"^-?[0-9]{1,14}\.[0-9]{1,18}$", description="`next` of the page before")]


@router.get("/charge-points/{identifier}/rollups", response_model=Listed[RollupShape])
async def read_rollups(
    identifier: str,
    person: Viewer,
    house: House,
    period: Literal["minute", "hour", "day", "month"] = "hour",
    measurand: Measurand = None,
    phase: Phase = None,
    connector_id: ConnectorId = None,
    from_: From = None,
    to: To = None,
    gaps: Annotated[bool, Query(description="also buckets in which nothing was measured")] = False,
    limit: Annotated[int, Query(ge=1, le=10_000, description="how many at most")] = 1000,
    cursor: Place = None,
) -> Response:
    """Buckets that touch the time from `from` to `to`, newest first. Those in which nothing was measured are left out.
    Without `from`: the last hour of minutes, day of hours, month of days, year of months.
    """
    one, at = await find_charge_point(house, identifier, removed_too=True), now()
    until = to or at
    since = from_ or before(until, _BACK.get(period, _BACK_MONTHS))
    if since >= until:
        raise Unprocessable("from: not before to")
    if period == PERIODS[MINUTE]:
        since = max(since, at - timedelta(days=house.settings.keep_minutes_days))
    if gaps and (until - since) / _LENGTHS.get(period, timedelta(days=28)) > MOST_GAPS:
        raise Unprocessable(f"gaps: more than {MOST_GAPS} buckets")
    place = undotted(cursor)
    last = to_ms(until) if place is None else min(to_ms(until), place[0] + 1)
    asked = (measurand, phase, connector_id, to_ms(since), last)
    found = await house.folding.rollups(one.id, PERIODS.index(period), *asked)
    if gaps:
        found = await asyncio.to_thread(with_gaps, found, PERIODS.index(period), to_ms(since), last)
    if place is not None:
        found = [each for each in found if (-each[1].bucket, each[0].id) > (-place[0], place[1])]
    page = found[:limit]
    following = dotted((page[-1][1].bucket, page[-1][0].id)) if len(found) > limit else None
    return await listed_aside(lambda: [rollup(each, row, one.identifier) for each, row, _ in page], following)


class Recomputation(BaseModel):
    """What to fold anew; without anything, all there is."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    charge_point: Annotated[str | None, Field(max_length=128)] = None
    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None


class ProgressShape(TypedDict):
    state: str
    charge_point: str | None
    series: int
    series_done: int
    hours: int
    changed: int
    started_at: str
    finished_at: str | None


def _progress(one: Progress) -> ProgressShape:
    return {
        "state": one.state,
        "charge_point": one.charge_point,
        "series": one.series,
        "series_done": one.series_done,
        "hours": one.hours,
        "changed": one.changed,
        "started_at": iso(one.started_at),
        "finished_at": None if one.finished_at is None else iso(one.finished_at),
    }


@router.post("/recompute", status_code=202, response_model=ProgressShape)
async def start(body: Recomputation, person: Admin, house: House) -> Response:
    """Fold the rollups of one charge point or of all anew from the samples that are still there."""
    one = None if body.charge_point is None else await find_charge_point(house, body.charge_point, removed_too=True)
    since, until = body.from_, body.to
    if since is not None and until is not None and since >= until:
        raise Unprocessable("from: not before to")
    return json_response(_progress(await house.recompute.start(one, since, until)), 202)


@router.get("/recompute", response_model=ProgressShape | None)
async def progress(person: Viewer, house: House) -> Response:
    """How far the last one that was started is; null where none was since the server's start."""
    last = house.recompute.last
    return json_response(None if last is None else _progress(last))
