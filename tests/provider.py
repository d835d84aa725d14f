"""An OpenID Connect provider of our own: real HTTP, real signatures, strict about what a client must send."""

import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.houses import serving_asgi

CLIENT_ID, CLIENT_SECRET = "wattdeck-dash", "a secret: + & /"
NO_SIGNATURE = {"alg": "none"}


class Provider:
    """Whoever comes is `person`, without a question. `spoil`: what goes wrong, by what it goes wrong with."""

    def __init__(self) -> None:
        self.issuer = ""
        self.person: dict[str, Any] = {"sub": "1001", "preferred_username": "ana", "groups": []}
        self.keys = [RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})]
        self.spoil: dict[str, Callable[[Any], Any]] = {}
        self.asked: list[str] = []
        self.tokens: list[str] = []  # all that was given out and is nobody else's business
        self._codes: dict[str, dict[str, str]] = {}
        names = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": self._keys,
            "/authorize": self._authorize,
        }
        routes = [Route(path, self._noted(answer)) for path, answer in names.items()]
        self.app = Starlette(routes=[*routes, Route("/token", self._noted(self._token), methods=["POST"])])

    def rotate(self) -> None:
        """Another key from now on."""
        self.keys = [RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})]

    def _noted(self, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def noted(request: Request) -> Response:
            self.asked.append(request.url.path)
            spoilt = self.spoil.get(request.url.path)
            given = await answer(request)
            return given if spoilt is None else await spoilt(given)

        return noted

    async def _discovery(self, request: Request) -> Response:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return JSONResponse(self.spoil.get("discovery", lambda same: same)(said))

    async def _keys(self, request: Request) -> Response:
        unknown = {"kty": "of the future", "kid": "x"}
        return JSONResponse({"keys": [unknown, *KeySet(self.keys).as_dict()["keys"]]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(self.spoil.get('back', lambda same: same)(back))}")

    async def _token(self, request: Request) -> Response:
        form = {name: value[0] for name, value in parse_qs((await request.body()).decode()).items()}
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(given).decode().partition(":")
        if (scheme, unquote(name), unquote(secret)) != ("Basic", CLIENT_ID, CLIENT_SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != challenge.decode()
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        at, access = int(time.time()), secrets.token_urlsafe()
        half = base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()[:16]).rstrip(b"=").decode()
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": at,
            "exp": at + 300,
            "nonce": asked["nonce"],
            "at_hash": half,
        }
        claims = self.spoil.get("claims", lambda same: same)(claims | self.person)
        token = self.spoil.get("sign", self._signed)(claims)
        self.tokens += [token, access, form["code"], form["code_verifier"], asked["state"], asked["nonce"]]
        return JSONResponse({"access_token": access, "token_type": "Bearer", "id_token": token})

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.keys[0].kid}, claims, self.keys[0])


@asynccontextmanager
async def serving_provider(**options: Any) -> AsyncIterator[Provider]:
    """One on a free port of real sockets. `options`: uvicorn's."""
    provider = Provider()
    async with serving_asgi(provider.app, **options) as url:
        provider.issuer = url if not options else url.replace("http://127.0.0.1", "https://localhost")
        yield provider


def settings_for(provider: Provider, **given: Any) -> dict[str, Any]:
    """Of the house whose people it knows."""
    own = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    return own | given
