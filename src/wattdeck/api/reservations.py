"""Reservations: a connector kept free for somebody until a time."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Cursor, Limit, Listed, Moment, can_be_row, find_charge_point, listed, number
from wattdeck.api.sending import Asked, Wait
from wattdeck.api.v1 import v1_router
from wattdeck.commands import reserve
from wattdeck.domain.charge_points import ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.commands import FINAL
from wattdeck.domain.errors import Conflict, NotFound
from wattdeck.domain.people import Scope
from wattdeck.domain.reservations import LARGEST_NUMBER, PENDING, Reservation
from wattdeck.live import charging_shapes as shapes
from wattdeck.live.charging_shapes import AskedReservationShape, ReservationShape
from wattdeck.store import reservations

router = v1_router(prefix="/reservations", tags=["reservations"])

IdTag = Annotated[str, Field(min_length=1, max_length=20)]
State = Literal["pending", "accepted", "refused", "unknown", "used", "cancelled", "expired", "replaced", "dropped"]


class ReservationBody(BaseModel):
    """`connector_id` 0: any, where the charge point supports that. `reservation_id`: a number of your own choice."""

    model_config = ConfigDict(extra="forbid")
    charge_point: str = Field(min_length=1, max_length=128)
    connector_id: int = Field(ge=0, le=LARGEST_NUMBER)
    id_tag: IdTag
    expires_at: Moment
    parent_id_tag: IdTag | None = None
    reservation_id: int | None = Field(None, ge=0, le=LARGEST_NUMBER)
    wait: float = Field(0, ge=0, le=300)


@router.post("", status_code=202, response_model=AskedReservationShape)
@in_scope
async def make(
    body: ReservationBody, person: Operator, request: Request, house: House, once: Asked, wait: Wait = 0
) -> Response:
    """Ask a charge point to keep a connector free for a tag. 409 where it is offline."""
    one = request.state.charge_point = await _connected(house, body.charge_point, person.scope)
    wish = reserve.Wish(
        connector_id=body.connector_id,
        id_tag=body.id_tag,
        expires_at=body.expires_at,
        parent_id_tag=body.parent_id_tag,
        number=body.reservation_id,
    )
    made, sent = await reserve.reserve(house.commands, house.store, one, wish, person.name, wait or body.wait, once)
    return json_response(shapes.asked_reservation(made, sent), 202 if made.state == PENDING else 200)


@router.get("", response_model=Listed[ReservationShape])
@in_scope
async def list_all(
    person: Viewer,
    house: House,
    charge_point: Annotated[str | None, Query(max_length=128)] = None,
    state: Annotated[list[State] | None, Query(description="several: any of them")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """All reservations, newest first."""
    id = None if charge_point is None else (await find_charge_point(house, charge_point, True, person.scope)).id
    after, scope = number(cursor), person.scope
    page = await house.store.read(
        lambda c: reservations.search(c, limit=limit, after=after, charge_point_id=id, scope=scope, states=state or ())
    )
    return listed([shapes.reservation(one) for one in page.items], page.next)


@router.get("/{id}", response_model=ReservationShape)
async def read(id: int, person: Viewer, house: House) -> Response:
    return json_response(shapes.reservation(await _find(house, id)))


@router.post("/{id}/cancel", status_code=202, response_model=AskedReservationShape)
async def cancel(id: int, person: Operator, house: House, wait: Wait = 0) -> Response:
    """Ask the charge point to give it up. 422 where it is not open, 409 where the charge point is offline."""
    one = await _find(house, id)
    charge_point = await _connected(house, one.charge_point)
    left, sent = await reserve.cancel(house.commands, house.store, charge_point, one, person.name, wait)
    return json_response(shapes.asked_reservation(left, sent), 200 if wait and sent.state in FINAL else 202)


async def _find(house: ApiHouse, id: int) -> Reservation:
    found = await house.store.read(lambda c: reservations.get(c, id)) if can_be_row(id) else None
    if found is None:
        raise NotFound(f"no reservation {id}")
    return found


async def _connected(house: ApiHouse, identifier: str, scope: Scope | None = None) -> ChargePoint:
    one = await find_charge_point(house, identifier, scope=scope)
    if not is_connected(one, now()):
        raise Conflict(f"{one.identifier} is not connected")
    return one
