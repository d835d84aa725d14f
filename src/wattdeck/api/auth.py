"""Who asks, and what they may: API keys and browser log-ins, both opaque random tokens of which we keep the hash."""

import hashlib
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response, Security
from fastapi.security import HTTPBearer
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from wattdeck.api import in_scope, query_names
from wattdeck.api.attempts import WINDOW_S
from wattdeck.api.house import ApiHouse, House
from wattdeck.api.passwords import TooBusy
from wattdeck.api.paths import path_of, prefix_of
from wattdeck.domain.clock import now, to_ms
from wattdeck.domain.people import ADMIN, KEY, OPERATOR, USER, VIEWER, Person, reaches
from wattdeck.policies import Asker
from wattdeck.store import users
from wattdeck.store.users import API_KEY, USED

COOKIE = "wattdeck_login"
API_KEY_SETTING = "WATTDECK_API_KEY"  # what the key is called that stands in the settings
LOGIN_LASTS = timedelta(days=14)
_USED_EVERY = timedelta(minutes=1)  # so exactly it is noted when a key was used

_bearer = HTTPBearer(auto_error=False, description="an API key")  # for the API's documentation; `who` looks itself


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def who(connection: HTTPConnection, house: ApiHouse) -> Person | None:
    """Whom the application knows, else by `Authorization: Bearer`, else by the cookie; no cookie, ours or the
    application's, counts when another site sent the request. Raises NotIdentified.
    """
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = login_token(connection)
        unsafe = connection.scope["type"] == "websocket" or connection.scope.get("method") not in in_scope.SAFE
        if unsafe and not same_origin(connection, house):
            return None
    if house.guest.identifies and (person := await house.guest.identify(_asker(connection))) is not None:
        return person
    if not token:
        return None
    at, hashed = now(), hash_token(token.strip())
    found = await house.store.read(lambda c: users.find_token(c, hashed, at))
    if found is None:
        return None
    if found.kind == API_KEY and (found.last_used_at is None or at - found.last_used_at >= _USED_EVERY):
        house.store.add_quietly((USED, [(to_ms(at), hashed)]))
    return Person(found.name, found.role, found.scope, KEY if found.kind == API_KEY else USER)


def _asker(connection: HTTPConnection) -> Asker:
    scope = connection.scope
    return Asker(
        headers=dict(connection.headers.items()),
        cookies=connection.cookies,
        method=scope.get("method", "GET"),
        path=path_of(scope),
        address=connection.client.host if connection.client else None,
    )


def login_token(connection: HTTPConnection) -> str:
    """That of our log-in cookie, empty where there is none. Of several of the name, the first: browsers send that of
    the longest path first (RFC 6265 §5.4), and another central system above our prefix has one, too.
    """
    for one in ";".join(connection.headers.getlist("cookie")).split(";"):
        name, _, value = one.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def is_https(request: Request, house: ApiHouse) -> bool:
    """Whether browsers reach us by https."""
    return house.settings.secure_cookies or request.url.scheme == "https"


def set_login_cookie(answer: Response, token: str, lasts: timedelta, request: Request, house: ApiHouse) -> None:
    """Neither scripts nor other sites can use it, nor is it sent to the application that we are a part of."""
    secure, age, path = is_https(request, house), int(lasts.total_seconds()), prefix_of(request.scope) or "/"
    answer.set_cookie(COOKIE, token, max_age=age, path=path, httponly=True, samesite="strict", secure=secure)


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
        request.state.person, request.state.route = person, in_scope.route_of(request)  # for the audit
        if not reaches(person.role, role):
            raise HTTPException(403, f"this needs the role {role}")
        await in_scope.check(request, house, person)
        query_names.check(request)
        return person

    return check


Viewer = Annotated[Person, Depends(_at_least(VIEWER))]
Operator = Annotated[Person, Depends(_at_least(OPERATOR))]
Admin = Annotated[Person, Depends(_at_least(ADMIN))]


async def check_password(
    request: Request, house: ApiHouse, name: str, password_hash: str | None, password: SecretStr
) -> bool:
    """Whether it is right. Raises HTTPException 429 after too many that were not, whether it is right or not."""
    address = request.client.host if request.client else ""
    attempts = house.passwords.attempts
    if attempts.are_too_many(name, address):
        raise HTTPException(429, "too many failed log-ins, wait a few minutes", {"Retry-After": str(int(WINDOW_S))})
    attempts.note_failure(name, address)  # before the slow part, so that many at once are counted too
    try:
        matches = await house.passwords.verify(password_hash, password.get_secret_value())
    except TooBusy:
        raise HTTPException(429, "too many log-ins at a time", {"Retry-After": "10"}) from None
    if matches:
        attempts.note_success(name, address)
    return matches
