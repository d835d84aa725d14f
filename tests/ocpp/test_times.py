"""Times as charge points write them (quirks Q54–Q56)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.clock import iso
from wattdeck.ocpp.times import believable, parse

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
