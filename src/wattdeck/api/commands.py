"""Commands: remote start and stop with their checks, any other CALL as given, and what became of them."""

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.charging_profiles import profile_of
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import (
    Cursor,
    From,
    Limit,
    Listed,
    To,
    can_be_row,
    find_charge_point,
    listed,
    number,
)
from wattdeck.api.sending import AskedOnce, DeliveryBody, Payload, Wait, command_response, reachable
from wattdeck.api.v1 import v1_router
from wattdeck.commands import charging, charging_profiles
from wattdeck.commands.credentials import send_any
from wattdeck.domain.errors import NotFound
from wattdeck.live import shapes
from wattdeck.live.shapes import CommandShape
from wattdeck.store import commands, connectors, sessions

router = v1_router(tags=["commands"])


def _row(command_id: int) -> int:
    if not can_be_row(command_id):
        raise NotFound(f"no command {command_id}")
    return command_id


CommandId = Annotated[int, Depends(_row)]


class RemoteStart(DeliveryBody):
    """`charging_profile`: a TxProfile, or the name of one that is kept; it goes out without its transactionId."""

    connector_id: Annotated[int, Field(ge=1)] | None = None
    id_tag: str = Field(min_length=1, max_length=20)
    charging_profile: Payload | str | None = None


class RemoteStop(DeliveryBody):
    """Without either number: the newest running session."""

    session_id: int | None = None
    transaction_id: str | int | None = None


class AnyCommand(DeliveryBody):
    """`payload` goes out as given, members in the order given; `validate`: check it against the action's schema."""

    action: str = Field(min_length=1, max_length=64)
    payload: Payload = Field(default_factory=dict)
    wait: float = Field(0, ge=0, le=300)
    check: bool = Field(True, alias="validate")


@router.post("/charge-points/{identifier}/remote-start", status_code=202, response_model=CommandShape)
async def remote_start(
    identifier: str, body: RemoteStart, person: Operator, house: House, once: AskedOnce, wait: Wait = 0
) -> Response:
    """Ask it to start charging. 422 where the connector cannot, 409 where the charge point is offline."""
    one = await reachable(house, identifier, body)
    reported, running = await house.store.read(lambda c: (connectors.of(c, one.id), sessions.active(c, [one.id])))
    profile = body.charging_profile
    if profile is not None:
        profile = charging_profiles.for_remote_start(await profile_of(house, one.ocpp_version, profile))
    payload = charging.remote_start(reported, running, body.connector_id, body.id_tag, profile)
    command = await house.commands.send(
        one,
        "RemoteStartTransaction",
        payload,
        asked_by=person.name,
        wait_s=wait,
        delivery=body.delivery(),
        once=once,
    )
    return command_response(command, wait)


@router.post("/charge-points/{identifier}/remote-stop", status_code=202, response_model=CommandShape)
async def remote_stop(
    identifier: str,
    person: Operator,
    house: House,
    once: AskedOnce,
    body: RemoteStop | None = None,
    wait: Wait = 0,
) -> Response:
    """Ask it to stop a running session of its own. 422 where there is none such."""
    body = body or RemoteStop()
    one = await find_charge_point(house, identifier)
    running = await house.store.read(lambda connection: sessions.active(connection, [one.id]))
    transaction_id = None if body.transaction_id is None else str(body.transaction_id)
    payload = charging.remote_stop(running, body.session_id, transaction_id)
    await reachable(house, identifier, body)
    command = await house.commands.send(
        one, "RemoteStopTransaction", payload, asked_by=person.name, wait_s=wait, delivery=body.delivery(), once=once
    )
    return command_response(command, wait)


@router.post("/charge-points/{identifier}/commands", status_code=202, response_model=CommandShape)
async def send(
    identifier: str, body: AnyCommand, person: Operator, house: House, once: AskedOnce, wait: Wait = 0
) -> Response:
    """Send any CALL of the charge point's OCPP version."""
    one, wait_s = await reachable(house, identifier, body), wait or body.wait
    command = await send_any(
        house.commands,
        house.events,
        one,
        body.action,
        body.payload,
        house.hash_key(),
        asked_by=person.name,
        validate=body.check,
        wait_s=wait_s,
        delivery=body.delivery(),
        once=once,
    )
    return command_response(command, wait_s)


@router.get("/charge-points/{identifier}/commands", response_model=Listed[CommandShape])
async def of_charge_point(
    identifier: str,
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """What was asked of it, newest first; `from` and `to` of when it was asked."""
    one = await find_charge_point(house, identifier, removed_too=True)
    asked = (one.id, limit, number(cursor), from_, to)
    page = await house.store.read(lambda connection: commands.of(connection, *asked))
    return listed([shapes.command(each) for each in page.items], page.next)


@router.get("/commands/{command_id}", response_model=CommandShape)
async def read(command_id: CommandId, person: Viewer, house: House) -> Response:
    """One command with its state and result."""
    found = await house.store.read(lambda connection: commands.get(connection, command_id))
    if found is None:
        raise NotFound(f"no command {command_id}")
    return json_response(shapes.command(found))


@router.post("/commands/{command_id}/cancel", response_model=CommandShape)
async def cancel(command_id: CommandId, person: Operator, house: House) -> Response:
    """Take back a command that was not sent yet; 409 where it was, or has ended."""
    return json_response(shapes.command(await house.commands.cancel(command_id)))
