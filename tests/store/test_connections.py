"""The history of connections in the database."""

from datetime import timedelta

from wattdeck.domain.connections import ConnectionRecord
from wattdeck.store import charge_points, connections
from wattdeck.store.writer import executemany


def one(now, generation=1, **more):
    given = {"charge_point_id": 1, "generation": generation, "opened_at": now, "door": "listener", "version": "1.6"}
    return ConnectionRecord(**{**given, **more})


def put(connection, *records):
    executemany(connection, connections.PUT, [connections.row(each) for each in records])


def test_a_row_is_completed_at_the_end_also_where_its_beginning_was_dropped(connection, now):
    charge_points.register(connection, "CP-1", "accepted", now)
    ended = {"closed_at": now + timedelta(seconds=5), "closed_by": "network", "reason": "gone", "frames_in": 7}
    put(connection, one(now))
    put(connection, one(now, **ended), one(now, 2, **ended))
    assert connections.of(connection, 1, 10).items == [one(now, 2, **ended), one(now, **ended)]


def test_a_charge_point_keeps_its_newest(connection, now):
    charge_points.register(connection, "CP-1", "accepted", now)
    put(connection, *(one(now, generation) for generation in range(1, 6)))
    executemany(connection, connections.TRIM, [(1, 3)])
    assert [each.generation for each in connections.of(connection, 1, 10).items] == [5, 4]


def test_the_oldest_are_forgotten_in_steps(connection, now):
    charge_points.register(connection, "CP-1", "accepted", now)
    put(connection, *(one(now + timedelta(days=n), n) for n in range(1, 6)))
    before = now + timedelta(days=4)
    assert connections.forget(connection, before, 2)
    assert not connections.forget(connection, before, 2)
    assert [each.generation for each in connections.of(connection, 1, 10).items] == [5, 4]


def test_what_a_killed_server_left_open_ended_when_the_charge_point_was_last_heard(connection, now):
    made, _ = charge_points.connect(connection, "CP-1", "accepted", "1.6", now, now + timedelta(minutes=1))
    put(connection, one(now - timedelta(minutes=5), charge_point_id=made.id))
    connections.end_all(connection)
    [ended] = connections.of(connection, made.id, 10).items
    assert (ended.closed_at, ended.closed_by) == (made.last_seen_at, "wattdeck")


def test_those_since_a_time_are_counted(connection, now):
    charge_points.register(connection, "CP-1", "accepted", now)
    put(connection, *(one(now - timedelta(hours=12 * n), n) for n in range(4)))
    assert connections.count_since(connection, 1, now - timedelta(days=1)) == 3
