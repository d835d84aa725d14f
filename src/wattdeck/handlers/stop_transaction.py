"""StopTransaction: a session ends, once; a stop of a session nobody knows becomes a recovered one
(OCPP 1.6 §4.10; contract §6).
"""

from sqlalchemy import Connection

from wattdeck.domain.events import SessionStopped
from wattdeck.domain.findings import Finding
from wattdeck.domain.messages import StopTransaction, StopTransactionAnswer
from wattdeck.domain.meter_values import ENERGY, MeterValue
from wattdeck.domain.records import replace, to_json
from wattdeck.domain.sessions import ABANDONED, FLAG_START_LOST, RECOVERED, Session, finish, is_an_id, resume
from wattdeck.handlers.authorize import authorization_of
from wattdeck.handlers.context import Context
from wattdeck.metering.buffer import SESSION
from wattdeck.metering.energy import ROUNDING_WH
from wattdeck.metering.measure import measure
from wattdeck.metering.meter import Meter, is_register
from wattdeck.store import connectors, reckoned, sessions, tags


async def handle(message: StopTransaction, context: Context) -> StopTransactionAnswer:
    house = context.house
    house.pipeline.buffer.flush(SESSION)
    meter = await house.pipeline.meter(context.charge_point_id)
    session = meter.session_of(message.transaction_id)
    if session is None:
        session = await house.store.read(lambda connection: _find(connection, message, context.charge_point_id))
    # one that was abandoned or recovered without a stop still takes its own
    if session is not None and session.stop_reason is not None:
        if (session.stop_meter_wh, session.stopped_at) != (message.stop_meter_wh, message.stopped_at):
            context.found(Finding("stop_repeated", to_json(message).decode()))
    else:
        await _stop(session, message, context)
    if message.id_tag is None:
        return StopTransactionAnswer()
    if session is not None and session.id_tag and house.policies.authorize is None:
        await _look_at_group(session.id_tag, message.id_tag, context)
    connector_id = None if session is None else session.connector_id
    return StopTransactionAnswer(await authorization_of(message, message.id_tag, context, connector_id))


def _find(connection: Connection, message: StopTransaction, charge_point_id: int) -> Session | None:
    """The session that it stops, or stopped: by its transaction; where that is nobody's, only by its very content: the
    same stop again, or transactionData that begins as a session did whose number never arrived (quirk Q61).
    """
    if is_an_id(message.transaction_id):
        known = sessions.by_transaction(connection, charge_point_id, message.transaction_id)
        if known is not None:
            return known
    registers = {one for one in (message.stop_meter_wh, _told(message)) if one is not None}
    known = sessions.same_stop(connection, charge_point_id, message.id_tag, registers, message.stopped_at)
    begin = _begin(message)
    if known is not None or begin is None or begin.value is None:
        return known
    return sessions.begun_with(connection, charge_point_id, begin.value, begin.taken_at)


async def _look_at_group(started_by: str, stopped_by: str, context: Context) -> None:
    """Only its own tag, or one of its group, may stop a session (§3.10). The charge point let another one do it: that
    cannot be prevented (§4.10), only seen.
    """
    if not await context.house.store.read(lambda connection: tags.same_group(connection, started_by, stopped_by)):
        context.found(Finding("stop_by_stranger", f"started by {started_by}, stopped by {stopped_by}"))


