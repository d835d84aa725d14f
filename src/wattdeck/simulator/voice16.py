"""OCPP 1.6 payloads as a charge point writes and reads them; its own picture of the wire, shared with no server."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from wattdeck.simulator.meter import Reading, Supply
from wattdeck.simulator.scenario import Quirks, shown_wh

SUBPROTOCOL = "ocpp1.6"
Payload = dict[str, Any]

AC_MEASURANDS = ("Energy.Active.Import.Register", "Power.Active.Import", "Voltage", "Current.Import")
DC_MEASURANDS = (*AC_MEASURANDS, "SoC", "Temperature")
# A quirk: of the register's samples one in so many is absurd.
_ONE_IN, _SPIKE_WH = 7, 50_000_000.0
BEGIN, PERIODIC, END, TRIGGER = "Transaction.Begin", "Sample.Periodic", "Transaction.End", "Trigger"


def write_time(at: float) -> str:
    """Seconds since 1970 as the standard wants them: UTC, milliseconds, Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_time(text: Any) -> float | None:
    """Seconds since 1970, None where it is no time; without a zone it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def shift_times(payload: Any, seconds: float) -> Any:
    """The same payload as a clock that is wrong by so much would have it."""
    if isinstance(payload, list):
        return [shift_times(each, seconds) for each in payload]
    if not isinstance(payload, dict):
        return payload
    return {name: _shifted(name, value, seconds) for name, value in payload.items()}


def _shifted(name: str, value: Any, seconds: float) -> Any:
    at = read_time(value) if name == "timestamp" else None
    return shift_times(value, seconds) if at is None else write_time(at + seconds)


def write_boot(model: str, serial_number: str, firmware_version: str) -> Payload:
    return {
        "chargePointVendor": "wattdeck",
        "chargePointModel": model[:20],
        "chargePointSerialNumber": serial_number[-25:],
        "firmwareVersion": firmware_version,
        "meterType": "simulated",
    }


@dataclass(frozen=True, slots=True)
class BootAnswer:
    status: str
    interval_s: int


def read_boot(payload: Payload) -> BootAnswer:
    interval = payload.get("interval")
    return BootAnswer(str(payload.get("status", "")), interval if isinstance(interval, int) and interval > 0 else 0)


def write_status(connector_id: int, status: str, at: float, error_code: str = "NoError") -> Payload:
    return {"connectorId": connector_id, "errorCode": error_code, "status": status, "timestamp": write_time(at)}


def write_start(
    connector_id: int, id_tag: str, meter_start: int, at: float, reservation_id: int | None = None
) -> Payload:
    payload: Payload = {
        "connectorId": connector_id,
        "idTag": id_tag,
        "meterStart": meter_start,
        "timestamp": write_time(at),
    }
    return payload if reservation_id is None else {**payload, "reservationId": reservation_id}


def read_start(payload: Payload) -> tuple[int | None, str]:
    """The transaction id (None if there is none) and the word about the tag."""
    transaction_id = payload.get("transactionId")
    return (transaction_id if isinstance(transaction_id, int) else None), read_tag(payload)


def read_tag(payload: Payload) -> str:
    """`Accepted` or the reason why not; `Invalid` where the answer does not say."""
    info = payload.get("idTagInfo")
    return str(info.get("status", "Invalid")) if isinstance(info, dict) else "Invalid"


def read_parent(payload: Payload) -> str | None:
    """The group of the tag the answer is about."""
    info = payload.get("idTagInfo")
    parent = info.get("parentIdTag") if isinstance(info, dict) else None
    return parent if isinstance(parent, str) else None


def write_meter_values(connector_id: int, transaction_id: int | None, meter_values: list[Payload]) -> Payload:
    if transaction_id is None:
        return {"connectorId": connector_id, "meterValue": meter_values}
    return {"connectorId": connector_id, "transactionId": transaction_id, "meterValue": meter_values}


def write_stop(
    transaction_id: int,
    meter_stop: int,
    at: float,
    reason: str | None = None,
    id_tag: str | None = None,
    data: tuple[Payload, ...] = (),
) -> Payload:
    payload: Payload = {"transactionId": transaction_id, "meterStop": meter_stop, "timestamp": write_time(at)}
    if id_tag is not None:
        payload["idTag"] = id_tag
    if reason is not None:
        payload["reason"] = reason
    if data:
        payload["transactionData"] = list(data)
    return payload


def write_meter_value(
    reading: Reading, supply: Supply, measurands: tuple[str, ...], at: float, context: str, quirks: Quirks
) -> Payload:
    """One look at the meter, in the order in which the configuration names the measurands."""
    reading = replace(reading, register_wh=_register(reading.register_wh, context, quirks))
    values = [value for measurand in measurands for value in _sampled(reading, supply, measurand, quirks)]
    return {
        "timestamp": write_time(at),
        "sampledValue": [_with_context(value, context, quirks) for value in values],
    }


def _register(wh: float, context: str, quirks: Quirks) -> float:
    is_spike = quirks.spikes and context not in (BEGIN, END) and int(wh) % _ONE_IN == 0
    return shown_wh(wh, quirks) + (_SPIKE_WH if is_spike else 0.0)


def _with_context(value: Payload, context: str, quirks: Quirks) -> Payload:
    if quirks.no_units:
        value.pop("unit", None)
        if value["measurand"] == "Energy.Active.Import.Register":
            del value["measurand"]
    value["context"] = context
    return value


def _sampled(reading: Reading, supply: Supply, measurand: str, quirks: Quirks) -> list[Payload]:
    many = supply.phases > 1
    if measurand == "Energy.Active.Import.Register":
        if quirks.kilowatt_hours:
            return [_value(f"{reading.register_wh / 1000:.3f}", measurand, "kWh")]
        if quirks.kwh_as_wh:
            return [_value(f"{reading.register_wh / 1000:.3f}", measurand, "Wh")]
        return [_value(str(int(reading.register_wh)), measurand, "Wh")]
    if measurand == "Power.Active.Import":
        watts = [v * a for v, a in zip(reading.volts, reading.amps, strict=True)]
        total = _power(reading.power_w, measurand, quirks)
        phases = enumerate(watts, start=1) if many else ()
        return [total, *(_power(power, measurand, quirks, f"L{phase}") for phase, power in phases)]
    if measurand == "Voltage":
        if supply.is_dc:
            return [_value(f"{reading.volts[0]:.1f}", measurand, "V")]
        return [_value(f"{v:.1f}", measurand, "V", f"L{phase}-N") for phase, v in enumerate(reading.volts, start=1)]
    if measurand == "Current.Import":
        if supply.is_dc:
            return [_value(f"{reading.amps[0]:.2f}", measurand, "A")]
        return [_value(f"{a:.2f}", measurand, "A", f"L{phase}") for phase, a in enumerate(reading.amps, start=1)]
    if measurand == "Power.Offered":
        return [_power(reading.offered_w, measurand, quirks)]
    if measurand == "SoC":
        return [{"value": f"{reading.soc:.0f}", "measurand": measurand, "location": "EV", "unit": "Percent"}]
    celsius = f"{reading.temperature_c:.1f}"
    return [{"value": celsius, "measurand": measurand, "location": "Body", "unit": "Celsius"}]


def _power(power_w: float, measurand: str, quirks: Quirks, phase: str | None = None) -> Payload:
    if quirks.kilowatt_hours:
        return _value(f"{power_w / 1000:.3f}", measurand, "kW", phase)
    return _value(f"{power_w:.1f}", measurand, "W", phase)


def _value(value: str, measurand: str, unit: str, phase: str | None = None) -> Payload:
    if phase is None:
        return {"value": value, "measurand": measurand, "unit": unit}
    return {"value": value, "measurand": measurand, "phase": phase, "unit": unit}
