"""Triggers: ask a charge point to say a message now."""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from wattdeck.api.auth import Operator
from wattdeck.api.house import House
from wattdeck.api.sending import AskedOnce, DeliveryBody, Wait, reachable, send_command
from wattdeck.api.v1 import v1_router
from wattdeck.commands import triggers
from wattdeck.live.shapes import CommandShape

router = v1_router(tags=["commands"])


class Trigger(DeliveryBody):
    """`message`: the name of what it is to say. `extended`: ask by the security extension's ExtendedTriggerMessage."""

    message: str = Field(min_length=1, max_length=64)
    connector_id: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    extended: bool = False


@router.post("/charge-points/{identifier}/trigger", status_code=202, response_model=CommandShape)
async def trigger(
    identifier: str, body: Trigger, person: Operator, house: House, once: AskedOnce, wait: Wait = 0
) -> Response:
    """Ask it to say a message now. 422 for one that cannot be triggered, 409 where it is offline."""
    one = await reachable(house, identifier, body)
    action, payload = triggers.trigger(one, body.message, body.connector_id, body.extended)
    return await send_command(house, one, action, payload, body=body, person=person, once=once, wait_s=wait)
