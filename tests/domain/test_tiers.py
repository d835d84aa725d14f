"""The tier is the finest that makes about a point per pixel and still reaches back so far."""

from datetime import UTC, datetime, timedelta

import pytest

from wattdeck.domain.tiers import DAY, HOUR, MINUTE, MONTH, RAW, Kept, choose

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


def chosen(days: float, samples: int = 10**6, width: int = 800, ago: float = 0, kept: Kept = Kept()):  # noqa: B008
    until = NOW - timedelta(days=ago)
    return choose(until - timedelta(days=days), until, width, samples, kept, NOW)


@pytest.mark.parametrize(
    ("days", "samples", "tier", "step_s"),
    [
        (1 / 24, 360, RAW, None),
        (1, 1600, RAW, None),
        (1, 1601, MINUTE, 120),
        (0.25, 2160, MINUTE, 60),
        (2, 17_280, MINUTE, 300),
        (30, 10**6, HOUR, 3600),
        (365, 10**6, DAY, 86_400),
        (3650, 10**6, MONTH, None),
    ],
)
def test_the_tier_follows_the_length_and_the_width(days: float, samples: int, tier: str, step_s: int | None):
    one = chosen(days, samples)
    assert (one.tier, one.step_s) == (tier, step_s)


def test_a_narrow_chart_gets_a_coarser_step():
    assert chosen(1, width=100).step_s == 900


@pytest.mark.parametrize(
    ("days", "samples", "ago", "tier", "reason"),
    [
        (1, 100, 8, HOUR, "samples are kept for 7 days"),
        (1, 10**6, 3, HOUR, "minutes are kept for 2 days"),
        (1, 100, 40, DAY, "samples are kept for 7 days"),
        (1, 100, 400, MONTH, "samples are kept for 7 days"),
        (20, 10**6, 20, DAY, "hours are kept for 30 days"),
        (300, 10**6, 0, DAY, None),
    ],
)
def test_what_is_not_kept_any_more_is_answered_by_the_next_coarser_tier_which_says_so(days, samples, ago, tier, reason):
    one = chosen(days, samples, ago=ago)
    assert (one.tier, one.reason) == (tier, reason)


def test_minutes_reach_back_no_further_than_samples():
    assert chosen(1, ago=1, kept=Kept(samples=1, minutes=2)).tier == HOUR


@pytest.mark.parametrize(("late", "tier"), [(0, RAW), (0.005, RAW), (60, RAW), (61, HOUR)])
def test_all_that_is_kept_asked_for_a_moment_late_is_still_answered_by_the_fine_tier(late: float, tier: str):
    assert choose(NOW - timedelta(days=7, seconds=late), NOW, 800, 100, Kept(), NOW).tier == tier
