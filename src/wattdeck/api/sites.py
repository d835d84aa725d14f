"""Sites: charge points that stand together."""

from fastapi import Response
from typing_extensions import TypedDict

from wattdeck.api.auth import Viewer
from wattdeck.api.house import House
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Listed, listed
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import now
from wattdeck.store import sites

router = v1_router(prefix="/sites", tags=["charge points"])


class SiteShape(TypedDict):
    site: str
    charge_points: int
    connected: int


@router.get("", response_model=Listed[SiteShape])
@in_scope
async def list_all(person: Viewer, house: House) -> Response:
    """The sites there are, by name. A site is there as long as a charge point has it."""
    at = now()
    return listed(await house.store.read(lambda connection: sites.list_all(connection, at, person.scope)))
