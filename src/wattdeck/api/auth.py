"""Who asks, and what they may: API keys and browser log-ins, both opaque random tokens of which we keep the hash."""

import hashlib
import secrets
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection

from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.passwords import WINDOW_S
from wattdeck.domain.clock import now
from wattdeck.domain.records import Record
from wattdeck.store import users
from wattdeck.store.users import LOGIN, Token

COOKIE = "wattdeck_login"
LOGIN_LASTS = timedelta(days=14)
ROLES = ("viewer", "operator", "admin")  # each may do what those before it may
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

router = APIRouter(tags=["people"])
_bearer = HTTPBearer(auto_error=False, description="an API key")  # for the API's documentation; `who` looks itself


class Person(Record, frozen=True):
    """Whoever asks."""

    name: str
    role: str


class Credentials(BaseModel):
    username: str = Field(max_length=64)
    password: str = Field(max_length=256)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def who(connection: HTTPConnection, house: ApiHouse) -> Person | None:
    """By `Authorization: Bearer`, else by the cookie; a cookie does not count when another site sent the request."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = connection.cookies.get(COOKIE, "")
        unsafe = connection.scope["type"] == "websocket" or connection.scope.get("method") not in _SAFE
        if unsafe and not same_origin(connection, house):
            return None
    if not token:
        return None
    at = now()
    found = await house.store.read(lambda c: users.find_token(c, hash_token(token.strip()), at))
    return None if found is None else Person(found.name, found.role)


def same_origin(connection: HTTPConnection, house: ApiHouse) -> bool:
    """Whether the browser says that the request comes from our own pages (or one of the origins set)."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True  # not a browser's cross-site request: those always say where they come from
    try:
        site = urlsplit(origin).netloc
    except ValueError:
        return False
    return site.lower() == connection.headers.get("host", "").lower() or origin in house.settings.public_origins


def _at_least(role: str):  # type: ignore[no-untyped-def]
    async def check(request: Request, house: House, _: Annotated[Any, Security(_bearer)] = None) -> Person:
        person = await who(request, house)
        if person is None:
            unknown = request.headers.get("authorization", "").lower().startswith("bearer ")
            detail = "this API key is not known" if unknown else "log in, or send an API key"
            raise HTTPException(401, detail, {"WWW-Authenticate": "Bearer"})
        if ROLES.index(person.role) < ROLES.index(role):
            raise HTTPException(403, f"this needs the role {role}")
        return person

    return check


Viewer = Annotated[Person, Depends(_at_least("viewer"))]
Operator = Annotated[Person, Depends(_at_least("operator"))]
Admin = Annotated[Person, Depends(_at_least("admin"))]


@router.post("/login")
async def login(credentials: Credentials, request: Request, house: House) -> Response:
    """Log a person in: sets an HttpOnly cookie."""
    if not same_origin(request, house):
        raise HTTPException(403, "from another site")
    key = f"{credentials.username}@{request.client.host if request.client else ''}"
    passwords = house.passwords
    if passwords.too_many_failures(key):
        raise HTTPException(429, "too many failed log-ins, wait a few minutes", {"Retry-After": str(int(WINDOW_S))})
    passwords.note_failure(key)  # before the slow part, so that many at once are counted too
    user = await house.store.read(lambda connection: users.find(connection, credentials.username))
    matches = await passwords.verify(None if user is None else user.password_hash, credentials.password)
    if user is None or not matches:
        raise HTTPException(401, "wrong user name or password")
    passwords.forget_failures(key)
    token, at = secrets.token_urlsafe(32), now()
    kept = Token(user.username, user.role, LOGIN)
    await house.store.write(lambda c: users.add_token(c, hash_token(token), kept, at, at + LOGIN_LASTS))
    response = json_response(_known(user.username, user.role, house))
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LOGIN_LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=house.settings.secure_cookies or request.url.scheme == "https",
    )
    return response


@router.post("/logout", status_code=204)
async def logout(request: Request, house: House) -> Response:
    """Forget the cookie's token."""
    if not same_origin(request, house):
        raise HTTPException(403, "from another site")
    token = request.cookies.get(COOKIE)
    if token:
        await house.store.write(lambda connection: users.remove_token(connection, hash_token(token)))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


@router.get("/me")
async def me(person: Viewer, house: House) -> Response:
    """Who is logged in, and in which zone the server's days begin."""
    return json_response(_known(person.name, person.role, house))


def _known(name: str, role: str, house: ApiHouse) -> dict[str, str]:
    return {"username": name, "role": role, "time_zone": house.settings.time_zone}
