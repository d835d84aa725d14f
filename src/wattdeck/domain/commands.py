"""Commands: what we ask of charge points, and the states one goes through."""

from datetime import datetime
from typing import Any

from wattdeck.domain.records import Record

QUEUED, SENT = "queued", "sent"
ACCEPTED, REJECTED, ERROR = "accepted", "rejected", "error"
TIMED_OUT, EXPIRED, CONNECTION_LOST, LATE = "timed_out", "expired", "connection_lost", "late"
OFFLINE, CANCELLED = "offline", "cancelled"
# While the charge point is away: refuse at once, or keep it until the charge point comes back or it expires.
REFUSE, QUEUE = "refuse", "queue"
# What an acceptance promised: not to be seen yet, seen, or not seen in the time it may take.
PENDING, CONFIRMED, NO_EFFECT = "pending", "confirmed", "no_effect"
LONGEST_TIMEOUT_S, LONGEST_EXPIRY_S = 600, 30 * 86_400
ANSWERED = frozenset({ACCEPTED, REJECTED, ERROR})
FINAL = frozenset({ACCEPTED, REJECTED, ERROR, TIMED_OUT, EXPIRED, CONNECTION_LOST, LATE, OFFLINE, CANCELLED})

# Words in a result's `status` that mean the charge point will not do it.
_REFUSALS = frozenset(
    (
        *(
            "Rejected",
            "Failed",
            "NotSupported",
            "UnlockFailed",
            "NotImplemented",
            "UnknownVendorId",
            "UnknownMessageId",
        ),
        *("Faulted", "Occupied", "Unavailable", "VersionMismatch", "Unknown", "NotFound"),
        *("InvalidCertificate", "RevokedCertificate"),
    )
)


class Delivery(Record, frozen=True, kw_only=True):
    """How a command is to be delivered; None: as the settings say. `timeout_s`: for the charge point to answer;
    `offline`: refuse or queue; `expires_s`: for the command to be sent.
    """

    timeout_s: float | None = None
    offline: str | None = None
    expires_s: float | None = None


def delivery_complaint(delivery: Delivery) -> str | None:
    """What is wrong with it, in one sentence; None where nothing is."""
    if delivery.offline not in (None, REFUSE, QUEUE):
        return f"offline is {REFUSE} or {QUEUE}, not {delivery.offline}"
    for name, given, most in (
        ("timeout", delivery.timeout_s, LONGEST_TIMEOUT_S),
        ("expires", delivery.expires_s, LONGEST_EXPIRY_S),
    ):
        if given is not None and not 0 < given <= most:
            return f"{name}: more than 0 seconds, and at most {most}"
    return None


class Once(Record, frozen=True):
    """The same key of the same person means the same request; `request` is what it must be equal to."""

    person: str
    key: str
    request: str


class Command(Record, frozen=True, kw_only=True):
    """One command. `payload` and `result` as on the wire; `error` {code, description} where it was one; `effect` None
    where an answer promises nothing that could be seen later, and until when it is waited for.
    """

    id: int
    charge_point_id: int
    charge_point: str
    action: str
    payload: dict[str, Any]
    state: str = QUEUED
    result: dict[str, Any] | None = None
    error: dict[str, str] | None = None
    effect: str | None = None
    effect_until: datetime | None = None
    asked_by: str | None = None
    timeout_s: float | None = None
    offline: str = REFUSE
    created_at: datetime
    expires_at: datetime
    sent_at: datetime | None = None
    finished_at: datetime | None = None


def state_of_result(result: dict[str, Any]) -> str:
    """Accepted or rejected, from the answer's `status`; an answer without one is an acceptance."""
    status = result.get("status")
    return REJECTED if isinstance(status, str) and status in _REFUSALS else ACCEPTED


def said(command: Command) -> str | None:
    """The word `status` of the charge point's answer, in time or late; None where it did not answer with one."""
    status = (command.result or {}).get("status")
    return status[:32] if isinstance(status, str) else None


def was_accepted(command: Command) -> bool:
    """Whether the charge point answered that it will do it, in time or late."""
    return command.result is not None and state_of_result(command.result) == ACCEPTED
