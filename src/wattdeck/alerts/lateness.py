"""When something was so, where charge points' clocks are wrong and some of what they say comes late (`alerts.md` 8)."""

_LATE_MS = 300_000  # later than this it calls nobody any more
_SETTLE_MS = 60_000  # what was kept while it was away comes first, so its clock is believed at first
_WINDOW_MS = 300_000


class ChargePointClock:
    """One charge point's clock on one connection. `lag_ms`: how far it is behind ours, at least: what comes at once
    shows it, what was kept for later looks later still.
    """

    __slots__ = ("_before", "_begun", "_connected_at", "_now")

    def __init__(self, connected_at: int) -> None:
        self._connected_at = self._begun = connected_at
        self._now: int | None = None
        self._before: int | None = None

    @property
    def lag_ms(self) -> int:
        known = [lag for lag in (self._now, self._before) if lag is not None]
        return min(known, default=0)

    def when(self, taken: int, received: int) -> tuple[int, bool]:
        """When it was, by our clock and never later than we heard of it; and whether that is too late to alarm."""
        lag = received - taken
        if received - self._begun > _WINDOW_MS:
            self._before, self._now, self._begun = self._now, None, received
        self._now = lag if self._now is None else min(self._now, lag)
        return self.place(taken, received)

    def place(self, taken: int, received: int) -> tuple[int, bool]:
        """The same of something that says nothing of its clock, because it may have waited."""
        lag = received - taken
        behind = max(0, self.lag_ms) if received - self._connected_at > _SETTLE_MS else 0
        return min(received, taken + behind), lag - behind > _LATE_MS
