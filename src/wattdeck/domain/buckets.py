"""Where the buckets of rollups begin in a time zone. Every moment lies in exactly one bucket of each period.

An hour begins when the local clock shows a full hour, a day at the first moment of its date, a month at its first day.
So a clock that is set forward makes a day of 23 hours, one set back one of 25; where it is set by half an hour (Lord
Howe), or at a minute past midnight (Newfoundland until 2011), an hour can be longer than 60 minutes. A date that never
was (Apia, 30 December 2011) has no bucket. Minutes are those of UTC.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wattdeck.domain.rollups import HOUR, MINUTE, MONTH

MINUTE_MS, HOUR_S, DAY_S = 60_000, 3600, 86_400
DAY_MS = DAY_S * 1000
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST, _LAST = 2 - _EPOCH, date.max.toordinal() - _EPOCH - 3  # days that a calendar knows, in days since 1970


def existing_zone(name: str) -> str:
    """The name of a time zone that there is. Raises ValueError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone (Europe/Berlin is one)") from None
    return name


def zone_named(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The zone of that name; the other where there is none, or none any more."""
    try:
        return default if name is None else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return default


def start(zone: ZoneInfo, period: int, at: int) -> int:
    """The beginning of the bucket that `at` lies in. All times are milliseconds since 1970."""
    if period == MINUTE:
        return at // MINUTE_MS * MINUTE_MS
    if period == MONTH:
        return _first_of_month(zone, _ordinal_at(zone, at))
    day = at // DAY_MS
    while True:
        found = _borders_of(zone, period, day)
        if found and found[0] <= at:
            return found[bisect_right(found, at) - 1]
        day -= 1


def end(zone: ZoneInfo, period: int, at: int) -> int:
    """The beginning of the bucket after the one that `at` lies in."""
    if period == MINUTE:
        return at // MINUTE_MS * MINUTE_MS + MINUTE_MS
    if period == MONTH:
        return _first_of_month(zone, _ordinal_at(zone, at), next=True)
    day = at // DAY_MS
    while True:
        found = _borders_of(zone, period, day)
        if found and found[-1] > at:
            return found[bisect_right(found, at)]
        day += 1


def borders(zone: ZoneInfo, period: int, since: int, until: int) -> list[int]:
    """The beginnings of all buckets that touch [since, until), and the end of the last of them."""
    first = start(zone, period, since)
    if until <= since:
        return [first]
    if period == MINUTE:
        return list(range(first, until - (until - first) % -MINUTE_MS + MINUTE_MS, MINUTE_MS))
    found = [first]
    if period == MONTH:
        while found[-1] < until:
            found.append(end(zone, period, found[-1]))
        return found
    for day in range(first // DAY_MS, until // DAY_MS + 1):
        found += [border for border in _borders_of(zone, period, day) if first < border < until]
    return [*found, end(zone, period, found[-1])]


def floor(sorted_borders: list[int], at: int) -> int:
    """The place in a list of borders of the bucket that `at` lies in."""
    return bisect_right(sorted_borders, at) - 1


def _borders_of(zone: ZoneInfo, period: int, day: int) -> tuple[int, ...]:
    return _block(zone, day)[0] if period == HOUR else _block(zone, day)[1]


def _ordinal_at(zone: ZoneInfo, at: int) -> int:
    """The date of the bucket of days that `at` lies in, as days since 1970."""
    day = at // DAY_MS
    while True:
        _, days, ordinals = _block(zone, day)
        if days and days[0] <= at:
            return ordinals[bisect_right(days, at) - 1]
        day -= 1


def _first_of_month(zone: ZoneInfo, ordinal: int, next: bool = False) -> int:
    if not _FIRST < ordinal < _LAST:
        return _day_start(zone, ordinal + (31 if next else 0))
    today = date.fromordinal(ordinal + _EPOCH)
    year, month = (today.year + today.month // 12, today.month % 12 + 1) if next else (today.year, today.month)
    return _day_start(zone, date(year, month, 1).toordinal() - _EPOCH)


def _day_start(zone: ZoneInfo, ordinal: int) -> int:
    """The first moment of that date, or of the next one that there is."""
    day = ordinal - 2
    while True:
        _, days, ordinals = _block(zone, day)
        if ordinals and ordinals[-1] >= ordinal:
            return days[bisect_left(ordinals, ordinal)]
        day += 1


@lru_cache(maxsize=16_384)
def _block(zone: ZoneInfo, day: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Of one day of UTC: where hours begin, where days begin, and which dates those are."""
    newest = max((last + offset - 1) // DAY_S for before in (2, 1) for _, last, offset in _segments(zone, day - before))
    hours: set[int] = set()
    days: list[tuple[int, int]] = []
    for first, last, offset in _segments(zone, day):
        hours.update(range(first + -(first + offset) % HOUR_S, last, HOUR_S))
        # the date can change where the segment begins, and at its midnights
        for at in (first, *range(first + -(first + offset) % DAY_S, last, DAY_S)):
            if (ordinal := (at + offset) // DAY_S) > newest:
                newest = ordinal
                days.append((at, ordinal))
    hours.update(at for at, _ in days)
    return (
        tuple(at * 1000 for at in sorted(hours)),
        tuple(at * 1000 for at, _ in days),
        tuple(ordinal for _, ordinal in days),
    )


@lru_cache(maxsize=64)
def _segments(zone: ZoneInfo, day: int) -> list[tuple[int, int, int]]:
    """A day of UTC in pieces of one offset each: (first second, end, offset)."""
    found = []
    first = day * DAY_S
    offset = _offset(zone, first)
    for at in range(first, (day + 1) * DAY_S, HOUR_S):
        following = _offset(zone, at + HOUR_S)
        if following != offset:
            change = _change(zone, at, at + HOUR_S, offset)
            found.append((first, change, offset))
            first, offset = change, following
    if first < (day + 1) * DAY_S:
        found.append((first, (day + 1) * DAY_S, offset))
    return found


def _change(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """The second in (low, high] from which on `offset` does not hold any more."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, at: int) -> int:
    day = at // DAY_S
    if not _FIRST < day < _LAST:
        return 0  # beyond the calendar
    offset = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
