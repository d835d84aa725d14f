"""Answers to the commands of the core profile (OCPP 1.6 §5.2 to §5.14, §5.18), and what they bring about."""

from wattdeck.simulator import charging, voice16
from wattdeck.simulator.commands_profiles import is_within_bounds
from wattdeck.simulator.limits import TX, install, read_limit
from wattdeck.simulator.reservations import may_charge
from wattdeck.simulator.station import Connector, HangUp, Station

Payload = voice16.Payload


def remote_start(station: Station, payload: Payload, now: float) -> Payload:
    id_tag, wanted = str(payload["idTag"]), payload.get("connectorId")
    candidates = list(station.connectors.values()) if wanted is None else [station.connectors.get(int(wanted))]
    connector = next((each for each in candidates if each is not None and _may_start(station, each, id_tag)), None)
    if connector is None:
        return {"status": "Rejected"}
    if "chargingProfile" in payload:
        limit = read_limit(connector.connector_id, payload["chargingProfile"], station.supply)
        if limit.purpose != TX or not is_within_bounds(station, payload["chargingProfile"]):
            return {"status": "Rejected"}  # §5.16.2
        station.limits = install(station.limits, limit)
    chosen = connector
    # from here on this connector is taken, whatever is asked before the car moves
    chosen.visitor = id_tag
    station.agenda.put(
        f"car {chosen.connector_id}", now, lambda at: charging.start_remotely(station, chosen, id_tag, at)
    )
    return {"status": "Accepted"}


def _may_start(station: Station, connector: Connector, id_tag: str) -> bool:
    """Also where only the tag's group could tell: the central system is asked for that then (§5.13)."""
    if not connector.operative or connector.session is not None or connector.visitor is not None:
        return False
    if connector.status == "Faulted":
        return False
    return may_charge(station, connector, id_tag) is not False


def remote_stop(station: Station, payload: Payload, now: float) -> Payload:
    connector = station.session_of(payload["transactionId"])
    if connector is None:
        return {"status": "Rejected"}
    station.agenda.put(
        f"car {connector.connector_id}",
        now,
        lambda at: charging.stop(station, connector, at, "Remote"),
    )
    return {"status": "Accepted"}


def change_availability(station: Station, payload: Payload, now: float) -> Payload:
    number, operative = int(payload["connectorId"]), payload["type"] == "Operative"
    if number != 0 and number not in station.connectors:
        return {"status": "Rejected"}
    # connector 0 is the charge point itself and all its connectors (§5.2)
    concerned = [station.whole, *station.connectors.values()] if number == 0 else [station.connectors[number]]
    busy = [each for each in concerned if each.session is not None]
    for connector in concerned:
        connector.becomes_inoperative = connector in busy and not operative
        if connector not in busy:
            connector.operative = operative
    station.agenda.put(f"availability {number}", now, lambda at: _show_availability(station, concerned, at))
    return {"status": "Scheduled" if busy and not operative else "Accepted"}


def _show_availability(station: Station, concerned: list[Connector], now: float) -> None:
    for connector in concerned:
        if not connector.operative and connector.session is None:
            connector.visitor = connector.reservation = None  # it ends a reservation, too (§5.13)
            station.set_status(connector, "Unavailable", now)
            if connector.connector_id:
                charging.expect(station, connector, now)
        elif connector.operative and connector.status == "Unavailable":
            station.set_status(connector, "Reserved" if connector.reservation else "Available", now)


def reset(station: Station, payload: Payload, now: float) -> Payload:
    soft = {"Soft": True, "Hard": False}[payload["type"]]

    def fall(at: float) -> None:
        for connector in station.connectors.values():
            charging.stop(station, connector, at, "SoftReset" if soft else "HardReset")
        # a soft reset says what it has to say; after a hard one the stop is the last frame on the dying socket
        by = at + (5.0 if soft else 0.05)
        station.hang_up = HangUp(by, away_s=station.random.uniform(0.2, 1.0), soft=soft, boot=True)
        station.agenda.put("hang up", by, lambda _: None)

    station.agenda.put("reset", now, fall)
    return {"status": "Accepted"}


def unlock(station: Station, payload: Payload, now: float) -> Payload:
    connector = station.connectors.get(int(payload["connectorId"]))
    if connector is None:
        return {"status": "NotSupported"}
    if connector.session is not None:
        station.agenda.put("unlock", now, lambda at: charging.stop(station, connector, at, "UnlockCommand"))
    return {"status": "Unlocked"}


def get_configuration(station: Station, payload: Payload, now: float) -> Payload:
    return station.configuration.read(payload.get("key") or [])


def change_configuration(station: Station, payload: Payload, now: float) -> Payload:
    key = str(payload["key"])
    word = station.configuration.change(key, str(payload["value"]))
    if word == "Accepted" and key.lower() in ("heartbeatinterval", "metervaluesampleinterval"):
        station.plan_heartbeat(now)
        for connector in station.connectors.values():
            charging.plan_sample(station, connector, now)
    if word == "Accepted" and key.lower() == "authorizationkey":
        # it comes back with the new password (security white paper A01)
        station.agenda.put("password", now, lambda at: _come_back(station, at))
    return {"status": word}


def _come_back(station: Station, now: float) -> None:
    station.hang_up = HangUp(now + 2.0, away_s=0.2, soft=True, boot=False)
    station.agenda.put("hang up", now + 2.0, lambda _: None)


def clear_cache(station: Station, payload: Payload, now: float) -> Payload:
    return {"status": "Accepted"}


def data_transfer(station: Station, payload: Payload, now: float) -> Payload:
    if payload["vendorId"] != "wattdeck":
        return {"status": "UnknownVendorId"}
    return {"status": "Accepted", "data": str(payload.get("data", ""))}
