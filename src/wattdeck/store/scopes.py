"""Which charge points are in a person's scope, in SQL; the same as `Scope.covers` says of one."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_, select

from wattdeck.domain.in_scope import Own
from wattdeck.domain.people import Scope
from wattdeck.store.tables import alerts
from wattdeck.store.tables import charge_points as table


def ids(scope: Scope) -> Select[Any]:
    """Their numbers, those that were removed too, for a query to build upon."""
    return select(table.c.id).where(covered(scope))


def ids_of(connection: Connection, scope: Scope) -> list[int]:
    return list(connection.execute(ids(scope).order_by(table.c.id)).scalars())


def own(connection: Connection, scope: Scope) -> Own:
    """With the identifiers of all charge points in it."""
    return Own(scope, frozenset(connection.execute(select(table.c.identifier_key).where(covered(scope))).scalars()))


def covered(scope: Scope) -> ColumnElement[bool]:
    """As a condition on `charge_points`."""
    plain: list[str] = []
    patterns: list[str] = []
    for pattern in scope.charge_points:
        (patterns if set(pattern) & {"*", "?"} else plain).append(pattern.casefold())
    return or_(
        false(),
        table.c.identifier_key.in_(plain),
        table.c.site.in_(scope.sites),
        *(table.c.identifier_key.like(_like(pattern), escape="\\") for pattern in patterns),
    )


def of_alerts(scope: Scope) -> ColumnElement[bool]:
    """As a condition on `alerts`: those of its charge points, and of its sites as a whole."""
    of_site = alerts.c.site.is_not(None) if "*" in scope.charge_points else alerts.c.site.in_(scope.sites)
    return or_(alerts.c.charge_point_id.in_(ids(scope)), and_(alerts.c.charge_point_id.is_(None), of_site))


def _like(pattern: str) -> str:
    for special in ("\\", "%", "_"):
        pattern = pattern.replace(special, "\\" + special)
    return pattern.replace("*", "%").replace("?", "_")
