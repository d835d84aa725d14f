"""Which hours of a series are to be folded because samples of some hours have changed, and what they then hold.

More than those hours: a register's energy lies between two readings, so the hours back to the reading before and on to
the one after change, too; and a value is held beyond the hour it was taken in. A fold goes on until a reading counts
that counted before, for there the chain is what it was.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain, starmap

from sqlalchemy import Connection

from wattdeck.domain.buckets import borders, end, start
from wattdeck.domain.meter_values import counts
from wattdeck.domain.records import Record
from wattdeck.domain.rollups import HOUR, POWER, REGISTER, Rollup, Taken
from wattdeck.metering.energy import LONGEST_MS
from wattdeck.metering.rollups import FOR_EVER, Folded, Last, fold, judge
from wattdeck.store import rollups, stops
from wattdeck.store.readings import Foldable, Judged, Source
from wattdeck.store.rollups import UTC_HOUR_MS


class Span(Record, frozen=True):
    """Hours of a series folded anew: all that [since, until) holds, and the samples that are judged otherwise now.
    `too_late`: samples of hours that are final.
    """

    since: int
    until: int
    hours: list[Rollup]
    judged: list[Judged]
    too_late: int = 0


class Spans:
    """Folds one series in one transaction. `dirty`: the hours of UTC whose samples have changed; `waiting`: those that
    have, too, but are not to be folded now.
    """

    def __init__(
        self,
        connection: Connection,
        source: Source,
        one: Foldable,
        gap_ms: int,
        dirty: Iterable[int],
        waiting: Iterable[int] = (),
        known_until: int = FOR_EVER,
    ) -> None:
        self._known_until = known_until
        self._judged: dict[tuple[int, int], int] = {}  # flags of samples in hours that are folded already
        self._connection, self._source, self._one, self._gap_ms = connection, source, one, gap_ms
        self._dirty = sorted(set(dirty))
        self._waiting = sorted(set(waiting))
        self._changed = sorted({*self._dirty, *self._waiting})

    def fold(self) -> list[Span]:
        found: list[Span] = []
        runs = self._runs()
        while runs:
            since, until = runs.pop(0)
            is_register = self._one.kind == REGISTER
            span = self._register(since, until, runs) if is_register else self._plain(since, until)
            self._judged.update(((one.taken_at, one.context), one.after) for one in span.judged)
            found.append(self._without_final(span))
        return found

    def around(self, since: int, until: int) -> tuple[list[Taken], Last | None]:
        """The samples that say what [since, until) holds, and the last value before them."""
        first = start(self._one.zone, HOUR, since)
        before = self._previous(first)
        samples = self._between_counting(first, before) + self._between(first, until)
        self._following(samples, until, until)
        return samples, before

    def stops(self, since: int, until: int) -> list[int]:
        """Where nothing is held any longer of what holds in [since, until)."""
        if self._one.kind != POWER:
            return []
        return stops.of(self._connection, [self._one.id], since - self._gap_ms, until).get(self._one.id, [])

    def _runs(self) -> list[tuple[int, int]]:
        """The dirty hours as stretches of local hours. Where samples begin a new one does, too: it goes on from what is
        known of the hours before.
        """
        runs: list[tuple[int, int]] = []
        zone = self._one.zone
        stretches = [(start(zone, HOUR, hour), end(zone, HOUR, hour + UTC_HOUR_MS - 1)) for hour in self._dirty]
        for since, until in chain.from_iterable(starmap(self._parted, stretches)):
            if runs and since <= runs[-1][1] and not self._is_border(runs[-1][0], since):
                runs[-1] = (runs[-1][0], max(until, runs[-1][1]))
            else:
                runs.append((since, until))
        return runs

    def _parted(self, since: int, until: int) -> list[tuple[int, int]]:
        """An hour of UTC may be of two local ones, of which the first has lost samples."""
        border = end(self._one.zone, HOUR, self._one.samples_from - 1)
        return (
            [(since, border), (border, until)] if since < self._one.samples_from <= border < until else [(since, until)]
        )

    def _is_border(self, since: int, next_since: int) -> bool:
        return since < self._one.samples_from <= next_since

    def _plain(self, since: int, until: int) -> Span:
        samples = self._source.between(self._one, since - self._gap_ms, until + self._gap_ms)
        following = next((one.at for one in samples if one.at >= until and counts(one.flags)), until + self._gap_ms)
        last = self._no_further(until, end(self._one.zone, HOUR, max(until, following) - 1))
        if last > until + self._gap_ms:
            samples += self._source.between(self._one, until + self._gap_ms, last)
        folded, _ = self._fold(since, last, samples, self._held_before(samples, since))
        return Span(since, last, folded.rollups, [])

    def _held_before(self, samples: list[Taken], since: int) -> Last | None:
        """What may be held into the first hour, where its sample is gone."""
        if since - self._gap_ms >= self._one.samples_from or (samples and samples[0].at < since):
            return None
        return rollups.last_before(self._connection, self._one.id, since)

    def _register(self, since: int, until: int, runs: list[tuple[int, int]]) -> Span:
        since, before = self._beginning(since)
        samples = self._between_counting(since, before) + self._between(since, until)
        agreed, at = None, until  # samples before `at` are read
        while agreed is None and (hour := self._hour_with_samples(at)) is not None:
            if runs and runs[0][0] <= hour[0]:
                if self._is_border(since, runs[0][0]):
                    break
                until = runs.pop(0)[1]
                hour = (hour[0], max(hour[1], until))
            following = self._between(at, hour[1])
            if not following and hour[1] <= self._one.samples_from:
                break  # its samples are gone, and what they said of the chain
            samples += following
            at = hour[1]
            if at > until:
                flags = judge(samples, before, self._one.limits).flags[-len(following) :] if following else []
                agreed = next(
                    (
                        one.at
                        for one, flag in zip(following, flags, strict=True)
                        if one.at >= until and counts(flag) and counts(one.flags)
                    ),
                    None,
                )
                until = until if agreed is not None else at
        # without one, as long as the last value is held; what flowed in no time lies in the hour of the one that agreed
        changed = until + self._gap_ms - 1 if agreed is None else agreed
        last = self._no_further(until, max(until, end(self._one.zone, HOUR, changed)))
        if runs and self._is_border(since, runs[0][0]):
            last = min(last, max(until, runs[0][0]))
        self._following(samples, last, at)
        folded, judged = self._fold(since, last, samples, before)
        return Span(since, last, folded.rollups, judged)

    def _following(self, samples: list[Taken], last: int, at: int) -> None:
        """Add what says how much flows out of the hours before `last`; samples before `at` are there already."""
        while not any(one.at >= last and counts(one.flags) for one in reversed(samples)):
            if (hour := self._hour_with_samples(at)) is None or hour[1] <= self._one.samples_from:
                break
            samples += self._between(at, hour[1])
            at = hour[1]

    def _beginning(self, since: int) -> tuple[int, Last | None]:
        """Where to begin, so that what flowed since the reading before is spread anew; and the one before that."""
        before = self._previous(since)
        if before is None or since - before[1] > LONGEST_MS:
            return since, before
        first = start(self._one.zone, HOUR, before[1])
        if any(one.at == before[1] and counts(one.flags) for one in self._between(first, before[1] + 1)):
            return first, self._previous(first)
        # that sample is gone: its hour is final
        return min(since, end(self._one.zone, HOUR, before[1])), before

    def _previous(self, at: int) -> Last | None:
        """The last value that counts before `at`, folded or not."""
        while True:
            known = rollups.last_before(self._connection, self._one.id, at)
            doubtful = [
                hour for hour in self._changed if hour < at and (known is None or hour + UTC_HOUR_MS > known[1])
            ]
            # what is known of an hour whose samples are gone is final
            final = known if known is not None and known[1] < self._one.samples_from else None
            for hour in reversed(doubtful):
                for one in reversed(self._between(hour, min(at, hour + UTC_HOUR_MS))):
                    if counts(one.flags):
                        return final if final is not None and final[1] >= one.at else (one.value, one.at)
            if final is not None or known is None or not doubtful or doubtful[0] > known[1]:
                return known
            at = min(doubtful[0], start(self._one.zone, HOUR, known[1]))

    def _between_counting(self, since: int, before: Last | None) -> list[Taken]:
        """Those after the last one that counts: one that was not believed may still be confirmed."""
        if before is None:
            return self._between(max(0, since - LONGEST_MS), since)
        found = self._between(before[1], since)
        counting = [place for place, one in enumerate(found) if counts(one.flags)]
        return found[counting[-1] + 1 :] if counting else found

    def _hour_with_samples(self, at: int) -> tuple[int, int] | None:
        """The next hour from `at` on that can hold samples, and where it ends."""
        zone = self._one.zone
        found = rollups.next_with_samples(self._connection, self._one.id, at)
        place = bisect_left(self._changed, at - UTC_HOUR_MS + 1)
        hour = self._changed[place] if place < len(self._changed) else None
        if hour is not None and (found is None or hour < found):
            return max(at, start(zone, HOUR, hour)), end(zone, HOUR, hour + UTC_HOUR_MS - 1)
        return None if found is None else (found, end(zone, HOUR, found))

    def _no_further(self, until: int, last: int) -> int:
        """Not into hours that are to be folded anyway."""
        place = bisect_left(self._waiting, until)
        if place < len(self._waiting):
            last = min(last, start(self._one.zone, HOUR, self._waiting[place]))
        return max(until, last)

    def _between(self, since: int, until: int) -> list[Taken]:
        found = self._source.between(self._one, since, until)
        if not self._judged:
            return found
        return [one._replace(flags=self._judged.get((one.taken_at, one.context), one.flags)) for one in found]

    def _fold(
        self, since: int, until: int, samples: Sequence[Taken], before: Last | None
    ) -> tuple[Folded, list[Judged]]:
        one = self._one
        inside = borders(one.zone, HOUR, since, until)
        known, ends = self._known_until, self.stops(since, until)
        folded = fold(one.id, one.kind, HOUR, inside, samples, before, self._gap_ms, one.limits, known, ends)
        judged = [
            Judged(one.id, sample.taken_at, sample.context, sample.flags, flags)
            for sample, flags in zip(samples, folded.flags, strict=True)
            if flags != sample.flags and sample.at < until
        ]
        return folded, judged

    def _without_final(self, span: Span) -> Span:
        """Hours whose samples are gone stay as they are, where there are any: nothing is folded from what is left."""
        final = self._one.samples_from
        if span.since >= final:
            return span
        kept = {
            row.bucket: row
            for row in rollups.read(self._connection, HOUR, [self._one.id], span.since, span.until)[self._one.id]
            if row.bucket < final
        }
        late = sum(row.count + row.flagged for row in span.hours if row.bucket in kept)
        hours = {row.bucket: row for row in span.hours} | kept
        return Span(span.since, span.until, [hours[at] for at in sorted(hours)], span.judged, late)
