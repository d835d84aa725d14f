"""Flags of meter values, lifted by a person or set again; everything that follows from them is reckoned anew."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import Cursor, Limit, Listed, Moment, find_charge_point, listed, number
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import iso
from wattdeck.domain.errors import Unprocessable
from wattdeck.store import flag_changes
from wattdeck.store.flag_changes import FLAG, LIFT, FlagChange

router = v1_router(prefix="/charge-points/{identifier}", tags=["meter values"])


class Which(BaseModel):
    """Samples of one series, taken from `from` to `to`, both included; without `to` the one of that moment."""

    model_config = ConfigDict(extra="forbid")
    measurand: Annotated[str, Field(max_length=100)]
    connector_id: Annotated[int, Field(ge=0, lt=2**31)]
    phase: Annotated[str | None, Field(max_length=10)] = None
    location: Annotated[str, Field(max_length=50)] = "Outlet"
    from_: Annotated[Moment, Field(alias="from")]
    to: Moment | None = None
    note: Annotated[str, Field(max_length=500)] | None = None


class ChangedShape(TypedDict):
    samples: int


FlagChangeShape = TypedDict(
    "FlagChangeShape",
    {
        "id": int,
        "charge_point": str,
        "connector_id": int,
        "measurand": str,
        "phase": str | None,
        "location": str,
        "from": str,
        "to": str,
        "action": str,
        "samples": int,
        "made_by": str,
        "note": str | None,
        "at": str,
    },
)


@router.post("/flags/lift", response_model=ChangedShape)
async def lift(identifier: str, body: Which, person: Operator, house: House) -> Response:
    """Say that flagged samples are right after all: they count from now on. The answer comes when all that follows is
    reckoned anew: flags around them, sessions, energy today; rollups are exact when read.
    """
    return await _change(identifier, body, LIFT, person.name, house)


@router.post("/flags/restore", response_model=ChangedShape)
async def restore(identifier: str, body: Which, person: Operator, house: House) -> Response:
    """Take that back: they are flagged again."""
    return await _change(identifier, body, FLAG, person.name, house)


@router.get("/flag-changes", response_model=Listed[FlagChangeShape])
async def changes(identifier: str, person: Viewer, house: House, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Which flags were lifted or set again, by whom and why; newest first."""
    one, after = await find_charge_point(house, identifier, removed_too=True), number(cursor)
    page = await house.store.read(lambda connection: flag_changes.of(connection, one.id, limit, after))
    return listed([_shape(each, one.identifier) for each in page.items], page.next)


async def _change(identifier: str, body: Which, action: str, by: str, house: ApiHouse) -> Response:
    one = await find_charge_point(house, identifier)
    since, until = body.from_, body.to or body.from_
    if until < since:
        raise Unprocessable("to is before from")
    count = await house.recount.change_flags(
        one.id,
        measurand=body.measurand,
        connector_id=body.connector_id,
        phase=body.phase,
        location=body.location,
        since=since,
        until=until,
        action=action,
        by=by,
        note=body.note,
    )
    return json_response({"samples": count})


def _shape(one: FlagChange, charge_point: str) -> FlagChangeShape:
    return {
        "id": one.id,
        "charge_point": charge_point,
        "connector_id": one.connector_id,
        "measurand": one.measurand,
        "phase": one.phase,
        "location": one.location,
        "from": iso(one.since),
        "to": iso(one.until),
        "action": one.action,
        "samples": one.samples,
        "made_by": one.made_by,
        "note": one.note,
        "at": iso(one.at),
    }
