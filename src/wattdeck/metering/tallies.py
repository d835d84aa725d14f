"""A running session's energy where its charge point has no register that moves: by phases, intervals, or the power."""

from wattdeck.domain.sessions import INTERVAL, PHASES, POWER_OVER_TIME, Session
from wattdeck.metering.plausibility import HOLD_MS


class Tally:
    """What each source says by now. `has_register`: samples of the total came, so nothing else is asked.
    `phases_go_on`: what the phases add up to goes on where the total stood, so it is read as that.
    """

    __slots__ = ("at", "has_register", "interval_at", "interval_wh", "phases_go_on", "phases_wh", "power_wh", "w")

    def __init__(self, has_register: bool = False) -> None:
        self.has_register, self.phases_go_on = has_register, False
        self.phases_wh = self.interval_wh = self.power_wh = 0.0
        self.w, self.at, self.interval_at = 0.0, 0, 0

    def go_on_from(self, session: Session) -> None:
        """After a restart: what the session has by now is what the source it names has counted."""
        wh = session.energy_wh
        match session.energy_source:
            case "phases":
                self.phases_wh = wh
            case "interval":
                self.interval_wh = wh
            case "power":
                self.power_wh = wh

    def intervals(self, values: list[tuple[int, float]]) -> None:
        """Interval values with their times; what was sent again counts once."""
        newest = self.interval_at
        for at, wh in values:
            if at > newest:
                self.interval_wh += wh
                self.interval_at = max(self.interval_at, at)

    def power(self, w: float, at: int) -> None:
        """The power from `at` (ms) on; the last one held until then."""
        held = min(at - self.at, HOLD_MS)
        if held < 0:
            return
        if self.at:
            self.power_wh += max(0.0, self.w) * held / 3_600_000
        self.w, self.at = w, at

    def best(self) -> tuple[float, str] | None:
        """The energy by the best source that says anything."""
        for wh, source in (
            (0.0 if self.phases_go_on else self.phases_wh, PHASES),
            (self.interval_wh, INTERVAL),
            (self.power_wh, POWER_OVER_TIME),
        ):
            if wh > 0:
                return wh, source
        return None
