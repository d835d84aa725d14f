"""API keys: programs that ask. For admins."""

import secrets

from fastapi import Response
from pydantic import BaseModel, ConfigDict

from wattdeck.api.auth import API_KEY_SETTING, Admin, hash_token
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import Cursor, Limit, Listed, Moment, can_be_row, listed, number
from wattdeck.api.users import Name, Role, ScopeBody, scope_for
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import now
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.live import people_shapes
from wattdeck.live.people_shapes import ApiKeyShape
from wattdeck.store import api_keys
from wattdeck.store.api_keys import ApiKey

router = v1_router(prefix="/api-keys", tags=["people"])
PREFIX = "wattdeck_"  # so that one that lies about is recognised


class NewKey(BaseModel):
    """`name`: what it is for. Without `expires_at` it counts until it is revoked. `scope` null: all charge points."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    role: Role = "viewer"
    scope: ScopeBody | None = None
    expires_at: Moment | None = None


class KeyMadeShape(ApiKeyShape):
    """`key`: shown only here."""

    key: str


@router.get("", response_model=Listed[ApiKeyShape])
async def list_all(person: Admin, house: House, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """All keys, newest first, those that have expired too."""
    after, at = number(cursor), now()
    page = await house.store.read(lambda connection: api_keys.list_all(connection, limit, after))
    return listed([people_shapes.api_key(one, at) for one in page.items], page.next)


@router.post("", status_code=201, response_model=KeyMadeShape)
async def add(body: NewKey, person: Admin, house: House) -> Response:
    """Make a key; the answer shows it, nothing does later. 409 where a key or a user has that name."""
    at = now()
    if body.expires_at is not None and body.expires_at <= at:
        raise Unprocessable("expires_at: that has passed")
    scope = scope_for(body.role, body.scope)
    if body.name.casefold() == API_KEY_SETTING.casefold():
        raise Conflict(f"the name {body.name!r} is taken")
    key = PREFIX + secrets.token_urlsafe(32)
    made: ApiKey = await house.store.write(
        lambda connection: api_keys.add(
            connection,
            hash_token(key),
            name=body.name,
            role=body.role,
            scope=scope,
            created_by=person.name,
            at=at,
            expires_at=body.expires_at,
        )
    )
    return json_response({**people_shapes.api_key(made, at), "key": key}, 201)


@router.delete("/{key_id}", status_code=204)
async def revoke(key_id: int, person: Admin, house: House) -> Response:
    """Take a key back: it opens nothing any more. 409 for the one in the settings, which would be back at the next
    start.
    """
    found = await house.store.read(lambda c: api_keys.find(c, key_id)) if can_be_row(key_id) else None
    if found is None:
        raise NotFound(f"no API key {key_id}")
    if found.name == API_KEY_SETTING:
        raise Conflict(f"this key is in the settings ({API_KEY_SETTING}): take it from there")
    await house.store.write(lambda connection: api_keys.remove(connection, key_id))
    return Response(status_code=204)