async def _stop(session: Session | None, message: StopTransaction, context: Context) -> None:
    house = context.house
    if session is None:
        context.found(Finding("stop_of_unknown_transaction", to_json(message).decode()))
        meter = await house.pipeline.meter(context.charge_point_id)
        session = await house.store.write(lambda connection: _recover(connection, message, meter, context))
    elif session.status == ABANDONED:
        session = resume(session)
    meter = await house.pipeline.meter(context.charge_point_id)
    last = _last_reading(session, message)
    if last.value != message.stop_meter_wh:
        context.found(Finding("stop_register_odd", to_json(message).decode()))
    # the same reading in the transactionData is one sample with ours: (series, time, context)
    values = [*(value for value in message.values if not _same_reading(value, last)), last]
    measured = measure(meter, session, session.connector_id, values, context.received_at)
    assert measured.session is not None
    stopped = finish(
        measured.session,
        stop_meter_wh=message.stop_meter_wh if last.value is None else last.value,
        stopped_at=message.stopped_at,
        reason=message.reason,
    )
    id, connector_id, received_at = context.charge_point_id, session.connector_id, context.received_at
    try:
        rows = await house.pipeline.rows(meter, id, connector_id, measured.values, received_at)
        rows += house.pipeline.aftermath(meter, id, connector_id, measured, received_at)
        if measured.reckoned is not None:
            rows += reckoned.rows(stopped, measured.reckoned)
        await house.store.write(lambda connection: sessions.save(connection, stopped), *rows)
    except BaseException:
        house.pipeline.forget(id)
        raise
    meter.end(stopped)
    house.pipeline.committed(id, context.charge_point, connector_id, measured, received_at)
    if stopped.status == RECOVERED:
        await house.pipeline.recount(id)  # its first reading came with its last
    house.events.publish(SessionStopped(stopped))


def _last_reading(session: Session, message: StopTransaction) -> MeterValue:
    """The register at the stop: meterStop, unless that has fallen behind and the transactionData of the same moment has
    not (quirk Q44: 0, or the session's energy).
    """
    last, told = _meter_stop(message), _told(message)
    known_wh = session.meter_wh or 0.0
    is_behind = message.stop_meter_wh < known_wh - ROUNDING_WH or message.stop_meter_wh == 0
    return replace(last, value=told) if told is not None and is_behind and told >= known_wh else last


def _meter_stop(message: StopTransaction) -> MeterValue:
    """meterStop as a reading."""
    wh, at = message.stop_meter_wh, message.stopped_at
    return MeterValue(ENERGY, wh, "Wh", None, "Transaction.End", "Outlet", at)


def _told(message: StopTransaction) -> float | None:
    """What the transactionData says the register was at the stop."""
    last = _meter_stop(message)
    return next((value.value for value in message.values if _same_reading(value, last)), None)


def _same_reading(value: MeterValue, last: MeterValue) -> bool:
    return (value.measurand, value.phase, value.location, value.context, value.taken_at, value.value is None) == (
        *(last.measurand, last.phase, last.location, last.context, last.taken_at),
        False,
    )


def _begin(message: StopTransaction) -> MeterValue | None:
    """The first register reading in the transactionData."""
    readings = (value for value in message.values if is_register(value) and value.value is not None)
    return min(readings, key=lambda value: value.taken_at, default=None)


def _recover(connection: Connection, message: StopTransaction, meter: Meter, context: Context) -> Session:
    """A session for a stop whose start was lost: what its transactionData says, and the meter values that named it
    before; never an open session of another id. Its connector is the one these came from, or the only one there is.
    """
    times = [value.taken_at for value in message.values]
    begin = _begin(message)
    begin_wh, begin_at = (None, None) if begin is None else (begin.value, begin.taken_at)
    stranger = meter.strangers.get(message.transaction_id)
    if stranger is not None:
        times.append(stranger.since)
        if stranger.meter_wh is not None and (begin_at is None or stranger.since < begin_at):
            begin_wh, begin_at = stranger.meter_wh, stranger.since
        plugs = {stranger.connector_id}
    else:
        plugs = {one.connector_id for one in connectors.of(connection, context.charge_point_id)}
        plugs = (plugs | {key[0] for key in meter.series}) - {0}
    connector_id = plugs.pop() if len(plugs) == 1 else 0
    return sessions.add(
        connection,
        charge_point_id=context.charge_point_id,
        charge_point=context.charge_point,
        connector_id=connector_id,
        transaction_id=message.transaction_id,
        id_tag=message.id_tag,
        status=RECOVERED,
        started_at=min(times, default=message.stopped_at),
        stopped_at=message.stopped_at,
        start_meter_wh=begin_wh,
        meter_wh=begin_wh,
        meter_at=begin_at,
        flags=FLAG_START_LOST,
    )
