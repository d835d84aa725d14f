"""Commands: remote start and stop with their checks, any other CALL as given, and what became of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wattdeck.api.auth import Operator, Person, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import Cursor, Limit, Listed, can_be_row, find_charge_point, listed, number
from wattdeck.commands import charging
from wattdeck.domain.charge_points import ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.commands import FINAL
from wattdeck.domain.errors import Conflict, NotFound
from wattdeck.domain.records import from_json, to_json
from wattdeck.live import shapes
from wattdeck.live.shapes import CommandShape
from wattdeck.store import commands, connectors, sessions

router = APIRouter(tags=["commands"])


def _row(command_id: int) -> int:
    if not can_be_row(command_id):
        raise NotFound(f"no command {command_id}")
    return command_id


CommandId = Annotated[int, Depends(_row)]
Wait = Annotated[float, Query(ge=0, le=300, description="seconds to wait for the result")]


def _fits_json(payload: dict[str, Any] | None) -> dict[str, Any] | None:
    try:
        same = from_json(to_json(payload)) == payload
    except (OverflowError, ValueError, RecursionError):
        same = False
    if not same:
        raise ValueError("holds a number that is too large or none, or text that is not Unicode")
    return payload


class RemoteStart(BaseModel):
    model_config = ConfigDict(extra="forbid")
    connector_id: Annotated[int, Field(ge=1)] | None = None
    id_tag: str = Field(min_length=1, max_length=20)
    charging_profile: Annotated[dict[str, Any] | None, AfterValidator(_fits_json)] = None


class RemoteStop(BaseModel):
    """Without either: the newest running session."""

    model_config = ConfigDict(extra="forbid")
    session_id: int | None = None
    transaction_id: str | int | None = None


class AnyCommand(BaseModel):
    """`payload` goes out as given, members in the order given; `validate`: check it against the action's schema."""

    model_config = ConfigDict(extra="forbid")
    action: str = Field(min_length=1, max_length=64)
    payload: Annotated[dict[str, Any], AfterValidator(_fits_json)] = Field(default_factory=dict)
    wait: float = Field(0, ge=0, le=300)
    check: bool = Field(True, alias="validate")


@router.post("/charge-points/{identifier}/remote-start", status_code=202, response_model=CommandShape)
async def remote_start(identifier: str, body: RemoteStart, person: Operator, house: House, wait: Wait = 0) -> Response:
    """Ask it to start charging. 422 where the connector cannot, 409 where the charge point is offline."""
    one = await _connected(house, identifier)
    reported, running = await house.store.read(lambda c: (connectors.of(c, one.id), sessions.active(c, [one.id])))
    payload = charging.remote_start(reported, running, body.connector_id, body.id_tag, body.charging_profile)
    return await _send(house, one, "RemoteStartTransaction", payload, person, wait)


@router.post("/charge-points/{identifier}/remote-stop", status_code=202, response_model=CommandShape)
async def remote_stop(
    identifier: str, person: Operator, house: House, body: RemoteStop | None = None, wait: Wait = 0
) -> Response:
    """Ask it to stop a running session of its own. 422 where there is none such."""
    body = body or RemoteStop()
    one = await find_charge_point(house, identifier)
    running = await house.store.read(lambda connection: sessions.active(connection, [one.id]))
    transaction_id = None if body.transaction_id is None else str(body.transaction_id)
    payload = charging.remote_stop(running, body.session_id, transaction_id)
    _require_connected(one)
    return await _send(house, one, "RemoteStopTransaction", payload, person, wait)


@router.post("/charge-points/{identifier}/commands", status_code=202, response_model=CommandShape)
async def send(identifier: str, body: AnyCommand, person: Operator, house: House, wait: Wait = 0) -> Response:
    """Send any CALL of the charge point's OCPP version."""
    one = await _connected(house, identifier)
    return await _send(house, one, body.action, body.payload, person, wait or body.wait, body.check)


@router.get("/charge-points/{identifier}/commands", response_model=Listed[CommandShape])
async def of_charge_point(
    identifier: str, person: Viewer, house: House, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """What was asked of it, newest first."""
    one, after = await find_charge_point(house, identifier), number(cursor)
    page = await house.store.read(lambda connection: commands.of(connection, one.id, limit, after))
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


async def _connected(house: ApiHouse, identifier: str) -> ChargePoint:
    one = await find_charge_point(house, identifier)
    _require_connected(one)
    return one


def _require_connected(one: ChargePoint) -> None:
    if not is_connected(one, now()):
        raise Conflict(f"{one.identifier} is not connected")


async def _send(
    house: ApiHouse,
    one: ChargePoint,
    action: str,
    payload: dict[str, Any],
    person: Person,
    wait_s: float,
    validate: bool = True,
) -> Response:
    """202 with the command; 200 where its result was waited for and came."""
    command = await house.commands.send(one, action, payload, asked_by=person.name, validate=validate, wait_s=wait_s)
    status = 200 if wait_s and command.state in FINAL else 202
    return json_response(shapes.command(command), status)
