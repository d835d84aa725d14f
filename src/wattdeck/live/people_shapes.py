"""The JSON shapes of users and API keys. What could open a door is in none of them."""

from datetime import datetime

from typing_extensions import TypedDict

from wattdeck.domain.clock import iso, iso_or_none
from wattdeck.domain.people import Scope
from wattdeck.store.api_keys import ApiKey
from wattdeck.store.users import User


class ScopeShape(TypedDict):
    charge_points: list[str]
    sites: list[str]


class UserShape(TypedDict):
    username: str
    role: str
    scope: ScopeShape | None
    disabled: bool
    created_at: str | None
    password_set_at: str | None
    last_login_at: str | None
    single_sign_on: bool


class ApiKeyShape(TypedDict):
    id: int
    name: str
    role: str
    scope: ScopeShape | None
    created_by: str | None
    created_at: str
    expires_at: str | None
    expired: bool
    last_used_at: str | None


def scope(one: Scope | None) -> ScopeShape | None:
    return None if one is None else {"charge_points": list(one.charge_points), "sites": list(one.sites)}


def user(one: User) -> UserShape:
    return {
        "username": one.username,
        "role": one.role,
        "scope": scope(one.scope),
        "disabled": one.disabled,
        "created_at": iso_or_none(one.created_at),
        "password_set_at": iso_or_none(one.password_set_at),
        "last_login_at": iso_or_none(one.last_login_at),
        "single_sign_on": one.single_sign_on,
    }


def api_key(one: ApiKey, at: datetime) -> ApiKeyShape:
    return {
        "id": one.id,
        "name": one.name,
        "role": one.role,
        "scope": scope(one.scope),
        "created_by": one.created_by,
        "created_at": iso(one.created_at),
        "expires_at": iso_or_none(one.expires_at),
        "expired": one.expires_at is not None and one.expires_at <= at,
        "last_used_at": iso_or_none(one.last_used_at),
    }
