"""Series of everyone, for their latest values."""

import json
from typing import Any

from sqlalchemy import Connection, Select, func, select

from wattdeck.store.fleet import Scope
from wattdeck.store.series import Series, record
from wattdeck.store.tables import charge_points
from wattdeck.store.tables import series as table


def series_of(
    connection: Connection,
    scope: Scope,
    measurand: str | None,
    phase: str | None,
    connector_id: int | None,
    after: int | None,
    limit: int,
) -> list[tuple[Series, str]]:
    """Series that fit, each with its charge point's identifier, in order of their numbers from `after` on; `phase` ""
    asks for those without one.
    """
    query = select(table, charge_points.c.identifier).join(charge_points, charge_points.c.id == table.c.charge_point_id)
    conditions = (
        (scope.site, charge_points.c.site == scope.site),
        (scope.charge_point_ids, charge_points.c.id.in_(_numbers(scope.charge_point_ids or ()))),
        (measurand, table.c.measurand == measurand),
        (phase, table.c.phase == phase),
        (connector_id, table.c.connector_id == connector_id),
        (after, table.c.id > (after or 0)),
    )
    for given, condition in conditions:
        if given is not None:
            query = query.where(condition)
    rows = connection.execute(query.order_by(table.c.id).limit(limit))
    return [(record(row), row.identifier) for row in rows]


def _numbers(ids: tuple[int, ...]) -> Select[Any]:
    """As one value, for there may be more of them than a statement takes."""
    return select(func.json_each(json.dumps(ids)).table_valued("value").c.value)
