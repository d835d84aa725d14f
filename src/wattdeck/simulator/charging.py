"""How a session goes: a car arrives, is authorized, charges, is sampled, stops and leaves."""

from dataclasses import dataclass, replace
from random import Random

from wattdeck.simulator import faulty_meter, local_list, voice16
from wattdeck.simulator.agenda import Deed
from wattdeck.simulator.ledger import SessionRecord
from wattdeck.simulator.limits import drop_tx_profiles, limit_w
from wattdeck.simulator.meter import Reading, advance, idle, plug_in
from wattdeck.simulator.outbox import Message
from wattdeck.simulator.reservations import may_charge, use_up
from wattdeck.simulator.scenario import Visit, car_for, first_visit, next_visit, shown_wh
from wattdeck.simulator.station import Connector, Session, Station


@dataclass(frozen=True, slots=True)
class Authorization:
    """An Authorize under way: for whom, where."""

    connector: Connector
    visit: Visit


def expect(station: Station, connector: Connector, now: float, *, first: bool = False) -> None:
    """Plan the next car of a connector. One entry of the agenda per connector is the next move of its car."""
    if station.finishing or not station.cars_come:
        return
    draw = first_visit if first else next_visit
    visit = draw(station.supply, station.random, station.speed, connector.tags)
    _next_move(station, connector, now + visit.after_s, lambda at: _arrive(station, connector, visit, at))


def start_remotely(station: Station, connector: Connector, id_tag: str, now: float) -> None:
    """RemoteStartTransaction was accepted: as if somebody had come with that tag and plugged in."""
    drawn = next_visit(station.supply, station.random, station.speed, (id_tag,))
    visit = Visit(0.0, drawn.stay_s, car_for(station.supply, station.random, station.speed), id_tag)
    connector.visitor = id_tag
    station.set_status(connector, "Preparing", now)
    if station.configuration.is_on("AuthorizeRemoteTxRequests") or not may_charge(station, connector, id_tag):
        _ask(station, connector, visit, now)
    else:
        _next_move(station, connector, now + 0.2, lambda at: begin(station, connector, visit, at))


def authorized(station: Station, about: Authorization, status: str, now: float) -> None:
    """The answer to Authorize: plug in, or go away again."""
    connector, visit = about.connector, about.visit
    if connector.visitor != visit.id_tag or connector.session is not None:
        return
    if status == "Accepted" and may_charge(station, connector, visit.id_tag):
        soon = now + station.random.uniform(0.2, 0.8)
        _next_move(station, connector, soon, lambda at: begin(station, connector, visit, at))
    else:
        station.ledger.refused_tags += status != "Accepted"
        _next_move(station, connector, now + 1, lambda at: leave(station, connector, at))


def begin(station: Station, connector: Connector, visit: Visit, now: float) -> None:
    """Energy flows from here: StartTransaction is queued with this moment as its time."""
    register_wh = 0.0 if station.quirks.session_register else connector.register_wh
    reading = plug_in(station.supply, visit.car, register_wh)
    meter_start = int(reading.register_wh)
    record = SessionRecord(station.identifier, connector.connector_id, visit.id_tag, now, meter_start)
    session = Session(record, visit.car, reading, now, _stop_data(station, reading, now, voice16.BEGIN))
    connector.session, connector.visitor = session, None
    payload = voice16.write_start(
        connector.connector_id,
        visit.id_tag,
        int(shown_wh(register_wh, station.quirks)),
        now,
        use_up(station, connector, visit.id_tag),
    )
    station.ledger.start(record)
    station.outbox.put(Message("StartTransaction", lambda: payload, (connector, session)))
    station.set_status(connector, "Charging", now)
    plan_sample(station, connector, now)
    reason, tag = _farewell(station.random, visit.id_tag)
    _next_move(station, connector, now + visit.stay_s, lambda at: stop(station, connector, at, reason, tag))


def started(station: Station, connector: Connector, session: Session, answer: voice16.Payload, now: float) -> None:
    """StartTransaction.conf: the id for everything that follows; a refused tag ends the session (§4.8)."""
    transaction_id, status = voice16.read_start(answer)
    session.record.transaction_id, session.record.start_acknowledged = transaction_id, True
    session.start_given_up = transaction_id is None
    if status != "Accepted":
        station.ledger.refused_tags += 1
        if connector.session is session and station.configuration.is_on("StopTransactionOnInvalidId"):
            stop(station, connector, now, "DeAuthorized")


