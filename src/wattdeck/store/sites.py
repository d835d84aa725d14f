"""Sites: charge points that stand together. A site is its name; there is one as long as a charge point has it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from wattdeck.domain.clock import to_ms
from wattdeck.domain.people import Scope
from wattdeck.domain.records import Record
from wattdeck.store import scopes
from wattdeck.store.charge_points import REMOVED
from wattdeck.store.tables import charge_points as table


class Site(Record, frozen=True):
    """How many charge points it has, and how many of them are connected."""

    site: str
    charge_points: int
    connected: int


def at_site(site: str | None) -> Select[Any]:
    """The numbers of a site's charge points, those that were removed too, for a query to build upon."""
    return select(table.c.id).where(table.c.site == site)


def list_all(connection: Connection, at: datetime, scope: Scope | None = None) -> list[Site]:
    """By name; with the charge points of a scope."""
    connected = func.count(case((table.c.online_until > to_ms(at), 1)))
    query = (
        select(table.c.site, func.count().label("charge_points"), connected.label("connected"))
        .where(table.c.site.is_not(None), table.c.registration != REMOVED)
        .group_by(table.c.site)
        .order_by(table.c.site)
    )
    if scope is not None:
        query = query.where(scopes.covered(scope))
    return [Site(*row) for row in connection.execute(query)]
