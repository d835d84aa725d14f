"""Deliveries: one message to one channel, from the first alert it is about until it has arrived or was given up."""

from typing import Final

from wattdeck.domain.records import Record

QUEUED: Final = "queued"
SENT: Final = "sent"
FAILED: Final = "failed"  # and is tried again
DEAD: Final = "dead"  # and is not, unless somebody wants it
DROPPED: Final = "dropped"
STATES = (QUEUED, SENT, FAILED, DEAD, DROPPED)
WAITING = frozenset({QUEUED, FAILED})

ALERTS: Final = "alerts"
REMINDER: Final = "reminder"
ESCALATION: Final = "escalation"
HEARTBEAT: Final = "heartbeat"
TEST: Final = "test"

EVERYWHERE: Final = "*"  # in place of a site, of a rule: all of them
MOST_ALERTS = 5_000  # in one delivery
PREVIEW = 2_000
_PAUSES_S = (5, 30, 120, 600, 3_600)


class Delivery(Record, frozen=True, kw_only=True):
    """Times are milliseconds. `rule` and `site`: what it is gathered by. `body`: how the message begins."""

    id: int
    channel: str
    kind: str
    what: str
    rule: str | None = None
    site: str | None = None
    alert_ids: tuple[int, ...] = ()
    state: str = QUEUED
    attempts: int = 0
    next_at: int | None = None
    error: str | None = None
    created_at: int
    sent_at: int | None = None
    body: str | None = None


def pause_s(attempts: int) -> float | None:
    """How long to wait after so many attempts in vain; None: it is given up."""
    return _PAUSES_S[attempts - 1] if attempts <= len(_PAUSES_S) else None
