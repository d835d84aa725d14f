"""StartTransaction: a session begins, once, however often it is reported; a refused tag gets a real id too
(OCPP 1.6 §4.8; contract §6).
"""

from sqlalchemy import Connection

from wattdeck.domain.events import SessionStarted, SessionStopped
from wattdeck.domain.messages import StartTransaction, StartTransactionAnswer
from wattdeck.domain.meter_values import ENERGY, MeterValue
from wattdeck.domain.records import Record, replace
from wattdeck.domain.sessions import FLAG_START_LOST, FLAG_UNAUTHORISED, NEXT_START, Session, with_start
from wattdeck.domain.tags import Authorization, same_tag
from wattdeck.handlers.authorize import decision, note_unknown
from wattdeck.handlers.context import Context
from wattdeck.handlers.reserved import NO_USE, Use, use_up
from wattdeck.metering.buffer import SESSION
from wattdeck.metering.endings import give_up
from wattdeck.metering.measure import measure
from wattdeck.store import installed_profiles, sessions


class Started(Record, frozen=True):
    """`is_new` is false for a start that was reported before. `ended`: sessions it found running on the connector, or
    its own where its stop came before it.
    """

    session: Session
    authorization: Authorization
    is_new: bool = False
    ended: tuple[Session, ...] = ()
    reserved: Use = NO_USE


async def handle(message: StartTransaction, context: Context) -> StartTransactionAnswer:
    house = context.house
    house.pipeline.buffer.flush(SESSION)
    meter = await house.pipeline.meter(context.charge_point_id)
    given = await house.guest.authorize(context.charge_point, message.id_tag)
    reading = MeterValue(ENERGY, message.start_meter_wh, "Wh", None, "Transaction.Begin", "Outlet", message.started_at)
    measured = measure(meter, None, message.connector_id, [reading], context.received_at)
    id, connector_id, received_at = context.charge_point_id, message.connector_id, context.received_at
    try:
        started = await house.store.write(lambda connection: _start(connection, message, given, context))
        # only now the reading's session has a number; were it lost in between, the start comes again and brings it
        values = tuple(replace(one, session_id=started.session.id) for one in measured.values)
        measured = replace(measured, values=values)
        rows = await house.pipeline.rows(meter, id, connector_id, values, received_at)
        await house.store.add(*rows, *house.pipeline.aftermath(meter, id, connector_id, measured, received_at))
    except BaseException:
        house.pipeline.forget(id)
        raise
    note_unknown(message, message.id_tag, context, given, started.authorization, connector_id)
    for ended in started.ended:
        meter.end(ended)
        house.events.publish(SessionStopped(ended))
    if started.is_new:
        meter.begin(started.session)
        house.events.publish(SessionStarted(started.session))
    started.reserved.tell(context)
    house.pipeline.committed(id, context.charge_point, connector_id, measured, received_at)
    if started.session in started.ended:
        await house.pipeline.recount(id)  # its first reading came after its last
    return StartTransactionAnswer(started.session.id, started.authorization)


def _start(connection: Connection, message: StartTransaction, given: Authorization | None, context: Context) -> Started:
    """`given`: the guest's decision about the tag, if it took one."""
    id, connector_id, at = context.charge_point_id, message.connector_id, message.started_at
    known = sessions.same_start(connection, id, connector_id, message.id_tag, message.start_meter_wh, at)
    running = [one for one in sessions.active(connection, [id]) if one.connector_id == connector_id]
    if known is None and at == context.received_at:
        # its clock was never set, so the same start again has another time each time
        known = next((one for one in running if _reads_like(one, message)), None)
    if known is not None and not known.flags & FLAG_START_LOST:
        return Started(known, decision(connection, message, message.id_tag, context, given, known.id))
    stopped = known or sessions.without_start(connection, id, connector_id, message.id_tag, message.start_meter_wh, at)
    if stopped is not None:
        authorization = decision(connection, message, message.id_tag, context, given)
        whole = with_start(
            stopped,
            connector_id=connector_id,
            id_tag=message.id_tag,
            started_at=at,
            start_meter_wh=message.start_meter_wh,
            flags=_flags(authorization),
        )
        used = use_up(connection, whole, message, authorization.parent)
        return Started(sessions.save(connection, whole), authorization, False, (whole,), used)
    # one that began later is not ended by a start that was queued while offline; one from a clock that was ahead is
    ended = tuple(
        sessions.save(connection, give_up(connection, one, at, NEXT_START))
        for one in running
        if one.started_at <= at or context.received_at < one.started_at
    )
    authorization = decision(connection, message, message.id_tag, context, given)  # what it has ended runs no longer
    session = sessions.add(
        connection,
        charge_point_id=id,
        charge_point=context.charge_point,
        connector_id=connector_id,
        id_tag=message.id_tag,
        started_at=at,
        start_meter_wh=message.start_meter_wh,
        meter_wh=message.start_meter_wh,
        meter_at=min(at, context.received_at),
        heard_at=context.received_at,
        flags=_flags(authorization),
    )
    installed_profiles.begin(connection, session, context.received_at)
    return Started(session, authorization, True, ended, use_up(connection, session, message, authorization.parent))


def _flags(authorization: Authorization) -> int:
    return 0 if authorization.status == "Accepted" else FLAG_UNAUTHORISED


def _reads_like(session: Session, message: StartTransaction) -> bool:
    return session.start_meter_wh == message.start_meter_wh and same_tag(session.id_tag or "") == same_tag(
        message.id_tag
    )
