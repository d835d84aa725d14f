"""What happened lately, read from the tables in which it stands."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from wattdeck.domain.clock import to_ms
from wattdeck.domain.people import Scope
from wattdeck.store import activity, charge_points
from wattdeck.store.tables import connections, metadata, sessions, status_history


def put_statuses(connection, one, *words, at, connector_id=1):
    for step, word in enumerate(words):
        taken_at = to_ms(at + timedelta(seconds=step))
        values = {"charge_point_id": one.id, "connector_id": connector_id, "status": word, "taken_at": taken_at}
        error = "GroundFailure" if word == "Faulted" else "NoError"
        connection.execute(insert(status_history).values(**values, error_code=error, received_at=taken_at))


def put_session(connection, one, started_at, stopped_at=None):
    values = {"charge_point_id": one.id, "charge_point": one.identifier, "connector_id": 1, "transaction_id": "1"}
    values |= {"status": "completed" if stopped_at else "active", "energy_wh": 1500.0, "flags": 0}
    ended = None if stopped_at is None else to_ms(stopped_at)
    connection.execute(insert(sessions).values(**values, started_at=to_ms(started_at), stopped_at=ended))


def put_connection(connection, one, generation, opened_at, closed_at=None):
    values = {"charge_point_id": one.id, "generation": generation, "door": "listener", "version": "1.6"}
    values |= {"security_profile": 0, "frames_in": 1, "frames_out": 1, "reason": "gone" if closed_at else None}
    closed = None if closed_at is None else to_ms(closed_at)
    connection.execute(insert(connections).values(**values, opened_at=to_ms(opened_at), closed_at=closed))


def told(connection, at, *kinds, limit=30, scope=None):
    found = activity.newest(connection, kinds or activity.KINDS, limit, at, scope)
    return [(one.event, one.charge_point, one.detail) for one in found]


def test_a_fault_is_told_once_and_once_more_when_it_is_over(connection, cp, now):
    put_statuses(connection, cp, "Available", "Faulted", "Faulted", "Available", "Charging", at=now)
    put_statuses(connection, cp, "Available", "Charging", at=now, connector_id=2)
    assert told(connection, now, "fault") == [
        ("recovered", "CP-1", "Available"),
        ("faulted", "CP-1", "GroundFailure"),
    ]


def test_a_session_is_told_when_it_starts_and_when_it_stops_with_its_energy(connection, cp, now):
    put_session(connection, cp, now - timedelta(hours=3), now - timedelta(hours=1))
    put_session(connection, cp, now - timedelta(hours=2))
    put_session(connection, cp, now + timedelta(hours=1))
    found = activity.newest(connection, ("session",), 30, now)
    assert [(one.event, one.energy_wh) for one in found] == [
        ("session_stopped", 1500.0),
        ("session_started", None),
        ("session_started", None),
    ], "a clock that is ahead tells nothing before its time"


def test_a_connection_that_another_one_replaced_left_nobody_disconnected(connection, cp, now):
    put_connection(connection, cp, 1, now - timedelta(minutes=9), now - timedelta(minutes=5))
    put_connection(connection, cp, 2, now - timedelta(minutes=6), now - timedelta(minutes=3))
    put_connection(connection, cp, 3, now - timedelta(minutes=1))
    assert [event for event, *_ in told(connection, now, "connection")] == [
        *("connected", "disconnected", "connected", "connected"),
    ]


def test_only_what_is_in_the_scope_is_told_and_the_newest_first(connection, cp, now):
    other = charge_points.register(connection, "YARD-1", "accepted", now)
    for one, minutes in ((cp, 3), (other, 2), (cp, 1)):
        put_session(connection, one, now - timedelta(minutes=minutes))
        put_statuses(connection, one, "Faulted", at=now - timedelta(minutes=minutes, seconds=30))
        put_connection(connection, one, minutes, now - timedelta(minutes=minutes, seconds=10))
    assert {name for _, name, _ in told(connection, now)} == {"CP-1", "YARD-1"}
    mine = activity.newest(connection, activity.KINDS, 3, now, Scope(("yard-*",), ()))
    assert [(one.event, one.charge_point) for one in mine] == [
        *(("session_started", "YARD-1"), ("connected", "YARD-1"), ("faulted", "YARD-1")),
    ]
    assert [one.at for one in mine] == sorted((one.at for one in mine), reverse=True)


@pytest.mark.parametrize("scope", [None, Scope(("cp-*",), ())])
def test_however_large_a_table_is_it_is_read_along_an_index_and_not_through(connection, cp, now, scope):
    put_statuses(connection, cp, "Faulted", at=now)
    asked: list[str] = []
    raw = connection.connection.driver_connection
    raw.set_trace_callback(asked.append)
    activity.newest(connection, activity.KINDS, 30, now, scope)
    raw.set_trace_callback(None)
    assert len(asked) >= len(activity.KINDS)
    for statement in asked:
        assert " LIMIT " in statement
        inner = " ".join(statement.split())
        for *_, step in raw.execute(f"EXPLAIN QUERY PLAN {statement}"):
            what, name, *how = step.split()
            if what == "SCAN" and name in metadata.tables and name != "charge_points":
                # along an index, or along its rows where those are asked for in their own order
                assert "INDEX" in how or f"FROM {name} ORDER BY {name}.id DESC LIMIT" in inner, step
