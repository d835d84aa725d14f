"""Energy and power of many charge points, exact when asked: what is stored, corrected by what samples have touched."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise, zip_longest
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattdeck.domain.buckets import borders, end, start
from wattdeck.domain.clock import UTC, from_ms, to_ms
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.quarters import QUARTER_MS
from wattdeck.domain.records import Record, replace
from wattdeck.domain.rollups import DAY, HOUR, MONTH, Rollup
from wattdeck.metering import exact
from wattdeck.metering.rollups import FOR_EVER
from wattdeck.store import fleet, readings, rollups
from wattdeck.store.fleet import HOUR_MS, Bucket, Change, Consumer, GroupBy, Scope, Source, Steps

_JUST_NOW_MS = 60_000
_LEAST_MS = {HOUR: HOUR_MS, DAY: 24 * HOUR_MS, MONTH: 28 * 24 * HOUR_MS}
Key = str | None
# What a question may bring: more would fill the memory.
MOST_ITEMS = 200_000


class Energy(Record, frozen=True):
    """Of one group in one bucket. `coverage`: the part of the bucket, over all its registers, in which one is known;
    `reckoned_wh`: what of the energy no register has counted.
    """

    bucket: datetime
    key: Key
    energy_wh: float
    coverage: float
    reckoned_wh: float = 0.0


class _Sum:
    """What is known of a bucket so far."""

    __slots__ = ("covered_ms", "reckoned_wh", "wh")

    def __init__(self) -> None:
        self.wh = self.reckoned_wh = 0.0
        self.covered_ms = 0


class Load(Record, frozen=True):
    """The sum of powers over a step, each by the time it was held; what is not known counts as nothing, and the
    `coverage` says how much is.
    """

    at: datetime
    key: Key
    power_w: float
    coverage: float


class Peak(Record, frozen=True):
    """The highest sum of a group, in the step that begins at `at`, and its highest single value."""

    key: Key
    power_w: float
    at: datetime
    highest_w: float | None


class Question(Record, frozen=True):
    """Who and when: times in ms. `zone`: where days begin for charge points without one of their own; `known_until`:
    now, for the last values are not held into the future.
    """

    scope: Scope
    since: int
    until: int
    group_by: GroupBy
    zone: ZoneInfo
    gap_ms: int
    known_until: int = FOR_EVER


def energy(connection: Connection, asked: Question, period: int) -> list[Energy]:
    """Energy of the buckets that touch [since, until), newest first. Days and months of charge points in several zones
    are put together by their dates: those that touch it in the zone of everyone, and those that run by now.

    Raises Unprocessable where that is too much.
    """
    sources = fleet.registers(connection, asked.scope, asked.group_by)
    _check_size(asked, _LEAST_MS[period], sources)
    return _energy(connection, asked, period, sources)


def _energy(connection: Connection, asked: Question, period: int, sources: Sequence[Source]) -> list[Energy]:
    found: defaultdict[tuple[int, Key], _Sum] = defaultdict(_Sum)
    names, first_at = fleet.zones(connection, asked.scope), fleet.first_reckoned(connection)
    for name in names:
        own = [source for source in sources if source.time_zone == name]
        scope = asked.scope if len(names) == 1 else replace(asked.scope, zones=(name,))
        zone = ZoneInfo(name) if name else asked.zone
        first, last = _own(asked, period, zone)
        changes = _changes(connection, own, period, first, last, asked)
        for one in fleet.energy(connection, scope, period, first, last, asked.group_by, changes):
            known = found[_common(one.bucket, period, zone, asked.zone), one.key]
            known.wh += one.amount
            known.covered_ms += one.covered_ms
        # from when there is any on: the days of decades take seconds to be told
        since = last if first_at is None else max(first, start(zone, period, first_at))
        buckets = [Bucket(*each) for each in pairwise(borders(zone, period, since, last))] if since < last else []
        for one in fleet.reckoned(connection, scope, buckets, asked.group_by):
            known = found[_common(one.bucket, period, zone, asked.zone), one.key]
            known.wh += one.amount
            known.reckoned_wh += one.amount
    numbers = Counter(source.key for source in sources)
    return [
        Energy(from_ms(bucket), key, one.wh, _part(one.covered_ms, numbers[key] * length), one.reckoned_wh)
        for (bucket, key), one in sorted(found.items(), key=lambda item: (-item[0][0], item[0][1] or ""))
        if (length := end(asked.zone, period, bucket) - bucket)
    ]


def _check_size(asked: Question, step_ms: int, sources: Iterable[Source]) -> None:
    groups, steps = len({source.key for source in sources}), -(-max(0, asked.until - asked.since) // step_ms)
    if groups * steps > MOST_ITEMS:
        raise Unprocessable(
            f"{steps:,} steps of {groups:,} groups are more than {MOST_ITEMS:,} items: ask for less time, longer steps"
            " or fewer charge points"
        )


def _own(asked: Question, period: int, zone: ZoneInfo) -> tuple[int, int]:
    """From when to when the buckets begin, in a zone, that are put together to those that are asked for."""
    if period == HOUR or zone == asked.zone:
        return start(zone, period, asked.since), asked.until
    first, last = start(asked.zone, period, asked.since), end(asked.zone, period, max(asked.since, asked.until - 1))
    last = _common(last, period, asked.zone, zone)
    is_of_now = asked.until >= asked.known_until - _JUST_NOW_MS
    return _common(first, period, asked.zone, zone), max(last, asked.until) if is_of_now else last


def _common(bucket: int, period: int, zone: ZoneInfo, common: ZoneInfo) -> int:
    """Where the same date begins in the zone of everyone."""
    if period == HOUR or zone == common:
        return bucket
    noon = from_ms(bucket).astimezone(zone).replace(hour=12)
    return start(common, period, to_ms(noon.replace(tzinfo=common).astimezone(UTC)))


def load(connection: Connection, asked: Question, step_ms: int) -> list[Load]:
    """The sum of powers in each step that touches [since, until), newest first; hours and quarters from rollups.

    Raises Unprocessable where that is too much.
    """
    sources = fleet.powers(connection, asked.scope, asked.group_by)
    _check_size(asked, step_ms, sources)
    steps, changes = _steps(connection, asked, step_ms, sources)
    numbers = Counter(source.key for source in sources)
    found = fleet.load(connection, asked.scope, steps, asked.group_by, changes)
    return [
        Load(from_ms(one.bucket), one.key, one.amount / step_ms, _part(one.covered_ms, numbers[one.key] * step_ms))
        for one in reversed(found)
    ]


def peaks(connection: Connection, asked: Question, step_ms: int) -> list[Peak]:
    """The highest load of each group, the highest first."""
    sources = fleet.powers(connection, asked.scope, asked.group_by)
    steps, changes = _steps(connection, asked, step_ms, sources)
    found = fleet.peaks(connection, asked.scope, steps, asked.group_by, changes)
    if changes is None:
        changes = _changes(connection, sources, HOUR, asked.since, asked.until, asked)
    single = fleet.highest(connection, asked.scope, steps.since, steps.until, asked.group_by, changes)
    return [Peak(one.key, one.weighted / step_ms, from_ms(one.at), single.get(one.key)) for one in found]


def _steps(
    connection: Connection, asked: Question, step_ms: int, sources: Sequence[Source]
) -> tuple[Steps, list[Change] | None]:
    """The steps, from a full hour of the common zone on; and, for hours and quarters, what has changed of them."""
    offset = start(asked.zone, HOUR, asked.since) % HOUR_MS
    since = (asked.since - offset) // step_ms * step_ms + offset
    until = -(-(asked.until - offset) // step_ms) * step_ms + offset
    steps = Steps(step_ms, since, until, asked.gap_ms, asked.known_until)
    if step_ms % QUARTER_MS:
        return steps, None
    changes = _changes(connection, sources, HOUR, since, until, asked, by_quarter=step_ms % HOUR_MS != 0)
    return steps, changes


def _changes(
    connection: Connection,
    sources: Sequence[Source],
    period: int,
    since: int,
    until: int,
    asked: Question,
    by_quarter: bool = False,
) -> list[Change]:
    """How the buckets that samples have touched, or the quarters of those hours, differ from what is stored."""
    ids = fleet.touched(connection, [source.id for source in sources])
    wanted = readings.foldable(connection, ids, asked.zone)
    source = readings.Source(connection, ids)
    true = exact.changed(connection, source, wanted, period, since, until, asked.gap_ms, asked.known_until)
    found: list[Change] = []
    for id, rows in true.items():
        if not rows:
            continue
        first, last = min(rows), max(rows) + 1
        stored = {row.bucket: row for row in rollups.read(connection, period, [id], first, last)[id]}
        for bucket, row in rows.items():
            if row is None and bucket not in stored:
                continue
            nothing = Rollup(id, period, bucket, 0)
            new, old = row or nothing, stored.get(bucket, nothing)
            if by_quarter:
                found += _quarters(new, old)
                continue
            more = (new.energy_wh or 0.0) - (old.energy_wh or 0.0), new.covered_ms - old.covered_ms
            found.append(Change(id, bucket, *more, (new.weighted or 0.0) - (old.weighted or 0.0), new.max))
    return found


def _quarters(new: Rollup, old: Rollup) -> list[Change]:
    both = zip_longest(new.quarters, old.quarters, fillvalue=(0.0, 0))
    return [
        Change(new.series_id, new.bucket + number * QUARTER_MS, 0.0, ms - old_ms, weighted - old_weighted, new.max)
        for number, ((weighted, ms), (old_weighted, old_ms)) in enumerate(both)
    ]


def top(connection: Connection, asked: Question, hours_from: int) -> list[Consumer]:
    """Groups by energy of the hours that touch [since, until), most first. Whole days are taken as such, and so are
    those at the ends whose hours are gone (before `hours_from`, ms).
    """
    totals: defaultdict[Key, _Sum] = defaultdict(_Sum)
    for name in fleet.zones(connection, asked.scope):
        zone, scope = ZoneInfo(name) if name else asked.zone, replace(asked.scope, zones=(name,))
        sources = fleet.registers(connection, scope, asked.group_by)
        for period, since, until in parts(zone, asked.since, asked.until, hours_from):
            part = replace(asked, scope=scope, zone=zone, since=since, until=until)
            for one in _energy(connection, part, period, sources):
                totals[one.key].wh += one.energy_wh
                totals[one.key].reckoned_wh += one.reckoned_wh
    ordered = sorted(totals.items(), key=lambda item: (-item[1].wh, item[0] or ""))
    return [Consumer(key, one.wh, reckoned_wh=one.reckoned_wh) for key, one in ordered]


def parts(zone: ZoneInfo, since: int, until: int, hours_from: int) -> list[tuple[int, int, int]]:
    """A stretch of time as hours, whole days, whole months, days and hours: (period, since, until), in order."""
    found: list[tuple[int, int, int]] = []
    at = since
    while at < until:
        for period in (MONTH, DAY, HOUR):
            first, last = start(zone, period, at), end(zone, period, at)
            is_whole = first >= at and last <= until
            if is_whole or period == HOUR or (period == DAY and first < hours_from):
                if found and found[-1][0] == period and found[-1][2] == first:
                    found[-1] = (period, found[-1][1], min(last, until))
                else:
                    found.append((period, max(first, since) if period == HOUR else first, min(last, until)))
                at = last
                break
    return found


def _part(covered: int, whole: int) -> float:
    return min(1.0, max(0.0, covered / whole)) if whole else 0.0
