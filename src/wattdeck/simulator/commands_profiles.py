"""Answers to the commands of smart charging (OCPP 1.6 §5.5, §5.7, §5.16)."""

from math import inf
from typing import Any

from wattdeck.simulator import voice16
from wattdeck.simulator.limits import TX, WHOLE, Limit, install, keeps, limit_w, moments, read_limit, volts_times_phases
from wattdeck.simulator.station import Refusal, Station

Payload = voice16.Payload
_UNITS = {"A": "Current", "W": "Power"}


def set_profile(station: Station, payload: Payload, now: float) -> Payload:
    number, profile = int(payload["connectorId"]), payload["csChargingProfiles"]
    _require_connector(station, number)
    _require_unit(profile["chargingSchedule"]["chargingRateUnit"])
    limit = read_limit(number, profile, station.supply)
    after = install(station.limits, limit)
    if not is_within_bounds(station, profile) or not _is_in_place(station, limit):
        return {"status": "Rejected"}
    if len(after) > station.configuration.number("MaxChargingProfilesInstalled"):
        return {"status": "Rejected"}
    station.limits = after
    return {"status": "Accepted"}


def is_within_bounds(station: Station, profile: Payload) -> bool:
    """Whether the profile keeps to what the configuration says is supported (§9.4)."""
    schedule, configuration = profile["chargingSchedule"], station.configuration
    allowed = configuration.names("ChargingScheduleAllowedChargingRateUnit")
    return (
        0 <= int(profile["stackLevel"]) <= configuration.number("ChargeProfileMaxStackLevel")
        and 0 < len(schedule["chargingSchedulePeriod"]) <= configuration.number("ChargingScheduleMaxPeriods")
        and _UNITS.get(schedule["chargingRateUnit"]) in allowed
    )


def _is_in_place(station: Station, limit: Limit) -> bool:
    """A limit of the whole charge point is for connector 0, one of a transaction for its connector (§3.13.1)."""
    if limit.purpose == WHOLE:
        return limit.connector_id == 0
    if limit.purpose != TX:
        return True
    connector = station.connectors.get(limit.connector_id)
    session = None if connector is None else connector.session
    return session is not None and limit.transaction_id in (None, session.transaction_id)


def clear_profile(station: Station, payload: Payload, now: float) -> Payload:
    kept = [limit for limit in station.limits if keeps(limit, payload)]
    found, station.limits = len(kept) < len(station.limits), kept
    return {"status": "Accepted" if found else "Unknown"}


def composite_schedule(station: Station, payload: Payload, now: float) -> Payload:
    """From now on; without a limit it is what the connector can give, for connector 0 all of them together."""
    number, duration = int(payload["connectorId"]), int(payload["duration"])
    unit = payload.get("chargingRateUnit", "W")
    _require_unit(unit)
    if number != 0 and number not in station.connectors:
        return {"status": "Rejected"}
    session = station.connectors[number].session if number else None
    begun = session.record.started_at if session is not None else now
    most = station.supply.power_w * (1 if number else len(station.connectors))
    per_unit = volts_times_phases(station.supply) if unit == "A" else 1.0
    periods: list[dict[str, Any]] = []
    last = inf
    for at in moments(station.limits, number, now, begun, duration):
        watts = min(most, limit_w(station.limits, number, at, begun, station.sharing if number else 1))
        if watts != last:
            periods.append({"startPeriod": int(at - now), "limit": round(watts / per_unit, 1)})
        last = watts
    # startSchedule is left out here (errata to §7.13)
    schedule = {"duration": duration, "chargingRateUnit": unit, "chargingSchedulePeriod": periods}
    return {
        "status": "Accepted",
        "connectorId": number,
        "scheduleStart": voice16.write_time(now),
        "chargingSchedule": schedule,
    }


def _require_connector(station: Station, number: int) -> None:
    """Errata to §5.16: an unknown connector is a violation, no rejection."""
    if number != 0 and number not in station.connectors:
        raise Refusal("PropertyConstraintViolation", f"connectorId {number}")


def _require_unit(unit: Any) -> None:
    if unit not in _UNITS:
        raise Refusal("PropertyConstraintViolation", f"chargingRateUnit {str(unit)[:40]}")
