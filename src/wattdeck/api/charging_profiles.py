"""Charging profiles: kept by name, set on charge points and cleared there, and what charge points hold."""

from typing import Annotated, Literal

from fastapi import Path, Query, Response
from pydantic import Field, model_validator

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Limit, Listed, find_charge_point, listed
from wattdeck.api.sending import AskedOnce, DeliveryBody, Payload, Wait, reachable, send_command
from wattdeck.api.v1 import v1_router
from wattdeck.commands import charging_profiles as rules
from wattdeck.domain.charging_profiles import LARGEST_NUMBER
from wattdeck.domain.clock import now
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.live import charging_shapes as shapes
from wattdeck.live.charging_shapes import ChargingProfileShape, InstalledProfileShape
from wattdeck.live.shapes import CommandShape
from wattdeck.store import charging_profiles, installed_profiles, sessions
from wattdeck.store.charging_profiles import NamedProfile

router = v1_router(tags=["charging profiles"])

Name = Annotated[str, Path(min_length=1, max_length=64)]
Cursor = Annotated[str | None, Query(max_length=64, description="`next` of the page before")]
Connector = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
Number = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
_VERSION = "1.6"  # a profile that is kept is one of this version


class SetProfile(DeliveryBody):
    """One of `name` (of a profile that is kept) and `profile`. A TxProfile is for `session_id` or `transaction_id`,
    without either for the session that runs on the connector; `connector_id` may then be left out.
    """

    name: str | None = Field(None, min_length=1, max_length=64)
    profile: Payload | None = None
    connector_id: Connector | None = None
    session_id: int | None = None
    transaction_id: str | int | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "SetProfile":
        if (self.name is None) == (self.profile is None):
            raise ValueError("give either name or profile")
        return self


class ClearProfiles(DeliveryBody):
    """All profiles that fit every member given; without any, all. `id` stands alone."""

    id: Number | None = None
    connector_id: Connector | None = None
    purpose: Literal["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"] | None = None
    stack_level: Number | None = None


@router.get("/charging-profiles", response_model=Listed[ChargingProfileShape])
@in_scope
async def list_all(person: Viewer, house: House, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Those that are kept, by name."""
    found = await house.store.read(lambda connection: charging_profiles.list_all(connection, limit + 1, cursor))
    shown = found[:limit]
    return listed([shapes.charging_profile(one) for one in shown], shown[-1].name if len(found) > limit else None)


@router.get("/charging-profiles/{name}", response_model=ChargingProfileShape)
@in_scope
async def read(name: Name, person: Viewer, house: House) -> Response:
    found = await house.store.read(lambda connection: charging_profiles.find(connection, name))
    if found is None:
        raise NotFound(f"no charging profile {name!r}")
    return json_response(shapes.charging_profile(found))


@router.put("/charging-profiles/{name}", response_model=ChargingProfileShape)
async def put(name: Name, body: Payload, person: Operator, house: House) -> Response:
    """Keep a ChargingProfile of OCPP 1.6 under this name, or replace it. 422 where it breaks a rule of the standard,
    409 where another has its chargingProfileId.
    """
    _fit_schema(house, _VERSION, body)
    rules.check(body, for_any_session=True)
    at = now()
    other = await house.store.write(lambda connection: charging_profiles.put(connection, name, body, at))
    if other is not None:
        raise Conflict(f"the charging profile {other!r} has chargingProfileId {body['chargingProfileId']}")
    return json_response(shapes.charging_profile(NamedProfile(name, body, at)))


@router.delete("/charging-profiles/{name}", status_code=204)
async def remove(name: Name, person: Operator, house: House) -> Response:
    """Forget it; charge points that hold it keep it."""
    if not await house.store.write(lambda connection: charging_profiles.remove(connection, name)):
        raise NotFound(f"no charging profile {name!r}")
    return Response(status_code=204)


@router.post("/charge-points/{identifier}/charging-profiles", status_code=202, response_model=CommandShape)
async def set_profile(
    identifier: str, body: SetProfile, person: Operator, house: House, once: AskedOnce, wait: Wait = 0
) -> Response:
    """Set a profile. 422 where it breaks a rule or no session runs for a TxProfile, 409 where it is offline."""
    one = await reachable(house, identifier, body)
    profile = await profile_of(house, one.ocpp_version, body.profile if body.name is None else body.name)
    running = await house.store.read(lambda connection: sessions.active(connection, [one.id]))
    transaction_id = None if body.transaction_id is None else str(body.transaction_id)
    payload = rules.set_profile(profile, running, body.connector_id, body.session_id, transaction_id)
    return await send_command(
        house, one, "SetChargingProfile", payload, body=body, person=person, once=once, wait_s=wait
    )


@router.get("/charge-points/{identifier}/charging-profiles", response_model=Listed[InstalledProfileShape])
async def of_charge_point(identifier: str, person: Viewer, house: House) -> Response:
    """What it is believed to hold: what it accepted and nothing replaced, cleared or ended since."""
    one = await find_charge_point(house, identifier)
    held = await house.store.read(lambda connection: installed_profiles.of(connection, one.id))
    return listed([shapes.installed_profile(each) for each in held])


@router.post("/charge-points/{identifier}/charging-profiles/clear", status_code=202, response_model=CommandShape)
async def clear(
    identifier: str, body: ClearProfiles, person: Operator, house: House, once: AskedOnce, wait: Wait = 0
) -> Response:
    """Ask it to drop profiles. 409 where it is offline."""
    one = await reachable(house, identifier, body)
    payload = rules.clear(body.id, body.connector_id, body.purpose, body.stack_level)
    return await send_command(
        house, one, "ClearChargingProfile", payload, body=body, person=person, once=once, wait_s=wait
    )


async def profile_of(house: ApiHouse, version: str | None, given: Payload | str | None) -> Payload:
    """A profile that was given, or the kept one of this name. Raises NotFound, or Unprocessable by its schema."""
    if isinstance(given, str):
        name = given
        found = await house.store.read(lambda connection: charging_profiles.find(connection, name))
        if found is None:
            raise NotFound(f"no charging profile {given!r}")
        return found.profile
    assert given is not None
    _fit_schema(house, version, given)
    return given


def _fit_schema(house: ApiHouse, version: str | None, profile: Payload) -> None:
    wrong = house.commands.wrong_with(version, "SetChargingProfile", {"connectorId": 0, "csChargingProfiles": profile})
    if wrong is not None:
        raise Unprocessable(wrong.removeprefix("csChargingProfiles").removeprefix(".").removeprefix(": "))
