"""Charge points: list, read, register, change, delete; and what is kept beside each of them."""

from typing import Annotated, Any, Literal

from fastapi import HTTPException, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator
from sqlalchemy import Connection
from typing_extensions import TypedDict

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Cursor, From, Limit, Listed, Site, To, find_charge_point, listed, number
from wattdeck.api.v1 import v1_router
from wattdeck.api.words import Status
from wattdeck.domain.buckets import existing_zone, zone_named
from wattdeck.domain.charge_points import ChargePoint, fits_a_path, hash_password
from wattdeck.domain.clock import iso, now, to_ms
from wattdeck.domain.errors import Conflict, Unprocessable
from wattdeck.domain.events import ChargePointChanged, ChargePointRegistered, ChargePointRemoved, SessionStopped
from wattdeck.domain.records import as_dict
from wattdeck.domain.sessions import CHARGE_POINT_REMOVED, Session
from wattdeck.live import shapes
from wattdeck.live.shapes import ChargePointShape, ConnectorShape, SessionShape
from wattdeck.metering.endings import give_up
from wattdeck.metering.zones import rezone
from wattdeck.store import charge_points, connectors, findings, late_readings, messages, sessions

router = v1_router(prefix="/charge-points", tags=["charge points"])
Registration = Literal["accepted", "pending", "refused"]
SHORTEST_PASSWORD = 8
SiteName = Annotated[str | None, Field(max_length=100), AfterValidator(lambda text: (text or "").strip() or None)]


class PastStatusShape(ConnectorShape):
    received_at: str


class FrameShape(TypedDict):
    id: int
    at: str
    direction: str
    frame: str


class FindingShape(TypedDict):
    kind: str
    first_at: str
    last_at: str
    count: int
    example: str


class Change(BaseModel):
    """What can be set of a charge point. `password`: for HTTP Basic; null takes it away. `security_profile`: the least
    it must come with: 0 nothing, 1 a password, 2 that over TLS, 3 a client certificate. `site`: what it stands with.
    `rated_power_w`: what it can give at most, by which its registers are judged; null for what it shows.
    `time_zone`: where its days begin; null for the server's.
    """

    model_config = ConfigDict(extra="forbid")
    registration: Registration | None = None
    password: SecretStr | None = None
    security_profile: Annotated[int | None, Field(ge=0, le=3)] = None
    site: SiteName = None
    time_zone: Annotated[str | None, Field(max_length=64)] = None
    rated_power_w: Annotated[float | None, Field(ge=100, le=1e8, allow_inf_nan=False)] = None

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str | None) -> str | None:
        return None if name is None else existing_zone(name)

    @field_validator("password")
    @classmethod
    def _long_enough(cls, password: SecretStr | None) -> SecretStr | None:
        if password is not None and len(password.get_secret_value()) < SHORTEST_PASSWORD:
            raise ValueError(f"at least {SHORTEST_PASSWORD} characters")
        return password


class New(Change):
    identifier: str = Field(min_length=1, max_length=128)
    registration: Registration = "accepted"

    @field_validator("identifier")
    @classmethod
    def _fits_a_path(cls, identifier: str) -> str:
        if not fits_a_path(identifier):
            raise ValueError('printable characters, no slash, no blanks at the ends, not "." or ".."')
        return identifier


@router.get("", response_model=Listed[ChargePointShape])
@in_scope
async def search(
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    search: Annotated[str | None, Query(max_length=100, description="in identifier, vendor, model, serial")] = None,
    connected: bool | None = None,
    status: Annotated[Status | None, Query(description="of any connector")] = None,
    registration: Registration | None = None,
    vendor: Annotated[str | None, Query(max_length=255)] = None,
    model: Annotated[str | None, Query(max_length=255)] = None,
    site: Site = None,
) -> Response:
    """Charge points in the order in which they became known."""
    at, after = now(), number(cursor)

    def read(connection: Connection) -> tuple[list[Any], int | None]:
        page = charge_points.search(
            connection,
            limit=limit,
            after=after,
            text=search,
            connected=connected,
            status=status,
            registration=registration,
            vendor=vendor,
            model=model,
            site=site,
            scope=person.scope,
            at=at,
        )
        return _shapes(connection, page.items), page.next

    return listed(*await house.store.read(read))


@router.post("", status_code=201, response_model=ChargePointShape)
async def register(body: New, person: Operator, house: House) -> Response:
    """Make a charge point known, so that it is let in."""
    password, at = password_hash(body, house), now()

    def make(connection: Connection) -> ChargePoint:
        known = charge_points.find(connection, body.identifier)
        # found by its number is another one
        if known is not None and charge_points.key_of(known.identifier) == charge_points.key_of(body.identifier):
            raise Conflict(f"{body.identifier} is registered already")
        profile = body.security_profile or 0
        require_password(profile, password is not None)
        made = charge_points.register(connection, body.identifier, body.registration, at, password, profile, body.site)
        return charge_points.change(
            connection, made.id, {"rated_power_w": body.rated_power_w, "time_zone": body.time_zone}
        )

    made = await house.store.write(make)
    await tell_doors(house, made)
    return json_response(await shape_of(house, made), 201)


@router.get("/{identifier}", response_model=ChargePointShape)
async def read(identifier: str, person: Viewer, house: House) -> Response:
    """One charge point, by identifier or number."""
    return json_response(await shape_of(house, await find_charge_point(house, identifier)))


