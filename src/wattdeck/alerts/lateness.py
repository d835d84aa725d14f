"""When something was so, where charge points' clocks are wrong and some of what they say comes late (`alerts.md` 8)."""

_LATE_MS = 300_000  # later than this it calls nobody any more
_STEADY_MS = 30_000  # lags that differ by less are the same
_SETTLE_MS = 20_000  # how long another lag must be steady before it is taken for the clock's


class ChargePointClock:
    """One charge point's clock. `lag_ms`: how far it is behind ours; 0 until another lag was steady for a while.

    What comes at once always lags by the same; what was kept for later lags less and less while it is sent.
    """

    __slots__ = ("_maybe", "_since", "is_known", "lag_ms")

    def __init__(self) -> None:
        self.lag_ms = 0
        self.is_known = False
        self._maybe: int | None = None
        self._since = 0

    def when(self, taken: int, received: int) -> tuple[int, bool]:
        """When it was, by our clock and never later than we heard of it; and whether that is too late to alarm."""
        lag = received - taken
        if -_STEADY_MS <= lag - self.lag_ms <= _STEADY_MS:
            self._maybe, self.is_known = None, True
        elif self._maybe is None or abs(lag - self._maybe) > _STEADY_MS:
            self._maybe, self._since = lag, received
        elif received - self._since >= _SETTLE_MS:
            self.lag_ms, self._maybe, self.is_known = self._maybe, None, True
        return self.place(taken, received)

    def place(self, taken: int, received: int) -> tuple[int, bool]:
        """The same of something that says nothing of its clock, because it may have waited."""
        at = taken + self.lag_ms if self.lag_ms > 0 else taken
        return at if at < received else received, received - at > _LATE_MS
