"""Who knocked and was not let in, why, and one call that lets one in."""

from typing import Any

from fastapi import Response
from pydantic import Field
from sqlalchemy import Connection

from wattdeck.api.auth import Operator
from wattdeck.api.charge_points import Change, Registration, password_hash, require_password, shape_of, tell_doors
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.in_scope import in_scope, own_of
from wattdeck.api.parameters import Cursor, Limit, Listed, listed, number
from wattdeck.api.v1 import v1_router
from wattdeck.domain.charge_points import PENDING, ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.errors import Conflict, NotFound
from wattdeck.domain.people import Person
from wattdeck.live import door_shapes
from wattdeck.live.door_shapes import KnockedShape
from wattdeck.live.shapes import ChargePointShape
from wattdeck.store import charge_points, quarantine

router = v1_router(prefix="/quarantine", tags=["quarantine"])


class Adopt(Change):
    """As when a charge point is registered. `ask_for_boot`: send it a TriggerMessage, where it is connected."""

    registration: Registration = "accepted"
    ask_for_boot: bool = Field(False)


@router.get("", response_model=Listed[KnockedShape])
@in_scope
async def search(person: Operator, house: House, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """A counted row per claimed identifier and reason, the latest first. Who sees but some charge points sees who calls
    itself as one of those would.
    """
    after, own = number(cursor), await own_of(house, person)
    found, next_ = await house.store.read(lambda connection: quarantine.search(connection, limit, after))
    shown = [each for each in found if own is None or own.knocks(each.identifier)]
    return listed([door_shapes.knocked(each) for each in shown], next_)


@router.delete("/{identifier}", status_code=204)
@in_scope
async def forget(identifier: str, person: Operator, house: House) -> Response:
    """Take its rows away; if it knocks again there will be new ones."""
    await _require_theirs(house, person, identifier)
    if not await house.store.write(lambda connection: quarantine.forget(connection, identifier)):
        raise NotFound(f"nobody in quarantine calls itself {identifier!r}")
    return Response(status_code=204)


@router.post("/{identifier}/adopt", status_code=201, response_model=ChargePointShape)
@in_scope
async def adopt(identifier: str, body: Adopt, person: Operator, house: House) -> Response:
    """Let it in from now on: it is registered, or what is registered is changed; its rows are taken away. Also for
    one that is pending.
    """
    await _require_theirs(house, person, identifier)
    values: dict[str, Any] = {"registration": body.registration}
    if "password" in body.model_fields_set:
        values["password_hash"] = password_hash(body, house)
    if body.security_profile is not None:
        values["security_profile"] = body.security_profile
    at = now()

    def write(connection: Connection) -> ChargePoint:
        one = charge_points.find(connection, identifier)
        if one is not None and charge_points.key_of(one.identifier) != charge_points.key_of(identifier):
            one = None  # found by its number is another one
        rows = quarantine.of(connection, identifier)
        if not rows and (one is None or one.registration != PENDING):
            raise NotFound(f"nobody in quarantine calls itself {identifier!r}")
        if one is None:
            one = charge_points.register(connection, rows[0].identifier, body.registration, at)
        one = charge_points.change(connection, one.id, values)
        require_password(one.security_profile, one.has_password)
        quarantine.forget(connection, identifier)
        return one

    adopted = await house.store.write(write)
    await tell_doors(house, adopted)
    if body.ask_for_boot and is_connected(adopted, at):
        try:
            wanted = {"requestedMessage": "BootNotification"}
            await house.commands.send(adopted, "TriggerMessage", wanted, asked_by=person.name)
        except Conflict:
            pass  # gone meanwhile: it boots, or not, when it comes back
    return json_response(await shape_of(house, adopted), 201)


async def _require_theirs(house: ApiHouse, person: Person, identifier: str) -> None:
    """Raises NotFound for who would be none of those that somebody sees."""
    own = await own_of(house, person)
    if own is not None and not own.knocks(identifier):
        raise NotFound(f"nobody in quarantine calls itself {identifier!r}")