@router.patch("/{identifier}", response_model=ChargePointShape)
async def change(identifier: str, body: Change, person: Operator, house: House) -> Response:
    """Change what can be set of it; what is not given stays."""
    if "site" in body.model_fields_set and person.scope is not None:
        raise HTTPException(403, "the site says who may see it: this is for those who may see all charge points")
    one = await find_charge_point(house, identifier)
    values: dict[str, Any] = {}
    if body.registration is not None:
        values["registration"] = body.registration
    if "password" in body.model_fields_set:
        values["password_hash"] = password_hash(body, house)
    if body.security_profile is not None:
        values["security_profile"] = body.security_profile
    if "site" in body.model_fields_set:
        values["site"] = body.site
    if "rated_power_w" in body.model_fields_set and body.rated_power_w != one.rated_power_w:
        values["rated_power_w"] = body.rated_power_w
    if "time_zone" in body.model_fields_set and body.time_zone != one.time_zone:
        values["time_zone"] = body.time_zone
    at = to_ms(now())

    def write(connection: Connection) -> ChargePoint:
        changed = charge_points.change(connection, one.id, values)
        if values.keys() & {"password_hash", "security_profile"}:
            require_password(changed.security_profile, changed.has_password)
        if "rated_power_w" in values:
            late_readings.mark_all(connection, one.id, at)
        if "time_zone" in values:
            rezone(connection, one.id, zone_named(changed.time_zone, house.settings.zone))
        return changed

    changed = await house.store.write(write)
    await tell_doors(house, changed)
    return json_response(await shape_of(house, changed))


@router.delete("/{identifier}", status_code=204)
async def remove(identifier: str, person: Operator, house: House) -> Response:
    """Forget it: it is not let in any more. Its sessions and meter values stay."""
    one, at = await find_charge_point(house, identifier), now()
    values = {"registration": charge_points.REMOVED, "password_hash": None}

    def forget(connection: Connection) -> list[Session]:
        charge_points.change(connection, one.id, values)
        running = sessions.active(connection, [one.id])
        return [
            sessions.save(connection, give_up(connection, session, at, CHARGE_POINT_REMOVED)) for session in running
        ]

    ended = await house.store.write(forget)
    await house.commands.cancel_all(one.id)
    house.events.publish(ChargePointRemoved(one))
    for session in ended:
        house.events.publish(SessionStopped(session))
    return Response(status_code=204)


@router.get("/{identifier}/connectors", response_model=Listed[ConnectorShape])
async def read_connectors(identifier: str, person: Viewer, house: House) -> Response:
    """The state of each connector; 0 is the charge point as a whole."""
    one = await find_charge_point(house, identifier)
    return listed([shapes.connector(each) for each in await house.store.read(lambda c: connectors.of(c, one.id))])


@router.get("/{identifier}/current-session", response_model=SessionShape | None)
async def current_session(identifier: str, person: Viewer, house: House) -> Response:
    """Its running session (of several, the newest), or null."""
    one = await find_charge_point(house, identifier)
    running = await house.store.read(lambda connection: sessions.active(connection, [one.id]))
    return json_response(shapes.session(running[0], now()) if running else None)


@router.get("/{identifier}/status-history", response_model=Listed[PastStatusShape])
async def status_history(
    identifier: str,
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """What its connectors reported, newest first; `from` and `to` by its clock."""
    one = await find_charge_point(house, identifier, removed_too=True)
    asked = (one.id, limit, number(cursor), from_, to)
    page = await house.store.read(lambda connection: connectors.history(connection, *asked))
    items = [{**shapes.connector(each), "received_at": iso(each.received_at)} for each in page.items]
    return listed(items, page.next)


@router.get("/{identifier}/messages", response_model=Listed[FrameShape])
async def read_messages(
    identifier: str,
    person: Operator,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """The raw frames to and from it, newest first."""
    one = await find_charge_point(house, identifier, removed_too=True)
    asked = (one.id, limit, number(cursor), from_, to)
    page = await house.store.read(lambda connection: messages.of(connection, *asked))
    return listed([{**as_dict(each), "at": iso(each.at)} for each in page.items], page.next)


@router.get("/{identifier}/findings", response_model=Listed[FindingShape])
async def read_findings(identifier: str, person: Viewer, house: House) -> Response:
    """Where it deviates from the standard, counted, with one example each."""
    one = await find_charge_point(house, identifier, removed_too=True)
    found = await house.store.read(lambda connection: findings.of(connection, one.id))
    return listed([{**as_dict(each), "first_at": iso(each.first_at), "last_at": iso(each.last_at)} for each in found])


def _shapes(connection: Connection, items: list[ChargePoint]) -> list[ChargePointShape]:
    ids, at = [one.id for one in items], now()
    reported = connectors.of_all(connection, ids)
    # newest first, so that the newest of each charge point is the one that stays
    running = {session.charge_point_id: session for session in reversed(sessions.active(connection, ids))}
    return [shapes.charge_point(one, reported.get(one.id, []), running.get(one.id), at) for one in items]


async def shape_of(house: ApiHouse, one: ChargePoint) -> ChargePointShape:
    return (await house.store.read(lambda connection: _shapes(connection, [one])))[0]


def password_hash(body: Change, house: ApiHouse) -> str | None:
    if body.password is None:
        return None
    return hash_password(body.password.get_secret_value().encode(), house.hash_key())


def require_password(security_profile: int, has_password: bool) -> None:
    if security_profile in (1, 2) and not has_password:
        raise Unprocessable(f"security profile {security_profile} needs a password")


async def tell_doors(house: ApiHouse, one: ChargePoint) -> None:
    """Let the doors know what was changed of it."""
    known = await house.store.read(lambda connection: charge_points.known_as(connection, one.id))
    if known is not None:
        house.events.publish(ChargePointRegistered(known))
        house.events.publish(ChargePointChanged(one))