def sample(station: Station, connector: Connector, now: float, context: str = voice16.PERIODIC) -> None:
    """Queue MeterValues of a running session; a full battery suspends it, a full one on DC ends it."""
    session = connector.session
    if session is None:
        return
    reading = read_meter(station, connector, session, now)
    measurands = station.configuration.names("MeterValuesSampledData")
    if measurands:
        value = voice16.write_meter_value(reading, station.supply, measurands, now, context, station.quirks)
        _queue_values(station, connector, session, value)
    if "suspended" in station.troubles:
        station.set_status(connector, "SuspendedEV", now)
    elif reading.soc < session.car.target_soc - 1e-6:
        flowing = reading.power_w > 0 or "no_energy" in station.troubles
        station.set_status(connector, "Charging" if flowing else "SuspendedEVSE", now)
    elif station.supply.is_dc:
        stop(station, connector, now, "Local", session.record.id_tag)
    else:
        station.set_status(connector, "SuspendedEV", now)


def sample_idle(station: Station, connector: Connector, now: float) -> None:
    """Queue MeterValues of a connector without a session; connector 0 shows the sum of all registers."""
    registers = [each.register_wh for each in station.connectors.values()]
    register_wh = connector.register_wh if connector.connector_id else sum(registers)
    measurands = tuple(name for name in station.configuration.names("MeterValuesSampledData") if name != "SoC")
    reading = faulty_meter.show(idle(station.supply, register_wh), station.supply, station.troubles)
    value = voice16.write_meter_value(reading, station.supply, measurands, now, voice16.TRIGGER, station.quirks)
    payload = voice16.write_meter_values(connector.connector_id, None, [value])
    if measurands:
        station.outbox.put(Message("MeterValues", lambda: payload, None, len(value["sampledValue"])))


def stop(station: Station, connector: Connector, now: float, reason: str, id_tag: str | None = None) -> None:
    """End the session: StopTransaction is queued with this moment as its time; then the car is unplugged."""
    session = connector.session
    if session is None:
        return
    reading = read_meter(station, connector, session, now)
    meter_stop = int(reading.register_wh)
    connector.session = None
    station.limits = drop_tx_profiles(station.limits, connector.connector_id)
    station.ledger.stop(session.record, now, meter_stop, reason)
    station.agenda.drop(f"sample {connector.connector_id}")
    data = [value for value in (session.began, _stop_data(station, reading, now, voice16.END)) if value["sampledValue"]]
    sent_stop = 0 if station.quirks.stop_register_zero else int(shown_wh(reading.register_wh, station.quirks))

    def payload(told: str | None = reason) -> voice16.Payload:
        transaction_id = session.transaction_id if session.transaction_id is not None else -1
        return voice16.write_stop(transaction_id, sent_stop, now, told, id_tag, tuple(data))

    values = sum(len(value["sampledValue"]) for value in data)
    if station.quirks.duplicate_stops:
        station.outbox.put(Message("StopTransaction", lambda: payload(None), (connector, session)))
    station.outbox.put(Message("StopTransaction", payload, (connector, session), values))
    station.set_status(connector, "Finishing", now)
    soon = now + station.random.uniform(1, 4)
    _next_move(station, connector, soon, lambda at: leave(station, connector, at))


def leave(station: Station, connector: Connector, now: float) -> None:
    """The car is gone: the connector is free, or out of order where that was only waiting for the session (§5.2)."""
    connector.visitor, connector.error_code = None, "NoError"
    # one that came with a remote start of which no session came
    station.limits = drop_tx_profiles(station.limits, connector.connector_id)
    if connector.becomes_inoperative:
        connector.operative, connector.becomes_inoperative = False, False
    rests = "Reserved" if connector.reservation is not None else "Available"
    station.set_status(connector, rests if connector.operative else "Unavailable", now)
    expect(station, connector, now)


