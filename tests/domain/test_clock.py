"""Points in time, in the database and in text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.clock import from_ms, iso, now, to_ms

CENTURIES = st.integers(0, 7_258_118_400_000)  # 1970 to 2200


@given(CENTURIES)
def test_milliseconds_survive_the_way_to_a_time_and_back(ms: int):
    assert to_ms(from_ms(ms)) == ms


@given(CENTURIES)
def test_text_says_the_time_to_the_millisecond(ms: int):
    assert datetime.fromisoformat(iso(from_ms(ms))) == from_ms(ms)


def test_a_time_is_aware_utc():
    assert now().tzinfo is UTC
    assert from_ms(0) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_year_has_four_digits():
    assert iso(datetime(1, 2, 3, tzinfo=UTC)) == "0001-02-03T00:00:00.000Z"


@pytest.mark.parametrize("offset_h", [-5, 0, 2])
def test_text_is_in_utc_with_milliseconds_and_z(offset_h: int):
    at = datetime(2026, 9, 14, 12, 0, 0, 7000, UTC).astimezone(timezone(timedelta(hours=offset_h)))
    assert iso(at) == "2026-09-14T12:00:00.007Z"
