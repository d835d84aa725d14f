"""Events in, frames out: the socket opened, a frame came, time passed, the socket is gone. All pure."""

from wattdeck.ocpp.frames import Call, CallError, CallResult, encode
from wattdeck.ocpp.rpc import Asked, Broken, RpcSession, Settled
from wattdeck.simulator import charging, voice16
from wattdeck.simulator.commands import answer_command
from wattdeck.simulator.outbox import Message
from wattdeck.simulator.reservations import plan_end
from wattdeck.simulator.station import CALL_TIMEOUT_S, TROUBLE, Connector, Session, Station

_BOOT_RETRY_S = 10.0
_CLOCK_AHEAD_S = 600.0  # of a clock that is wrong


def opened(station: Station, now: float) -> None:
    """Connected: boot if it was switched on just now, else only say what changed meanwhile (OCPP-J 1.6 §5.4)."""
    station.rpc = RpcSession()
    station.ledger.connects += 1
    if station.boots:
        station.tell_boot()
    elif station.is_online:
        _go_online(station, now, only_news=True)
    else:
        station.agenda.put("boot", now, lambda _: station.tell_boot())
    pump(station, now)


def received(station: Station, text: str | bytes, now: float) -> None:
    """A frame arrived: a command of the central system, or the answer to what we said."""
    if station.rpc is None:
        return
    match station.rpc.receive(text):
        case Asked(call):
            if "deaf" in station.troubles:
                return
            station.ledger.commands[call.action] += 1
            station.outgoing.append(encode(answer_command(station, call, now)))
        case Settled(_, _, answer, False):
            _settled(station, answer, now)
        case Broken(_, reply):
            station.ledger.errors["broken frame"] += 1
            if reply is not None:
                station.outgoing.append(encode(reply))
        case _:
            station.ledger.errors["late or stray answer"] += 1
    # what a command brought about is due now, after its answer
    woken(station, now)


def woken(station: Station, now: float) -> None:
    """Time passed: do what is due."""
    station.agenda.do_due(now)
    pump(station, now)


def lost(station: Station, now: float) -> float | None:
    """The socket is gone. Answers for how long the charge point stays away by its own will, None if it was cut off."""
    station.rpc = None
    station.outgoing.clear()
    station.outbox.disconnect()
    station.agenda.drop("heartbeat")
    station.agenda.drop("timeout")
    hang_up, station.hang_up = station.hang_up, None
    if hang_up is None:
        return None
    if hang_up.boot:
        _switch_off(station)
    return hang_up.away_s


def finish(station: Station, now: float) -> None:
    """The end of the play: no car comes any more, running sessions are stopped."""
    station.finishing = True
    station.troubles.clear()  # it could not say what is left to say
    for connector in station.connectors.values():
        station.agenda.drop(f"car {connector.connector_id}")
        charging.stop(station, connector, now, "Local")
        charging.leave(station, connector, now)
    pump(station, now)


def wants_to_hang_up(station: Station, now: float) -> bool:
    hang_up = station.hang_up
    return hang_up is not None and (now >= hang_up.by or (hang_up.soft and station.outbox.is_empty))


def is_done(station: Station) -> bool:
    """Nothing left to say after `finish`, or nobody who would listen."""
    unwanted = station.rpc is not None and station.registration in ("Pending", "Rejected")
    return station.finishing and (station.outbox.is_empty or unwanted)


def pump(station: Station, now: float) -> None:
    """Send the next message if none is open: one CALL at a time (OCPP-J 1.6 §4.1.1)."""
    if station.rpc is None:
        return
    message = station.outbox.take(now, transactions=station.is_online)
    if message is not None:
        station.messages_sent += 1
        station.ledger.sent[message.action] += 1
        station.sent_at = now
        station.agenda.put("timeout", now + CALL_TIMEOUT_S, lambda at: _timed_out(station, at))
        payload = message.payload()
        if "wrong_clock" in station.troubles:
            payload = voice16.shift_times(payload, _CLOCK_AHEAD_S)
        text = station.rpc.ask(str(station.messages_sent), message.action, payload)
        if station.quirks.numeric_message_ids and station.rpc.outstanding is not None:
            call = station.rpc.outstanding
            text = encode(Call(station.messages_sent, call.action, call.payload))
        station.outgoing.append(text)
    elif station.outbox.waits_until > now:
        station.agenda.put("retry", station.outbox.waits_until, lambda at: None)


