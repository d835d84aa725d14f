"""Sessions: begun, carried on and ended once each; found by content, transaction, time; searched in pages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import to_ms
from wattdeck.domain.records import replace
from wattdeck.domain.sessions import COMPLETED, FLAG_START_LOST, RECOVERED, Session
from wattdeck.store import charge_points, sessions
from wattdeck.store.batch import executemany


def hour(now: datetime, hours: float) -> datetime:
    return now + timedelta(hours=hours)


def add(connection: Connection, cp: ChargePoint, at: datetime, **values: Any) -> Session:
    known = {"charge_point_id": cp.id, "charge_point": cp.identifier, "connector_id": 1, "id_tag": "TAG"}
    return sessions.add(connection, **{**known, "started_at": at, "start_meter_wh": 1000.0, **values})


def ended(connection: Connection, cp: ChargePoint, at: datetime, until: datetime, **values: Any) -> Session:
    return add(connection, cp, at, status=COMPLETED, stopped_at=until, **values)


def found(connection: Connection, **asked: Any) -> list[int]:
    return [one.id for one in sessions.search(connection, **{"limit": 50, **asked}).items]


def test_the_transaction_id_is_the_sessions_own_number(connection: Connection, cp: ChargePoint, now: datetime):
    session = add(connection, cp, now)
    assert session.transaction_id == str(session.id)


def test_a_session_is_read_as_it_was_written(connection: Connection, cp: ChargePoint, now: datetime):
    values = {"meter_wh": 5.5, "meter_at": hour(now, 1), "flags": 3, "soc": 41.5, "stop_reason": "Remote"}
    session = ended(connection, cp, now, hour(now, 2), **values)
    assert sessions.get(connection, session.id) == session
    assert (session.started_at, session.stopped_at, session.meter_at) == (now, hour(now, 2), hour(now, 1))


def test_a_transaction_id_is_never_given_twice(connection: Connection, cp: ChargePoint, now: datetime):
    first = add(connection, cp, now)
    connection.exec_driver_sql("DELETE FROM sessions")
    assert add(connection, cp, now).id > first.id


def test_a_saved_session_is_read_again(connection: Connection, cp: ChargePoint, now: datetime):
    session = replace(add(connection, cp, now), energy_wh=12.5, status=COMPLETED, stopped_at=hour(now, 1), flags=1)
    sessions.save(connection, session)
    assert sessions.get(connection, session.id) == session


def run_live(connection: Connection, *told: Session) -> None:
    executemany(connection, sessions.LIVE, [sessions.live_row(session) for session in told])


def test_live_figures_reach_a_running_session(connection: Connection, cp: ChargePoint, now: datetime):
    session = replace(
        add(connection, cp, now), energy_wh=9.0, power_w=7.0, soc=8.0, meter_wh=6.0, meter_at=hour(now, 1), flags=8
    )
    run_live(connection, session)
    assert sessions.get(connection, session.id) == session


def test_of_live_figures_in_one_commit_the_last_of_each_session_count(
    connection: Connection, cp: ChargePoint, now: datetime
):
    one, other = add(connection, cp, now), add(connection, cp, hour(now, 1), connector_id=2)
    told = [replace(one if number % 2 else other, energy_wh=float(number)) for number in range(200)]
    run_live(connection, *told)
    assert sessions.get(connection, one.id).energy_wh == 199.0
    assert sessions.get(connection, other.id).energy_wh == 198.0


def test_when_a_session_was_heard_of_is_kept_though_the_last_row_does_not_say(
    connection: Connection, cp: ChargePoint, now: datetime
):
    session = add(connection, cp, now)
    executemany(connection, sessions.LIVE, [sessions.live_row(session, hour(now, 1)), sessions.live_row(session)])
    heard_at = connection.exec_driver_sql("SELECT heard_at FROM sessions").scalar_one()
    assert heard_at == to_ms(hour(now, 1))


def test_live_figures_find_their_session_by_its_number(connection: Connection, cp: ChargePoint, now: datetime):
    sql, row = sessions.LIVE.sql, sessions.live_row(add(connection, cp, now))
    plan = [step.detail for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", row)]
    assert any(step.startswith("SEARCH sessions USING INTEGER PRIMARY KEY") for step in plan), plan


def test_live_figures_leave_an_ended_session_alone(connection: Connection, cp: ChargePoint, now: datetime):
    session = ended(connection, cp, now, hour(now, 1))
    run_live(connection, replace(session, energy_wh=9.0))
    assert sessions.get(connection, session.id) == session


@pytest.mark.parametrize("id_tag", ["TAG", "tag", " Tag "])
def test_an_identical_start_is_the_same_session(connection: Connection, cp: ChargePoint, now: datetime, id_tag: str):
    session = add(connection, cp, now)
    assert sessions.same_start(connection, cp.id, 1, id_tag, 1000.0, now) == session


def test_an_identical_start_is_known_after_its_stop(connection: Connection, cp: ChargePoint, now: datetime):
    session = ended(connection, cp, now, hour(now, 1))
    assert sessions.same_start(connection, cp.id, 1, "TAG", 1000.0, now) == session


@pytest.mark.parametrize(
    ("connector_id", "id_tag", "meter_wh", "seconds"),
    [(2, "TAG", 1000.0, 0), (1, "OTHER", 1000.0, 0), (1, "TAG", 1001.0, 0), (1, "TAG", 1000.0, 1)],
)
def test_a_start_that_differs_is_another(
    connection: Connection,
    cp: ChargePoint,
    now: datetime,
    connector_id: int,
    id_tag: str,
    meter_wh: float,
    seconds: int,
):
    add(connection, cp, now)
    at = now + timedelta(seconds=seconds)
    assert sessions.same_start(connection, cp.id, connector_id, id_tag, meter_wh, at) is None


def test_the_same_start_of_another_charge_point_is_another(connection: Connection, cp: ChargePoint, now: datetime):
    add(connection, cp, now)
    other = charge_points.register(connection, "CP-2", "accepted", now)
    assert sessions.same_start(connection, other.id, 1, "TAG", 1000.0, now) is None


def test_running_sessions_come_newest_first(connection: Connection, cp: ChargePoint, now: datetime):
    newest = add(connection, cp, hour(now, 1))
    oldest = add(connection, cp, hour(now, -1), connector_id=2)
    ended(connection, cp, now, hour(now, 1))
    assert sessions.active(connection) == [newest, oldest]
    assert sessions.active(connection, [cp.id]) == [newest, oldest]
    assert sessions.active(connection, [cp.id + 1]) == []
    assert sessions.active(connection, []) == []


def test_running_sessions_of_one_charge_point_are_found_without_a_look_at_everyones(
    connection: Connection, cp: ChargePoint
):
    asked: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    sessions.active(connection, [cp.id])
    sql, values = asked[0]
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    assert ["sessions_running" in row.detail for row in plan] == [True]


def test_the_session_that_ended_last_is_told_by_connector(connection: Connection, cp: ChargePoint, now: datetime):
    ended(connection, cp, hour(now, -5), hour(now, -4))
    one = ended(connection, cp, hour(now, -3), hour(now, -2))
    two = ended(connection, cp, hour(now, -9), hour(now, -8), connector_id=2)
    add(connection, cp, now)
    assert sorted(session.id for session in sessions.last_ended(connection, cp.id)) == [one.id, two.id]


@pytest.mark.parametrize(("hours", "which"), [(-0.1, None), (0, 0), (0.5, 0), (1, 0), (1.5, None), (2, 1), (99, 1)])
def test_a_session_is_found_by_a_time_it_ran_at(
    connection: Connection, cp: ChargePoint, now: datetime, hours: float, which: int | None
):
    both = [ended(connection, cp, now, hour(now, 1)), add(connection, cp, hour(now, 2))]
    expected = None if which is None else both[which]
    assert sessions.find_at(connection, cp.id, 1, hour(now, hours)) == expected
    assert sessions.find_at(connection, cp.id, 2, hour(now, hours)) is None


def test_a_transaction_is_its_charge_points(connection: Connection, cp: ChargePoint, now: datetime):
    session = add(connection, cp, now)
    assert sessions.by_transaction(connection, cp.id, session.transaction_id) == session
    assert sessions.by_transaction(connection, cp.id + 1, session.transaction_id) is None
    assert sessions.by_transaction(connection, cp.id, "no number") is None


def test_a_recovered_session_keeps_the_id_it_came_with(connection: Connection, cp: ChargePoint, now: datetime):
    session = add(connection, cp, now, transaction_id="9000", status=RECOVERED)
    assert sessions.by_transaction(connection, cp.id, "9000") == session


def test_the_newest_session_has_a_transaction_id_that_two_have(connection: Connection, cp: ChargePoint, now: datetime):
    recovered = add(connection, cp, now, transaction_id="2", status=RECOVERED)
    real = add(connection, cp, now)
    assert (recovered.transaction_id, real.transaction_id) == ("2", "2")
    assert sessions.by_transaction(connection, cp.id, "2") == real


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [4, 3, 2, 1]),
        ({"is_active": True}, [4, 2]),
        ({"is_active": False}, [3, 1]),
        ({"connector_id": 2}, [2]),
        ({"id_tag": "other"}, [3]),
        ({"id_tag": ""}, []),
        ({"since": 1}, [4, 3, 2]),
        ({"until": 1}, [1]),
        ({"since": 1, "until": 3}, [3, 2]),
        ({"charge_point_id": 99}, []),
        ({"is_active": True, "connector_id": 1}, [4]),
    ],
)
def test_sessions_are_searched(
    connection: Connection, cp: ChargePoint, now: datetime, asked: dict[str, Any], expected: list[int]
):
    ended(connection, cp, now, hour(now, 1))
    add(connection, cp, hour(now, 1), connector_id=2)
    ended(connection, cp, hour(now, 2), hour(now, 3), id_tag="Other")
    add(connection, cp, hour(now, 3))
    times = {name: hour(now, value) for name, value in asked.items() if name in ("since", "until")}
    assert found(connection, **{**asked, **times}) == expected


def test_sessions_are_found_by_any_of_some_flags(connection: Connection, cp: ChargePoint, now: datetime):
    numbers = [ended(connection, cp, now, hour(now, 1), flags=flags, id_tag=f"TAG-{flags}").id for flags in (0, 2, 6)]
    assert found(connection, flags=4) == [numbers[2]]
    assert found(connection, flags=7) == [numbers[2], numbers[1]]


def test_pages_follow_each_other_without_gap_or_overlap(connection: Connection, cp: ChargePoint, now: datetime):
    made = [add(connection, cp, hour(now, number)).id for number in range(7)]
    seen, after = [], None
    for _ in range(3):
        page = sessions.search(connection, limit=3, after=after)
        seen += [one.id for one in page.items]
        after = page.next
    assert (seen, after) == (made[::-1], None)


def recovered(connection: Connection, cp: ChargePoint, now: datetime, **values: Any) -> Session:
    known = {"status": RECOVERED, "flags": FLAG_START_LOST, "stopped_at": hour(now, 1), "connector_id": 0}
    return add(connection, cp, now, **{**known, "stop_meter_wh": 5000.0, "stop_reason": "Local", **values})


def test_the_same_stop_is_known_whatever_transaction_it_names(connection: Connection, cp: ChargePoint, now: datetime):
    session = recovered(connection, cp, now, transaction_id="-1")
    assert sessions.same_stop(connection, cp.id, "tag", {5000.0}, hour(now, 1)) == session
    assert sessions.same_stop(connection, cp.id, None, {5000.0}, hour(now, 1)) == session
    assert sessions.same_stop(connection, cp.id, "OTHER", {5000.0}, hour(now, 1)) is None
    assert sessions.same_stop(connection, cp.id, "tag", {5001.0}, hour(now, 1)) is None
    assert sessions.same_stop(connection, cp.id, "tag", {5000.0}, hour(now, 2)) is None


def test_a_recovery_that_a_crash_broke_off_is_found_by_the_same_stop(
    connection: Connection, cp: ChargePoint, now: datetime
):
    session = recovered(connection, cp, now, stop_reason=None, stop_meter_wh=None)
    assert sessions.same_stop(connection, cp.id, "TAG", {5000.0}, hour(now, 1)) == session


def test_a_session_without_a_stop_is_found_by_what_it_began_with(
    connection: Connection, cp: ChargePoint, now: datetime
):
    session = add(connection, cp, now)
    assert sessions.begun_with(connection, cp.id, 1000.6, now + timedelta(seconds=1)) == session
    assert sessions.begun_with(connection, cp.id, 1002.0, now) is None
    assert sessions.begun_with(connection, cp.id, 1000.0, now + timedelta(seconds=3)) is None
    add(connection, cp, now, connector_id=2)
    assert sessions.begun_with(connection, cp.id, 1000.0, now) is None


def test_a_start_is_not_that_of_a_recovered_session_where_another_one_ran_between(
    connection: Connection, cp: ChargePoint, now: datetime
):
    session = recovered(connection, cp, hour(now, 1))
    assert sessions.without_start(connection, cp.id, 1, "TAG", 1000.0, now) == session
    add(connection, cp, hour(now, 0.5))
    assert sessions.without_start(connection, cp.id, 1, "TAG", 1000.0, now) is None
    assert sessions.without_start(connection, cp.id, 2, "TAG", 1000.0, now) == session
