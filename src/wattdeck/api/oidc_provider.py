"""The OpenID Connect provider as we see it over HTTP: where its doors are, its keys, the token it gives for a code.

OpenID Connect Core 1.0 (section 3.1: the code flow), Discovery 1.0, PKCE (RFC 7636).
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from functools import cache, partial
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import httpx2

from wattdeck.domain.addresses import is_protected
from wattdeck.domain.records import InvalidJson, Record, from_json
from wattdeck.settings import Settings
from wattdeck.telemetry import logger

# By keys that only the provider has: neither `none`, nor our own secret (HS256).
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
LEEWAY_S = 60  # clocks differ
LARGEST = 1_048_576
MOST_WAITING = 50
_AT_A_TIME = 8
_KEPT_S = 3600.0
_KEYS_AGAIN_S = 10.0  # whoever makes up key numbers does not make us ask for each
T = TypeVar("T")
_log = logger("wattdeck.oidc")


class ProviderFailed(Exception):
    """No log-in, for a reason that is not the person's. The text is for them; `why`, for the log, has no secret."""

    def __init__(self, text: str, why: str, status: int = 502) -> None:
        super().__init__(text)
        self.why, self.status = why, status


class Doors(Record, frozen=True):
    """What discovery says."""

    authorize: str
    token: str
    keys: str
    takes_basic: bool


