"""Energy that was reckoned without a register (`domain.sessions.WITHOUT_REGISTER`), by session and quarter of an hour.

What a session's rows add up to is its energy; one that has a register has none. They are written with the session.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from wattdeck.domain.quarters import News
from wattdeck.domain.sessions import Session
from wattdeck.store.writer import Bulk, Rows, executemany


def _since_cleared(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What is to be put: of a session that was cleared only what came after that."""
    kept: list[tuple[Any, ...]] = []
    cleared: set[int] = set()
    for row in reversed(rows):
        if row[1] is None:
            cleared.add(row[0])
        elif row[0] not in cleared:
            kept.append(row)
    return kept[::-1]


# A commit puts the rows of all its messages at once, and clears at once. So both are always handed in, in this order,
# and what is put says by a row without a time where its session was cleared.
CLEAR = Bulk("DELETE FROM reckoned_energy WHERE session_id = ?")
PUT = Bulk(
    "INSERT INTO reckoned_energy (session_id, at, charge_point_id, connector_id, energy_wh) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (session_id, at) DO UPDATE SET energy_wh = excluded.energy_wh",
    prepare=_since_cleared,
)
_OF = "SELECT session_id, at, energy_wh FROM reckoned_energy WHERE session_id IN (SELECT value FROM json_each(?))"
_SINCE = (
    "SELECT session_id, charge_point_id, at, energy_wh FROM reckoned_energy INDEXED BY reckoned_energy_by_time"
    " WHERE at >= ? AND connector_id > 0"
)


def rows(session: Session, news: News) -> list[Rows]:
    """To be written with the session itself."""
    owner = (session.charge_point_id, session.connector_id)
    put: list[tuple[Any, ...]] = [(session.id, at, *owner, wh) for at, wh in sorted(news.quarters.items())]
    if not news.is_anew:
        return [(CLEAR, []), (PUT, put)]
    return [(CLEAR, [(session.id,)]), (PUT, [(session.id, None), *put])]


def replace(connection: Connection, session: Session, quarters: Mapping[int, float]) -> None:
    """All that is known of a session."""
    for bulk, some in rows(session, News(True, quarters)):
        executemany(connection, bulk, list(some))


def of(connection: Connection, session_ids: Iterable[int]) -> dict[int, dict[int, float]]:
    """Wh by quarter, of the sessions that have any."""
    driver: Any = connection.connection.driver_connection
    found: dict[int, dict[int, float]] = {}
    for session_id, at, wh in driver.execute(_OF, (json.dumps(list(session_ids)),)):
        found.setdefault(session_id, {})[at] = wh
    return found


def since(connection: Connection, since: int, charge_point_id: int | None = None) -> list[tuple[int, int, int, float]]:
    """Of connectors, from a time (ms) on: session, charge point, quarter, Wh."""
    driver: Any = connection.connection.driver_connection
    found = driver.execute(_SINCE, (since,))
    return [row for row in found if charge_point_id is None or row[1] == charge_point_id]
