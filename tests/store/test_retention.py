"""Old rows go, in small steps; what is not folded yet, and the newest of each series, stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import to_ms
from wattdeck.domain.rollups import DAY, HOUR
from wattdeck.store import retention, rollups, series
from wattdeck.store.retention import HOUR_MS, Plan, Run
from wattdeck.store.samples import DAY_MS

TODAY = 20_000
OLD = TODAY - 10
VOLTAGE, POWER = "Voltage", "Power.Active.Import"


@pytest.fixture
def ids(connection: Connection, cp: ChargePoint) -> list[int]:
    """Six series, voltage and power in turn, that have samples of today."""
    keys = [(number, VOLTAGE if number % 2 else POWER, "", "Outlet", "") for number in range(1, 7)]
    return list(series.add(connection, cp.id, keys, TODAY).values())


def put(connection: Connection, id: int, day: int, *hours: float) -> None:
    rows = [(day, id, int((day * 24 + hour) * HOUR_MS), 0, 1.0, 0, 0) for hour in hours]
    connection.connection.driver_connection.executemany(  # type: ignore[union-attr]
        "INSERT INTO samples (day, series_id, taken_at, context, value, delay_ms, flags) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def left(connection: Connection) -> list[tuple[Any, ...]]:
    return [
        tuple(row) for row in connection.exec_driver_sql("SELECT day, series_id, count(*) FROM samples GROUP BY 1, 2")
    ]


def plan(connection: Connection, day: int = OLD, default: int = TODAY - 7, **own: int) -> Plan:
    return retention.plan(connection, day, retention.rules(connection, own, default))


def forget(connection: Connection, made: Plan) -> list[int]:
    """Every step of a plan; how many rows each deleted."""
    counts = []
    for run in made.runs:
        rest: Run | None = run
        while rest is not None:
            count, rest = retention.forget_samples(connection, rest)
            counts.append(count)
    return counts


def test_the_days_that_have_samples_are_found(connection: Connection, ids: list[int]):
    for day in (OLD, OLD + 2, TODAY):
        put(connection, ids[0], day, 1, 2)
    assert retention.days(connection, TODAY) == [OLD, OLD + 2]


def test_series_side_by_side_are_one_run(connection: Connection, ids: list[int]):
    for id in ids:
        put(connection, id, OLD, 1)
        put(connection, id, TODAY, 1)
    assert plan(connection) == Plan([Run(OLD, ids[0], ids[-1], (OLD + 1) * DAY_MS)], 0)
    assert forget(connection, plan(connection)) == [6]
    assert {row[0] for row in left(connection)} == {TODAY}


def test_a_day_that_stays_has_no_runs(connection: Connection, ids: list[int]):
    put(connection, ids[0], TODAY - 7, 1)
    assert plan(connection, TODAY - 7) == Plan([], 0)


def test_a_measurand_that_stays_longer_is_passed_over_though_it_lies_between(connection: Connection, ids: list[int]):
    for id in ids:
        put(connection, id, OLD, 1)
    forget(connection, plan(connection, Voltage=OLD))
    assert [row[1] for row in left(connection)] == ids[::2]


def test_no_run_reaches_over_one_that_stays_though_it_has_nothing_there(connection: Connection, ids: list[int]):
    put(connection, ids[1], OLD, 1)
    put(connection, ids[3], OLD, 1)
    assert [(run.first, run.last) for run in plan(connection, Voltage=OLD).runs] == [(ids[1],) * 2, (ids[3],) * 2]


def test_a_measurand_can_go_sooner(connection: Connection, ids: list[int]):
    for id in ids:
        put(connection, id, TODAY - 3, 1)
    forget(connection, plan(connection, TODAY - 3, Voltage=TODAY - 2))
    assert [row[1] for row in left(connection)] == ids[1::2]


@pytest.mark.parametrize("day", [OLD - 1, OLD, OLD + 1])
def test_what_waits_to_be_folded_stays(connection: Connection, ids: list[int], day: int):
    for id in ids:
        put(connection, id, OLD, 1)
    rollups.mark(connection, [(ids[2], day * DAY_MS)])
    made = plan(connection)
    forget(connection, made)
    assert (made.blocked, left(connection)) == (1, [(OLD, ids[2], 1)])


def test_registers_that_are_to_be_judged_anew_stay(connection: Connection, ids: list[int]):
    put(connection, ids[0], OLD, 1)
    connection.exec_driver_sql(
        "INSERT INTO late_readings (series_id, since, until, stamp) VALUES (?, ?, ?, 1)",
        (ids[0], (OLD - 5) * DAY_MS, OLD * DAY_MS),
    )
    assert plan(connection) == Plan([], 1)


def test_a_late_sample_that_came_after_the_plan_is_folded_first(connection: Connection, ids: list[int]):
    put(connection, ids[0], OLD, 1)
    put(connection, ids[2], OLD, 1)
    made = plan(connection)
    put(connection, ids[1], OLD, 5)
    rollups.mark(connection, [(ids[1], OLD * DAY_MS)])
    assert forget(connection, made) == [0]
    assert len(left(connection)) == 3


def test_the_newest_hour_of_a_silent_series_stays(connection: Connection, cp: ChargePoint):
    key = (1, VOLTAGE, "", "Outlet", "V")
    id = series.add(connection, cp.id, [key], OLD)[key]
    put(connection, id, OLD, 1, 2, 9.5, 10, 10.5)
    forget(connection, plan(connection))
    assert left(connection) == [(OLD, id, 3)]
    assert plan(connection).runs == []


def test_no_step_deletes_more_than_its_rows(connection: Connection, ids: list[int], monkeypatch: pytest.MonkeyPatch):
    many = retention.STEP_ROWS + 10
    put(connection, ids[0], OLD, *(number / 3600 for number in range(many)))
    put(connection, ids[1], OLD, *(number / 3600 for number in range(20)))
    assert forget(connection, plan(connection)) == [retention.STEP_ROWS, 30]


def test_runs_are_of_bounded_length(connection: Connection, cp: ChargePoint):
    keys = [(number, VOLTAGE, "", "Outlet", "V") for number in range(2 * retention.STEP_SERIES + 1)]
    for id in series.add(connection, cp.id, keys, TODAY).values():
        put(connection, id, OLD, 1)
    lengths = [run.last - run.first + 1 for run in plan(connection).runs]
    assert lengths == [retention.STEP_SERIES, retention.STEP_SERIES, 1]


def test_a_step_notes_that_samples_are_gone(connection: Connection, ids: list[int]):
    put(connection, ids[0], OLD, 1)
    forget(connection, plan(connection))
    since = dict(connection.exec_driver_sql("SELECT id, samples_from FROM series WHERE samples_from > 0").all())  # type: ignore[arg-type]
    assert since == {ids[0]: (OLD + 1) * DAY_MS}


def test_old_buckets_of_a_period_go_by_measurand(connection: Connection, ids: list[int]):
    for period in (HOUR, DAY):
        for id in ids:
            rollups.put(connection, [rollups.Rollup(id, period, day * DAY_MS, 3600) for day in (OLD, TODAY)])
    gone, after = retention.forget_rollups(connection, HOUR, {VOLTAGE: 0}, TODAY * DAY_MS, 0)
    assert (gone, after) == (3, None)
    query = "SELECT count(*) FROM rollups GROUP BY period ORDER BY period"
    assert [row[0] for row in connection.exec_driver_sql(query)] == [9, 12]


def test_buckets_are_looked_through_some_series_at_a_time(connection: Connection, cp: ChargePoint):
    keys = [(number, VOLTAGE, "", "Outlet", "V") for number in range(retention.STEP_SERIES + 1)]
    ids = sorted(series.add(connection, cp.id, keys, TODAY).values())
    _, after = retention.forget_rollups(connection, HOUR, {}, 1, 0)
    assert after == ids[-2]
    assert retention.forget_rollups(connection, HOUR, {}, 1, after)[1] is None


def text(connection: Connection, session_id: int | None, received_at: int, text: str = "OCMF|1") -> None:
    connection.exec_driver_sql(
        "INSERT INTO text_values (series_id, taken_at, context, received_at, session_id, text)"
        " VALUES (1, ?, 0, ?, ?, ?)",
        (received_at, received_at, session_id, text),
    )


def session(connection: Connection, cp: ChargePoint, started_at: int, stopped_at: int | None) -> int:
    row = connection.exec_driver_sql(
        "INSERT INTO sessions (charge_point_id, charge_point, connector_id, transaction_id, status, started_at,"
        " stopped_at, energy_wh, flags) VALUES (?, 'CP-1', 1, '1', ?, ?, ?, 0, 0) RETURNING id",
        (cp.id, "active" if stopped_at is None else "completed", started_at, stopped_at),
    )
    return row.scalar_one()


def all_of(connection: Connection, what: str) -> list[Any]:
    return [row[0] for row in connection.exec_driver_sql(f"SELECT {what}")]


SIGNED = "OCMF|" + "1" * 40


def test_signed_values_stay_with_their_session_others_go_with_samples(connection: Connection):
    text(connection, 7, 10, SIGNED)
    text(connection, 7, 11, "NaN")
    text(connection, None, 12, SIGNED)
    text(connection, None, 30, "new rubbish")
    assert retention.forget_texts(connection, 20) == 2
    assert all_of(connection, "received_at FROM text_values") == [10, 30]


def test_values_that_go_are_found_without_a_look_at_those_that_stay(connection: Connection):
    plan = connection.exec_driver_sql(
        "EXPLAIN QUERY PLAN SELECT id FROM text_values"
        " WHERE (session_id IS NULL OR length(text) < 40) AND received_at < 5"
    )
    assert "text_values_unsigned" in plan.all()[0][3]


def test_sessions_that_ended_long_ago_go_after_their_signed_values(connection: Connection, cp: ChargePoint):
    old, running, new = (session(connection, cp, 1, stopped) for stopped in (10, None, 30))
    text(connection, old, 5)
    text(connection, new, 5, "OCMF|2")
    counts = [retention.forget_sessions(connection, 20) for _ in range(3)]
    assert counts == [1, 1, 0]
    assert all_of(connection, "id FROM sessions") == [running, new]
    assert all_of(connection, "text FROM text_values") == ["OCMF|2"]


def test_statuses_go_in_order_of_their_coming(connection: Connection, cp: ChargePoint, now: datetime):
    for number in range(4):
        at = to_ms(now + timedelta(hours=number))
        connection.exec_driver_sql(
            "INSERT INTO status_history (charge_point_id, connector_id, status, error_code, taken_at, received_at)"
            " VALUES (?, 1, 'Available', 'NoError', ?, ?)",
            (cp.id, at, at),
        )
    assert retention.forget_statuses(connection, to_ms(now + timedelta(hours=2))) == 2
    assert all_of(connection, "id FROM status_history") == [3, 4]


def test_commands_that_have_ended_go_and_those_under_way_stay(connection: Connection, cp: ChargePoint):
    for state in ("accepted", "queued", "timed_out"):
        connection.exec_driver_sql(
            "INSERT INTO commands (charge_point_id, charge_point, action, payload, state, created_at, expires_at)"
            " VALUES (?, 'CP-1', 'Reset', '{}', ?, 10, 99)",
            (cp.id, state),
        )
    assert retention.forget_commands(connection, 20) == 2
    assert all_of(connection, "state FROM commands") == ["queued"]
