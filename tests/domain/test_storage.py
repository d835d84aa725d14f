"""How large the database becomes."""

from datetime import datetime, timedelta

import pytest

from wattdeck.domain.retention import Keep
from wattdeck.domain.storage import Amount, forecast

KEEP = Keep(samples=7, hours=30, days=365)


def amount(
    kind: str, now: datetime, age: float = 1, rows: int = 10_000, size: int = 400_000, **per_day: float
) -> Amount:
    return Amount(
        kind=kind,
        tables=(kind,),
        rows=rows,
        bytes=size,
        oldest=now - timedelta(days=age),
        newest=now,
        per_day=per_day or {"": 1_000.0},
    )


def test_samples_come_to_their_days_and_one_more_for_they_go_by_whole_days(now: datetime):
    made = forecast([amount("samples", now, SoC=1_000)], 50, KEEP, now)
    assert (made.kinds[0].bytes, made.bytes) == (8_000 * 40, 8_000 * 40 + 50)


def test_each_measurand_counts_with_its_own_days(now: datetime):
    keep = Keep(samples=7, hours=30, days=365, samples_of={"Voltage": 1})
    made = forecast([amount("samples", now, SoC=1_000, Voltage=1_000)], 0, keep, now)
    assert made.bytes == (8_000 + 2_000) * 40


def test_what_is_kept_for_ever_grows_by_the_year(now: datetime):
    made = forecast([amount("sessions", now), amount("months", now, SoC=1)], 0, KEEP, now)
    assert [(one.bytes, one.bytes_per_year) for one in made.kinds] == [(400_000, 365_000 * 40), (400_000, 365 * 40)]
    assert made.bytes_per_year == (365_000 + 365) * 40


def test_frames_come_to_no_more_than_their_limit(now: datetime):
    keep = Keep(samples=7, hours=30, days=365, frames_limit_bytes=100_000)
    assert forecast([amount("frames", now)], 0, keep, now).bytes == 100_000
    assert forecast([amount("frames", now)], 0, KEEP, now).bytes == 7_000 * 40


def test_few_rows_count_with_what_rows_of_their_kind_typically_take(now: datetime):
    made = forecast([amount("samples", now, rows=1, size=8_192, SoC=1_000)], 0, KEEP, now)
    assert made.bytes == 8_000 * 40


@pytest.mark.parametrize(("age", "left", "grows"), [(1, 6, 40_000), (6.5, 0.5, 40_000), (8, 0, 0)])
def test_it_grows_until_as_much_goes_as_comes(now: datetime, age: float, left: float, grows: int):
    made = forecast([amount("samples", now, age, SoC=1_000)], 0, KEEP, now)
    assert (made.days, made.bytes_per_day) == (left, grows)


def test_what_nothing_comes_to_does_not_grow(now: datetime):
    made = forecast([amount("frames", now, **{"x": 0.0})], 7, KEEP, now)
    assert (made.bytes, made.days, made.bytes_per_day) == (7, 0, 0)
