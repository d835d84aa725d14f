"""What is stored takes: now, at last, and with other settings."""

from itertools import groupby
from typing import Annotated

from fastapi import HTTPException, Query, Response

from wattdeck.api.auth import Operator
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import Cursor, Limit, Listed, listed, number
from wattdeck.api.v1 import v1_router
from wattdeck.domain.retention import LONGEST_DAYS, Keep, changed, read_measurands
from wattdeck.live import storage_shapes
from wattdeck.live.storage_shapes import ChargePointStorageShape, StorageShape

router = v1_router(prefix="/storage", tags=["storage"])

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
    frames_limit_bytes: Annotated[int | None, Query(ge=1_048_576)] = None,
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
        "keep_samples_days": keep_samples_days,
        "keep_hours_days": keep_hours_days,
        "keep_days_days": keep_days_days,
        "keep_frames_days": keep_frames_days,
        "frames_limit_bytes": frames_limit_bytes,
        "keep_statuses_days": keep_statuses_days,
        "keep_commands_days": keep_commands_days,
        "keep_sessions_days": keep_sessions_days,
    }
    own = {
        "keep_samples_days_of": keep_samples_days_of,
        "keep_hours_days_of": keep_hours_days_of,
        "keep_days_days_of": keep_days_days_of,
    }
    asked = _asked(keep, days, own)
    return json_response(storage_shapes.storage(await house.storage.figures(), keep, asked))


@router.get("/charge-points", response_model=Listed[ChargePointStorageShape])
async def by_charge_point(
    person: Operator,
    house: House,
    days: Annotated[int, Query(ge=1, le=31, description="whole days back")] = 7,
    limit: Limit = 100,
    cursor: Cursor = None,
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
    items.sort(key=lambda one: (-one["samples"], one["charge_point"]))
    first = number(cursor) or 0  # a place in the list: it changes once a day
    return listed(items[first : first + limit], first + limit if first + limit < len(items) else None)


def _asked(keep: Keep, days: dict[str, float | None], own: dict[str, list[str] | None]) -> Keep | None:
    """Raises 422 where they cannot be, or do not go together."""
    try:
        given: dict[str, float | dict[str, float]] = {
            **{name: value for name, value in days.items() if value is not None},
            **{name: read_measurands(pairs) for name, pairs in own.items() if pairs is not None},
        }
        return changed(keep, given) if given else None
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
