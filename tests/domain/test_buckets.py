"""Buckets in zones: no hole, no overlap, months of whole days, days of whole hours, whatever the clocks do."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain import buckets
from wattdeck.domain.buckets import borders, end, start
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.rollups import DAY, HOUR, MINUTE, MONTH

HOUR_MS = 3_600_000
NAMES = (
    *("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca"),
    *("Pacific/Apia", "America/Havana", "America/Santiago", "Pacific/Kwajalein"),
)
ZONES = [ZoneInfo(name) for name in NAMES]
zones = st.sampled_from(ZONES)
periods = st.sampled_from((MINUTE, HOUR, DAY, MONTH))
# near a change of some zone's clock, or anywhere
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # Berlin
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),  # Lord Howe
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2010, 11, 7, 2, 31, tzinfo=UTC),  # St. John's, at a minute past midnight
    datetime(2010, 3, 14, 3, 31, tzinfo=UTC),
    datetime(2026, 2, 15, 2, tzinfo=UTC),  # Casablanca, before Ramadan
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Apia leaves out a day
    datetime(1985, 12, 31, 18, 30, tzinfo=UTC),  # Kathmandu
    datetime(2026, 3, 8, 5, tzinfo=UTC),  # Havana has no midnight
    datetime(2026, 4, 5, 3, tzinfo=UTC),  # Santiago: 23 o'clock comes twice
    datetime(1969, 9, 30, 13, tzinfo=UTC),  # Kwajalein: a day comes twice
]
near = st.builds(
    lambda change, ms: to_ms(change) + ms, st.sampled_from(CHANGES), st.integers(-30 * HOUR_MS, 30 * HOUR_MS)
)
moments = near | st.integers(to_ms(datetime(1965, 1, 1, tzinfo=UTC)), to_ms(datetime(2040, 1, 1, tzinfo=UTC)))


@given(zones, periods, moments)
def test_a_moment_lies_in_one_bucket_and_the_next_begins_where_it_ends(zone: ZoneInfo, period: int, at: int):
    first, last = start(zone, period, at), end(zone, period, at)
    assert first <= at < last
    assert {start(zone, period, moment) for moment in (first, (first + last) // 2, last - 1)} == {first}
    assert {end(zone, period, moment) for moment in (first, (first + last) // 2, last - 1)} == {last}
    assert start(zone, period, last) == last
    assert end(zone, period, first - 1) == first


@given(zones, moments)
def test_a_day_is_its_hours_and_a_month_its_days(zone: ZoneInfo, at: int):
    for large, small in ((DAY, HOUR), (MONTH, DAY)):
        first, last = start(zone, large, at), end(zone, large, at)
        parts = borders(zone, small, first, last)
        assert (parts[0], parts[-1]) == (first, last)
        assert parts == sorted(set(parts))


@given(zones, periods, moments, st.integers(1, 5 * 24 * HOUR_MS))
def test_borders_are_those_that_are_found_one_by_one(zone: ZoneInfo, period: int, since: int, length: int):
    until = since + (length % (3 * HOUR_MS) if period == MINUTE else length)
    found = [start(zone, period, since)]
    while found[-1] < until:
        found.append(end(zone, period, found[-1]))
    assert borders(zone, period, since, until) == (found if until > since else found[:1])


@given(zones, moments)
def test_an_hour_begins_where_the_clock_shows_one_or_a_date_begins(zone: ZoneInfo, at: int):
    begin = start(zone, HOUR, at)
    local = from_ms(begin).astimezone(zone)
    assert (local.minute, local.second) == (0, 0) or start(zone, DAY, begin) == begin


def lengths(name: str, *date: int) -> tuple[float, list[float]]:
    """Hours of a day, and the minutes of those hours that have not sixty."""
    zone = ZoneInfo(name)
    noon = to_ms(datetime(*date, 12, tzinfo=zone))
    hours = borders(zone, HOUR, start(zone, DAY, noon), end(zone, DAY, noon))
    minutes = [(b - a) / 60_000 for a, b in itertools.pairwise(hours)]
    return (hours[-1] - hours[0]) / HOUR_MS, [each for each in minutes if each != 60]


@pytest.mark.parametrize(
    ("name", "date", "hours", "odd"),
    [
        ("Europe/Berlin", (2026, 9, 14), 24, []),
        ("Europe/Berlin", (2026, 3, 29), 23, []),
        ("Europe/Berlin", (2026, 10, 25), 25, []),
        ("Asia/Kathmandu", (2026, 9, 14), 24, []),
        ("Australia/Lord_Howe", (2026, 4, 5), 24.5, [90]),
        ("Australia/Lord_Howe", (2026, 10, 4), 23.5, [90]),
        ("America/St_Johns", (2026, 11, 1), 25, []),
        ("Africa/Casablanca", (2026, 2, 15), 25, []),
        ("America/Havana", (2026, 3, 8), 23, []),
        ("America/Santiago", (2026, 4, 4), 25, []),
    ],
)
def test_days_on_which_the_clocks_change(name: str, date: tuple[int, ...], hours: float, odd: list[float]):
    assert lengths(name, *date) == (hours, odd)


def test_a_date_that_never_was_has_no_bucket():
    apia = ZoneInfo("Pacific/Apia")
    days = borders(apia, DAY, to_ms(datetime(2011, 12, 29, tzinfo=apia)), to_ms(datetime(2012, 1, 1, tzinfo=apia)))
    assert [from_ms(day).astimezone(apia).day for day in days] == [29, 31, 1]
    assert {b - a for a, b in itertools.pairwise(days)} == {24 * HOUR_MS}


def test_hours_of_nepal_begin_at_a_quarter():
    at = datetime(2026, 9, 14, 12, 50, tzinfo=UTC)
    assert from_ms(start(ZoneInfo("Asia/Kathmandu"), HOUR, to_ms(at))) == at.replace(minute=15)


@pytest.mark.parametrize("at", [-(10**17), 10**14, 10**17])
@pytest.mark.parametrize("period", [MINUTE, HOUR, DAY, MONTH])
def test_times_beyond_the_calendar_have_buckets_too(at: int, period: int):
    zone = ZoneInfo("Europe/Berlin")
    assert start(zone, period, at) <= at < end(zone, period, at)


def test_a_year_of_days_is_found_quickly():
    zone = ZoneInfo("America/Toronto")
    since = datetime(2026, 1, 1, tzinfo=zone)
    days = borders(zone, DAY, to_ms(since), to_ms(since + timedelta(days=365)))
    assert len(days) == 366
    assert buckets.floor(days, days[5] + 1) == 5
