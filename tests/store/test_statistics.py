"""Statistics of a series over a window, held against plain arithmetic."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.store import charge_points, samples, sealing, series, statistics
from wattdeck.store.samples import DAY_MS
from wattdeck.store.series import Series

NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
POWER = (1, "Power.Active.Import", "", "Outlet", "W")
Taken = tuple[int, float]  # seconds after noon, value


def series_with(connection: Connection, taken: list[Taken], flags: int = 0, session_id: int | None = None) -> Series:
    """A series with these samples, the first half of them sealed."""
    cp = charge_points.register(connection, "CP-1", "accepted", NOON)
    (number,) = series.add(connection, cp.id, [POWER], 0).values()
    times = [to_ms(NOON) + at * 1000 for at, _ in taken]
    rows = [(ms, number, 0, value, ms, session_id, flags, None) for ms, (_, value) in zip(times, taken, strict=True)]
    connection.connection.driver_connection.executemany(samples.INSERT.sql, rows)
    sealing.seal(connection, from_ms(sorted(times)[len(times) // 2]), 0, number)
    return series.of(connection, cp.id)[0]


def window(since_s: int = -DAY_MS, until_s: int = DAY_MS) -> tuple[datetime, datetime]:
    limit = timedelta(days=3)
    return tuple(NOON + max(-limit, min(limit, timedelta(seconds=one))) for one in (since_s, until_s))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(-200_000, 200_000), st.floats(-1e6, 1e6), min_size=1, max_size=12),
    st.integers(-210_000, 0),
    st.integers(1, 210_000),
)
def test_figures_are_those_of_plain_arithmetic(connection: Connection, taken: dict[int, float], since: int, until: int):
    savepoint = connection.begin_nested()
    power = series_with(connection, list(taken.items()))
    found = statistics.over(connection, [power], *window(since, until))
    savepoint.rollback()
    inside = sorted((at, value) for at, value in taken.items() if since <= at < until)
    if not inside:
        assert found == []
        return
    values = [value for _, value in inside]
    held = [(after - at, value) for (at, value), (after, _) in itertools.pairwise(inside)]
    spread = sum(s * value for s, value in held) / sum(s for s, _ in held) if held else values[0]
    (one,) = found
    assert (one.count, one.min, one.max, one.last) == (len(values), min(values), max(values), values[-1])
    assert one.sum == pytest.approx(sum(values), abs=1e-6)
    assert one.mean == pytest.approx(sum(values) / len(values), abs=1e-6)
    assert one.time_weighted_mean == pytest.approx(spread, abs=1e-6)
    assert one.last_at == NOON + timedelta(seconds=inside[-1][0])


def test_a_value_weighs_as_long_as_it_was_held(connection: Connection):
    power = series_with(connection, [(0, 0.0), (10, 100.0), (100, 0.0)])
    (one,) = statistics.over(connection, [power], *window())
    assert one.mean == pytest.approx(100 / 3)
    assert one.time_weighted_mean == 90.0


def test_one_value_is_its_own_mean(connection: Connection):
    (one,) = statistics.over(connection, [series_with(connection, [(0, 7.0)])], *window())
    assert (one.mean, one.time_weighted_mean, one.sum) == (7.0, 7.0, 7.0)


def test_flagged_samples_are_left_out(connection: Connection):
    series_with(connection, [(0, 99e6)], flags=2)
    power = series_with(connection, [(10, 5.0)])
    (one,) = statistics.over(connection, [power], *window())
    assert (one.count, one.max) == (1, 5.0)


def test_figures_of_a_session_are_of_its_samples(connection: Connection):
    series_with(connection, [(0, 1.0)])
    power = series_with(connection, [(10, 5.0), (20, 7.0)], session_id=3)
    (one,) = statistics.over(connection, [power], *window(), session_id=3)
    assert (one.count, one.min) == (2, 5.0)


def test_a_window_without_samples_has_no_figures(connection: Connection):
    power = series_with(connection, [(0, 1.0)])
    assert statistics.over(connection, [power], *window(1, 100)) == []
    assert statistics.over(connection, [], *window()) == []


def test_the_end_of_the_window_is_left_out_and_its_begin_is_not(connection: Connection):
    power = series_with(connection, [(0, 1.0), (10, 2.0)])
    (one,) = statistics.over(connection, [power], *window(0, 10))
    assert (one.count, one.last) == (1, 1.0)


def test_a_sample_that_was_sealed_and_came_again_counts_once(connection: Connection):
    power = series_with(connection, [(0, 1.0), (10, 2.0)])
    again = (to_ms(NOON), power.id, 0, 1.0, to_ms(NOON), None, 0, None)
    connection.connection.driver_connection.execute(samples.INSERT.sql, again)
    (one,) = statistics.over(connection, [power], *window())
    assert (one.count, one.sum) == (2, 3.0)


def test_figures_are_told_by_series(connection: Connection, cp: ChargePoint):
    first = series_with(connection, [(0, 1.0)])
    series.add(connection, cp.id, [(2, *POWER[1:])], 0)
    found = statistics.over(connection, series.of(connection, cp.id), *window())
    assert [one.series for one in found] == [first]
    assert found[0].last_at == from_ms(to_ms(NOON))
