"""Reservations as a charge point keeps them (OCPP 1.6 §5.13): of a connector, or of one of them whichever (0)."""

from wattdeck.simulator.station import Connector, Reservation, Station
from wattdeck.simulator.voice16 import Payload, read_time


def reserve(station: Station, payload: Payload, now: float) -> Payload:
    number, expires_at = int(payload["connectorId"]), read_time(payload["expiryDate"])
    connector = station.whole if number == 0 else station.connectors.get(number)
    supported = number != 0 or station.configuration.is_on("ReserveConnectorZeroSupported")
    if connector is None or not supported or expires_at is None or expires_at <= now:
        return {"status": "Rejected"}
    new = Reservation(int(payload["reservationId"]), str(payload["idTag"]), payload.get("parentIdTag"), expires_at)
    before = _holder(station, new.reservation_id)
    held = None if before is None else before.reservation
    word = _why_not(station, connector, held)
    if word is not None:
        return {"status": word}
    if before is not None and before is not connector:
        station.agenda.put(f"release {before.connector_id}", now, lambda at: _end(station, before, held, at))
    connector.reservation = new
    if number:
        station.agenda.put(f"reserve {number}", now, lambda at: station.set_status(connector, "Reserved", at))
    plan_end(station, connector)
    return {"status": "Accepted"}


def cancel(station: Station, payload: Payload, now: float) -> Payload:
    holder = _holder(station, int(payload["reservationId"]))
    if holder is None:
        return {"status": "Rejected"}
    cancelled = holder.reservation
    station.agenda.put(f"reserve {holder.connector_id}", now, lambda at: _end(station, holder, cancelled, at))
    return {"status": "Accepted"}


def plan_end(station: Station, connector: Connector) -> None:
    """It ends by itself at its time; the agenda does not survive a reboot, the reservation does."""
    held = connector.reservation
    if held is not None:
        key = f"expiry {connector.connector_id}"
        station.agenda.put(key, held.expires_at, lambda at: _end(station, connector, held, at))


def may_charge(station: Station, connector: Connector, id_tag: str) -> bool | None:
    """Whether the reservations let this tag charge here; None where that depends on its group, which is not known."""
    held = connector.reservation
    if held is not None:
        return is_for(station, held, id_tag)
    whole = station.whole.reservation
    if whole is None or is_for(station, whole, id_tag) or _free_beside(station, connector):
        return True
    return is_for(station, whole, id_tag)


def is_for(station: Station, reservation: Reservation, id_tag: str) -> bool | None:
    """None where only the tag's group could tell, and that is neither in the local list nor was it ever asked for."""
    if id_tag.casefold() == reservation.id_tag.casefold():
        return True
    if reservation.parent_id_tag is None:
        return False
    if id_tag not in station.parents:
        return None
    parent = station.parents[id_tag]
    return parent is not None and parent.casefold() == reservation.parent_id_tag.casefold()


def use_up(station: Station, connector: Connector, id_tag: str) -> int | None:
    """A session begins: the number of the reservation it was made with, which is over now."""
    for holder in (connector, station.whole):
        held = holder.reservation
        if held is not None and is_for(station, held, id_tag):
            holder.reservation = None
            return held.reservation_id
    return None


def _why_not(station: Station, connector: Connector, replaced: Reservation | None) -> str | None:
    """The word of refusal; `replaced` does not count, it makes way."""
    if connector.connector_id:
        if connector.status == "Faulted":
            return "Faulted"
        if not connector.operative:
            return "Unavailable"
        if connector.reservation is not None and connector.reservation is replaced:
            return None if connector.session is None and connector.visitor is None else "Occupied"
        whole = station.whole.reservation
        left = whole in (None, replaced) or _free_beside(station, connector)
        return None if _is_free(connector) and left else "Occupied"
    plugs = station.connectors.values()
    if all(each.status == "Faulted" for each in plugs):
        return "Faulted"
    if not any(each.operative for each in plugs):
        return "Unavailable"
    if connector.reservation is not None and connector.reservation is not replaced:
        return "Occupied"
    free = any(_is_free(each) or (each.reservation is not None and each.reservation is replaced) for each in plugs)
    return None if free else "Occupied"


def _is_free(connector: Connector) -> bool:
    return connector.is_free and connector.reservation is None


def _free_beside(station: Station, connector: Connector) -> bool:
    """Whether another connector remains for whom the charge point as a whole is reserved."""
    return any(_is_free(each) for each in station.connectors.values() if each is not connector)


def _holder(station: Station, reservation_id: int) -> Connector | None:
    for connector in (station.whole, *station.connectors.values()):
        if connector.reservation is not None and connector.reservation.reservation_id == reservation_id:
            return connector
    return None


def _end(station: Station, connector: Connector, over: Reservation | None, now: float) -> None:
    """A reservation is over; one that was replaced meanwhile stays."""
    if connector.reservation is over:
        connector.reservation = None
        if connector.status == "Reserved":
            station.set_status(connector, "Available", now)