class Provider:
    """One central system's. What it says of itself is kept for an hour; its keys also until a token has a new one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: httpx2.AsyncClient | None = None
        self._doors: tuple[float, Doors] | None = None
        self._keys: tuple[float, Any] | None = None
        self._some_at_a_time = asyncio.Semaphore(_AT_A_TIME)
        self._waiting = 0

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def way_in(self, callback: str, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent to log in. Raises ProviderFailed."""
        doors = await self._in_time(self._find_doors)
        challenge = _library("authlib.oauth2.rfc7636").create_s256_code_challenge(verifier)
        query = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id or "",
            "redirect_uri": callback,
            "scope": " ".join(self._settings.oidc_scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{doors.authorize}{'&' if '?' in doors.authorize else '?'}{urlencode(query)}"

    async def claims(self, code: str, callback: str, nonce: str, verifier: str) -> dict[str, Any]:
        """What its token says of whoever came back with this code. Raises ProviderFailed."""
        return await self._in_time(partial(self._claims, code, callback, nonce, verifier))

    async def _in_time(self, work: Callable[[], Awaitable[T]]) -> T:
        if self._waiting >= MOST_WAITING:
            raise ProviderFailed("Too many people log in at this moment.", "too many at a time", 503)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.oidc_timeout_s), self._some_at_a_time:
                return await work()
        except TimeoutError:
            raise ProviderFailed("The log-in service does not answer in time.", "too slow", 504) from None
        finally:
            self._waiting -= 1

    async def _claims(self, code: str, callback: str, nonce: str, verifier: str) -> dict[str, Any]:
        doors, settings = await self._find_doors(), self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
            "client_id": settings.oidc_client_id or "",
        }
        auth = None
        if settings.oidc_client_secret is not None:
            secret = settings.oidc_client_secret.get_secret_value()
            if doors.takes_basic:  # both are form-encoded first (RFC 6749, section 2.3.1)
                auth = httpx2.BasicAuth(quote(form.pop("client_id"), safe=""), quote(secret, safe=""))
            else:
                form["client_secret"] = secret
        status, answer = await self._ask("POST", doors.token, data=form, auth=auth)
        if status != 200:
            why = str(answer.get("error", ""))[:60]
            raise ProviderFailed("The log-in service did not accept this log-in.", f"code refused: {status} {why!r}")
        return await self._verified(doors, answer, nonce)

    async def _verified(self, doors: Doors, answer: dict[str, Any], nonce: str) -> dict[str, Any]:
        """Core 1.0, section 3.1.3.7."""
        raw, errors = answer.get("id_token"), _library("joserfc.errors")
        if not isinstance(raw, str):
            raise ProviderFailed("The log-in service does not say who you are.", "no id_token")
        jwt = _library("joserfc.jwt")
        try:
            try:
                token = jwt.decode(raw, await self._find_keys(doors), algorithms=ALGORITHMS)
            except errors.InvalidKeyIdError:  # a key that is new
                token = jwt.decode(raw, await self._find_keys(doors, anew=True), algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": self._settings.oidc_issuer},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
            }
            params = {
                "nonce": nonce,
                "client_id": self._settings.oidc_client_id,
                "access_token": answer.get("access_token"),
            }
            said = _library("authlib.oidc.core").CodeIDToken(token.claims, token.header, options, params)
            said.validate(leeway=LEEWAY_S)
        except (errors.JoseError, ValueError, TypeError, KeyError) as error:
            # the kind of it, and which claim: never the token
            why = f"{type(error).__name__} {getattr(error, 'claim', '')}".strip()
            raise ProviderFailed("What the log-in service says cannot be trusted.", f"token: {why}") from None
        return dict(token.claims)

    async def _find_doors(self) -> Doors:
        if self._doors is not None and time.monotonic() - self._doors[0] < _KEPT_S:
            return self._doors[1]
        issuer = self._settings.oidc_issuer or ""
        status, said = await self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if status != 200:
            raise ProviderFailed("The log-in service cannot be used now.", f"discovery answered {status}")
        if said.get("issuer") != issuer:  # Discovery 1.0, section 4.3: exactly
            why = f"it says it is {str(said.get('issuer'))[:200]!r}, not oidc_issuer"
            raise ProviderFailed("The log-in service is not the one that was set up.", why)
        urls = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        found = [one for one in urls if isinstance(one, str) and is_protected(one.partition("?")[0])]
        if len(found) != len(urls):
            raise ProviderFailed("The log-in service cannot be used.", "discovery: an address is missing or not https")
        ways = said.get("token_endpoint_auth_methods_supported")
        takes_basic = not isinstance(ways, list) or "client_secret_basic" in ways
        self._doors = time.monotonic(), Doors(found[0], found[1], found[2], takes_basic)
        return self._doors[1]

    async def _find_keys(self, doors: Doors, anew: bool = False) -> Any:
        if self._keys is not None and time.monotonic() - self._keys[0] < (_KEYS_AGAIN_S if anew else _KEPT_S):
            return self._keys[1]
        status, said = await self._ask("GET", doors.keys)
        every = said.get("keys")
        if status != 200 or not isinstance(every, list):
            raise ProviderFailed("The log-in service cannot be used now.", f"its keys: {status}")
        jwk, found = _library("joserfc.jwk"), []
        for one in every:
            if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") in ("RSA", "EC"):
                try:
                    found.append(jwk.import_key(one))
                except (_library("joserfc.errors").JoseError, ValueError, TypeError, KeyError):
                    continue  # of a kind that is newer than we are: others may do
        self._keys = time.monotonic(), jwk.KeySet(found)
        return self._keys[1]

    async def _ask(self, method: str, url: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """Status and JSON object. Redirects are not followed: who is trusted stands in the settings."""
        if self._client is None:
            trusted = await asyncio.to_thread(ssl.create_default_context)  # what this machine trusts
            make = partial(httpx2.AsyncClient, trust_env=False, follow_redirects=False, timeout=None)
            self._client = self._client or make(verify=trusted, headers={"Accept": "application/json"})
        body = bytearray()
        try:
            async with self._client.stream(method, url, **options) as answer:
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        raise ProviderFailed("The log-in service cannot be used.", "an answer beyond all bounds")
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            why = f"{type(error).__name__}: {error}"[:200]
            raise ProviderFailed("The log-in service cannot be reached now.", why) from None
        try:
            said = from_json(bytes(body))
        except (InvalidJson, RecursionError, UnicodeDecodeError):
            said = None
        if not isinstance(said, dict):
            if status == 200:
                raise ProviderFailed("The log-in service cannot be used.", "an answer that is no JSON object")
            said = {}
        return status, said


def tell(failed: ProviderFailed) -> None:
    """Into the log, for whoever set it up."""
    _log.warning("single sign-on failed", why=failed.why)


@cache
def _library(name: str) -> Any:
    """What the extra `oidc` brings, loaded when somebody logs in first."""
    return import_module(name)
