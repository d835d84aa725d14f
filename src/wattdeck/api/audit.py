"""Audit: every request that is to change something is noted, with who asked and how it ended; never with its body."""

from typing import Annotated, Any

from fastapi import Query, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import TypedDict

from wattdeck.api.auth import Admin
from wattdeck.api.house import ApiHouse, House
from wattdeck.api.in_scope import SAFE
from wattdeck.api.parameters import Cursor, From, Limit, Listed, To, listed, number
from wattdeck.api.paths import PREFIX, path_of
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import iso, now, to_ms
from wattdeck.domain.people import Person
from wattdeck.domain.records import as_dict
from wattdeck.store import audit
from wattdeck.store.audit import Entry

router = v1_router(prefix="/audit", tags=["people"])
_LONGEST_PATH = 300


class EntryShape(TypedDict):
    id: int
    at: str
    actor: str | None
    kind: str | None
    role: str | None
    address: str | None
    method: str
    route: str
    path: str
    charge_point: str | None
    status: int


@router.get("", response_model=Listed[EntryShape])
async def list_all(
    person: Admin,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    actor: Annotated[str | None, Query(max_length=64, description="a user's or key's name")] = None,
    charge_point: Annotated[str | None, Query(max_length=128, description="its identifier, as it is spelled")] = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """Who did what, newest first."""
    after = number(cursor)
    page = await house.store.read(
        lambda connection: audit.search(
            connection, limit=limit, after=after, actor=actor, charge_point=charge_point, begin=from_, end=to
        )
    )
    return listed([_shape(one) for one in page.items], page.next)


class Auditing:
    """ASGI middleware that notes what was asked. The routes' dependencies say in the request's state who asked for
    which route and about whom: without that nobody known did, and there is nothing to note.
    """

    def __init__(self, app: ASGIApp, house: ApiHouse) -> None:
        self._app, self._house = app, house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        status = 500  # where it ends by a surprise

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            if "route" in state:
                note(self._house, scope, status)


def note(house: ApiHouse, scope: Scope, status: int) -> None:
    """A request whose state says who asked for what."""
    house.store.add_quietly((audit.INSERT, [_row(scope, scope["state"], status)]))


def _row(scope: Scope, state: dict[str, Any], status: int) -> tuple[Any, ...]:
    person: Person | None = state.get("person")
    who = (None, None, None) if person is None else (person.name, person.kind, person.role)
    client, one = scope.get("client"), state.get("charge_point")
    path = path_of(scope)[:_LONGEST_PATH]
    about = None if one is None else one.identifier
    return (
        to_ms(now()),
        *who,
        client[0] if client else None,
        scope["method"],
        f"{PREFIX}/{state['route']}",
        path.encode("utf-8", "replace").decode(),
        about,
        status,
    )


def _shape(one: Entry) -> dict[str, Any]:
    return {**as_dict(one), "at": iso(one.at)}
