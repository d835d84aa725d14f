"""Reservations: a connector kept free for a tag or its group, and which of them a start uses up (OCPP 1.6 §5.13)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from wattdeck.domain import commands
from wattdeck.domain.commands import Command, said
from wattdeck.domain.findings import Finding
from wattdeck.domain.records import Record, to_json
from wattdeck.domain.tags import same_tag

PENDING, ACCEPTED, REFUSED, UNKNOWN = "pending", "accepted", "refused", "unknown"
USED, CANCELLED, EXPIRED, REPLACED, DROPPED = "used", "cancelled", "expired", "replaced", "dropped"
# The charge point holds it, or may hold it. `unknown`: it never said whether it does.
OPEN = frozenset({PENDING, ACCEPTED, UNKNOWN})
# Over by our reckoning, not by the charge point's word: a start may still show that it was kept.
RECKONED = frozenset({EXPIRED, DROPPED})

LARGEST_NUMBER = 2**31 - 1
# By how much a charge point's clock may be behind ours without a start looking older than its reservation.
_CLOCKS_DIFFER = timedelta(minutes=1)


class Reservation(Record, frozen=True, kw_only=True):
    """One ReserveNow. `number` is its reservationId on the wire, one charge point's own; connector 0 is any connector.

    `answer`: the charge point's word (Faulted, Occupied …), or the code of its CALLERROR. `cancel_answer`: its word
    when it was asked to give the reservation up.
    """

    id: int
    charge_point_id: int
    charge_point: str
    number: int
    connector_id: int
    id_tag: str
    parent_id_tag: str | None = None
    state: str = PENDING
    answer: str | None = None
    cancel_answer: str | None = None
    command_id: int
    session_id: int | None = None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


def state_after(command: Command) -> tuple[str, str | None]:
    """What a ReserveNow that has ended makes of its reservation: the state, and the charge point's word.

    One that went out and was never answered, or without a word, is unknown: the charge point may hold it all the same.
    """
    if command.error is not None:
        return REFUSED, command.error["code"]
    if (word := said(command)) is not None:
        return ACCEPTED if word == "Accepted" else REFUSED, word
    if command.state == commands.CANCELLED:
        return CANCELLED, None
    never_sent = command.sent_at is None and command.result is None
    return REFUSED if never_sent else UNKNOWN, None


class Start(Record, frozen=True, kw_only=True):
    """What of a StartTransaction matters here. `number`: the reservationId it names; `parent`: the tag's group."""

    connector_id: int
    id_tag: str
    parent: str | None
    number: int | None
    started_at: datetime


def used_by(start: Start, known: Sequence[Reservation]) -> tuple[Reservation | None, Finding | None]:
    """The reservation that a start uses up, and what about it is not as §5.13 says.

    `known`: the charge point's reservations that are open, or over by our reckoning alone, newest first. The charge
    point's word counts: the reservation it names is used, whoever came. Where it names none, one is used that
    was made for this connector, or any, and this tag or its group.
    """
    example = to_json(start).decode()
    if start.number is not None:
        named = next((one for one in known if one.number == start.number), None)
        if named is None:
            return None, Finding("reservation_unknown", example)
        return named, None if _is_for(named, start) else Finding("reservation_of_another_tag", example)
    fitting = [
        one
        for one in known
        if one.connector_id in (start.connector_id, 0)
        and one.created_at - _CLOCKS_DIFFER <= start.started_at <= one.expires_at
        and _is_for(one, start)
    ]
    best = next((one for one in fitting if one.connector_id), next(iter(fitting), None))
    if best is None or same_tag(best.id_tag) != same_tag(start.id_tag):
        return best, None  # for one of the group the number need not be sent
    return best, Finding("reservation_not_named", example)


def _is_for(reservation: Reservation, start: Start) -> bool:
    held_for = {same_tag(tag) for tag in (reservation.id_tag, reservation.parent_id_tag) if tag is not None}
    came = {same_tag(tag) for tag in (start.id_tag, start.parent) if tag is not None}
    return bool(held_for & came)
