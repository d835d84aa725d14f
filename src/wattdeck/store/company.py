"""Who can be expected for the next commit: as many as lately came together, for who is answered says the next thing.

A few charge points that each wait for their answer are soon all there, and then a commit need not wait for others. Of
many there are always some more to come.
"""

from collections import deque

FEW = 256
_COMMITS = 32
# Two of so many commits may have been fuller: what had gathered behind a slow one.
_FULLER = 2


class Company:
    """`size`: how many came together lately; 0 while that is not known."""

    def __init__(self) -> None:
        self._last: deque[int] = deque(maxlen=_COMMITS)
        self.size = 0

    def came(self, works: int) -> None:
        """So many waited for the commit that begins."""
        self._last.append(works)
        self.size = sorted(self._last)[-1 - _FULLER] if len(self._last) > _FULLER else 0

    def is_here(self, works: int) -> bool:
        """Whether all that can be expected wait by now, where these are few."""
        return 0 < self.size <= FEW and works >= self.size
