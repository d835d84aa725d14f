"""What is stored takes: now, at last, and with other settings."""

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response

from wattdeck.api.auth import Operator
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import Listed, listed
from wattdeck.domain.records import replace
from wattdeck.domain.retention import LONGEST_DAYS, Keep, check_measurands, check_order
from wattdeck.live import storage_shapes
from wattdeck.live.storage_shapes import ChargePointStorageShape, StorageShape

router = APIRouter(prefix="/storage", tags=["storage"])

Days = Annotated[float | None, Query(ge=1, le=LONGEST_DAYS, description="as the setting: what would it change?")]
DaysOf = Annotated[
    list[str] | None,
    Query(max_length=22, description="measurand=days, may be given several times: in place of the setting's"),
]


@router.get("", response_model=StorageShape)
async def storage(
    person: Operator,
    house: House,
    keep_samples_days: Days = None,
    keep_hours_days: Days = None,
    keep_days_days: Days = None,
    keep_frames_days: Days = None,
    keep_statuses_days: Days = None,
    keep_commands_days: Days = None,
    keep_sessions_days: Days = None,
    keep_samples_days_of: DaysOf = None,
    keep_hours_days_of: DaysOf = None,
    keep_days_days_of: DaysOf = None,
) -> Response:
    """What the database takes, and how large it becomes: under the present settings and, under `asked`, with those of
    the query in place of them.
    """
    keep = house.settings.keep
    days = {
        "samples": keep_samples_days,
        "hours": keep_hours_days,
        "days": keep_days_days,
        "frames": keep_frames_days,
        "statuses": keep_statuses_days,
        "commands": keep_commands_days,
        "sessions": keep_sessions_days,
        "samples_of": _of(keep_samples_days_of),
        "hours_of": _of(keep_hours_days_of),
        "days_of": _of(keep_days_days_of),
    }
    asked = _asked(keep, {name: value for name, value in days.items() if value is not None})
    return json_response(storage_shapes.storage(await house.storage.figures(), keep, asked))


@router.get("/charge-points", response_model=Listed[ChargePointStorageShape])
async def by_charge_point(
    person: Operator,
    house: House,
    days: Annotated[int, Query(ge=1, le=31, description="whole days back")] = 7,
    limit: Annotated[int, Query(ge=1, le=1000, description="how many at most")] = 100,
) -> Response:
    """Samples by charge point and day, of whole days, who sends most first."""
    found = await house.storage.by_charge_point(days)
    figures = await house.storage.figures()
    size = next(one.bytes_per_row for one in figures.database.amounts if one.kind == "samples")
    total = sum(one.samples for one in found)
    items = [
        storage_shapes.of_charge_point(name, list(own), size, total)
        for name, own in groupby(found, lambda one: one.charge_point)
    ]
    return listed(sorted(items, key=lambda one: -one["samples"])[:limit])


def _asked(keep: Keep, days: dict[str, Any]) -> Keep | None:
    """Raises 422 where they do not go together."""
    if not days:
        return None
    asked = replace(keep, **days)
    try:
        check_order(asked)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return asked


def _of(given: list[str] | None) -> dict[str, float] | None:
    """`Voltage=2` as a setting has it. Raises 422."""
    if given is None:
        return None
    try:
        found = dict(_pair(one) for one in given)
        check_measurands(found)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return found


def _pair(given: str) -> tuple[str, float]:
    name, _, days = given.partition("=")
    try:
        return name, float(days)
    except ValueError:
        raise ValueError(f"{given} is no measurand=days") from None
