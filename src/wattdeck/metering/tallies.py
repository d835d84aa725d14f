"""A running session's energy where its charge point has no register that moves: by phases, intervals, or the power."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from wattdeck.domain.clock import to_ms
from wattdeck.domain.quarters import QUARTER_MS, News, parts
from wattdeck.domain.sessions import INTERVAL, PHASES, POWER_OVER_TIME, WITHOUT_REGISTER, Session
from wattdeck.metering.energy import Believed
from wattdeck.metering.plausibility import HOLD_MS

# An interval value says until when it counts; from when on, the one before it says, if that is no further away.
LONGEST_INTERVAL_MS = 3_600_000
_MOST_QUARTERS = 35 * 86_400_000 // QUARTER_MS  # of a session: what is longer ago is stored, and stays as it is


class Count:
    """What one source has counted: in all, and by quarters of an hour (`changed`: since they were told)."""

    __slots__ = ("changed", "quarters", "wh")

    def __init__(self) -> None:
        self.wh = 0.0
        self.quarters: dict[int, float] = {}
        self.changed: set[int] = set()

    def add(self, since: int, until: int, wh: float) -> None:
        if not wh:
            return
        self.wh += wh
        for at, part in parts(since, until, wh):
            self.quarters[at] = self.quarters.get(at, 0.0) + part
            self.changed.add(at)
        while len(self.quarters) > _MOST_QUARTERS:
            del self.quarters[min(self.quarters)]


class Tally:
    """What each source says by now. `has_register`: samples of the total came, so nothing else is asked.
    `told`: the source whose quarters are stored. `w`, `at`, `interval_at`: the last power, and the times (ms) of that
    and of the last interval.
    """

    __slots__ = ("at", "counts", "has_register", "interval_at", "told", "w")

    def __init__(self, started_at: datetime, has_register: bool = False) -> None:
        self.has_register = has_register
        # the best first
        self.counts = {PHASES: Count(), INTERVAL: Count(), POWER_OVER_TIME: Count()}
        self.w, self.at, self.interval_at = 0.0, 0, to_ms(started_at)
        self.told: str | None = None

    def go_on_from(self, session: Session, quarters: Mapping[int, float]) -> None:
        """After a restart: what the session has by now is what the source it names has counted."""
        count = self.counts.get(session.energy_source or "")
        if count is not None:
            count.wh, count.quarters, self.told = session.energy_wh, dict(quarters), session.energy_source

    def take_over(self, other: "Tally") -> None:
        """What another one of the same session knows that the store does not."""
        self.has_register = self.has_register or other.has_register

    def phases(self, since: int, until: int, wh: float) -> None:
        """Energy that the register of a phase has moved by."""
        self.counts[PHASES].add(since, until, wh)

    def intervals(self, values: Iterable[tuple[int, float]]) -> bool:
        """Interval values with their times; what was sent again counts once. False where one of them is late."""
        newest, is_late = self.interval_at, False
        for at, wh in values:
            if at > newest:
                self.counts[INTERVAL].add(max(newest, at - LONGEST_INTERVAL_MS), at, wh)
                self.interval_at = max(self.interval_at, at)
            is_late = is_late or at < newest
        return not is_late

    def power(self, w: float, at: int) -> bool:
        """The power from `at` (ms) on; the last one held until then. False where it is late."""
        if at < self.at:
            return False
        self._hold(at)
        self.w, self.at = w, at
        return True

    def stop(self, at: int) -> None:
        """The session ends: the last power is held until then, and no longer."""
        if self.at and at >= self.at:
            self._hold(at)
            self.w, self.at = 0.0, at

    def _hold(self, until: int) -> None:
        if self.at:
            held = held_power(self.w, self.at, until)
            self.counts[POWER_OVER_TIME].add(*held)

    def best(self) -> tuple[float, str] | None:
        """The energy by the best source that says anything."""
        for source, count in self.counts.items():
            if count.wh > 0:
                return count.wh, source
        return None

    def news(self, source: str | None) -> News | None:
        """What is to be stored of a session whose energy is by that source now."""
        count = None if source not in WITHOUT_REGISTER else self.counts[source]
        if count is None:
            was_told, self.told = self.told is not None, None
            return News(True, {}) if was_told else None
        is_anew, self.told = source != self.told, source
        quarters = count.quarters if is_anew else {at: count.quarters[at] for at in count.changed}
        count.changed = set()
        return News(is_anew, dict(quarters)) if is_anew or quarters else None


def held_power(w: float, since: int, until: int) -> Believed:
    """What flows while a power is held: from when, until when, Wh."""
    until = min(until, since + HOLD_MS)
    return since, until, max(0.0, w) * (until - since) / 3_600_000
