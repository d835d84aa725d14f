"""Users: people who log in by name and password. For admins."""

import secrets
from typing import Annotated, Literal

from fastapi import Path, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from sqlalchemy import Connection

from wattdeck.api.auth import Admin
from wattdeck.api.house import House, json_response
from wattdeck.api.log_in import Password
from wattdeck.api.parameters import Limit, Listed, listed
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import now
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.domain.people import ADMIN, Scope, is_plain_name, scope_of
from wattdeck.domain.records import replace
from wattdeck.live import people_shapes
from wattdeck.live.people_shapes import UserShape
from wattdeck.store import users
from wattdeck.store.users import ELSEWHERE, User

router = v1_router(prefix="/users", tags=["people"])
Role = Literal["viewer", "operator", "admin"]
Username = Annotated[str, Path(max_length=64)]
Cursor = Annotated[str | None, Query(max_length=64, description="`next` of the page before")]


def plain_name(name: str) -> str:
    """What stands in lists and in a path."""
    if not is_plain_name(name):
        raise ValueError("printable characters, no slash, no blanks at the ends")
    return name


Name = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(plain_name)]
_Patterns = Annotated[list[Annotated[str, Field(min_length=1, max_length=128)]], Field(max_length=200)]
_Sites = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=200)]


class ScopeBody(BaseModel):
    """The charge points that are seen: `charge_points`, patterns of identifiers in which `*` stands for any characters
    and `?` for one, and those of `sites`.
    """

    model_config = ConfigDict(extra="forbid")
    charge_points: _Patterns = Field(default_factory=list)
    sites: _Sites = Field(default_factory=list)

    @model_validator(mode="after")
    def _not_empty(self) -> "ScopeBody":
        if not self.charge_points and not self.sites:
            raise ValueError("name patterns of charge points, or sites")
        return self


class NewUser(BaseModel):
    """Without `password` one is made, and shown once in the answer. `scope` null: all charge points."""

    model_config = ConfigDict(extra="forbid")
    username: Name
    role: Role = "viewer"
    scope: ScopeBody | None = None
    password: Password | None = None
    single_sign_on: bool = Field(False, description="logs in at the provider of the settings, and has no password")


class UserChange(BaseModel):
    """What is not given stays."""

    model_config = ConfigDict(extra="forbid")
    role: Role | None = None
    scope: ScopeBody | None = None
    disabled: bool | None = None
    single_sign_on: bool | None = Field(None, description="true: from now on; false: a password is to be set")


class PasswordBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    password: Password | None = None


class UserMadeShape(UserShape):
    """`password`: the one that was made, shown only here; null where it was given."""

    password: str | None


@router.get("", response_model=Listed[UserShape])
async def list_all(person: Admin, house: House, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """All users, by name."""
    found = await house.store.read(lambda connection: users.list_all(connection, limit + 1, cursor))
    shown = found[:limit]
    return listed([people_shapes.user(one) for one in shown], shown[-1].username if len(found) > limit else None)


@router.post("", status_code=201, response_model=UserMadeShape)
async def add(body: NewUser, person: Admin, house: House) -> Response:
    """Add a user. 409 where a user or an API key has that name."""
    scope, at = scope_for(body.role, body.scope), now()
    if body.single_sign_on:
        if body.password is not None:
            raise Unprocessable("who logs in at the provider has no password here")
        user, made = User(body.username, "", body.role, scope, created_at=at, single_sign_on=True), None
    else:
        password, made = _password(body.password)
        hashed = await house.passwords.hash(password)
        user = User(body.username, hashed, body.role, scope, created_at=at, password_set_at=at)
    await house.store.write(lambda connection: users.add(connection, user))
    return json_response({**people_shapes.user(user), "password": made}, 201)


@router.get("/{username}", response_model=UserShape)
async def read(username: Username, person: Admin, house: House) -> Response:
    """One user."""
    return json_response(people_shapes.user(await house.store.read(lambda c: _find(c, username))))


@router.patch("/{username}", response_model=UserShape)
async def change(username: Username, body: UserChange, person: Admin, house: House) -> Response:
    """Change role and scope, disable, enable. Who is disabled, or is to log in another way, is logged out. 409 for the
    last admin.
    """

    def write(connection: Connection) -> User:
        user = _find(connection, username)
        role = body.role or user.role
        scope = user.scope
        if "scope" in body.model_fields_set:
            scope = scope_for(role, body.scope)
        elif role == ADMIN:
            scope = None
        disabled = user.disabled if body.disabled is None else body.disabled
        changed = replace(user, role=role, scope=scope, disabled=disabled)
        if body.single_sign_on is not None and body.single_sign_on != user.single_sign_on:
            changed = users.sign_on_elsewhere(connection, changed, body.single_sign_on)
        users.change(connection, changed)
        return changed

    return json_response(people_shapes.user(await house.store.write(write)))


@router.post("/{username}/password", response_model=UserMadeShape)
async def set_password(username: Username, person: Admin, house: House, body: PasswordBody | None = None) -> Response:
    """Set somebody's password, or have one made. All their log-ins end."""
    found = await house.store.read(lambda connection: _find(connection, username))
    if found.single_sign_on:
        raise Conflict(ELSEWHERE)
    password, made = _password(None if body is None else body.password)
    hashed, at = await house.passwords.hash(password), now()

    def write(connection: Connection) -> User:
        changed = replace(_find(connection, username), password_hash=hashed, password_set_at=at)
        users.put(connection, changed)
        users.end_logins(connection, username)
        return changed

    return json_response({**people_shapes.user(await house.store.write(write)), "password": made})


@router.delete("/{username}", status_code=204)
async def remove(username: Username, person: Admin, house: House) -> Response:
    """Remove a user, who is logged out. 409 for the last admin."""
    if not await house.store.write(lambda connection: users.remove(connection, username)):
        raise NotFound(f"no user {username!r}")
    return Response(status_code=204)


def scope_for(role: str, body: ScopeBody | None) -> Scope | None:
    """Raises Unprocessable for an admin's, who could give themselves another."""
    if body is None:
        return None
    if role == ADMIN:
        raise Unprocessable("an admin has no scope: who may change scopes could lift their own")
    return scope_of(body.charge_points, body.sites)


def _find(connection: Connection, username: str) -> User:
    found = users.find(connection, username)
    if found is None:
        raise NotFound(f"no user {username!r}")
    return found


def _password(given: SecretStr | None) -> tuple[str, str | None]:
    """The password, and what is to be shown of it."""
    if given is not None:
        return given.get_secret_value(), None
    made = secrets.token_urlsafe(15)
    return made, made
