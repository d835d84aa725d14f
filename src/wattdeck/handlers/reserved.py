"""A start uses up the reservation it was made for, in the transaction that makes its session (OCPP 1.6 §5.13)."""

from sqlalchemy import Connection

from wattdeck.domain.events import ReservationChanged
from wattdeck.domain.findings import Finding
from wattdeck.domain.messages import StartTransaction
from wattdeck.domain.records import Record
from wattdeck.domain.reservations import USED, Reservation, Start, used_by
from wattdeck.domain.sessions import Session
from wattdeck.handlers.context import Context
from wattdeck.store import reservations


class Use(Record, frozen=True):
    """The reservation that was used up, if one was, and what was odd about that."""

    reservation: Reservation | None = None
    finding: Finding | None = None

    def tell(self, context: Context) -> None:
        """After the commit."""
        if self.finding is not None:
            context.found(self.finding)
        if self.reservation is not None:
            context.house.events.publish(ReservationChanged(self.reservation))


NO_USE = Use()


def use_up(connection: Connection, session: Session, message: StartTransaction, parent: str | None) -> Use:
    """Mark the reservation as used by this new session. `parent`: the tag's group, as far as it is known."""
    known = reservations.usable(connection, session.charge_point_id)
    if not known and message.reservation_id is None:
        return NO_USE
    start = Start(
        connector_id=message.connector_id,
        id_tag=message.id_tag,
        parent=parent,
        number=message.reservation_id,
        started_at=message.started_at,
    )
    reservation, finding = used_by(start, known)
    if reservation is not None:
        at = session.started_at
        reservation = reservations.use(connection, reservation.id, USED, session.id, at)
    return Use(reservation, finding)
