"""Times as charge points write them (quirks Q54–Q56): with and without zone, seven digits, blanks instead of T."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from wattdeck.domain.clock import from_ms, to_ms

_SHORT_OFFSET = re.compile(r"([+-]\d{2})$")
# Clocks that were never set stand at 1970 or 2000; nothing of ours was measured before this.
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
# Times of one message that are further apart are not of one clock.
_LONGEST_APART = timedelta(days=7)
_MOST_AHEAD_MS = 60_000
_MOST_KEPT, _MOST_VALUES = 1_000, 50  # times, and values of each


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
    while offline they are a millisecond apart. What is said again (since its answer was lost, or in a stop) has the
    time it had; for that the clock must have gone on, one that stands still says the same time of everything.
    """

    __slots__ = ("_known", "_last", "_may_repeat", "_newest")

    def __init__(self) -> None:
        self._last = 0
        self._known: dict[datetime, tuple[datetime, frozenset[str]]] = {}  # and what was measured then
        self._newest: datetime | None = None
        self._may_repeat = False  # the newest

    def connected(self, at: datetime) -> None:
        """A connection begins: what comes was taken after that, or was sent before."""
        self._last = max(self._last, to_ms(at) - 1)
        self._may_repeat = self._newest is not None

    def rebooted(self) -> None:
        """The clock begins anew."""
        self._known.clear()
        self._newest = None

    def heard(self, at: datetime) -> None:
        """Something else that was said by such a clock stands at `at`."""
        self._last = max(self._last, to_ms(at))

    def place(
        self, moments: Mapping[datetime, frozenset[str]], received_at: datetime, before: datetime | None = None
    ) -> dict[datetime, datetime]:
        """By what one message says: its times, with the values of each. `before`: the first time in it that is right:
        the clock was set by then.
        """
        said = sorted(moments)
        placed = {at: time for at in said if (time := self._again(at, moments[at], said[-1])) is not None}
        anew = [at for at in said if at not in placed]
        placed |= self._between(placed, anew)
        anew = [at for at in anew if at not in placed]
        until = received_at if before is None else min(received_at, before - timedelta(milliseconds=1))
        last = self._last if before is None else min(self._last, to_ms(until) - len(anew))
        for at in anew:
            ago = anew[-1] - at if anew[-1] - at <= _LONGEST_APART else timedelta(0)
            last = min(max(to_ms(until - ago), last + 1), to_ms(received_at) + _MOST_AHEAD_MS)
            placed[at] = from_ms(last)
        self._last = max(self._last, last)
        self._know(moments, placed)
        return placed

    def _again(self, at: datetime, values: frozenset[str], newest: datetime) -> datetime | None:
        known = self._known.get(at)
        if known is None or self._newest is None or not values & known[1]:
            return None
        if at >= max(self._newest, newest):
            if not self._may_repeat:
                return None
            self._may_repeat = False
        return known[0]

    def _between(self, placed: Mapping[datetime, datetime], anew: Sequence[datetime]) -> dict[datetime, datetime]:
        """Where those go that lie before others that are known by now."""
        found: dict[datetime, datetime] = {}
        for at in reversed(anew):
            above = min((one for one in placed if one > at), default=None)
            if above is not None:
                below = max((one for one in placed if one < at), default=None)
                before = min(above, *found) if found else above
                time = (found.get(before) or placed[before]) - min(before - at, _LONGEST_APART)
                found[at] = time if below is None else max(time, placed[below] + timedelta(milliseconds=1))
        return found

    def _know(self, moments: Mapping[datetime, frozenset[str]], placed: Mapping[datetime, datetime]) -> None:
        for at in sorted(moments):
            values = moments[at] | self._known[at][1] if at in self._known else moments[at]
            self._known.pop(at, None)
            self._known[at] = placed[at], frozenset(islice(values, _MOST_VALUES))
            self._newest = at if self._newest is None else max(self._newest, at)
        while len(self._known) > _MOST_KEPT:
            del self._known[next(iter(self._known))]


def believable(at: datetime, received_at: datetime) -> bool:
    """False for clocks that were never set and for the far future."""
    return _EARLIEST <= at <= received_at + _AHEAD
