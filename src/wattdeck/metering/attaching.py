"""Which session meter values belong to, as far as a meter knows; and what they say of it."""

from datetime import datetime

from wattdeck.domain.messages import MeterValues
from wattdeck.domain.sessions import GUESSED, Session, is_an_id
from wattdeck.metering.meter import Meter


def session_known(meter: Meter, message: MeterValues, at: datetime) -> tuple[Session | None, bool]:
    """The session of values taken at `at`, by transaction, else by connector; and whether that is certain. It is not
    where the store may know better.
    """
    transaction_id, connector_id = message.transaction_id, message.connector_id
    if transaction_id is not None and is_an_id(transaction_id):
        session = meter.session_of(transaction_id)
        return session, session is not None
    session = meter.session_on(connector_id, at)
    return session, session is not None or not meter.may_be_late(connector_id, at)


def goes_on(meter: Meter, session: Session, message: MeterValues) -> bool:
    """Whether a session that was only guessed to have ended has not (quirk Q68): it is named, and measured later than
    that. Where the next one runs on its connector, it has.
    """
    if session.end_reason not in GUESSED or message.transaction_id != session.transaction_id:
        return False
    if any(other.connector_id == session.connector_id for other in meter.sessions.values()):
        return False
    return any(session.stopped_at is None or value.taken_at > session.stopped_at for value in message.values)


def shows_it(before: Session, after: Session, message: MeterValues) -> bool:
    """Whether a message shows that a session goes on: it names it, or energy flows. What a connector measures by the
    clock it measures without a session, too.
    """
    return message.transaction_id == after.transaction_id or after.energy_wh > before.energy_wh
