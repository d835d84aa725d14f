"""Series for a chart: samples or steps, and gaps that stay gaps."""

from datetime import UTC, datetime, timedelta
from statistics import fmean

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.store.test_statistics import series_with
from wattdeck.domain.clock import to_ms
from wattdeck.store import history

NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
GAP_MS = 1_200_000
DAY = timedelta(days=1)


def ms(seconds: int) -> int:
    return to_ms(NOON) + seconds * 1000


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(-80_000, 80_000), st.floats(-1e6, 1e6), min_size=1, max_size=20),
    st.sampled_from([60, 300, 1800, 5000]),
)
def test_steps_are_those_of_plain_arithmetic(connection: Connection, taken: dict[int, float], step_s: int):
    savepoint = connection.begin_nested()
    power = series_with(connection, list(taken.items()))
    found = history.steps(connection, [power], NOON - DAY, NOON + DAY, step_s * 1000)[power.id]
    savepoint.rollback()
    expected: dict[int, list[float]] = {}
    for at, value in sorted(taken.items()):
        expected.setdefault(ms(at) // (step_s * 1000) * step_s * 1000, []).append(value)
    assert [(one.at, one.count) for one in found] == [(at, len(values)) for at, values in expected.items()]
    for what, of in (("min", min), ("max", max), ("mean", fmean)):  # 15 digits of each
        wanted = [of(values) for values in expected.values()]
        assert [getattr(one, what) for one in found] == pytest.approx(wanted, rel=1e-13, abs=1e-6)


def test_samples_are_points_by_themselves(connection: Connection):
    power = series_with(connection, [(0, 1.0), (10, 2.0)])
    found = history.raw(connection, [power], NOON, NOON + DAY)[power.id]
    assert [(one.at, one.count, one.mean) for one in found] == [(ms(0), 1, 1.0), (ms(10), 1, 2.0)]


def test_a_silence_is_a_gap_and_a_point_without_values(connection: Connection):
    power = series_with(connection, [(0, 1.0), (600, 2.0), (4000, 3.0)])
    until = NOON + timedelta(seconds=4100)
    points = history.raw(connection, [power], NOON, until)
    (line,) = history.lines([power], points, NOON, until, GAP_MS)
    assert line.gaps == [(ms(600), ms(4000))]
    assert [one.mean for one in line.points] == [1.0, 2.0, None, 3.0]
    assert [one.at for one in line.points] == sorted({one.at for one in line.points})


def test_silence_at_the_ends_is_a_gap_too(connection: Connection):
    power = series_with(connection, [(0, 1.0)])
    points = history.raw(connection, [power], NOON - DAY, NOON + DAY)
    (line,) = history.lines([power], points, NOON - DAY, NOON + DAY, GAP_MS)
    assert line.gaps == [(ms(-86_400), ms(0)), (ms(0), ms(86_400))]
    assert len(line.points) == 1


def test_samples_are_counted_no_further_than_needed(connection: Connection):
    power = series_with(connection, [(at, 1.0) for at in range(10)])
    assert history.most_samples(connection, [power], NOON, NOON + DAY, 4) == 5
    assert history.most_samples(connection, [power], NOON, NOON + DAY, 100) == 10
    assert history.most_samples(connection, [], NOON, NOON + DAY, 100) == 0
