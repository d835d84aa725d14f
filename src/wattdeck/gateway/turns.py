"""Whose turn it is when many claim to be the same charge point: the newest connection wins, but not without end.

Without a password nobody can tell the real one from the others, and whoever knocks fastest would keep the real one from
ever getting an answer (contract §6.14). So once a name changes hands too often, who has it keeps it for a while, and an
address that has just had its turn lets those go first that were turned away meanwhile. Nobody is ever locked out.
"""

from collections import deque
from dataclasses import dataclass, field

MOST_TAKEOVERS, WINDOW_S = 30, 60.0  # more of them within so long: the name is contested
TENURE_S = 5.0  # time for a boot, the statuses and some of what was queued
_HANDSHAKE_S = 1.0  # one that was let in so lately may not be there yet
_MOST_WAITING = 50
_MOST_NAMES = 20_000


@dataclass(slots=True)
class _Claim:
    """When the name was taken, by whom it is held and since when, and who was turned away."""

    taken: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_TAKEOVERS + 1))
    holder: str | None = None
    since: float = 0.0
    waiting: dict[str | None, float] = field(default_factory=dict)

    def is_contested(self, at: float) -> bool:
        return len(self.taken) > MOST_TAKEOVERS and at - self.taken[0] <= WINDOW_S

    def others_wait(self, address: str | None, at: float) -> bool:
        return any(other != address and at - asked_at <= WINDOW_S for other, asked_at in self.waiting.items())


class Turns:
    def __init__(self) -> None:
        self._claims: dict[str, _Claim] = {}

    def wait_s(self, name: str, address: str | None, is_held: bool, at: float) -> float:
        """0 where a connection from `address` may take the name now, else after how many seconds it may try again.
        `is_held`: whether a connection has the name. `at`: monotonic seconds.
        """
        claim = self._claims.get(name)
        if claim is None:
            claim = self._new(name, at)
        if claim.is_contested(at) and (is_held or at - claim.since < _HANDSHAKE_S):
            left = claim.since + TENURE_S - at
            if left <= 0 and address == claim.holder and claim.others_wait(address, at):
                left = TENURE_S
            if left > 0:
                if address in claim.waiting or len(claim.waiting) < _MOST_WAITING:
                    claim.waiting[address] = at
                return left
        claim.taken.append(at)
        claim.holder, claim.since = address, at
        claim.waiting.pop(address, None)
        return 0.0

    def _new(self, name: str, at: float) -> _Claim:
        if len(self._claims) >= _MOST_NAMES:
            self._claims = {key: one for key, one in self._claims.items() if at - one.since <= WINDOW_S}
            if len(self._claims) >= _MOST_NAMES // 2:
                # so many within a minute are invented: they go, and half of what is left if that is not enough
                self._claims = {key: one for key, one in self._claims.items() if len(one.taken) > 1}
            if len(self._claims) >= _MOST_NAMES // 2:
                self._claims = dict(list(self._claims.items())[_MOST_NAMES // 2 :])
        return self._claims.setdefault(name, _Claim())
