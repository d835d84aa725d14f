"""When a commit begins, reckoned for messages that come at random: how long they wait, and how many share one."""

import random
from bisect import bisect_right

import pytest

from wattdeck.store.writer import ENOUGH_ROWS, linger_for

LINGER_S = 0.01
VALUES, ROWS = 8, 10  # of one message
COMMIT_S, ROW_S = 0.0008, 2e-6  # as measured on a quiet machine


def play(per_second: float, messages: int = 5000) -> tuple[float, float]:
    """The median wait in ms, and values in a commit."""
    chance, at, due = random.Random(1), 0.0, []
    for _ in range(messages):
        at += chance.expovariate(per_second)
        due.append(at)
    waits, free, began, last, first, commits = [], 0.0, -1.0, 0, 0, 0
    while first < messages:
        start = max(free, due[first])
        pause = linger_for(LINGER_S, start - began, last, (bisect_right(due, start) - first) * ROWS)
        if pause > 0:
            enough = first + ENOUGH_ROWS // ROWS - 1
            start = min(start + pause, max(start, due[enough]) if enough < messages else start + pause)
        after = bisect_right(due, start)
        last, began, free = after - first, start, start + COMMIT_S + ROW_S * ROWS * (after - first)
        waits += [free - one for one in due[first:after]]
        first, commits = after, commits + 1
    return sorted(waits)[messages // 2] * 1000, messages * VALUES / commits


@pytest.mark.parametrize("per_second", [1, 10, 100, 200])
def test_few_messages_are_committed_at_once(per_second):
    wait_ms, values = play(per_second)
    assert wait_ms < 1
    assert values < 10


@pytest.mark.parametrize("per_second", [1_000, 2_000, 5_000, 10_000])
def test_under_load_there_are_fifty_times_fewer_commits_than_values_and_nobody_waits_long(per_second):
    wait_ms, values = play(per_second)
    assert wait_ms < 10
    assert values > 50


def test_at_saturation_five_hundred_values_share_a_commit():
    assert play(10_000)[1] > 500
