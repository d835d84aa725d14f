"""Answers to the commands of the optional profiles: triggers, files, the local list, reservations, smart charging."""

from collections.abc import Callable
from typing import Any

from wattdeck.simulator import charging, voice16
from wattdeck.simulator.limits import install, keeps, limit_w, read_limit
from wattdeck.simulator.station import Connector, Reservation, Station

Payload = voice16.Payload


def trigger(station: Station, payload: Payload, now: float) -> Payload:
    requested, wanted = payload["requestedMessage"], payload.get("connectorId")
    if requested not in _TRIGGERS:
        return {"status": "NotImplemented"}
    known = [station.whole, *station.connectors.values()]
    concerned = [each for each in known if wanted is None or each.connector_id == wanted]
    if not concerned:
        return {"status": "Rejected"}
    station.agenda.put(f"trigger {requested} {wanted}", now, lambda at: _TRIGGERS[requested](station, concerned, at))
    return {"status": "Accepted"}


def _trigger_boot(station: Station, concerned: list[Connector], now: float) -> None:
    station.tell_boot()


def _trigger_status(station: Station, concerned: list[Connector], now: float) -> None:
    for connector in concerned:
        payload = voice16.write_status(connector.connector_id, connector.status, now)
        station.say("StatusNotification", payload, (connector, connector.status))


def _trigger_meter_values(station: Station, concerned: list[Connector], now: float) -> None:
    for connector in concerned:
        if connector.session is not None:
            charging.sample(station, connector, now, voice16.TRIGGER)
        elif connector.connector_id or len(concerned) == 1:
            charging.sample_idle(station, connector, now)


def _tells(action: str, payload: Payload) -> Callable[[Station, list[Connector], float], None]:
    return lambda station, concerned, now: station.say(action, dict(payload))


_TRIGGERS: dict[str, Callable[[Station, list[Connector], float], None]] = {
    "BootNotification": _trigger_boot,
    "Heartbeat": _tells("Heartbeat", {}),
    "StatusNotification": _trigger_status,
    "MeterValues": _trigger_meter_values,
    "DiagnosticsStatusNotification": _tells("DiagnosticsStatusNotification", {"status": "Idle"}),
    "FirmwareStatusNotification": _tells("FirmwareStatusNotification", {"status": "Idle"}),
}


def get_diagnostics(station: Station, payload: Payload, now: float) -> Payload:
    station.files += 1
    _report(station, "DiagnosticsStatusNotification", ("Uploading", "Uploaded"), now)
    return {"fileName": f"{station.identifier}-{station.files}.log"[:255]} if payload["location"] else {}


def update_firmware(station: Station, payload: Payload, now: float) -> Payload:
    at = voice16.read_time(payload["retrieveDate"])
    _report(
        station,
        "FirmwareStatusNotification",
        ("Downloading", "Downloaded", "Installing", "Installed"),
        max(now, at or now),
    )
    return {}


def _report(station: Station, action: str, words: tuple[str, ...], at: float) -> None:
    """Say these words one after the other, half a second apart."""
    if words:
        first, *rest = words

        def say(then: float) -> None:
            station.say(action, {"status": first})
            _report(station, action, tuple(rest), then + 0.5)

        station.agenda.put(action, at, say)


def get_list_version(station: Station, payload: Payload, now: float) -> Payload:
    return {"listVersion": station.list_version}


def send_list(station: Station, payload: Payload, now: float) -> Payload:
    version, full = int(payload["listVersion"]), payload["updateType"] == "Full"
    if not full and version <= station.list_version:
        return {"status": "VersionMismatch"}
    entries = {} if full else dict(station.local_list)
    for entry in payload.get("localAuthorizationList") or []:
        if "idTagInfo" in entry:
            entries[entry["idTag"]] = str(entry["idTagInfo"]["status"])
        else:
            entries.pop(entry["idTag"], None)
    station.local_list, station.list_version = entries, version
    return {"status": "Accepted"}


def reserve(station: Station, payload: Payload, now: float) -> Payload:
    number, expires_at = int(payload["connectorId"]), voice16.read_time(payload["expiryDate"])
    reservation = Reservation(int(payload["reservationId"]), str(payload["idTag"]), payload.get("parentIdTag"))
    connector = station.connectors.get(number)
    if connector is None or expires_at is None or expires_at <= now:
        return {"status": "Rejected"}
    if not connector.operative:
        return {"status": "Unavailable"}
    held = connector.reservation
    same = held is not None and held.reservation_id == reservation.reservation_id
    if not connector.is_free and not same:
        return {"status": "Occupied"}
    connector.reservation = reservation
    station.agenda.put(f"reserve {number}", now, lambda at: station.set_status(connector, "Reserved", at))
    station.agenda.put(f"expiry {number}", expires_at, lambda at: _free(station, connector, reservation, at))
    return {"status": "Accepted"}


def cancel_reservation(station: Station, payload: Payload, now: float) -> Payload:
    wanted = payload["reservationId"]
    held = [each for each in station.connectors.values() if each.reservation is not None]
    freed = next((each for each in held if each.reservation and each.reservation.reservation_id == wanted), None)
    if freed is None:
        return {"status": "Rejected"}
    cancelled = freed.reservation
    station.agenda.put(f"reserve {freed.connector_id}", now, lambda at: _free(station, freed, cancelled, at))
    return {"status": "Accepted"}


def _free(station: Station, connector: Connector, expired: Reservation | None, now: float) -> None:
    """A reservation is over; one that was replaced meanwhile stays."""
    if connector.reservation is expired:
        connector.reservation = None
        if connector.status == "Reserved":
            station.set_status(connector, "Available", now)


def set_profile(station: Station, payload: Payload, now: float) -> Payload:
    number = int(payload["connectorId"])
    if number != 0 and number not in station.connectors:
        return {"status": "Rejected"}
    limit = read_limit(number, payload["csChargingProfiles"], station.supply)
    if limit.purpose == "TxProfile" and (number == 0 or station.connectors[number].session is None):
        return {"status": "Rejected"}
    station.limits = install(station.limits, limit)
    return {"status": "Accepted"}


def clear_profile(station: Station, payload: Payload, now: float) -> Payload:
    kept = [limit for limit in station.limits if keeps(limit, payload)]
    found, station.limits = len(kept) < len(station.limits), kept
    return {"status": "Accepted" if found else "Unknown"}


def composite_schedule(station: Station, payload: Payload, now: float) -> Payload:
    number, duration = int(payload["connectorId"]), int(payload["duration"])
    if number != 0 and number not in station.connectors:
        return {"status": "Rejected"}
    session = station.connectors[number].session if number else None
    begun = session.record.started_at if session is not None else now
    watts = min(station.supply.power_w, limit_w(station.limits, number, now, begun))
    schedule: dict[str, Any] = {
        "duration": duration,
        "startSchedule": voice16.write_time(now),
        "chargingRateUnit": "W",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": round(watts, 1)}],
    }
    return {
        "status": "Accepted",
        "connectorId": number,
        "scheduleStart": voice16.write_time(now),
        "chargingSchedule": schedule,
    }
