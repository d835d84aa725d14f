"""Times as charge points write them (quirks Q54–Q56): with and without zone, seven digits, blanks instead of T."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from wattdeck.domain.clock import from_ms, to_ms

_SHORT_OFFSET = re.compile(r"([+-]\d{2})$")
# Clocks that were never set stand at 1970 or 2000; nothing of ours was measured before this.
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
# Times of one message that are further apart are not of one clock.
_LONGEST_APART = timedelta(days=7)
_MOST_AHEAD_MS = 60_000
_MOST_KEPT = 1_000  # times, and messages
_Placed = dict[bytes, dict[datetime, datetime]]


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
    """What stands in for the times of one charge point's clock that was never set, for values taken at them: a series
    has one value at a time. They keep the distances at which they were taken, the last of a message being taken when it
    came; but no message goes back to before the one that came before it, or its connection: in a queue that was kept
    while offline they are a millisecond apart. A message that is sent again on a new connection, since its answer was
    lost, has the times it had.
    """

    __slots__ = ("_before", "_last", "_placed")

    def __init__(self) -> None:
        self._last = 0
        self._placed: _Placed = {}
        self._before: _Placed = {}  # by connections before this one

    def connected(self, at: datetime) -> None:
        """A connection begins: what comes was taken after that, or was sent before."""
        self._last = max(self._last, to_ms(at) - 1)
        self._before |= self._placed
        self._placed = {}
        count = sum(map(len, self._before.values()))
        while count > _MOST_KEPT:
            count -= len(self._before.pop(next(iter(self._before))))

    def heard(self, at: datetime) -> None:
        """Something else that was said by such a clock stands at `at`."""
        self._last = max(self._last, to_ms(at))

    def place(self, said: Collection[datetime], received_at: datetime, message: bytes) -> Mapping[datetime, datetime]:
        """By what one message says. `message`: all of it."""
        digest = blake2b(message, digest_size=16).digest()
        placed = self._before.pop(digest, None) or self._anew(said, received_at)
        self._placed[digest] = placed
        if len(self._placed) > _MOST_KEPT:
            del self._placed[next(iter(self._placed))]
        return placed

    def _anew(self, said: Collection[datetime], received_at: datetime) -> dict[datetime, datetime]:
        placed, newest = {}, max(said)
        for at in sorted(said):
            before = newest - at if newest - at <= _LONGEST_APART else timedelta(0)
            taken_at = max(to_ms(received_at - before), self._last + 1)
            self._last = min(taken_at, to_ms(received_at) + _MOST_AHEAD_MS)
            placed[at] = from_ms(self._last)
        return placed


def believable(at: datetime, received_at: datetime) -> bool:
    """False for clocks that were never set and for the far future."""
    return _EARLIEST <= at <= received_at + _AHEAD
