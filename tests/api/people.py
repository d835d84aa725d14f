"""People and programs that ask: clients with the rights of a role, or with none."""

import secrets
from datetime import UTC, datetime

import httpx2

from tests.houses import House
from wattdeck.api.auth import hash_token
from wattdeck.domain.people import Scope
from wattdeck.store import users
from wattdeck.store.users import API_KEY, Token

PASSWORD = "a long enough password"


async def key_of(house: House, role: str, scope: Scope | None = None) -> str:
    """A fresh API key with a role, and a scope."""
    key, at = secrets.token_urlsafe(), datetime.now(UTC)
    token = Token(f"somebody with the role {role}", role, API_KEY, scope)
    await house.central_system._store.write(lambda c: users.add_token(c, hash_token(key), token, at, None))
    return key


def client(house: House, key: str | None = None) -> httpx2.AsyncClient:
    """A client at the root of the house; without a key it has no credentials, and keeps cookies."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx2.AsyncClient(base_url=house.http_url, headers=headers, timeout=60, trust_env=False)


def is_problem(response: httpx2.Response, status: int) -> bool:
    """Whether it is problem+json of this status that names none of our internals."""
    body = response.json()
    assert response.status_code == status, (response.status_code, body)
    assert response.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert {"type", "title", "detail"} <= set(body)
    assert "Traceback" not in response.text
    assert "wattdeck/" not in response.text
    return True
