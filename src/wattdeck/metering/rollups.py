"""Samples of one series folded into buckets: pure, the same however often and in whatever pieces it is done.

A value is held until the next one that counts, over the borders of buckets, but no longer than `gap_ms`, and power not
beyond the end of a session. Energy of a
register is what flowed between its believed readings, spread evenly over the time between them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice, pairwise
from operator import mul

from wattdeck.domain.meter_values import counts
from wattdeck.domain.quarters import QUARTER_MS
from wattdeck.domain.records import Record, replace
from wattdeck.domain.registers import ANY, Limits
from wattdeck.domain.rollups import HOUR, INTERVAL, POWER, REGISTER, Rollup, Taken
from wattdeck.metering import energy
from wattdeck.metering.energy import Believed, Register

FOR_EVER = 2**62
Last = tuple[float, int]  # the last value that counts, and its time


class Folded(Record, frozen=True):
    """`rollups`: the buckets that hold anything, in order. `flags`: each sample's, as it is judged now."""

    rollups: list[Rollup]
    flags: list[int]


def fold(
    series_id: int,
    kind: int,
    period: int,
    borders: Sequence[int],
    samples: Sequence[Taken],
    before: Last | None,
    gap_ms: int,
    limits: Limits = ANY,
    known_until: int = FOR_EVER,
    stops: Sequence[int] = (),
) -> Folded:
    """Fold samples, in order, into the buckets between `borders`. Those around them may be among `samples`: they say
    what lies across the outer borders. `before`: the last value that counts before all of them, and before the buckets.
    `known_until`: no value is held beyond it. `stops`: nor beyond the first of these after it.
    """
    steps: list[Believed] = []
    flags = [sample.flags for sample in samples]
    if kind == REGISTER:
        judged = judge(samples, before, limits)
        steps, flags = judged.steps, judged.flags
    good, odd = samples, []
    if any(flags):
        pairs = list(zip(samples, flags, strict=True))
        good = [sample for sample, flag in pairs if counts(flag)]
        odd = [sample.at for sample, flag in pairs if not counts(flag)]
    times, values = [sample.at for sample in good], [sample.value for sample in good]
    if before is not None:
        values, times = [before[0], *values], [before[1], *times]
    quarters: list[tuple[tuple[float, int], ...]] = []
    ends = _ends(times, gap_ms, stops)
    if kind == POWER and period == HOUR:
        quarters = _quarters(borders, times, values, ends, known_until)
        weighted = [sum(part for part, _ in each) for each in quarters]
        covered = [sum(ms for _, ms in each) for each in quarters]
    else:
        weighted, covered = _held(borders, times, values, ends, known_until)
    flowed = _spread(borders, steps)
    found = []
    for place, (begin, end) in enumerate(pairwise(borders)):
        first, last = bisect_left(times, begin), bisect_left(times, end)
        flagged = bisect_left(odd, end) - bisect_left(odd, begin)
        if not (last > first or covered[place] or flagged or flowed[place]):
            continue
        length_s = (end - begin) // 1000
        one = Rollup(series_id, period, begin, length_s, last - first, flagged, covered_ms=covered[place])
        own = values[first:last]
        if own:
            one = replace(one, min=min(own), max=max(own), sum=sum(own), last=own[-1], last_at=times[last - 1])
        if covered[place]:
            one = replace(one, weighted=weighted[place], quarters=quarters[place] if quarters else ())
        if kind in (REGISTER, INTERVAL):
            one = replace(one, energy_wh=float(sum(own)) if kind == INTERVAL else flowed[place])
        found.append(one)
    return Folded(found, flags)


def judge(samples: Sequence[Taken], before: Last | None, limits: Limits) -> energy.Folded:
    """The readings of a register in order of time, judged."""
    chain = None if before is None else Register(*before)
    return energy.fold([(one.at, one.value, one.context, one.flags) for one in samples], chain, limits)


def _ends(times: Sequence[int], gap_ms: int, stops: Sequence[int]) -> list[int]:
    """Until when each value is held where no next one comes."""
    ends = [at + gap_ms for at in times]
    for stop in stops:
        for place in range(bisect_left(times, stop - gap_ms), bisect_right(times, stop)):
            ends[place] = min(ends[place], stop)
    return ends


def _held(
    borders: Sequence[int], times: Sequence[int], values: Sequence[float], ends: Sequence[int], known_until: int
) -> tuple[list[float], list[int]]:
    """For each bucket the sum of value × ms, and the ms in which there was any."""
    size = len(borders) - 1
    weighted, covered = [0.0] * size, [0] * size

    def hold(place: int, bucket: int) -> None:
        """The value at that place, perhaps into later buckets."""
        until = min(ends[place], known_until)
        if place + 1 < len(times):
            until = min(until, times[place + 1])
        since = max(times[place], borders[0])
        while bucket < size and since < until:
            end = min(until, borders[bucket + 1])
            weighted[bucket] += values[place] * (end - since)
            covered[bucket] += end - since
            since, bucket = end, bucket + 1

    first = bisect_left(times, borders[0])
    if first > 0:
        hold(first - 1, 0)
    for bucket in range(size):
        last = bisect_left(times, borders[bucket + 1])
        if last > first:
            spans = [
                min(later, end) - at
                for (at, later), end in zip(pairwise(times[first:last]), ends[first:], strict=False)
            ]
            weighted[bucket] += sum(map(mul, values[first:last], spans))
            covered[bucket] += sum(spans)
            hold(last - 1, bucket)
        first = last
    return weighted, covered


def _quarters(
    borders: Sequence[int], times: Sequence[int], values: Sequence[float], ends: Sequence[int], known_until: int
) -> list[tuple[tuple[float, int], ...]]:
    """The same of each quarter of an hour, bucket by bucket."""
    begins = [range(begin, end, QUARTER_MS) for begin, end in pairwise(borders)]
    fine = [*(at for each in begins for at in each), borders[-1]]
    held = zip(*_held(fine, times, values, ends, known_until), strict=True)
    return [tuple(islice(held, len(each))) for each in begins]


def _spread(borders: Sequence[int], steps: Sequence[Believed]) -> list[float]:
    """What flowed in each bucket."""
    flowed = [0.0] * (len(borders) - 1)
    inside, begin, end = 0, borders[0], borders[0]
    for since, until, wh in steps:
        if begin <= since < until <= end:
            flowed[inside] += wh  # most lie where the one before does
            continue
        place = max(0, bisect_right(borders, min(since, until)) - 1)
        if place < len(flowed):
            inside, begin, end = place, borders[place], borders[place + 1]
        while place < len(flowed) and borders[place] <= until:
            flowed[place] += energy.share(since, until, wh, borders[place], borders[place + 1])
            place += 1
    return flowed
