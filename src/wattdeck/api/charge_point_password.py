"""A charge point's password, changed over OCPP."""

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from typing_extensions import TypedDict

from wattdeck.api.auth import Operator
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import find_charge_point
from wattdeck.api.sending import Wait
from wattdeck.api.v1 import v1_router
from wattdeck.commands.credentials import new_password, send_password
from wattdeck.domain.commands import FINAL
from wattdeck.live import shapes
from wattdeck.live.shapes import CommandShape

router = v1_router(tags=["charge points"])


class NewPassword(BaseModel):
    """`password`: 16 to 20 bytes, or twice as many hexadecimal digits; without it one is made."""

    model_config = ConfigDict(extra="forbid")
    password: SecretStr | None = None
    wait: float = Field(0, ge=0, le=300)


class PasswordSent(TypedDict):
    """`password`: the one that was made, shown only here; null where it was given."""

    command: CommandShape
    password: str | None


@router.post("/charge-points/{identifier}/password", status_code=202, response_model=PasswordSent)
async def change(
    identifier: str, person: Operator, house: House, body: NewPassword | None = None, wait: Wait = 0
) -> Response:
    """Send it a new password. Until it has answered both let it in, afterwards the one that it has."""
    body = body or NewPassword()
    one = await find_charge_point(house, identifier)
    password = new_password(None if body.password is None else body.password.get_secret_value())
    payload = {"key": "AuthorizationKey", "value": password}
    sent = send_password(house.commands, house.events, one, payload, password, house.hash_key(), asked_by=person.name)
    command, wait_s = await sent, wait or body.wait
    if wait_s:
        command = await house.commands.result(command, wait_s)
    answer = {"command": shapes.command(command), "password": password if body.password is None else None}
    return json_response(answer, 200 if wait_s and command.state in FINAL else 202)