def read_meter(station: Station, connector: Connector, session: Session, now: float) -> Reading:
    """Let the car charge until now; what the meter shows."""
    started_at, troubles = session.record.started_at, station.troubles
    supply, car = faulty_meter.give_too_much(station.supply, session.car, troubles)
    limit = limit_w(station.limits, connector.connector_id, now, started_at, station.sharing)
    offered_w = min(limit, supply.power_w, car.power_w)
    limit = faulty_meter.let_flow(limit, offered_w, troubles)
    elapsed = max(0.0, now - session.read_at)
    reading = advance(session.reading, supply, car, elapsed, station.random, limit)
    session.reading = replace(faulty_meter.keep(session.reading, reading, troubles), offered_w=offered_w)
    session.read_at = max(now, session.read_at)
    connector.register_wh = session.reading.register_wh
    return faulty_meter.show(session.reading, supply, troubles)


def take_back(connector: Connector, wh: float) -> None:
    """The register falls by so much in the middle of a session."""
    if connector.session is not None:
        reading = connector.session.reading
        connector.register_wh = max(0.0, reading.register_wh - wh)
        connector.session.reading = replace(reading, register_wh=connector.register_wh)


def stay(station: Station, connector: Connector, until: float) -> None:
    """The car stays until then."""
    session = connector.session
    if session is not None:
        reason, tag = _farewell(station.random, session.record.id_tag)
        _next_move(station, connector, until, lambda at: stop(station, connector, at, reason, tag))


def _arrive(station: Station, connector: Connector, visit: Visit, now: float) -> None:
    may = may_charge(station, connector, visit.id_tag)
    can_ask = station.is_online
    if may is False or (may is None and not can_ask) or not _can_take(connector):
        expect(station, connector, now)
        return
    connector.visitor = visit.id_tag
    station.set_status(connector, "Preparing", now)
    said = local_list.word(station, visit.id_tag, now)
    is_known = station.configuration.is_on("LocalPreAuthorize") and said == "Accepted"
    if can_ask and (may is None or not is_known):
        _ask(station, connector, visit, now)
    elif said not in (None, "Accepted"):  # what the list refuses is refused offline, too (§3.5.4)
        station.ledger.refused_tags += 1
        _next_move(station, connector, now + 1, lambda at: leave(station, connector, at))
    else:
        _next_move(station, connector, now + 0.5, lambda at: begin(station, connector, visit, at))


def _can_take(connector: Connector) -> bool:
    """A car can come: nobody is there. For whom it is reserved is another question."""
    is_reserved = connector.reservation is not None and connector.status == "Reserved"
    return connector.is_free or (is_reserved and connector.operative and connector.visitor is None)


def _ask(station: Station, connector: Connector, visit: Visit, now: float) -> None:
    station.say("Authorize", {"idTag": visit.id_tag}, Authorization(connector, visit))
    patience = station.configuration.number("ConnectionTimeOut")
    _next_move(station, connector, now + patience, lambda at: leave(station, connector, at))


def _next_move(station: Station, connector: Connector, at: float, deed: Deed) -> None:
    station.agenda.put(f"car {connector.connector_id}", at, deed)


def plan_sample(station: Station, connector: Connector, now: float) -> None:
    interval = station.configuration.number("MeterValueSampleInterval")

    def take(at: float) -> None:
        plan_sample(station, connector, at)
        if "no_samples" not in station.troubles:
            sample(station, connector, at)

    station.agenda.drop(f"sample {connector.connector_id}")
    if interval > 0 and connector.session is not None:
        station.agenda.put(f"sample {connector.connector_id}", now + interval, take)


def _queue_values(station: Station, connector: Connector, session: Session, value: voice16.Payload) -> None:
    def payload() -> voice16.Payload:
        transaction_id = None if station.quirks.no_transaction_id else session.transaction_id
        return voice16.write_meter_values(connector.connector_id, transaction_id, [value])

    station.outbox.put(Message("MeterValues", payload, (connector, session), len(value["sampledValue"])))


def _stop_data(station: Station, reading: Reading, now: float, context: str) -> voice16.Payload:
    measurands = station.configuration.names("StopTxnSampledData")
    return voice16.write_meter_value(reading, station.supply, measurands, now, context, station.quirks)


def _farewell(random: Random, id_tag: str) -> tuple[str, str | None]:
    """Most drivers stop with their card, some just pull the plug."""
    return ("Local", id_tag) if random.random() < 0.7 else ("EVDisconnected", None)
