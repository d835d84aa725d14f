"""Statistics over a window are the same whether samples lie in the head, are sealed, or are rollups already."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.metering.test_fleet import BERLIN, GAP_MS, HOUR_MS, POWER, SINCE, UNTIL, Yard, engine
from tests.store.test_statistics import plain
from wattdeck.domain.clock import to_ms
from wattdeck.metering import statistics
from wattdeck.store import series

__all__ = ["engine"]

PLACE = ("A", 1, POWER, "")
times = st.integers(SINCE // 1000, UNTIL // 1000 - 1).map(lambda at: at * 1000)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    st.dictionaries(times, st.floats(-1e6, 1e6), min_size=1, max_size=40),
    st.dictionaries(times, st.floats(-1e6, 1e6), max_size=3),
    *(times, times, times, st.sampled_from([PLACE, ("B", 1, POWER, "")])),
    st.lists(times, max_size=3),
)
def test_figures_are_those_of_all_samples(engine, taken, late, before, first, second, place, stops):
    since, until = sorted((first, second + 1000))
    with engine.connect() as connection, connection.begin() as transaction:
        yard = Yard(connection)
        yard.arrive(place, taken)
        yard.seal([place])
        yard.fold(before)
        yard.arrive(place, {at: value for at, value in late.items() if at not in taken})
        for at in stops:
            yard.stop(place[0], place[1], at)
        wanted = [one for one in series.of(connection, yard.owners[place[0]]) if one.id == yard.ids[place]]
        found = statistics.over(connection, wanted, since, until, BERLIN, GAP_MS)
        transaction.rollback()
    expected = plain(late | taken, since, until, GAP_MS, stops)
    if not expected["count"]:
        assert found == []
        return
    [one] = found
    mean = expected["sum"] / expected["count"]
    spread = expected["weighted"] / expected["covered_ms"] if expected["covered_ms"] else mean
    assert (one.count, one.min, one.max, one.last) == tuple(expected[name] for name in ("count", "min", "max", "last"))
    assert to_ms(one.last_at) == expected["last_at"]
    assert one.sum == pytest.approx(expected["sum"], abs=1e-3)
    assert one.mean == pytest.approx(expected["sum"] / expected["count"], abs=1e-3)
    assert one.time_weighted_mean == pytest.approx(spread, abs=1e-3)


def test_whole_hours_are_not_read_from_samples_again(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        yard = Yard(connection)
        yard.arrive(PLACE, {SINCE + minute * 60_000: float(minute) for minute in range(0, 300)})
        yard.seal([PLACE])
        yard.fold(UNTIL)
        connection.exec_driver_sql(
            "DELETE FROM samples WHERE taken_at >= ? AND taken_at < ?", (SINCE, SINCE + 4 * HOUR_MS)
        )
        wanted = [one for one in series.of(connection, yard.owners["A"]) if one.id == yard.ids[PLACE]]
        [one] = statistics.over(connection, wanted, SINCE, SINCE + 4 * HOUR_MS, BERLIN, GAP_MS)
        transaction.rollback()
    assert (one.count, one.min, one.max, one.last) == (240, 0, 239, 239)
    assert one.time_weighted_mean == pytest.approx(119.5)
