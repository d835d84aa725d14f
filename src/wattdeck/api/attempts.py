"""Failed log-ins, counted: by name and address together, by address alone, and by name alone; soon not looked at.

A name alone is counted so that many addresses cannot guess one person's password. So that they cannot lock that person
out either, it does not count where the person came from that address before.
"""

import time
from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address

WINDOW_S = 300.0
MOST_OF_BOTH, MOST_OF_ADDRESS, MOST_OF_NAME = 10, 50, 100
_MOST_KEYS, _MOST_KNOWN = 30_000, 10_000

Key = tuple[str, str | None]  # name ("" for all), address (None for all)


class Attempts:
    """One central system's."""

    def __init__(self) -> None:
        self._failures: OrderedDict[Key, deque[float]] = OrderedDict()
        self._known: OrderedDict[Key, None] = OrderedDict()  # who came in from where

    def are_too_many(self, name: str, address: str) -> bool:
        net, since = network_of(address), time.monotonic() - WINDOW_S
        counted: list[tuple[Key, int]] = [((name, net), MOST_OF_BOTH), (("", net), MOST_OF_ADDRESS)]
        if (name, net) not in self._known:
            counted.append(((name, None), MOST_OF_NAME))
        return any(self._count(key, since) >= most for key, most in counted)

    def note_failure(self, name: str, address: str) -> None:
        """Before it is one, so that many at once are counted too."""
        at = time.monotonic()
        for key in _keys(name, network_of(address)):
            failures = self._failures.setdefault(key, deque(maxlen=MOST_OF_NAME))
            failures.append(at)
            self._failures.move_to_end(key)
        while len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def note_success(self, name: str, address: str) -> None:
        """It was none: those of this name from there are forgotten, of the others one less is counted."""
        net = network_of(address)
        both, *others = _keys(name, net)
        self._failures.pop(both, None)
        for key in others:
            if failures := self._failures.get(key):
                failures.pop()
        self._known[both] = None
        self._known.move_to_end(both)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)

    def _count(self, key: Key, since: float) -> int:
        return sum(at > since for at in self._failures.get(key, ()))


def network_of(address: str) -> str:
    """The address; of IPv6 the half that one customer has to themselves."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or known.packed[:8].hex())
    return address


def _keys(name: str, net: str) -> tuple[Key, Key, Key]:
    return (name, net), ("", net), (name, None)
