"""Meter values: series named once, samples known by (series, time, context), read newest first, in pages, by day."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, text

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.meter_values import CONTEXT_CODES, ENERGY
from wattdeck.domain.moments import MOST
from wattdeck.domain.registers import ANY
from wattdeck.store import samples, sealing, series
from wattdeck.store.samples import DAY_MS, Sample, context_code
from wattdeck.store.series import Series
from wattdeck.store.writer import executemany

VOLTAGE = (1, "Voltage", "L1", "Outlet", "V")
REGISTER = (1, ENERGY, "", "Outlet", "Wh")
Row = tuple[Any, ...]
Put = Callable[[Iterable[Row]], None]


def row(number: int, at: datetime, value: float, context: str = "Sample.Periodic", flags: int = 0, **more: Any) -> Row:
    taken = to_ms(at)
    session, said = more.get("session_id"), more.get("text")
    return (taken, number, context_code(context), value, taken + 9, session, flags, said)


def insert(connection: Connection, rows: list[Row], sql: str = samples.INSERT.sql) -> int:
    return int(connection.connection.driver_connection.executemany(sql, rows).rowcount)


def seal(connection: Connection, before: datetime) -> None:
    for first, last in sealing.steps(connection, before):
        sealing.seal(connection, before, first, last)


@pytest.fixture(params=["in the head", "sealed", "half sealed", "sealed and sent again"])
def put(connection: Connection, request: pytest.FixtureRequest) -> Put:
    """Stores samples as the writer does; what is read must not depend on where they lie."""

    def store(rows: Iterable[Row]) -> None:
        rows = list(rows)
        insert(connection, rows)
        days = [(one[0] // DAY_MS, one[1]) for one in rows]
        connection.connection.driver_connection.executemany(series.NEW_DAY.sql, days)
        times = sorted(one[0] for one in rows)
        if request.param == "half sealed":
            seal(connection, from_ms(times[len(times) // 2]))
        elif request.param != "in the head":
            seal(connection, from_ms(times[-1] + 1))
        if request.param == "sealed and sent again":
            insert(connection, rows)

    return store


def made(connection: Connection, cp: ChargePoint, at: datetime, *keys: tuple[Any, ...]) -> list[Series]:
    series.add(connection, cp.id, keys, to_ms(at) // DAY_MS)
    return series.of(connection, cp.id)


def values(found: Iterable[Sample]) -> list[float | None]:
    return [sample.value for sample in found]


def hours(at: datetime, count: float) -> datetime:
    return at + timedelta(hours=count)


@pytest.fixture
def voltage(connection: Connection, cp: ChargePoint, put: Put, now: datetime) -> Series:
    """A series with a value at each of 48 hours until now; the value is the hour."""
    (one,) = made(connection, cp, hours(now, -48), VOLTAGE)
    put(row(one.id, hours(now, -number), float(number)) for number in range(48))
    return series.of(connection, cp.id)[0]


def test_a_sample_is_stored_once_however_often_it_comes(
    connection: Connection, voltage: Series, put: Put, now: datetime
):
    put([row(voltage.id, now, 0.0)])
    assert values(samples.read(connection, [voltage], limit=100)) == [float(number) for number in range(48)]


def test_numbers_of_one_moment_are_stored_as_those_that_come_one_by_one(
    connection: Connection, cp: ChargePoint, now: datetime
):
    one, other = (series.id for series in made(connection, cp, now, VOLTAGE, REGISTER))
    periodic, end = context_code("Sample.Periodic"), context_code("Transaction.End")
    moments = [(to_ms(now) + number, to_ms(now) + 9, 7, one, other, number + 0.5, 10.0) for number in range(100)]
    assert executemany(connection, samples.plain((periodic, end)), moments) == 200
    rows = connection.exec_driver_sql("SELECT * FROM samples_head ORDER BY taken_at, series_id").all()
    assert len(rows) == 200
    assert rows[2:4] == [
        (to_ms(now) + 1, one, periodic, 1.5, to_ms(now) + 9, 7, 0, None),
        (to_ms(now) + 1, other, end, 10.0, to_ms(now) + 9, 7, 0, None),
    ]
    assert executemany(connection, samples.plain((periodic, end)), [*moments, (0, 0, None, one, other, 1, 2)]) == 2


def test_a_moment_of_as_many_values_as_may_be_is_stored(connection: Connection, cp: ChargePoint, now: datetime):
    most = range(MOST)
    row = (to_ms(now), to_ms(now), None, *most, *most)
    assert executemany(connection, samples.plain((0,) * len(most)), [row] * 10) == len(most)


def test_moments_that_are_alike_share_a_statement():
    assert samples.plain((1, 2)) is samples.plain((1, 2))
    assert samples.plain((1, 2)) is not samples.plain((2, 1))


def test_a_sample_that_waits_in_the_head_is_not_written_twice(connection: Connection, cp: ChargePoint, now: datetime):
    (one,) = made(connection, cp, now, VOLTAGE)
    assert [insert(connection, [row(one.id, now, value)]) for value in (5.0, 6.0)] == [1, 0]
    assert values(samples.read(connection, [one], limit=9)) == [5.0]


def test_another_context_at_the_same_time_is_another_sample(
    connection: Connection, voltage: Series, put: Put, now: datetime
):
    put([row(voltage.id, now, 5.0, "Transaction.End")])
    assert values(samples.read(connection, [voltage], since=now, limit=9)) == [5.0, 0.0]


@pytest.mark.parametrize("context", [*CONTEXT_CODES, "Vendor.Own"])
def test_a_context_outside_the_standard_is_other(context: str):
    assert context_code(context) == CONTEXT_CODES.get(context, CONTEXT_CODES["Other"])


def test_a_sample_is_read_as_it_was_written(connection: Connection, voltage: Series, put: Put, now: datetime):
    at = hours(now, 1)
    put([row(voltage.id, at, 1.5, "Trigger", 2, session_id=7, text="1.5 kV")])
    (sample,) = samples.read(connection, [voltage], since=at, limit=5)
    received_at = at + timedelta(milliseconds=9)
    assert sample == Sample(voltage, 1.5, "Trigger", at, received_at, 7, 2, "1.5 kV", CONTEXT_CODES["Trigger"])


def test_samples_are_read_newest_first_across_days(connection: Connection, voltage: Series):
    assert values(samples.read(connection, [voltage], limit=100)) == [float(number) for number in range(48)]


def test_as_many_samples_are_read_as_wanted(connection: Connection, voltage: Series):
    assert values(samples.read(connection, [voltage], limit=20)) == [float(number) for number in range(20)]


def test_samples_are_bounded_by_time_the_end_left_out(connection: Connection, voltage: Series, now: datetime):
    found = samples.read(connection, [voltage], since=hours(now, -30), until=hours(now, -20), limit=100)
    assert values(found) == [float(number) for number in range(21, 31)]


def test_samples_are_limited_to_a_context_or_a_session(
    connection: Connection, put: Put, voltage: Series, now: datetime
):
    put([row(voltage.id, hours(now, -50), 7.0, "Trigger", session_id=3)])
    assert values(samples.read(connection, [voltage], context="Trigger", limit=9)) == [7.0]
    assert values(samples.read(connection, [voltage], session_id=3, limit=9)) == [7.0]


def test_only_the_wanted_series_are_read(
    connection: Connection, put: Put, cp: ChargePoint, voltage: Series, now: datetime
):
    register = made(connection, cp, now, REGISTER)[1]
    put([row(register.id, now, 1000.0)])
    assert values(samples.read(connection, [register], limit=9)) == [1000.0]
    assert samples.read(connection, [], limit=9) == []


@pytest.mark.parametrize("size", [1, 7, 24, 50])
def test_pages_follow_each_other_across_days(
    connection: Connection, put: Put, cp: ChargePoint, voltage: Series, now: datetime, size: int
):
    register = made(connection, cp, now, REGISTER)[1]
    put([row(register.id, hours(now, -number), 100.0 + number) for number in range(0, 48, 5)])
    put([row(voltage.id, hours(now, -4), 500.0, "Trigger")])
    wanted = series.of(connection, cp.id)
    whole = samples.read(connection, wanted, limit=1000)
    seen: list[Sample] = []
    before = None
    while page := samples.read(connection, wanted, limit=size, before=before):
        seen += page
        before = (to_ms(page[-1].taken_at), page[-1].series.id, context_code(page[-1].context))
    assert seen == whole
    assert len(whole) == 59


def test_the_latest_value_of_each_series_is_told(
    connection: Connection, put: Put, cp: ChargePoint, voltage: Series, now: datetime
):
    register = made(connection, cp, now, REGISTER)[1]
    put([row(register.id, hours(now, -1), 1000.0), row(register.id, hours(now, -2), 900.0)])
    assert values(samples.latest(connection, series.of(connection, cp.id))) == [0.0, 1000.0]


def test_a_series_without_samples_has_no_latest_value(connection: Connection, cp: ChargePoint, now: datetime):
    assert samples.latest(connection, made(connection, cp, now, VOLTAGE)) == []
    assert samples.latest(connection, []) == []


def test_the_latest_value_is_told_where_it_was_taken_before_the_day_the_series_was_made(
    connection: Connection, cp: ChargePoint, now: datetime
):
    (one,) = made(connection, cp, hours(now, -24), VOLTAGE)
    insert(connection, [row(one.id, hours(now, -24), 230.0)])
    seal(connection, now)
    assert values(samples.latest(connection, [one])) == [230.0]


def test_an_older_day_does_not_move_the_latest_value(connection: Connection, put: Put, voltage: Series, now: datetime):
    put([row(voltage.id, hours(now, -72), 72.0)])
    assert values(samples.latest(connection, [voltage])) == [0.0]


def test_signed_values_come_byte_for_byte_in_their_order(connection: Connection, cp: ChargePoint, now: datetime):
    (one,) = made(connection, cp, now, REGISTER)
    rows = [(one.id, to_ms(hours(now, step)), 3, to_ms(now), 7, f"OCMF|{step}\t ") for step in (2, 1)]
    assert insert(connection, [*rows, rows[0]], samples.INSERT_TEXT.sql) == 2
    found = list(reversed(samples.read(connection, [one], session_id=7, limit=9)))
    assert [(sample.text, sample.value, sample.context) for sample in found] == [
        ("OCMF|1\t ", None, "Transaction.End"),
        ("OCMF|2\t ", None, "Transaction.End"),
    ]
    assert samples.read(connection, [one], session_id=8, limit=9) == []


def test_registers_are_read_from_the_day_before_in_order(
    connection: Connection, cp: ChargePoint, put: Put, now: datetime
):
    keys = [REGISTER, (0, *REGISTER[1:]), (1, ENERGY, "L1", "Outlet", "Wh"), (1, ENERGY, "", "Inlet", "Wh"), VOLTAGE]
    known = made(connection, cp, now, *keys)
    for one in known:
        put([row(one.id, hours(now, step), 60.0 + step) for step in (2, 1, -14, -60)])
    put([row(known[0].id, now, 99e6, flags=2)])
    found = list(samples.registers_since(connection, hours(now, -12), hours(now, 2)))
    readings = [(to_ms(hours(now, -14)), 46.0, 0, 0), (to_ms(now), 99e6, 0, 2), (to_ms(hours(now, 1)), 61.0, 0, 0)]
    assert found == [(known[0].id, cp.id, ANY, reading) for reading in readings]


def test_the_place_of_a_sample_is_its_time_series_and_context(
    connection: Connection, put: Put, voltage: Series, now: datetime
):
    put([row(voltage.id, hours(now, 1), 5.0, "Trigger")])
    (sample,) = samples.read(connection, [voltage], limit=1)
    assert samples.place(sample) == (to_ms(hours(now, 1)), voltage.id, 6)


@pytest.mark.parametrize("table", ["samples", "samples_head"])
def test_samples_have_no_row_number(connection: Connection, table: str):
    query = text("SELECT sql FROM sqlite_master WHERE name = :table")
    assert "WITHOUT ROWID" in connection.execute(query, {"table": table}).scalar_one()


@given(st.integers(0, 2**41))
def test_the_day_of_a_sample_is_counted_from_1970(ms: int):
    assert ms // DAY_MS == (from_ms(ms).date() - from_ms(0).date()).days


def test_sealed_samples_in_doubt_are_found_without_a_look_at_the_others(
    connection: Connection, cp: ChargePoint, now: datetime
):
    id = series.add(connection, cp.id, [VOLTAGE], to_ms(now) // DAY_MS)[VOLTAGE]
    insert(connection, [row(id, now - timedelta(minutes=n), n, flags=4 * (n == 3)) for n in range(5)])
    seal(connection, now + timedelta(seconds=1))
    ours, asked = series.of(connection, cp.id), list[tuple[str, Any]]()
    event.listen(connection, "before_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    (found,) = samples.read(connection, ours, limit=10, in_doubt=True)
    assert (found.value, found.received_at - found.taken_at) == (3, timedelta(milliseconds=9))
    sql, values = next((sql, values) for sql, values in asked if "delay_ms" in sql)
    plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert any("samples_in_doubt (series_id=? AND taken_at>? AND taken_at<?)" in step for step in plan)
