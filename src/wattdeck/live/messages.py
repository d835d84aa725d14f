"""What an event says on the live streams: topics, a key under which a newer message replaces it, and the data."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from wattdeck.domain import events
from wattdeck.domain.alerts import PENDING, UPDATED, Alert
from wattdeck.domain.charge_points import whole_status
from wattdeck.domain.clock import iso, now
from wattdeck.domain.connectors import Connector
from wattdeck.domain.meter_values import flag_names
from wattdeck.domain.records import Record
from wattdeck.domain.sessions import Session
from wattdeck.live import alert_shapes, charging_shapes, shapes

STATUS, SESSIONS, METER_VALUES, COMMANDS, ALERTS = "status", "sessions", "meter_values", "commands", "alerts"
RESERVATIONS, MESSAGES = "reservations", "messages"
STREAMS = (STATUS, SESSIONS, METER_VALUES, COMMANDS, ALERTS, RESERVATIONS, MESSAGES)
_OF_ALL = (STATUS, SESSIONS, METER_VALUES, RESERVATIONS)
FLEET_TOPICS = {stream: f"charge_points_{stream}" for stream in _OF_ALL} | {ALERTS: ALERTS}
STATS = "stats"


class Draft(Record, frozen=True):
    """One message before it has a number. `key` None: it is never replaced by a newer one. `alert`: that which it is
    about, for not everyone sees all of it.
    """

    stream: str
    charge_point_id: int
    charge_point: str
    key: tuple[Any, ...] | None
    data: Any
    alert: Alert | None = None


# charge point's number → connector_id → what it said last
Reported = dict[int, dict[int, Connector]]


def drafts(event: events.Event, reported: Reported) -> Iterator[Draft]:
    """The messages of an event. `reported`: what connectors said so far; a status is added to it."""
    match event:
        case events.StatusChanged(identifier, connector):
            reported.setdefault(connector.charge_point_id, {})[connector.connector_id] = connector
            data = status(identifier, connector, True)
            yield Draft(STATUS, connector.charge_point_id, identifier, (identifier, connector.connector_id), data)
        case events.ChargePointConnected(one, at) | events.ChargePointDisconnected(one, at, _):
            known = tuple(reported.get(one.id, {}).values())
            data = presence(one.identifier, known, isinstance(event, events.ChargePointConnected), at)
            yield Draft(STATUS, one.id, one.identifier, (one.identifier, "connected"), data)
        case events.SessionStarted(session):
            yield _of_session("started", session, None)
        case events.SessionUpdated(session):
            yield _of_session("updated", session, (session.id,))
        case events.SessionStopped(session):
            yield _of_session("stopped", session, None)
        case events.MeterValuesStored(id, identifier, connector_id, _, values):
            for one_value in values:
                value = one_value.value
                key = (identifier, connector_id, value.measurand, value.phase, value.location)
                yield Draft(METER_VALUES, id, identifier, key, _value(identifier, connector_id, one_value))
        case events.CommandChanged(command):
            yield Draft(COMMANDS, command.charge_point_id, command.charge_point, None, shapes.command(command))
        case events.ReservationChanged(made):
            yield Draft(
                RESERVATIONS, made.charge_point_id, made.charge_point, (made.id,), charging_shapes.reservation(made)
            )
        case events.AlertChanged(id, one_alert, change) if one_alert is not None and one_alert.state != PENDING:
            subject = one_alert.subject
            # alerts of a site or of this server belong to no charge point
            whose = subject.charge_point_id or 0, subject.charge_point or ""
            latest = (id,) if change.what == UPDATED else None
            yield Draft(ALERTS, *whose, latest, alert(change.what, one_alert), one_alert)


def alert(what: str, one: Alert) -> dict[str, Any]:
    """What became of an alert, and how it is now."""
    return {"event": what, **alert_shapes.alert(one)}


def frame(charge_point: str, at: datetime, direction: str, text: str) -> dict[str, Any]:
    """A raw frame, "in" or "out", its secrets blanked."""
    return {"charge_point": charge_point, "at": iso(at), "direction": direction, "frame": text}


def status(charge_point: str, connector: Connector, connected: bool) -> dict[str, Any]:
    """One connector's status."""
    return {
        "charge_point": charge_point,
        "connector_id": connector.connector_id,
        "status": connector.status,
        "error_code": connector.error_code,
        "info": connector.info,
        "vendor_id": connector.vendor_id,
        "vendor_error_code": connector.vendor_error_code,
        "timestamp": iso(connector.updated_at),
        "connected": connected,
    }


def presence(charge_point: str, connectors: Sequence[Connector], connected: bool, at: datetime) -> dict[str, Any]:
    """The charge point connected or disconnected: a message about connector 0, with what that said last."""
    own = next((connector for connector in connectors if connector.connector_id == 0), None)
    if own is not None:
        return status(charge_point, own, connected) | {"timestamp": iso(at)}
    return {
        "charge_point": charge_point,
        "connector_id": 0,
        "status": whole_status(connectors),
        "error_code": "NoError",
        "info": None,
        "vendor_id": None,
        "vendor_error_code": None,
        "timestamp": iso(at),
        "connected": connected,
    }


def session(kind: str, one: Session, at: datetime) -> dict[str, Any]:
    """A session that started, was updated, or stopped."""
    shape: dict[str, Any] = dict(shapes.session(one, at))
    shape["start_meter_value"] = one.start_meter_wh
    shape["energy_consumed"] = shape["energy_kwh"]
    shape["duration_seconds"] = shape["duration_s"]
    return {"event": kind, "session": shape}


def _of_session(kind: str, one: Session, key: tuple[Any, ...] | None) -> Draft:
    return Draft(SESSIONS, one.charge_point_id, one.charge_point, key, session(kind, one, now()))


def _value(charge_point: str, connector_id: int, one: events.StoredValue) -> dict[str, Any]:
    value = one.value
    return {
        "charge_point": charge_point,
        "connector_id": connector_id,
        "measurand": value.measurand,
        "value": value.text if value.value is None else value.value,
        "unit": value.unit,
        "phase": value.phase,
        "context": value.context,
        "location": value.location,
        "timestamp": iso(value.taken_at),
        "session_id": one.session_id,
        "flags": flag_names(one.flags),
    }
