"""Samples folded to one bucket by the database, held against plain arithmetic."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.store import charge_points, samples, sealing, series, statistics
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


GAP_MS = 1_200_000


def window(since_s: int = -200_000, until_s: int = 200_000) -> tuple[int, int]:
    return to_ms(NOON) + since_s * 1000, to_ms(NOON) + until_s * 1000


def plain(taken: dict[int, float], since: int, until: int, gap: int, stops: Sequence[int] = ()) -> dict[str, float]:
    """The figures of samples (time → value), one by one; `stops`: of sessions."""
    ordered = sorted(taken.items())
    inside = [value for at, value in ordered if since <= at < until]
    times = [at for at, _ in ordered if since <= at < until]
    weighted = covered = 0.0
    for place, (at, value) in enumerate(ordered):
        following = ordered[place + 1][0] if place + 1 < len(ordered) else until
        stop = min((stop for stop in stops if stop >= at), default=until)
        held = max(0, min(following, at + gap, until, stop) - max(at, since))
        weighted, covered = weighted + value * held, covered + held
    if not inside:
        return {"count": 0, "weighted": weighted, "covered_ms": covered}
    figures = {"count": len(inside), "min": min(inside), "max": max(inside), "sum": sum(inside)}
    return figures | {"last": inside[-1], "last_at": times[-1], "weighted": weighted, "covered_ms": covered}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(-20_000, 20_000), st.floats(-1e6, 1e6), min_size=1, max_size=12),
    st.integers(-21_000, 0),
    st.integers(1, 21_000),
)
def test_figures_are_those_of_plain_arithmetic(connection: Connection, taken: dict[int, float], since: int, until: int):
    savepoint = connection.begin_nested()
    power = series_with(connection, list(taken.items()))
    found = statistics.fold(connection, [power.id], *window(since, until), GAP_MS)
    savepoint.rollback()
    times = {to_ms(NOON) + at * 1000: value for at, value in taken.items()}
    expected = plain(times, *window(since, until), GAP_MS)
    if not found:
        assert (expected["count"], expected["covered_ms"]) == (0, 0)
        return
    (one,) = found
    got = {name: getattr(one, name) or 0 for name in expected}
    assert got == {name: pytest.approx(value, abs=1e-3) for name, value in expected.items()}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(-3_000, 3_000), st.integers(-2_000, 2_000), min_size=1, max_size=12),
    st.integers(-3_500, 0),
    st.integers(1, 3_500),
)
def test_a_sample_of_a_clock_that_is_ahead_counts_when_it_came(
    connection: Connection, came_after: dict[int, int], since: int, until: int
):
    savepoint = connection.begin_nested()
    power = series_with(connection, [(at, float(at)) for at in came_after])
    moved = [(to_ms(NOON) + (at + after) * 1000, to_ms(NOON) + at * 1000) for at, after in came_after.items()]
    for change in ("samples SET delay_ms = ? - taken_at", "samples_head SET received_at = ?"):
        connection.connection.driver_connection.executemany(f"UPDATE {change} WHERE taken_at = ?", moved)
    found = statistics.fold(connection, [power.id], *window(since, until), GAP_MS)
    savepoint.rollback()
    inside = [at for at, after in came_after.items() if since <= at + min(after, 0) < until]
    assert sum(one.count for one in found) == len(inside)
    assert sum(one.sum or 0.0 for one in found) == pytest.approx(sum(inside))
    counted = {to_ms(NOON) + (at + min(after, 0)) * 1000: float(at) for at, after in came_after.items()}
    if found and len(counted) == len(came_after):
        expected = plain(counted, *window(since, until), GAP_MS)
        got = {name: getattr(found[0], name) or 0 for name in expected}
        assert got == {name: pytest.approx(value, abs=1e-3) for name, value in expected.items()}


def test_flagged_samples_are_left_out(connection: Connection):
    series_with(connection, [(0, 99e6)], flags=2)
    power = series_with(connection, [(10, 5.0)])
    (one,) = statistics.fold(connection, [power.id], *window(), GAP_MS)
    assert (one.count, one.max) == (1, 5.0)


def test_the_end_of_the_window_is_left_out_and_its_begin_is_not(connection: Connection):
    power = series_with(connection, [(0, 1.0), (10, 2.0)])
    (one,) = statistics.fold(connection, [power.id], *window(0, 10), GAP_MS)
    assert (one.count, one.last) == (1, 1.0)


def test_a_sample_that_was_sealed_and_came_again_counts_once(connection: Connection):
    power = series_with(connection, [(0, 1.0), (10, 2.0)])
    again = (to_ms(NOON), power.id, 0, 1.0, to_ms(NOON), None, 0, None)
    connection.connection.driver_connection.execute(samples.INSERT.sql, again)
    (one,) = statistics.fold(connection, [power.id], *window(), GAP_MS)
    assert (one.count, one.sum) == (2, 3.0)


def test_figures_are_told_by_series(connection: Connection, cp: ChargePoint):
    first = series_with(connection, [(0, 1.0)])
    series.add(connection, cp.id, [(2, *POWER[1:])], 0)
    found = statistics.fold(connection, [one.id for one in series.of(connection, cp.id)], *window(), GAP_MS)
    assert [one.series_id for one in found] == [first.id]
