"""A connection's signs of life, and what follows from them: when it is pinged, and when it is given up. Pure.

Any frame is a sign of life (quirk Q30). Some charge points never answer a ping, some not the first: that is learned for
each, and such a one is judged by its heartbeats.
"""

from wattdeck.domain.records import Record

# Silence that is borne of one that answers pings, in ping intervals, and of others, in heartbeat intervals.
_PATIENCE_PINGS = 3
_PATIENCE_HEARTBEATS = 2
# The first ping waits until this many ping intervals after the connection began.
_FIRST_PING = 2
# So many pings unanswered though frames came meanwhile: it never answers any.
_PINGS_TO_LEARN = 3


class Pulse(Record):
    """Monotonic seconds. `pings`: sent since the last pong; `asked_at`: when the first of them was; `ponged`: a pong
    came on this connection; `probed_at`: when it was asked for a heartbeat, 0 where it was not since it was last heard.
    """

    opened_at: float
    heard_at: float
    pinged_at: float = 0.0
    asked_at: float = 0.0
    probed_at: float = 0.0
    pings: int = 0
    ponged: bool = False

    def heard(self, at: float) -> None:
        self.heard_at, self.probed_at = at, 0.0

    def heard_pong(self, at: float) -> None:
        self.heard(at)
        self.pings, self.ponged = 0, True

    def pinged(self, at: float) -> None:
        self.asked_at = self.asked_at if self.pings else at
        self.pinged_at, self.pings = at, self.pings + 1

    def never_answers(self) -> bool:
        """Whether this connection shows that it answers no pings."""
        return not self.ponged and self.pings >= _PINGS_TO_LEARN and self.heard_at > self.asked_at


def patience_s(pulse: Pulse, answers_pings: bool | None, ping_interval_s: float, heartbeat_interval_s: float) -> float:
    """How long it may be silent. `answers_pings`: as learned on earlier connections."""
    if pulse.ponged or answers_pings:
        return _PATIENCE_PINGS * ping_interval_s
    return _PATIENCE_HEARTBEATS * max(heartbeat_interval_s, ping_interval_s)


def is_due_a_ping(pulse: Pulse, at: float, ping_interval_s: float) -> bool:
    quiet = at - max(pulse.heard_at, pulse.pinged_at) > ping_interval_s
    return quiet and at - pulse.opened_at > _FIRST_PING * ping_interval_s


def may_send(at: float, opened_at: float, has_spoken: bool, hold_s: float) -> bool:
    """Whether commands may go out: any before the boot breaks some charge points (quirk Q75), but not every one boots
    when it comes back (Q76). So once it has said something and was answered, or after a while of silence.
    """
    return has_spoken or at - opened_at >= hold_s
