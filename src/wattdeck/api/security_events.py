"""Security events: what charge points report about their own safety."""

from typing import Annotated

from fastapi import Query, Response

from wattdeck.api.auth import Viewer
from wattdeck.api.house import ApiHouse, House
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Cursor, From, Limit, Listed, To, find_charge_point, listed, number
from wattdeck.api.v1 import v1_router
from wattdeck.domain.people import Scope
from wattdeck.live import security_shapes as shapes
from wattdeck.live.security_shapes import SecurityEventShape
from wattdeck.store import security_events

router = v1_router(tags=["security events"])
Type = Annotated[str | None, Query(max_length=255)]


@router.get("/security-events", response_model=Listed[SecurityEventShape])
@in_scope
async def of_all(
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    type: Type = None,
    critical: bool | None = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """Those of all charge points, newest first; `from` and `to` by the charge points' clocks."""
    return await _list(house, person.scope, None, limit, cursor, type, critical, from_, to)


@router.get("/charge-points/{identifier}/security-events", response_model=Listed[SecurityEventShape])
async def of_charge_point(
    identifier: str,
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    type: Type = None,
    critical: bool | None = None,
    from_: From = None,
    to: To = None,
) -> Response:
    """Those of one charge point, newest first."""
    one = await find_charge_point(house, identifier, removed_too=True)
    return await _list(house, person.scope, one.id, limit, cursor, type, critical, from_, to)


async def _list(
    house: ApiHouse,
    scope: Scope | None,
    charge_point_id: int | None,
    limit: int,
    cursor: str | None,
    type_: str | None,
    critical: bool | None,
    begin: From,
    end: To,
) -> Response:
    after = number(cursor)
    page = await house.store.read(
        lambda connection: security_events.search(
            connection,
            limit=limit,
            after=after,
            charge_point_id=charge_point_id,
            scope=scope,
            type_=type_,
            critical=critical,
            begin=begin,
            end=end,
        )
    )
    return listed([shapes.security_event(one) for one in page.items], page.next)
