"""What a charge point means to do and when: one entry per key, so nothing is done twice."""

from collections.abc import Callable
from math import inf

Deed = Callable[[float], None]


class Agenda:
    """A handful of dated entries; times are seconds since 1970."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[str, tuple[float, Deed]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    @property
    def next_at(self) -> float:
        """When the earliest entry is due; infinity if there is none."""
        return min((at for at, _ in self._entries.values()), default=inf)

    def put(self, key: str, at: float, deed: Deed) -> None:
        self._entries[key] = (at, deed)

    def drop(self, key: str) -> None:
        self._entries.pop(key, None)

    def clear(self, but: str) -> None:
        """Forget everything except what begins with this."""
        self._entries = {key: entry for key, entry in self._entries.items() if key.startswith(but)}

    def do_due(self, now: float) -> None:
        """Do what is due, oldest first. What the deeds write meanwhile waits for the next call."""
        due = sorted(((at, key) for key, (at, _) in self._entries.items() if at <= now))
        for at, key in due:
            entry = self._entries.get(key)
            if entry is not None and entry[0] == at:
                del self._entries[key]
                entry[1](now)
