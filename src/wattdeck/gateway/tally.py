"""Counts what happens too often: more than so many times within so many seconds, for each key."""

import time
from collections import deque


class Tally:
    """Keys are rows of ours, so there are only so many."""

    def __init__(self, most: int, window_s: float) -> None:
        self._most, self._window_s = most, window_s
        self._times: dict[int, deque[float]] = {}

    def note(self, key: int, at: float | None = None) -> bool:
        """It happened once more; whether that was too often. `at`: monotonic seconds."""
        at = time.monotonic() if at is None else at
        times = self._times.get(key)
        if times is None:
            times = self._times[key] = deque(maxlen=self._most + 1)
        times.append(at)
        return len(times) > self._most and at - times[0] <= self._window_s

    def forget(self, key: int) -> None:
        self._times.pop(key, None)
