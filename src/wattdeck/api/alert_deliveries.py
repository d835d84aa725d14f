"""Deliveries: which messages about alerts went out, which did not, and those again."""

from typing import Annotated, Literal

from fastapi import Query, Response

from wattdeck.api.auth import Operator
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import Cursor, Limit, Listed, can_be_row, listed, number
from wattdeck.api.v1 import v1_router
from wattdeck.domain.errors import NotFound
from wattdeck.live import channel_shapes as shapes
from wattdeck.live.channel_shapes import DeliveryShape
from wattdeck.store import deliveries

router = v1_router(prefix="/alert-deliveries", tags=["alerts"])
State = Literal["queued", "sent", "failed", "dead", "dropped"]


@router.get("", response_model=Listed[DeliveryShape])
async def of_all(
    person: Operator,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    channel: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[list[State] | None, Query()] = None,
    alert: Annotated[int | None, Query(ge=1, lt=2**63, description="about this alert")] = None,
) -> Response:
    """Newest first."""
    after = number(cursor)
    page = await house.store.read(
        lambda connection: deliveries.search(
            connection, limit=limit, after=after, channel=channel, states=state or (), alert_id=alert
        )
    )
    return listed([shapes.delivery(one) for one in page.items], page.next)


@router.post("/{delivery_id}/replay", response_model=DeliveryShape, status_code=202)
async def replay(delivery_id: int, person: Operator, house: House) -> Response:
    """Try again one that was given up or dropped, with its alerts as they are now. 409: it was not."""
    if not can_be_row(delivery_id):
        raise NotFound(f"no delivery {delivery_id}")
    return json_response(shapes.delivery(await house.notices.replay(delivery_id)), 202)
