"""A charge point's connections: since when, how often, why they ended."""

from datetime import timedelta

from fastapi import Response
from sqlalchemy import Connection

from wattdeck.api.auth import Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import Cursor, From, Limit, Listed, To, find_charge_point, number
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import now
from wattdeck.live import door_shapes as shapes
from wattdeck.live.door_shapes import ConnectionShape
from wattdeck.store import connections
from wattdeck.store.rows import Page

router = v1_router(tags=["charge points"])


class ListedConnections(Listed[ConnectionShape]):
    """`last_24h`: how many began within a day."""

    last_24h: int


@router.get("/charge-points/{identifier}/connections", response_model=ListedConnections)
async def of_charge_point(
    identifier: str,
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """Its connections, newest first, the present one among them; `from` and `to` of their beginning."""
    one, at = await find_charge_point(house, identifier, removed_too=True), now()
    asked = (one.id, limit, number(cursor), from_, to)

    def read(connection: Connection) -> tuple[Page, int]:
        page = connections.of(connection, *asked)
        return page, connections.count_since(connection, one.id, at - timedelta(days=1))

    page, last_24h = await house.store.read(read)
    items = [shapes.connection(each, at) for each in page.items]
    return json_response({"items": items, "next": page.next and str(page.next), "last_24h": last_24h})
