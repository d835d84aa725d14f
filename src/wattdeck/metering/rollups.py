"""Samples of one series folded into buckets: pure, the same however often and in whatever pieces it is done.

A value is held until the next one that counts, over the borders of buckets, but no longer than `gap_ms`. Energy of a
register is what flowed between its believed readings, spread evenly over the time between them.
"""

from bisect import bisect_right
from collections.abc import Sequence

from wattdeck.domain.meter_values import counts
from wattdeck.domain.records import Record, replace
from wattdeck.domain.registers import ANY, Limits
from wattdeck.domain.rollups import INTERVAL, NO_ENERGY, REGISTER, Rollup
from wattdeck.metering import energy
from wattdeck.metering.energy import Believed, Register

# When, value, code of the context, flags; in order of (when, taken_at, context). When: no later than it came.
Taken = tuple[int, float, int, int]
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
) -> Folded:
    """Fold samples into the buckets between `borders`. Those around them may be among `samples`: they say what lies
    across the outer borders. `before`: the last value that counts before all of them.
    """
    steps: list[Believed] = []
    flags = [sample[3] for sample in samples]
    if kind == REGISTER:
        chain = None if before is None else Register(*before)
        judged = energy.fold(samples, chain, limits)
        steps, flags = judged.steps, judged.flags
    buckets = _Buckets(borders, gap_ms)
    if before is not None:
        buckets.hold(*before)
    for (at, value, _, _), flag in zip(samples, flags, strict=True):
        buckets.take(at, value, counts(flag))
    buckets.let_go()
    if kind == REGISTER:
        for since, until, wh in steps:
            buckets.spread(since, until, wh)
    return Folded(buckets.rollups(series_id, period, kind), flags)


class _Buckets:
    """Figures that grow, one row of them per bucket."""

    def __init__(self, borders: Sequence[int], gap_ms: int) -> None:
        self._borders, self._gap_ms = borders, gap_ms
        size = len(borders) - 1
        self._values: list[list[float]] = [[] for _ in range(size)]
        self._flagged, self._last_at = [0] * size, [0] * size
        self._weighted, self._covered, self._energy = [0.0] * size, [0] * size, [0.0] * size
        self._held: Last | None = None
        self._place = 0  # samples come in order: where the last one lay

    def take(self, at: int, value: float, does_count: bool) -> None:
        borders = self._borders
        place, size = self._place, len(borders) - 1
        while place < size and at >= borders[place + 1]:
            place += 1
        self._place = place
        is_inside = place < size and at >= borders[0]
        if not does_count:
            if is_inside:
                self._flagged[place] += 1
            return
        held = self._held
        if held is not None and at > held[1]:
            self._weigh(held[0], held[1], min(at, held[1] + self._gap_ms))
        self._held = (value, at)
        if is_inside:
            self._values[place].append(value)
            self._last_at[place] = at

    def hold(self, value: float, at: int) -> None:
        self._held = (value, at)

    def let_go(self) -> None:
        """Nothing comes after the last one."""
        if self._held is not None:
            value, at = self._held
            self._weigh(value, at, at + self._gap_ms)

    def _weigh(self, value: float, since: int, until: int) -> None:
        borders = self._borders
        since, until = max(since, borders[0]), min(until, borders[-1])
        place = bisect_right(borders, since) - 1
        while since < until:
            end = min(until, borders[place + 1])
            self._weighted[place] += value * (end - since)
            self._covered[place] += end - since
            since, place = end, place + 1

    def spread(self, since: int, until: int, wh: float) -> None:
        borders = self._borders
        place = max(0, bisect_right(borders, min(since, until)) - 1)
        while place < len(borders) - 1 and borders[place] <= until:
            self._energy[place] += energy.share(since, until, wh, borders[place], borders[place + 1])
            place += 1

    def rollups(self, series_id: int, period: int, kind: int) -> list[Rollup]:
        found = []
        for place, values in enumerate(self._values):
            covered, flagged, wh = self._covered[place], self._flagged[place], self._energy[place]
            if not (values or covered or flagged or wh):
                continue
            begin = self._borders[place]
            length_s = (self._borders[place + 1] - begin) // 1000
            total = sum(values) if values else None
            if kind == INTERVAL:
                wh = total or 0.0
            own = Rollup(series_id, period, begin, length_s, len(values), flagged, covered_ms=covered)
            if values:
                least, most, last = min(values), max(values), values[-1]
                own = replace(own, min=least, max=most, sum=total, last=last, last_at=self._last_at[place])
            if covered:
                own = replace(own, weighted=self._weighted[place])
            found.append(own if kind == NO_ENERGY else replace(own, energy_wh=wh))
        return found
