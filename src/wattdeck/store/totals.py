"""The totals of the overview, counted by the rules of `domain.charge_points`."""

from datetime import datetime

from sqlalchemy import Connection, func, select, true

from wattdeck.domain.charge_points import is_available
from wattdeck.domain.clock import to_ms
from wattdeck.domain.people import Scope
from wattdeck.domain.records import Record
from wattdeck.domain.sessions import ACTIVE
from wattdeck.store import connectors, scopes
from wattdeck.store.charge_points import REMOVED
from wattdeck.store.tables import charge_points, sessions


class Totals(Record, frozen=True):
    """`charging`: charge points with at least one open session."""

    total_charge_points: int
    connected: int
    available: int
    charging: int
    active_sessions: int


def count(connection: Connection, at: datetime, scope: Scope | None = None) -> Totals:
    """Of all charge points, or of those in a scope."""
    own = true() if scope is None else scopes.covered(scope)
    rows = connection.execute(
        select(charge_points.c.id, charge_points.c.registration, charge_points.c.online_until).where(
            charge_points.c.registration != REMOVED, own
        )
    ).all()
    online = {row.id: row.registration for row in rows if (row.online_until or 0) > to_ms(at)}
    reported = connectors.of_all(connection)
    available = sum(is_available(word, True, reported.get(id, [])) for id, word in online.items())
    busy = connection.execute(
        select(func.count(sessions.c.charge_point_id.distinct()), func.count()).where(
            sessions.c.status == ACTIVE, true() if scope is None else sessions.c.charge_point_id.in_(scopes.ids(scope))
        )
    ).one()
    return Totals(len(rows), len(online), available, busy[0], busy[1])
