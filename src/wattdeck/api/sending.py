"""What all requests share that send a command: how it is delivered, that it is sent once, and how it is answered."""

import hashlib
import hmac
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wattdeck.api.auth import Operator
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import find_charge_point
from wattdeck.domain.charge_points import ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.commands import FINAL, LONGEST_EXPIRY_S, LONGEST_TIMEOUT_S, REFUSE, Command, Delivery, Once
from wattdeck.domain.errors import Conflict
from wattdeck.domain.people import Person
from wattdeck.domain.records import from_json, to_json
from wattdeck.live import shapes

Wait = Annotated[float, Query(ge=0, le=300, description="seconds to wait for the result")]


class DeliveryBody(BaseModel):
    """In seconds: `timeout` for the charge point to answer, `expires` for the command to be sent. `offline`: what
    becomes of it while the charge point is away. Without them the settings count.
    """

    model_config = ConfigDict(extra="forbid")
    timeout: float | None = Field(None, gt=0, le=LONGEST_TIMEOUT_S)
    offline: Literal["refuse", "queue"] | None = None
    expires: float | None = Field(None, gt=0, le=LONGEST_EXPIRY_S)

    def delivery(self) -> Delivery:
        return Delivery(timeout_s=self.timeout, offline=self.offline, expires_s=self.expires)


def _fits_json(payload: dict[str, Any]) -> dict[str, Any]:
    try:
        same = from_json(to_json(payload)) == payload
    except (OverflowError, ValueError, RecursionError):
        same = False
    if not same:
        raise ValueError("holds a number that is too large or none, or text that is not Unicode")
    return payload


# as it goes over the wire
Payload = Annotated[dict[str, Any], AfterValidator(_fits_json)]


class AskedBefore(Exception):
    """The same person sent the same request with the same Idempotency-Key: `answer` is to be given again."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="the same key again gives the same command; nothing is sent twice (kept for 24 hours)",
    ),
]


async def asked_with(request: Request, person: Operator, house: House, idempotency_key: Key = None) -> Once | None:
    """The request with its key, where it has one."""
    if idempotency_key is None:
        return None
    said = b"\n".join((request.method.encode(), request.url.path.encode(), await request.body()))
    # keyed, like the passwords of charge points: one may stand in the body
    return Once(person.name, idempotency_key, hmac.new(house.hash_key(), said, hashlib.sha256).hexdigest())


# To be handed to `Commands.send`, which returns the command of a request that was made before.
Asked = Annotated[Once | None, Depends(asked_with)]


async def _asked_once(house: House, once: Asked, wait: Wait = 0) -> Once | None:
    if once is not None and (same := await house.commands.same(once)) is not None:
        raise AskedBefore(command_response(await house.commands.result(same, wait), wait))
    return once


# The same, where the answer is the command: a request that was made before does not get as far as its route.
AskedOnce = Annotated[Once | None, Depends(_asked_once)]


def install(app: FastAPI) -> None:
    """Answer what was asked before."""

    @app.exception_handler(AskedBefore)
    async def _again(request: Request, asked: AskedBefore) -> Response:
        return asked.answer


def command_response(command: Command, wait_s: float) -> Response:
    """202 with the command; 200 where its result was waited for and came."""
    status = 200 if wait_s and command.state in FINAL else 202
    return json_response(shapes.command(command), status)


async def reachable(house: ApiHouse, identifier: str, body: DeliveryBody) -> ChargePoint:
    """The charge point. Raises Conflict where it is away and the command is not to be kept for it."""
    one = await find_charge_point(house, identifier)
    if house.commands.offline_policy(body.offline) == REFUSE and not is_connected(one, now()):
        raise Conflict(f"{one.identifier} is not connected")
    return one


async def send_command(
    house: ApiHouse,
    one: ChargePoint,
    action: str,
    payload: dict[str, Any],
    *,
    body: DeliveryBody,
    person: Person,
    once: Once | None,
    wait_s: float,
) -> Response:
    """Send it and answer with the command."""
    command = await house.commands.send(
        one, action, payload, asked_by=person.name, wait_s=wait_s, delivery=body.delivery(), once=once
    )
    return command_response(command, wait_s)
