"""Where a session ends its power does: no value of it is held beyond that, whatever came last.

What a connector measures afterwards counts from when it does.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.meter_values import POWER
from wattdeck.store import rollups

_LONG_MS = 7 * 86_400_000  # a session that lasts longer is not found by its start, but by an index of its like
_OF_SERIES = "sessions.charge_point_id = series.charge_point_id AND sessions.connector_id = series.connector_id"
_AMONG = (
    f"stopped_at >= {{first}} AND stopped_at < {{last}} AND series.id IN ({{ours}}) AND series.measurand = '{POWER}'"
)
# Rows of (series_id, at) of series of power among `ours`, in [first, last) ms.
STOPS = f"""SELECT series.id AS series_id, stopped_at AS at FROM series CROSS JOIN sessions ON {_OF_SERIES}
  AND started_at >= {{first}} - {_LONG_MS} AND started_at < {{last}} WHERE {_AMONG}
  UNION ALL SELECT series.id, stopped_at FROM sessions INDEXED BY sessions_long CROSS JOIN series ON {_OF_SERIES}
  WHERE stopped_at - started_at > {_LONG_MS} AND started_at < {{first}} - {_LONG_MS} AND {_AMONG}"""
_OF = STOPS.format(ours="SELECT value FROM json_each(:ids)", first=":first", last=":last") + " ORDER BY 1, 2"
_POWERS = f"SELECT id FROM series WHERE charge_point_id = ? AND connector_id = ? AND measurand = '{POWER}'"


def of(connection: Connection, series_ids: Iterable[int], first: int, last: int) -> dict[int, list[int]]:
    """The ends of sessions in [first, last) ms, by series of power, in order."""
    driver: Any = connection.connection.driver_connection
    found: dict[int, list[int]] = {}
    for id, at in driver.execute(_OF, {"ids": json.dumps(list(series_ids)), "first": first, "last": last}):
        found.setdefault(id, []).append(at)
    return found


def mark(connection: Connection, charge_point_id: int, connector_id: int, times: Iterable[int]) -> None:
    """A session of that connector ends at these times (ms) now, or does so no longer: what was held is folded again."""
    ids = [row[0] for row in connection.exec_driver_sql(_POWERS, (charge_point_id, connector_id))]
    rollups.mark(connection, [(id, at) for id in ids for at in times])
