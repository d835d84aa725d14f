"""Logging in at an OpenID Connect provider: there, and back with a cookie like that of a password."""

import re
import secrets
from html import escape
from typing import Annotated

from fastapi import HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from wattdeck.api import audit, in_scope
from wattdeck.api.auth import hash_token, is_https, set_login_cookie
from wattdeck.api.house import ApiHouse, House
from wattdeck.api.oidc_provider import Provider, ProviderFailed, tell
from wattdeck.api.oidc_state import LASTS_S, Away
from wattdeck.api.paths import PREFIX, prefix_of
from wattdeck.api.problems import problem
from wattdeck.api.v1 import v1_router
from wattdeck.domain import oidc
from wattdeck.domain.clock import now
from wattdeck.domain.oidc import Groups, NotLetIn, Rights, Told
from wattdeck.domain.people import Person
from wattdeck.store import users
from wattdeck.store.users import LOGIN, Token, User

COOKIE = "wattdeck_oidc"
LONGEST_TO = 500
_BACK = f"{PREFIX}/oidc/callback"
# A page of ours: neither another host (`//x`, `/\x`), nor what a browser reads as one once it has dropped blanks.
_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_SAID = re.compile(r"[a-z_]{1,40}")

# Ways of a browser, none of the API's documentation: nothing to try out there.
router = v1_router(prefix="/oidc", tags=["people"], include_in_schema=False)
Given = Annotated[str, Query(max_length=4096)]


@router.get("/login")
async def login(request: Request, house: House, to: Annotated[str, Query(max_length=LONGEST_TO)] = "/") -> Response:
    """Send the browser to the provider. `to`: the page of ours to arrive at afterwards."""
    provider, root = _provider(house), prefix_of(request.scope)
    away, cookie = house.oidc_states.begin(to if _OURS.fullmatch(to) else "/")
    try:
        there = await provider.way_in(_callback(request, house), away.state, away.nonce, away.verifier)
    except ProviderFailed as failed:
        return _failed(request, failed)
    answer = RedirectResponse(there, 303, {"Cache-Control": "no-store"})
    # Lax: the way back begins at the provider's, another site
    secure = is_https(request, house)
    path = f"{root}/api/v1/oidc"
    answer.set_cookie(COOKIE, cookie, max_age=LASTS_S, path=path, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/callback")
async def callback(
    request: Request, house: House, state: Given = "", code: Given = "", error: Given = "", iss: Given = ""
) -> Response:
    """Where the provider sends the browser back to."""
    provider = _provider(house)
    request.state.route, request.state.person = in_scope.route_of(request), None
    away = house.oidc_states.end(request.cookies.get(COOKIE, ""), state)
    try:
        if away is None:
            text = "This log-in is over, or was not begun in this browser. Please begin anew."
            raise ProviderFailed(text, "state: unknown, used, too old or of another browser", 400)
        if iss and iss != house.settings.oidc_issuer:  # RFC 9207
            raise ProviderFailed("The answer is not from our log-in service.", "another issuer in the callback", 400)
        if error or not code:
            said = error if _SAID.fullmatch(error) else "no code"
            raise ProviderFailed(f"The log-in service sent you back without a log-in: {said}.", said, 403)
        claims = await provider.claims(code, _callback(request, house), away.nonce, away.verifier)
        user = await _let_in(request, house, claims)
        answer = await _welcome(request, house, user, away)
    except ProviderFailed as failed:
        answer = _failed(request, failed)
    except NotLetIn as refused:
        answer = _page(request, 403, f"You are not let in: {refused}.")
    answer.delete_cookie(COOKIE, path=f"{prefix_of(request.scope)}{PREFIX}/oidc")
    audit.note(house, request.scope, answer.status_code)
    return answer


async def _let_in(request: Request, house: ApiHouse, claims: dict[str, object]) -> User:
    """The user that is meant. Raises NotLetIn."""
    at, settings = now(), house.settings
    told = oidc.told(claims, settings.oidc_issuer or "", settings.oidc_username_claim, settings.oidc_groups_claim)
    reason: NotLetIn | None = None
    rights: Rights | None = None
    try:
        rights = oidc.rights(told, Groups(settings.oidc_roles, settings.oidc_charge_points, settings.oidc_sites))
    except NotLetIn as none:
        reason = none
    user = await house.store.write(lambda c: _sign_on(c, told, rights, settings.oidc_unknown == "add", at))
    if isinstance(user, NotLetIn):
        raise reason or user
    request.state.person = Person(user.username, user.role, user.scope)
    if reason is not None:
        raise reason
    return user


def _sign_on(connection: Connection, told: Told, *rest: object) -> User | NotLetIn:
    try:
        return users.sign_on(connection, told, *rest)  # type: ignore[arg-type]
    except NotLetIn as refused:
        return refused


async def _welcome(request: Request, house: ApiHouse, user: User, away: Away) -> Response:
    token, at = secrets.token_urlsafe(32), now()
    kept, lasts = Token(user.username, user.role, LOGIN), house.oidc_login
    await house.store.write(lambda c: users.add_token(c, hash_token(token), kept, at, at + lasts))
    answer = RedirectResponse(f"{prefix_of(request.scope)}{away.to}", 303, {"Cache-Control": "no-store"})
    set_login_cookie(answer, token, lasts, request, house)
    return answer


def _provider(house: ApiHouse) -> Provider:
    if house.oidc is None:
        raise HTTPException(404, "there is no single sign-on here")
    return house.oidc


def _callback(request: Request, house: ApiHouse) -> str:
    """As the provider knows it: it compares."""
    return house.settings.oidc_callback_url or str(
        request.url.replace(path=f"{prefix_of(request.scope)}{_BACK}", query="")
    )


def _failed(request: Request, failed: ProviderFailed) -> Response:
    tell(failed)
    return _page(request, failed.status, str(failed))


def _page(request: Request, status: int, text: str) -> Response:
    """For a person; a problem for a program."""
    if "text/html" not in request.headers.get("accept", ""):
        return problem(status, text, {"Cache-Control": "no-store"})
    back = escape(f"{prefix_of(request.scope)}/")
    page = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Log-in failed - wattdeck</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.2rem }}</style>
<main><h1>Log-in failed</h1><p>{escape(text)}</p><p><a href="{back}">Back to the log-in</a></p></main></html>"""
    return HTMLResponse(page, status, {"Cache-Control": "no-store"})