def _settled(station: Station, answer: CallResult | CallError, now: float) -> None:
    station.agenda.drop("timeout")
    if isinstance(answer, CallError):
        station.ledger.errors[answer.code] += 1
        _failed(station, now)
        return
    message = station.outbox.settle()
    if message is not None:
        station.ledger.settle(message.action, now - station.sent_at)
        _acknowledged(station, message, answer.payload, now)


def _acknowledged(station: Station, message: Message, answer: voice16.Payload, now: float) -> None:
    station.ledger.meter_values_acknowledged += message.values
    match message.action, message.about:
        case "BootNotification", _:
            _booted(station, voice16.read_boot(answer), now)
        case "StatusNotification", (Connector() as connector, str(status)):
            connector.reported = status
        case "Authorize", charging.Authorization() as about:
            station.parents[about.visit.id_tag] = voice16.read_parent(answer)
            charging.authorized(station, about, voice16.read_tag(answer), now)
        case "StartTransaction", (Connector() as connector, Session() as session):
            charging.started(station, connector, session, answer, now)
        case "MeterValues", (_, Session() as session):
            session.record.meter_values_acknowledged += message.values
        case "StopTransaction", (_, Session() as session):
            session.record.stop_acknowledged = True
            session.record.meter_values_acknowledged += message.values


def _timed_out(station: Station, now: float) -> None:
    if station.rpc is not None and station.rpc.give_up() is not None:
        station.ledger.errors["no answer"] += 1
        _failed(station, now)


def _failed(station: Station, now: float) -> None:
    """The open message was not processed: retried if it is about a transaction, else given up."""
    attempts = int(station.configuration.number("TransactionMessageAttempts"))
    given_up = station.outbox.fail(now, attempts, station.configuration.number("TransactionMessageRetryInterval"))
    if given_up is None:
        return
    station.ledger.given_up += 1
    match given_up.action, given_up.about:
        case "BootNotification", _:
            station.agenda.put("boot", now + _BOOT_RETRY_S, lambda _: station.tell_boot())
        case "Authorize", charging.Authorization() as about:
            charging.authorized(station, about, "Invalid", now)
        case "StartTransaction", (_, Session() as session):
            session.start_given_up = True


def _booted(station: Station, answer: voice16.BootAnswer, now: float) -> None:
    station.registration = answer.status
    if answer.status != "Accepted":
        station.agenda.put("boot", now + (answer.interval_s or _BOOT_RETRY_S), lambda _: station.tell_boot())
        return
    station.boots = False
    if answer.interval_s:
        station.configuration.set("HeartbeatInterval", str(answer.interval_s))
    _go_online(station, now, only_news=False)
    for connector in station.connectors.values():
        if f"car {connector.connector_id}" not in station.agenda:
            charging.expect(station, connector, now, first=not station.lived)
    station.lived = True


def _go_online(station: Station, now: float, *, only_news: bool) -> None:
    for connector in (station.whole, *station.connectors.values()):
        if not only_news or connector.reported != connector.status:
            station.tell_status(connector, now)
    station.plan_heartbeat(now)


def _switch_off(station: Station) -> None:
    """Power is gone: plans, visitors and the registration are forgotten; queue, register, configuration survive."""
    station.agenda.clear(but=TROUBLE)
    station.boots, station.registration = True, ""
    for connector in (station.whole, *station.connectors.values()):
        connector.visitor = None
        if connector.error_code != "NoError":
            continue
        rests = "Reserved" if connector.reservation is not None else "Available"
        connector.status = rests if connector.operative else "Unavailable"
        plan_end(station, connector)
