"""Logging in and out, who is logged in, and one's own password."""

import secrets
from typing import Annotated, Any

from fastapi import HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import Connection
from typing_extensions import TypedDict

from wattdeck.api import in_scope
from wattdeck.api.auth import (
    COOKIE,
    LOGIN_LASTS,
    Viewer,
    check_password,
    hash_token,
    login_token,
    same_origin,
    set_login_cookie,
    who,
)
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.paths import prefix_of
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import now
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.domain.people import USER, Person
from wattdeck.domain.records import replace
from wattdeck.live import people_shapes
from wattdeck.store import users
from wattdeck.store.users import ELSEWHERE, LOGIN, Token

router = v1_router(tags=["people"])
SHORTEST, LONGEST = 10, 256
Password = Annotated[SecretStr, Field(min_length=SHORTEST, max_length=LONGEST)]


class Credentials(BaseModel):
    username: str = Field(max_length=64)
    password: SecretStr = Field(max_length=256)


class OwnPassword(BaseModel):
    model_config = ConfigDict(extra="forbid")
    current_password: SecretStr = Field(max_length=LONGEST)
    password: Password


class WaysIn(TypedDict):
    """Besides a password: what the button of the provider is called, where the application's people log in."""

    single_sign_on: str | None
    application: str | None


@router.get("/login", response_model=WaysIn)
async def ways_in(house: House) -> Response:
    """In which ways one can log in besides a password."""
    settings = house.settings
    name = None if house.oidc is None else settings.oidc_name
    return json_response({"single_sign_on": name, "application": settings.login_url})


@router.post("/login")
async def login(credentials: Credentials, request: Request, house: House) -> Response:
    """Log a person in: sets an HttpOnly cookie."""
    if not same_origin(request, house):
        raise HTTPException(403, "from another site")
    user = await house.store.read(lambda connection: users.find(connection, credentials.username))
    password_hash = None if user is None or not user.password_hash else user.password_hash
    matches = await check_password(request, house, credentials.username, password_hash, credentials.password)
    if user is None or user.disabled or not matches:
        request.state.route, request.state.person = in_scope.route_of(request), None
        if user is not None:  # a name that is none may be a password in the wrong field
            request.state.person = Person(user.username, user.role)
        raise HTTPException(401, "wrong user name or password")
    request.state.route, request.state.person = in_scope.route_of(request), Person(user.username, user.role)
    token, at = secrets.token_urlsafe(32), now()
    kept = Token(user.username, user.role, LOGIN)
    await house.store.write(lambda c: users.add_token(c, hash_token(token), kept, at, at + LOGIN_LASTS))
    response = json_response(_known(Person(user.username, user.role, user.scope), house))
    set_login_cookie(response, token, LOGIN_LASTS, request, house)
    return response


@router.post("/logout", status_code=204)
async def logout(request: Request, house: House) -> Response:
    """Forget the cookie's token."""
    if not same_origin(request, house):
        raise HTTPException(403, "from another site")
    token = login_token(request)
    if token:
        request.state.route, request.state.person = in_scope.route_of(request), await who(request, house)
        await house.store.write(lambda connection: users.remove_token(connection, hash_token(token)))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path=prefix_of(request.scope) or "/")
    return response


@router.get("/me")
@in_scope.in_scope
async def me(person: Viewer, house: House) -> Response:
    """Who is logged in, and in which zone the server's days begin."""
    known = None
    if person.kind == USER:
        known = await house.store.read(lambda connection: users.find(connection, person.name))
    has_password = known is not None and not known.single_sign_on
    return json_response(_known(person, house, has_password))


@router.put("/me/password", status_code=204)
@in_scope.in_scope
async def change_own_password(body: OwnPassword, person: Viewer, request: Request, house: House) -> Response:
    """Set one's own password. All other log-ins of this person end. 422 where the present one is not right."""
    if person.kind != USER:
        raise Conflict("only a user of this server has a password")
    known = await house.store.read(lambda connection: users.find(connection, person.name))
    if known is not None and known.single_sign_on:
        raise Conflict(ELSEWHERE)
    if known is None or not await check_password(
        request, house, person.name, known.password_hash, body.current_password
    ):
        raise Unprocessable("the present password is not right")
    hashed, at = await house.passwords.hash(body.password.get_secret_value()), now()
    own = login_token(request)

    def write(connection: Connection) -> None:
        found = users.find(connection, person.name)
        if found is None:
            raise NotFound(f"no user {person.name!r}")
        users.put(connection, replace(found, password_hash=hashed, password_set_at=at))
        users.end_logins(connection, person.name, hash_token(own))

    await house.store.write(write)
    return Response(status_code=204)


def _known(person: Person, house: ApiHouse, has_password: bool = True) -> dict[str, Any]:
    return {
        "username": person.name,
        "role": person.role,
        "kind": person.kind,
        "has_password": has_password,
        "scope": people_shapes.scope(person.scope),
        "time_zone": house.settings.time_zone,
    }
