"""Energy since midnight of a zone: split at midnight, right on days of 23 and 25 hours, rebuilt as it was."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.clock import to_ms
from wattdeck.domain.registers import ANY
from wattdeck.metering.energy import advance
from wattdeck.metering.today import EnergyToday, midnight_before

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def berlin(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=BERLIN).astimezone(UTC)


NOON = berlin(2026, 9, 14, 12)
MIDNIGHT = berlin(2026, 9, 14)


@pytest.mark.parametrize(
    ("at", "midnight"),
    [
        (berlin(2026, 9, 14, 12), datetime(2026, 9, 13, 22, tzinfo=UTC)),
        (berlin(2026, 9, 14), datetime(2026, 9, 13, 22, tzinfo=UTC)),
        (berlin(2026, 9, 14) - timedelta(milliseconds=1), datetime(2026, 9, 12, 22, tzinfo=UTC)),
        (berlin(2026, 12, 24, 12), datetime(2026, 12, 23, 23, tzinfo=UTC)),
        (berlin(2026, 3, 29, 12), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (berlin(2026, 10, 25, 12), datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ],
)
def test_midnight_is_that_of_the_zone(at: datetime, midnight: datetime):
    assert midnight_before(at, BERLIN) == midnight


def test_a_midnight_that_the_clocks_skip_is_the_first_moment_of_the_day():
    havana = ZoneInfo("America/Havana")  # on 8 March 2026 it goes from 0:00 to 1:00
    assert midnight_before(datetime(2026, 3, 8, 18, tzinfo=UTC), havana) == datetime(2026, 3, 8, 5, tzinfo=UTC)


def test_energy_of_today_counts():
    today = EnergyToday(BERLIN, NOON)
    today.add(1, to_ms(NOON - HOUR), to_ms(NOON), 500.0, NOON)
    today.add(1, to_ms(NOON), to_ms(NOON + HOUR), 250.0, NOON + HOUR)
    today.add(2, to_ms(NOON), to_ms(NOON + HOUR), 100.0, NOON + HOUR)
    assert today.by_charge_point == {1: 750.0, 2: 100.0}
    assert today.total_wh(NOON + HOUR) == 850.0


def test_energy_of_yesterday_does_not_count():
    today = EnergyToday(BERLIN, NOON)
    today.add(1, to_ms(MIDNIGHT - 2 * HOUR), to_ms(MIDNIGHT), 500.0, NOON)
    assert today.total_wh(NOON) == 0


def test_energy_across_midnight_counts_by_the_time_after_it():
    today = EnergyToday(BERLIN, NOON)
    today.add(1, to_ms(MIDNIGHT - HOUR), to_ms(MIDNIGHT + 3 * HOUR), 400.0, NOON)
    assert today.total_wh(NOON) == 300.0


@pytest.mark.parametrize(
    ("noon", "hours"), [((2026, 3, 29, 12), 23), ((2026, 9, 14, 12), 24), ((2026, 10, 25, 12), 25)]
)
def test_a_day_ends_at_the_next_midnight_whatever_its_length(noon: tuple[int, ...], hours: int):
    at = berlin(*noon)
    today = EnergyToday(BERLIN, at)
    end = today.midnight + hours * HOUR
    today.add(1, to_ms(at - HOUR), to_ms(at), 500.0, at)
    assert today.total_wh(end - timedelta(milliseconds=1)) == 500.0
    assert today.total_wh(end) == 0
    assert today.midnight == end


def test_a_new_day_begins_with_what_lies_in_it():
    today = EnergyToday(BERLIN, NOON)
    today.add(1, to_ms(NOON - HOUR), to_ms(NOON), 500.0, NOON)
    next_midnight = MIDNIGHT + 24 * HOUR
    today.add(1, to_ms(next_midnight - HOUR), to_ms(next_midnight + HOUR), 80.0, next_midnight + HOUR)
    assert today.by_charge_point == {1: 40.0}


def test_rebuilding_again_changes_nothing():
    readings = [
        (7, 1, ANY, (to_ms(NOON - HOUR), 1000.0, 0, 0)),
        (7, 1, ANY, (to_ms(NOON), 1500.0, 0, 0)),
        (8, 2, ANY, (to_ms(NOON), 9.0, 0, 0)),
    ]
    today = EnergyToday(BERLIN, NOON)
    for _ in range(2):
        today.rebuild(readings, NOON)
        assert today.by_charge_point == {1: 500.0}


def test_a_rebuild_keeps_series_apart():
    today = EnergyToday(BERLIN, NOON)
    series = [
        (number, 1, ANY, (to_ms(NOON + step * HOUR), number * 1e5 + step, 0, 0)) for number in (7, 8) for step in (0, 1)
    ]
    today.rebuild(series, NOON + HOUR)
    assert today.by_charge_point == {1: 2.0}


@given(st.lists(st.tuples(st.integers(-30 * 60, 11 * 60), st.integers(0, 20_000)), min_size=1, max_size=12))
def test_a_rebuild_gives_what_was_counted_live(samples: list[tuple[int, int]]):
    times = sorted({minutes for minutes, _ in samples})
    steps = [dict(samples)[minutes] for minutes in times]
    readings = [(NOON + timedelta(minutes=at), float(sum(steps[: i + 1]))) for i, at in enumerate(times)]
    live, chain = EnergyToday(BERLIN, NOON), None
    for at, wh in readings:
        step = advance(chain, wh, to_ms(at))
        chain = step.register
        if step.since is not None:
            live.add(1, step.since, to_ms(at), step.wh, at)
    end = NOON + 11 * HOUR
    rebuilt = EnergyToday(BERLIN, NOON)
    rebuilt.rebuild([(7, 1, ANY, (to_ms(at), wh, 0, 0)) for at, wh in readings], end)
    assert rebuilt.total_wh(end) == pytest.approx(live.total_wh(end))
