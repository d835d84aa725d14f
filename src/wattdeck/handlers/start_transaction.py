"""StartTransaction: a session begins, once, however often it is reported; a refused tag gets a real id too
(OCPP 1.6 §4.8; contract §6).
"""

import asyncio

from sqlalchemy import Connection

from wattdeck.domain.events import SessionStarted, SessionStopped
from wattdeck.domain.messages import StartTransaction, StartTransactionAnswer
from wattdeck.domain.meter_values import ENERGY, MeterValue
from wattdeck.domain.records import Record
from wattdeck.domain.sessions import FLAG_UNAUTHORISED, Session, abandon
from wattdeck.handlers.authorize import authorization_of
from wattdeck.handlers.context import Context
from wattdeck.metering.measure import measure
from wattdeck.store import sessions


class Started(Record, frozen=True):
    """`is_new` is false for a start that was reported before. `ended`: sessions it found running on the connector."""

    session: Session
    is_new: bool
    ended: tuple[Session, ...]


async def handle(message: StartTransaction, context: Context) -> StartTransactionAnswer:
    house = context.house
    meter = await house.pipeline.meter(context.charge_point_id)
    repeated = await house.store.read(lambda connection: _same(connection, message, context))
    authorization = await authorization_of(message.id_tag, context)
    if repeated is not None:
        return StartTransactionAnswer(repeated.id, authorization)
    flags = 0 if authorization.status == "Accepted" else FLAG_UNAUTHORISED
    reading = MeterValue(ENERGY, message.start_meter_wh, "Wh", None, "Transaction.Begin", "Outlet", message.started_at)
    measured = measure(meter, None, message.connector_id, [reading])
    id, connector_id, received_at = context.charge_point_id, message.connector_id, context.received_at
    rows = await house.pipeline.rows(meter, id, connector_id, measured.values, received_at)
    try:
        # handed in together, so they share one commit
        started, _ = await asyncio.gather(
            house.store.write(lambda connection: _start(connection, message, flags, context)), house.store.add(*rows)
        )
    except Exception:
        house.pipeline.forget(id)
        raise
    for ended in started.ended:
        meter.end(ended)
        house.events.publish(SessionStopped(ended))
    if started.is_new:
        meter.sessions[started.session.id] = started.session
        house.events.publish(SessionStarted(started.session))
    house.pipeline.committed(id, context.charge_point, connector_id, measured, received_at)
    return StartTransactionAnswer(started.session.id, authorization)


def _same(connection: Connection, message: StartTransaction, context: Context) -> Session | None:
    return sessions.same_start(
        connection,
        context.charge_point_id,
        message.connector_id,
        message.id_tag,
        message.start_meter_wh,
        message.started_at,
    )


def _start(connection: Connection, message: StartTransaction, flags: int, context: Context) -> Started:
    known = _same(connection, message, context)
    if known is not None:
        return Started(known, False, ())
    ended = tuple(
        sessions.save(connection, abandon(running, message.started_at))
        for running in sessions.active(connection, [context.charge_point_id])
        # one that began later is not ended by a start that was queued while offline
        if running.connector_id == message.connector_id and running.started_at <= message.started_at
    )
    session = sessions.add(
        connection,
        charge_point_id=context.charge_point_id,
        charge_point=context.charge_point,
        connector_id=message.connector_id,
        id_tag=message.id_tag,
        started_at=message.started_at,
        start_meter_wh=message.start_meter_wh,
        meter_wh=message.start_meter_wh,
        meter_at=message.started_at,
        flags=flags,
    )
    return Started(session, True, ended)
