"""What charge points did together: energy, load, peaks, who took most; of everyone, a site, or some of them."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from sqlalchemy import Connection
from typing_extensions import TypedDict

from wattdeck.api.auth import Viewer
from wattdeck.api.house import ApiHouse, House
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import (
    ConnectorId,
    Cursor,
    From,
    Listed,
    Site,
    To,
    before,
    find_charge_point,
    listed,
    listed_aside,
    number,
)
from wattdeck.api.v1 import v1_router
from wattdeck.api.words import Measurand, Phase
from wattdeck.domain.clock import iso, now, to_ms
from wattdeck.domain.people import Person
from wattdeck.domain.rollups import PERIODS
from wattdeck.live import shapes
from wattdeck.live.shapes import MeterValueShape
from wattdeck.metering import fleet
from wattdeck.metering.fleet import Question
from wattdeck.store import latest, samples
from wattdeck.store.fleet import GroupBy, Scope, top_tags
from wattdeck.store.scopes import ids_of

router = v1_router(tags=["fleet"])
Period = Literal["hour", "day", "month"]
Step = Literal["minute", "quarter", "hour"]
ChargePoints = Annotated[list[str] | None, Query(description="of these; up to 20 of them", max_length=20)]
Groups = Annotated[GroupBy, Query(description="one sum of all, or one each")]
_STEPS_MS = {"minute": 60_000, "quarter": 900_000, "hour": 3_600_000}
_LENGTH = {"hour": timedelta(hours=1), "day": timedelta(days=1), "month": timedelta(days=28)}
_UNLESS_GIVEN = {"hour": timedelta(days=1), "day": timedelta(days=30), "month": timedelta(days=365)}
_MOST_BUCKETS = 10_000
_AHEAD = timedelta(days=2)


class EnergyShape(TypedDict):
    bucket: str
    period: str
    site: str | None
    charge_point: str | None
    connector_id: int | None
    energy_wh: float
    energy_kwh: float
    reckoned_wh: float
    coverage: float


class LoadShape(TypedDict):
    at: str
    step_s: int
    site: str | None
    charge_point: str | None
    connector_id: int | None
    power_w: float
    coverage: float


class PeakShape(TypedDict):
    site: str | None
    charge_point: str | None
    connector_id: int | None
    power_w: float
    at: str
    step_s: int
    highest_w: float | None


class ConsumerShape(TypedDict):
    site: str | None
    charge_point: str | None
    connector_id: int | None
    id_tag: str | None
    energy_wh: float
    energy_kwh: float
    reckoned_wh: float | None
    sessions: int | None


@router.get("/energy", response_model=Listed[EnergyShape])
@in_scope
async def read_energy(
    person: Viewer,
    house: House,
    period: Period = "day",
    from_: From = None,
    to: To = None,
    site: Site = None,
    charge_point: ChargePoints = None,
    group_by: Groups = "none",
) -> Response:
    """Energy delivered by hour, day or month, newest first, by the connectors' registers; `reckoned_wh` of it
    by what sessions without one have measured. Without `from` the last day, 30 days, or year.
    """
    since, until = _stretch(from_, to, _UNLESS_GIVEN[period], _LENGTH[period])
    asked = await _question(house, person, site, charge_point, since, until, group_by)
    found = await house.store.read(lambda c: fleet.energy(c, asked, PERIODS.index(period)))
    return await listed_aside(
        lambda: [
            {
                "bucket": iso(one.bucket),
                "period": period,
                **_named(one.key, group_by),
                **_energy(one.energy_wh),
                "reckoned_wh": round(one.reckoned_wh, 3),
                "coverage": round(one.coverage, 4),
            }
            for one in found
        ]
    )


@router.get("/load", response_model=Listed[LoadShape])
@in_scope
async def read_load(
    person: Viewer,
    house: House,
    step: Step = "quarter",
    from_: From = None,
    to: To = None,
    site: Site = None,
    charge_point: ChargePoints = None,
    group_by: Groups = "none",
) -> Response:
    """The load curve, newest first: the mean of each step's power, summed over connectors. Without `from` the last 24
    hours; minutes reach back as far as samples do, quarters as far as hours.
    """
    since, until = _stretch(from_, to, timedelta(days=1), timedelta(milliseconds=_STEPS_MS[step]))
    asked = await _question(house, person, site, charge_point, since, until, group_by)
    found = await house.store.read(lambda c: fleet.load(c, asked, _STEPS_MS[step]))
    return await listed_aside(
        lambda: [
            {
                "at": iso(one.at),
                "step_s": _STEPS_MS[step] // 1000,
                **_named(one.key, group_by),
                "power_w": round(one.power_w, 3),
                "coverage": round(one.coverage, 4),
            }
            for one in found
        ]
    )


@router.get("/peaks", response_model=Listed[PeakShape])
@in_scope
async def read_peaks(
    person: Viewer,
    house: House,
    step: Step = "quarter",
    from_: From = None,
    to: To = None,
    site: Site = None,
    charge_point: ChargePoints = None,
    group_by: Groups = "none",
) -> Response:
    """The highest step of each load curve, the highest first, and the highest single value. Without `from` the last 24
    hours.
    """
    since, until = _stretch(from_, to, timedelta(days=1), timedelta(milliseconds=_STEPS_MS[step]))
    asked = await _question(house, person, site, charge_point, since, until, group_by)
    found = await house.store.read(lambda c: fleet.peaks(c, asked, _STEPS_MS[step]))
    return await listed_aside(
        lambda: [
            {
                **_named(one.key, group_by),
                "power_w": round(one.power_w, 3),
                "at": iso(one.at),
                "step_s": _STEPS_MS[step] // 1000,
                "highest_w": one.highest_w,
            }
            for one in found
        ]
    )


@router.get("/meter-values/latest", response_model=Listed[MeterValueShape])
@in_scope
async def read_latest(
    person: Viewer,
    house: House,
    measurand: Measurand = None,
    phase: Phase = None,
    connector_id: ConnectorId = None,
    site: Site = None,
    charge_point: ChargePoints = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    cursor: Cursor = None,
) -> Response:
    """The newest value of each series of everyone, in order of their numbers."""
    scope, after = await _scope(house, person, site, charge_point), number(cursor)

    def read(connection: Connection) -> tuple[list[MeterValueShape], int | None]:
        found = latest.series_of(connection, scope, measurand, phase, connector_id, after, limit + 1)
        shown = found[:limit]
        owners = {one.id: identifier for one, identifier in shown}
        values = samples.latest(connection, [one for one, _ in shown])
        items = [shapes.meter_value(each, owners[each.series.id]) for each in values]
        return items, shown[-1][0].id if len(found) > limit else None

    return listed(*await house.store.read(read))


@router.get("/top", response_model=Listed[ConsumerShape])
@in_scope
async def read_top(
    person: Viewer,
    house: House,
    by: Literal["charge_point", "connector", "site", "tag"] = "charge_point",
    from_: From = None,
    to: To = None,
    site: Site = None,
    charge_point: ChargePoints = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 10,
) -> Response:
    """Who took most, in full hours; tags by the sessions that began. Without `from` the last 30 days."""
    since, until = _stretch(from_, to, timedelta(days=30), timedelta(hours=1))
    if by == "tag":
        scope = await _scope(house, person, site, charge_point)
        tags = await house.store.read(lambda c: top_tags(c, scope, to_ms(since), to_ms(until), limit))
        named = [(_named(None, "none"), one.key, one) for one in tags]
    else:
        asked = await _question(house, person, site, charge_point, since, until, by)
        hours_from = to_ms(now() - timedelta(days=house.settings.keep_hours_days))
        groups = await house.store.read(lambda c: fleet.top(c, asked, hours_from))
        named = [(_named(one.key, by), None, one) for one in groups[:limit]]
    return await listed_aside(
        lambda: [
            {
                **names,
                "id_tag": id_tag,
                **_energy(one.energy_wh),
                "reckoned_wh": None if one.reckoned_wh is None else round(one.reckoned_wh, 3),
                "sessions": one.sessions,
            }
            for names, id_tag, one in named
        ]
    )


def _stretch(from_: datetime | None, to: datetime | None, length: timedelta, bucket: timedelta) -> tuple[Any, Any]:
    """From when to when: nothing where that is turned round, and no more than so many steps."""
    at = now()
    until = min(to or at, at + _AHEAD)
    since = from_ or before(until, length)
    return min(max(since, before(until, bucket * _MOST_BUCKETS)), until), until


async def _scope(house: ApiHouse, person: Person, site: str | None, charge_points: list[str] | None) -> Scope:
    """Who is asked about: nobody whom the person may not see."""
    seen = person.scope
    if charge_points is None:
        return Scope(site, None if seen is None else tuple(await house.store.read(lambda c: ids_of(c, seen))))
    ids = [(await find_charge_point(house, one, True, seen)).id for one in charge_points]
    return Scope(site, tuple(ids))


async def _question(
    house: ApiHouse,
    person: Person,
    site: str | None,
    charge_points: list[str] | None,
    since: datetime,
    until: datetime,
    by: GroupBy,
) -> Question:
    scope, settings = await _scope(house, person, site, charge_points), house.settings
    span, gap_ms = (to_ms(since), to_ms(until)), round(settings.gap_s * 1000)
    return Question(scope, *span, by, settings.zone, gap_ms, to_ms(now()))


def _named(key: str | None, group_by: GroupBy) -> dict[str, Any]:
    """What a group is called."""
    names: dict[str, Any] = {"site": None, "charge_point": None, "connector_id": None}
    if group_by == "connector" and key is not None:
        charge_point, _, connector = key.rpartition("\n")
        return names | {"charge_point": charge_point, "connector_id": int(connector)}
    return names if group_by == "none" else names | {group_by: key}


def _energy(wh: float) -> dict[str, float]:
    return {"energy_wh": round(wh, 3), "energy_kwh": round(wh / 1000, 6)}
