"""The totals of the overview."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from wattdeck.domain.connectors import Connector
from wattdeck.store import charge_points, connectors, sessions, totals
from wattdeck.store.totals import Totals

LEASE = timedelta(seconds=75)


def online(connection: Connection, identifier: str, now: datetime, *words: str, registration: str = "accepted") -> int:
    cp, _ = charge_points.connect(connection, identifier, registration, "1.6", now, now + LEASE)
    for number, word in enumerate(words, start=1):
        said = {"charge_point_id": cp.id, "connector_id": number, "status": word}
        connectors.report(connection, Connector(**said, updated_at=now, received_at=now))
    return cp.id


def session(connection: Connection, charge_point_id: int, now: datetime, **values: object) -> None:
    known = {"charge_point_id": charge_point_id, "charge_point": "CP", "connector_id": 1, "id_tag": "A"}
    sessions.add(connection, **known, started_at=now, **values)


def test_an_empty_house_has_nothing(connection: Connection, now: datetime):
    assert totals.count(connection, now) == Totals(0, 0, 0, 0, 0)


def test_charge_points_are_counted_by_the_rules_of_the_domain(connection: Connection, now: datetime):
    online(connection, "free", now, "Available")
    busy = online(connection, "busy", now, "Charging", "Charging")
    online(connection, "pending", now, "Available", registration="pending")
    online(connection, "silent", now)
    charge_points.register(connection, "away", "accepted", now)
    for _ in range(2):
        session(connection, busy, now)
    session(connection, busy, now, status="completed", stopped_at=now)
    expected = Totals(total_charge_points=5, connected=4, available=2, charging=1, active_sessions=2)
    assert totals.count(connection, now) == expected


def test_nobody_is_connected_when_the_leases_have_run_out(connection: Connection, now: datetime):
    online(connection, "free", now, "Available")
    assert totals.count(connection, now + LEASE) == Totals(1, 0, 0, 0, 0)


def test_a_removed_charge_point_is_not_counted(connection: Connection, now: datetime):
    id = online(connection, "free", now, "Available")
    charge_points.change(connection, id, {"registration": charge_points.REMOVED})
    assert totals.count(connection, now) == Totals(0, 0, 0, 0, 0)
