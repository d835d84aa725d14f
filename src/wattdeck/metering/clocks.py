"""Readings whose clock jumped: the times they say contradict the order in which they came. Pure.

A register only rises. Where its readings rise in the order in which they came, and fall in the order of their times,
no register was reset: some of the times are wrong. The fewest are taken for wrong that leave none of the falls; by the
readings that came before and after them, those that are taken for right, they are known to have been taken in between.
A queue that came late, or in any order, does not contradict: in the order of its times it rises.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise
from math import inf

from wattdeck.domain.meter_values import FLAG_CLOCK, FLAG_FROZEN, FLAG_SPIKE, LIFTED, counts
from wattdeck.metering.energy import BEGIN, END, ROUNDING_WH
from wattdeck.store.chains import Row

# Clocks that jump by more are not found out.
FURTHEST_MS = 86_400_000
# Starts and stops say where sessions begin and end: each is worth as much as some samples.
_BOUNDARY_WEIGHT = 10
# More is not looked through: a reading each five seconds for a day.
MOST = 20_000


def jumped(rows: Sequence[Row]) -> set[Row]:
    """Those of a register's readings, in order of time, whose time is wrong."""
    found: set[Row] = set()
    known = [row for row in rows if not row.flags & (FLAG_FROZEN | FLAG_SPIKE | LIFTED)]
    for run in _rising(_in_order_of_arrival(known)):
        right = _heaviest_rise(sorted(run))
        places = [place for place, row in enumerate(run) if row in right]
        # of one transaction all comes in order; of others what came first or last may be of before or after a reset
        own = {row.session_id for row in right} - {None}
        for place, row in enumerate(run):
            if row not in right and (places[0] < place < places[-1] or row.session_id in own):
                found.add(row)
    return found


def has_jumped(row: Row) -> bool:
    """Whether its time is wrong, by what is stored; a person may have said that it is right."""
    return bool(row.flags & FLAG_CLOCK) and not row.flags & LIFTED


def truly_at(rows: Sequence[Row], odd: Row) -> int | None:
    """When the register stood where a reading says whose clock had jumped: between those that count which came just
    before and just after it, as energy is spread between them. None where there are none.
    """
    came = _in_order_of_arrival([*(row for row in rows if counts(row.flags) and row != odd), odd])
    place = came.index(odd)
    before = next((row for row in reversed(came[:place]) if row.value <= odd.value), None)
    after = next((row for row in came[place + 1 :] if row.value >= odd.value), None)
    if before is None or after is None or before.at > after.at:
        near = after if odd.context == BEGIN else before
        return None if near is None else near.at
    flowed = after.value - before.value
    part = (odd.value - before.value) / flowed if flowed else float(odd.context == BEGIN)
    return before.at + round(part * (after.at - before.at))


def _in_order_of_arrival(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.came_at, row))


def _rising(came: Sequence[Row]) -> list[list[Row]]:
    """Stretches in which the register rises, without single readings that are too high or too low, and without those
    that came late and contradict nothing.
    """
    runs: list[list[Row]] = []
    in_time: list[list[Row]] = []  # the same, and what came late, in order of time
    for place, row in enumerate(came):
        following = came[place + 1].value if place + 1 < len(came) else row.value
        last = runs[-1][-1].value if runs else -inf
        # before all that is known, and where the register went on in the order in which they came: its clock jumped
        is_back = len(runs) > 1 and row < in_time[0][0] and last <= row.value <= following
        if runs and row < in_time[-1][-1] and not is_back and _came_late(in_time, row):
            continue
        if row.value < last:
            if following < last and row.value < last - ROUNDING_WH:
                runs.append([row])
                in_time.append([row])
        elif not runs:
            runs.append([row])
            in_time.append([row])
        elif row.value <= following or following < last:
            runs[-1].append(row)
            insort(in_time[-1], row)
    return [run for run in runs if len(run) > 2]


def _came_late(runs: Sequence[list[Row]], row: Row) -> bool:
    """Whether a stretch rises by way of a reading at the time that it says; then it is of that one."""
    after = next((number for number, run in enumerate(runs) if row < run[0]), len(runs))
    for run in runs[max(0, after - 1) : after + 1]:
        place = bisect_left(run, row)
        rises = not place or run[place - 1].value <= row.value
        if rises and (place == len(run) or row.value <= run[place].value):
            run.insert(place, row)
            return True
    return False


def _heaviest_rise(rows: Sequence[Row]) -> set[Row]:
    """Of readings in order of time those that rise, the most there can be."""
    if all(row.value <= later.value for row, later in pairwise(rows)):
        return set(rows)
    # of rises up to here: values they end with, in order, their weights, the higher the heavier, and last readings
    ends: list[float] = []
    weights: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for place, row in enumerate(rows):
        reached = bisect_right(ends, row.value)
        before.append(lasts[reached - 1] if reached else -1)
        weight = (weights[reached - 1] if reached else 0) + (_BOUNDARY_WEIGHT if row.context in (BEGIN, END) else 1)
        here = beyond = bisect_left(ends, row.value)
        while beyond < len(ends) and weights[beyond] <= weight:
            beyond += 1
        ends[here:beyond], weights[here:beyond], lasts[here:beyond] = [row.value], [weight], [place]
    found, place = set(), lasts[-1]
    while place >= 0:
        found.add(rows[place])
        place = before[place]
    return found
