"""Answers to TriggerMessage, and what it brings about (OCPP 1.6 §5.17)."""

from collections.abc import Callable

from wattdeck.simulator import charging, voice16
from wattdeck.simulator.station import Connector, Station

Payload = voice16.Payload
Triggers = dict[str, Callable[[Station, list[Connector], float], None]]


def trigger(station: Station, payload: Payload, now: float) -> Payload:
    return answer_trigger(station, _TRIGGERS, payload, now)


def answer_trigger(station: Station, known: Triggers, payload: Payload, now: float) -> Payload:
    requested, wanted = payload["requestedMessage"], payload.get("connectorId")
    if requested not in known:
        return {"status": "NotImplemented"}
    if requested == "BootNotification" and station.registration == "Accepted":
        return {"status": "Rejected"}  # errata to §5.17
    # a connector that does not matter to the message is ignored (§5.17)
    every = [station.whole, *station.connectors.values()]
    concerned = [each for each in every if wanted in (None, each.connector_id)]
    if not concerned and requested in _OF_CONNECTORS:
        return {"status": "Rejected"}
    station.agenda.put(f"trigger {requested} {wanted}", now, lambda at: known[requested](station, concerned, at))
    return {"status": "Accepted"}


def _trigger_boot(station: Station, concerned: list[Connector], now: float) -> None:
    station.tell_boot()


def _trigger_status(station: Station, concerned: list[Connector], now: float) -> None:
    for connector in concerned:
        payload = voice16.write_status(connector.connector_id, connector.status, now, connector.error_code)
        station.say("StatusNotification", payload, (connector, connector.status))


def _trigger_meter_values(station: Station, concerned: list[Connector], now: float) -> None:
    for connector in concerned:
        if connector.session is not None:
            charging.sample(station, connector, now, voice16.TRIGGER)
        elif connector.connector_id or len(concerned) == 1:
            charging.sample_idle(station, connector, now)


def tells(action: str, payload: Payload) -> Callable[[Station, list[Connector], float], None]:
    return lambda station, concerned, now: station.say(action, dict(payload))


_OF_CONNECTORS = frozenset({"StatusNotification", "MeterValues"})
IN_BOTH: Triggers = {
    "BootNotification": _trigger_boot,
    "Heartbeat": tells("Heartbeat", {}),
    "StatusNotification": _trigger_status,
    "MeterValues": _trigger_meter_values,
}
_TRIGGERS: Triggers = {
    **IN_BOTH,
    "DiagnosticsStatusNotification": tells("DiagnosticsStatusNotification", {"status": "Idle"}),
    "FirmwareStatusNotification": tells("FirmwareStatusNotification", {"status": "Idle"}),
}
