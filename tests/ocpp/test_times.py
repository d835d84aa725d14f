"""Times as charge points write them (quirks Q54–Q56)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.clock import iso
from wattdeck.ocpp.times import Unset, believable, parse

NOON = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-14T12:00:00Z",
        "2026-09-14T12:00:00.000Z",
        "2026-09-14T12:00:00.0000000Z",
        "2026-09-14T12:00:00",
        "2026-09-14 12:00:00",
        "2026-09-14 12:00:00Z",
        "2026-09-14T12:00:00 Z",
        "2026-09-14t12:00:00z",
        " 2026-09-14T12:00:00Z ",
        "2026-09-14T14:00:00+02:00",
        "2026-09-14T14:00:00+0200",
        "2026-09-14T14:00:00+02",
        "2026-09-14 14:00:00 +02:00",
        "2026-09-14T14:00:00.0+02",
        "2026-09-14T07:00:00-05",
        "2026-09-14T12:00:00,000Z",
        "2026-09-14T12:00",
    ],
)
def test_every_way_to_write_noon_is_read_as_noon(text: str):
    assert parse(text) == NOON


def test_what_was_read_is_aware_utc():
    assert parse("2026-09-14T14:00:00+02:00").tzinfo is UTC


def test_digits_after_the_sixth_are_let_go():
    assert parse("2026-09-14T12:00:00.123456789Z") == NOON + timedelta(microseconds=123_456)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "14.09.2026", "2026-13-01T00:00:00Z", "1789387200", "2026-09-14T25:00Z"],
)
def test_what_is_no_time_is_none(text: str):
    assert parse(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00"])
def test_times_at_the_ends_of_the_calendar_do_not_raise(text: str):
    parse(text)


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.timezones()))
def test_every_iso_time_is_read_as_the_same_moment(at: datetime):
    assert parse(at.isoformat()) == at.astimezone(UTC)


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_what_we_write_is_read_to_the_millisecond(at: datetime):
    assert parse(iso(at)) == at - timedelta(microseconds=at.microsecond % 1000)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime(2000, 1, 1, tzinfo=UTC), False),
        (datetime(2010, 1, 1, tzinfo=UTC), True),
        (NOON - timedelta(days=400), True),
        (NOON + timedelta(days=2), True),
        (NOON + timedelta(days=2, seconds=1), False),
    ],
)
def test_unset_clocks_and_the_far_future_are_not_believed(at: datetime, expected: bool):
    assert believable(at, NOON) is expected


def unset(*seconds: float) -> list[datetime]:
    """By a clock that began in 1970."""
    return [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second) for second in seconds]


def connected(at: datetime) -> Unset:
    clock = Unset()
    clock.connected(at)
    return clock


def placed(clock: Unset, came: float, *seconds: float) -> list[float]:
    """When values count that such a clock says were taken then, in seconds before noon; `came`: when they did."""
    said = {at: frozenset([f"{second:g}"]) for at, second in zip(unset(*seconds), seconds, strict=True)}
    found = clock.place(said, NOON + timedelta(seconds=came))
    return [(found[at] - NOON).total_seconds() for at in unset(*seconds)]


def test_values_of_a_clock_that_was_never_set_keep_their_distances():
    clock = connected(NOON - timedelta(hours=1))
    assert placed(clock, 0, 10, 30, 20) == [-20, 0, -10]
    assert placed(clock, 60, 70, 90) == [40, 60]


def test_a_queue_of_a_clock_that_was_never_set_keeps_its_order():
    clock = connected(NOON)
    assert placed(clock, 0.005, 10, 20, 30) == [0, 0.001, 0.005]
    clock.heard(NOON + timedelta(seconds=0.006))
    assert placed(clock, 0.006, 40, 50) == [0.007, 0.008]
    assert placed(clock, 0.006, 60) == [0.009]


def test_what_is_said_again_has_the_time_it_had():
    clock = connected(NOON)
    assert placed(clock, 60, 10, 30) == [40, 60]
    assert placed(clock, 90, 10, 20, 30, 50) == [40, 50, 60, 90]
    clock.connected(NOON + timedelta(seconds=100))
    assert placed(clock, 100, 20, 50) == [50, 90]
    assert placed(clock, 101, 50) == [101]  # the newest only once: the clock may stand still
    clock.rebooted()
    assert placed(clock, 130, 10, 30) == [110, 130]


def test_a_clock_that_stands_still_says_the_same_time_of_everything():
    clock = connected(NOON)
    assert [placed(clock, came, 0) for came in (10, 20, 30)] == [[10], [20], [30]]


def test_values_of_before_the_clock_was_set_lie_before_those_of_after_it():
    said = dict.fromkeys(unset(10, 20), frozenset(["1"]))
    clock = connected(NOON)
    found = clock.place(said, NOON + timedelta(hours=1), NOON - timedelta(minutes=1))
    assert [(NOON - at).total_seconds() for at in found.values()] == [60.002, 60.001]


def test_however_much_is_said_by_a_clock_that_was_never_set_nothing_is_more_than_a_minute_ahead():
    clock = connected(NOON)
    assert max(placed(clock, 0, *(number / 1000 for number in range(70_000)))) == 60


def test_times_of_a_clock_that_was_set_and_lost_again_keep_no_distance():
    assert placed(connected(NOON - timedelta(hours=1)), 0, 10, 30 * 365 * 86_400) == [0, 0.001]
