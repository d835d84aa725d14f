"""Reserves a connector, and gives a reservation up: the row is there when the call returns (OCPP 1.6 §5.1, §5.13)."""

from datetime import datetime

from sqlalchemy import Connection

from wattdeck.commands.send import Commands
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import iso, now
from wattdeck.domain.commands import REFUSE, Command, Delivery, Once
from wattdeck.domain.errors import Unprocessable, WattdeckError
from wattdeck.domain.records import Record
from wattdeck.domain.reservations import OPEN, Reservation
from wattdeck.store import reservations, tags
from wattdeck.store.engine import Store

# Never kept for a charge point that is away: who asks for a connector wants to know now.
_AT_ONCE = Delivery(offline=REFUSE)


class Wish(Record, frozen=True, kw_only=True):
    """What to reserve. Without `number` it gets one of ours; without `parent_id_tag` the tag's own parent is sent."""

    connector_id: int
    id_tag: str
    expires_at: datetime
    parent_id_tag: str | None = None
    number: int | None = None


class _NumberTaken(WattdeckError):
    """Somebody else took the number between our choosing it and writing it down."""


async def reserve(
    commands: Commands,
    store: Store,
    charge_point: ChargePoint,
    wish: Wish,
    asked_by: str,
    wait_s: float,
    once: Once | None = None,
) -> tuple[Reservation, Command]:
    """Send a ReserveNow: the reservation, pending or settled where that was waited for, and the command.

    The number of an open reservation replaces it, if the charge point accepts. Raises Unprocessable where the end
    has passed, Conflict where the charge point is not connected; it is never sent a second time.
    """
    if wish.expires_at <= now():
        raise Unprocessable("expires_at has passed")
    while True:
        try:
            return await _reserve(commands, store, charge_point, wish, asked_by, wait_s, once)
        except _NumberTaken:
            continue


async def _reserve(
    commands: Commands,
    store: Store,
    charge_point: ChargePoint,
    wish: Wish,
    asked_by: str,
    wait_s: float,
    once: Once | None,
) -> tuple[Reservation, Command]:
    id = charge_point.id
    tag, following = await store.read(lambda c: (tags.find(c, wish.id_tag), reservations.free_number(c, id)))
    number = following if wish.number is None else wish.number
    parent = wish.parent_id_tag or (None if tag is None else tag.parent)

    def also(connection: Connection, command: Command) -> None:
        if wish.number is None and reservations.is_taken(connection, id, number):
            raise _NumberTaken
        reservations.add(
            connection,
            charge_point_id=id,
            charge_point=charge_point.identifier,
            number=number,
            connector_id=wish.connector_id,
            id_tag=wish.id_tag,
            parent_id_tag=parent,
            command_id=command.id,
            created_at=command.created_at,
            expires_at=wish.expires_at,
        )

    payload = {"connectorId": wish.connector_id, "expiryDate": iso(wish.expires_at), "idTag": wish.id_tag}
    if parent is not None:
        payload["parentIdTag"] = parent
    payload["reservationId"] = number
    sent = await commands.send(
        charge_point,
        "ReserveNow",
        payload,
        asked_by=asked_by,
        wait_s=wait_s,
        delivery=_AT_ONCE,
        once=once,
        also=also,
    )
    made = await store.read(lambda connection: reservations.by_command(connection, sent.id))
    assert made is not None
    return made, sent


async def cancel(
    commands: Commands, store: Store, charge_point: ChargePoint, one: Reservation, asked_by: str, wait_s: float
) -> tuple[Reservation, Command]:
    """Send a CancelReservation: the reservation and the command. Cancelled only once the charge point has accepted it.

    Raises Unprocessable where the reservation is not open, Conflict where the charge point is not connected.
    """
    if one.state not in OPEN:
        raise Unprocessable(f"the reservation is {one.state}")
    payload = {"reservationId": one.number}
    sent = await commands.send(
        charge_point, "CancelReservation", payload, asked_by=asked_by, wait_s=wait_s, delivery=_AT_ONCE
    )
    return await store.read(lambda connection: reservations.get(connection, one.id)) or one, sent
