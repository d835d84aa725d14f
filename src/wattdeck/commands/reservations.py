"""What becomes of reservations: when ReserveNow and CancelReservation end, and when their time is over.

OCPP 1.6 §5.1, §5.13. A reservation made through the general way out has no row yet; it gets one once it is accepted.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wattdeck.bus.events import Events
from wattdeck.domain.clock import from_iso, now
from wattdeck.domain.commands import Command, said
from wattdeck.domain.events import Event, ReservationChanged
from wattdeck.domain.reservations import ACCEPTED, CANCELLED, LARGEST_NUMBER, OPEN, Reservation, state_after
from wattdeck.store import reservations
from wattdeck.store.engine import Store

_EXPIRE_ROWS = 500


def reserve_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """ReserveNow has ended: what the charge point said becomes the reservation's state."""
    state, word = state_after(command)
    made = reservations.by_command(connection, command.id)
    if made is None and state == ACCEPTED:
        made = _from_payload(connection, command)
    if made is None:
        return ()
    at = command.finished_at or now()
    changed = reservations.settle(connection, made.id, state, answer=word, ended_at=None if state in OPEN else at)
    replaced = reservations.replace_older(connection, made, at) if state == ACCEPTED else []
    return [ReservationChanged(one) for one in (*replaced, *([changed] if changed is not None else []))]


def _from_payload(connection: Connection, command: Command) -> Reservation | None:
    """A reservation from what was sent; None where that was not checked and is none."""
    sent = command.payload
    number, connector_id = _number(sent.get("reservationId")), _number(sent.get("connectorId"))
    expires_at, parent = from_iso(sent.get("expiryDate")), sent.get("parentIdTag")
    if number is None or connector_id is None or expires_at is None:
        return None
    return reservations.add(
        connection,
        charge_point_id=command.charge_point_id,
        charge_point=command.charge_point,
        number=number,
        connector_id=connector_id,
        id_tag=str(sent.get("idTag", "")),
        parent_id_tag=None if parent is None else str(parent),
        command_id=command.id,
        created_at=command.created_at,
        expires_at=expires_at,
    )


def cancel_ended(connection: Connection, command: Command) -> Sequence[Event]:
    """CancelReservation has ended: cancelled only where the charge point accepted it; another word is kept beside."""
    number = _number(command.payload.get("reservationId"))
    if number is None:
        return ()
    at, word = command.finished_at or now(), command.error["code"] if command.error is not None else said(command)
    changed: list[Reservation | None] = []
    for one in reservations.open_with_number(connection, command.charge_point_id, number):
        if word == "Accepted":
            changed.append(reservations.settle(connection, one.id, CANCELLED, ended_at=at, cancel_answer=word))
        elif word is not None:
            changed.append(reservations.note_cancel_answer(connection, one.id, word))
    return [ReservationChanged(one) for one in changed if one is not None]


def _number(given: Any) -> int | None:
    """None for what is no number, or one that no charge point can hold."""
    return given if isinstance(given, int) and abs(given) <= LARGEST_NUMBER else None


async def expire(store: Store, events: Events, at: datetime) -> None:
    """Book the end of reservations whose time is over; the charge point ends them by itself (§5.13)."""
    if not await store.glance(lambda connection: reservations.any_due(connection, at)):
        return
    for one in await store.write(lambda connection: reservations.expire(connection, at, _EXPIRE_ROWS)):
        events.publish(ReservationChanged(one))
