"""Bulk commands: one command to many charge points, at a measured pace, with progress."""

from typing import Annotated, Any

from fastapi import Depends, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Connection

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.charge_points import Registration
from wattdeck.api.house import House, json_response
from wattdeck.api.in_scope import covers, in_scope
from wattdeck.api.parameters import Cursor, Limit, Listed, can_be_row, listed, number
from wattdeck.api.sending import Asked, DeliveryBody, Payload
from wattdeck.api.v1 import v1_router
from wattdeck.api.words import Status
from wattdeck.commands.bulk import MOST_TARGETS, Order
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.errors import NotFound, Unprocessable
from wattdeck.domain.people import Scope
from wattdeck.live import bulk_shapes as shapes
from wattdeck.live.bulk_shapes import BulkCommandShape, BulkItemShape
from wattdeck.store import bulk, charge_points

router = v1_router(prefix="/bulk-commands", tags=["commands"])


class Filter(BaseModel):
    """As in the list of charge points; without anything: all."""

    model_config = ConfigDict(extra="forbid")
    search: str | None = Field(None, max_length=100)
    connected: bool | None = None
    status: Status | None = None
    registration: Registration | None = None
    vendor: str | None = Field(None, max_length=255)
    model: str | None = Field(None, max_length=255)


class NewBulkCommand(DeliveryBody):
    """To the charge points named, by identifier or number, or to those a filter finds."""

    action: str = Field(min_length=1, max_length=64)
    payload: Payload = Field(default_factory=dict)
    charge_points: Annotated[list[Annotated[str, Field(max_length=255)]] | None, Field(max_length=MOST_TARGETS)] = None
    filter: Filter | None = None
    per_second: float = Field(10, ge=0.1, le=1000)
    check: bool = Field(True, alias="validate")

    @model_validator(mode="after")
    def _one_way_to_say_whom(self) -> "NewBulkCommand":
        if (self.charge_points is None) == (self.filter is None):
            raise ValueError("either charge_points or filter")
        return self


def _row(bulk_id: int) -> int:
    if not can_be_row(bulk_id):
        raise NotFound(f"no bulk command {bulk_id}")
    return bulk_id


BulkId = Annotated[int, Depends(_row)]


@router.post("", status_code=202, response_model=BulkCommandShape)
@in_scope
async def start(body: NewBulkCommand, person: Operator, house: House, once: Asked) -> Response:
    """Send one command to many charge points. 422 where one named is unknown, or nobody fits."""
    order = Order(
        action=body.action,
        payload=body.payload,
        charge_points=await house.store.read(lambda connection: _targets(connection, body, person.scope)),
        per_second=body.per_second,
        asked_by=person.name,
        validate=body.check,
        delivery=body.delivery(),
    )
    return json_response(shapes.bulk_command(await house.bulk_commands.start(order, once)), 202)


@router.get("", response_model=Listed[BulkCommandShape])
@in_scope
async def list_all(person: Viewer, house: House, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """All of them, newest first, with how many charge points are in which state."""
    after = number(cursor)
    page = await house.store.read(lambda connection: bulk.list_all(connection, limit, after, person.scope))
    return listed([shapes.bulk_command(one) for one in page.items], page.next)


class BulkCommandWithItemsShape(Listed[BulkItemShape], BulkCommandShape):
    """A bulk command with its charge points."""


@router.get("/{bulk_id}", response_model=BulkCommandWithItemsShape)
@in_scope
async def read(bulk_id: BulkId, person: Viewer, house: House, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """One of them, with a page of its charge points and what became of each."""
    after = number(cursor)

    def find(connection: Connection) -> tuple[Any, Any]:
        found = bulk.get(connection, bulk_id, person.scope)
        if found is None:
            raise NotFound(f"no bulk command {bulk_id}")
        return found, bulk.items(connection, found, limit, after)

    found, page = await house.store.read(find)
    next_ = None if page.next is None else str(page.next)
    items = [shapes.bulk_item(one) for one in page.items]
    return json_response({**shapes.bulk_command(found), "items": items, "next": next_})


@router.post("/{bulk_id}/cancel", response_model=BulkCommandShape)
@in_scope
async def cancel(bulk_id: BulkId, person: Operator, house: House) -> Response:
    """Send no more of it; 409 where it has ended."""
    if await house.store.read(lambda connection: bulk.get(connection, bulk_id, person.scope)) is None:
        raise NotFound(f"no bulk command {bulk_id}")
    return json_response(shapes.bulk_command(await house.bulk_commands.cancel(bulk_id)))


def _targets(connection: Connection, body: NewBulkCommand, scope: Scope | None) -> list[ChargePoint]:
    if body.filter is not None:
        wanted = body.filter.model_dump()
        page = charge_points.search(
            connection, limit=MOST_TARGETS + 1, at=now(), text=wanted.pop("search"), scope=scope, **wanted
        )
        return page.items
    found: dict[int, ChargePoint] = {}
    for name in body.charge_points or ():
        one = charge_points.find(connection, name)
        if one is None or not covers(scope, one):
            raise Unprocessable(f"no charge point {name!r}")
        found[one.id] = one
    return list(found.values())
