"""Times as charge points write them (quirks Q54–Q56): with and without zone, seven digits, blanks instead of T."""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from wattdeck.domain.clock import from_ms, to_ms

_SHORT_OFFSET = re.compile(r"([+-]\d{2})$")
# Clocks that were never set stand at 1970 or 2000; nothing of ours was measured before this.
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
# Times of one message that are further apart are not of one clock.
_LONGEST_APART = timedelta(days=7)
_MOST_AHEAD_MS = 60_000


def parse(text: str) -> datetime | None:
    """Aware UTC, or None where it is no time. A time without a zone is UTC (OCPP-J sends UTC)."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        cleaned = text.strip().replace(" ", "T", 1).replace(",", ".").upper()
        if "T" in cleaned:
            cleaned = _SHORT_OFFSET.sub(r"\1:00", cleaned)
        try:
            at = datetime.fromisoformat(cleaned)
        except ValueError:
            return None
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    try:
        return at if at.tzinfo is UTC else at.astimezone(UTC)
    except OverflowError:  # the last hours of the year 9999
        return None


class Unset:
    """What stands in for the times of a clock that was never set, on one connection, for values taken at them: a series
    has one value at a time. They keep the distances at which they were taken, the last of a message being taken when it
    came; but no message goes back to before the one that came before it, or the connection: in a queue that was kept
    while offline they are a millisecond apart.
    """

    __slots__ = ("_last",)

    def __init__(self, since: datetime) -> None:
        self._last = to_ms(since) - 1

    def heard(self, at: datetime) -> None:
        """Something else that was said by such a clock stands at `at`."""
        self._last = max(self._last, to_ms(at))

    def place(self, said: Collection[datetime], received_at: datetime) -> dict[datetime, datetime]:
        """By what one message says."""
        placed, newest = {}, max(said)
        for at in sorted(set(said)):
            before = newest - at if newest - at <= _LONGEST_APART else timedelta(0)
            taken_at = max(to_ms(received_at - before), self._last + 1)
            self._last = min(taken_at, to_ms(received_at) + _MOST_AHEAD_MS)
            placed[at] = from_ms(self._last)
        return placed


def believable(at: datetime, received_at: datetime) -> bool:
    """False for clocks that were never set and for the far future."""
    return _EARLIEST <= at <= received_at + _AHEAD
