"""OCPP 1.6 payloads into our messages. They fit their schema by now, or were mended until they nearly do."""

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wattdeck.domain import messages
from wattdeck.domain.errors import MessageRefused
from wattdeck.domain.meter_values import ENERGY, MEASURANDS, PHASES, MeterValue
from wattdeck.ocpp.dialect import Notes
from wattdeck.ocpp.units import to_base

_LARGEST_CONNECTOR = 9_999  # each is a row, and looked at with each count of the totals
_LARGEST_REQUEST = 2**31 - 1
_LONGEST_WORD = 64
# "1234 Wh", " 12,5": a number with decoration around it
_NUMBER = re.compile(r"\s*([+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)\s*([A-Za-z%]*)\s*")


def boot_notification(payload: dict[str, Any], notes: Notes) -> messages.BootNotification:
    get = payload.get
    return messages.BootNotification(
        vendor=get("chargePointVendor", ""),
        model=get("chargePointModel", ""),
        # chargeBoxSerialNumber is deprecated, and all that some charge points fill in (§6.6)
        serial_number=get("chargePointSerialNumber") or get("chargeBoxSerialNumber") or None,
        firmware_version=get("firmwareVersion") or None,
        iccid=get("iccid") or None,
        imsi=get("imsi") or None,
        meter_type=get("meterType") or None,
        meter_serial_number=get("meterSerialNumber") or None,
    )


def heartbeat(payload: dict[str, Any], notes: Notes) -> messages.Heartbeat:
    return messages.Heartbeat()


def status_notification(payload: dict[str, Any], notes: Notes) -> messages.StatusNotification:
    get = payload.get
    at = get("timestamp")
    if payload["connectorId"] > _LARGEST_CONNECTOR:  # of no connector, and surely not of the whole
        raise MessageRefused("property", f"connectorId: more than {_LARGEST_CONNECTOR}")
    return messages.StatusNotification(
        connector_id=connector(payload["connectorId"], notes),
        status=payload["status"],
        error_code=get("errorCode") or "NoError",
        info=get("info") or None,
        vendor_id=get("vendorId") or None,
        vendor_error_code=get("vendorErrorCode") or None,
        taken_at=notes.time(at) if at else None,
    )


def authorize(payload: dict[str, Any], notes: Notes) -> messages.Authorize:
    return messages.Authorize(payload["idTag"])


def start_transaction(payload: dict[str, Any], notes: Notes) -> messages.StartTransaction:
    return messages.StartTransaction(
        connector_id=connector(payload["connectorId"], notes),
        id_tag=payload["idTag"],
        start_meter_wh=_wh(payload["meterStart"], notes),
        started_at=notes.time(payload["timestamp"]),
        reservation_id=payload.get("reservationId"),
    )


def stop_transaction(payload: dict[str, Any], notes: Notes) -> messages.StopTransaction:
    data = payload.get("transactionData") or ()
    *times, stopped_at = notes.taken([*_moments(data), (payload["timestamp"], [str(payload["meterStop"])])])
    return messages.StopTransaction(
        transaction_id=str(payload["transactionId"]),
        stop_meter_wh=_wh(payload["meterStop"], notes),
        stopped_at=stopped_at,
        id_tag=payload.get("idTag") or None,
        reason=payload.get("reason") or "Local",  # no reason means Local (§6.49)
        values=_values(data, times, notes),
    )


def meter_values(payload: dict[str, Any], notes: Notes) -> messages.MeterValues:
    transaction_id = payload.get("transactionId")
    return messages.MeterValues(
        connector(payload["connectorId"], notes),
        None if transaction_id is None else str(transaction_id),
        _values(payload["meterValue"], notes.taken(_moments(payload["meterValue"])), notes),
    )


def data_transfer(payload: dict[str, Any], notes: Notes) -> messages.DataTransfer:
    return messages.DataTransfer(payload["vendorId"], payload.get("messageId"), payload.get("data"))


def firmware_status_notification(payload: dict[str, Any], notes: Notes) -> messages.FirmwareStatusNotification:
    return messages.FirmwareStatusNotification(payload["status"][:_LONGEST_WORD])


def signed_firmware_status_notification(
    payload: dict[str, Any], notes: Notes
) -> messages.SignedFirmwareStatusNotification:
    return messages.SignedFirmwareStatusNotification(payload["status"][:_LONGEST_WORD], _request_id(payload, notes))


def diagnostics_status_notification(payload: dict[str, Any], notes: Notes) -> messages.DiagnosticsStatusNotification:
    return messages.DiagnosticsStatusNotification(payload["status"][:_LONGEST_WORD])


def log_status_notification(payload: dict[str, Any], notes: Notes) -> messages.LogStatusNotification:
    return messages.LogStatusNotification(payload["status"][:_LONGEST_WORD], _request_id(payload, notes))


def security_event_notification(payload: dict[str, Any], notes: Notes) -> messages.SecurityEventNotification:
    at = notes.time(payload["timestamp"])
    return messages.SecurityEventNotification(payload["type"], at, payload.get("techInfo") or None)


def sign_certificate(payload: dict[str, Any], notes: Notes) -> messages.SignCertificate:
    return messages.SignCertificate(payload["csr"])


def _request_id(payload: dict[str, Any], notes: Notes) -> int | None:
    """None where it is no number that we can have given."""
    number: int | None = payload.get("requestId")
    if number is not None and abs(number) > _LARGEST_REQUEST:
        notes.found("request_id_absurd", str(number)[:40])
        return None
    return number


def connector(number: int, notes: Notes) -> int:
    """The connector; 0, the charge point as a whole, where the number is absurd."""
    if number > _LARGEST_CONNECTOR:
        notes.found("connector_absurd", str(number)[:40])
        return 0
    return max(0, number)


def _wh(register: int, notes: Notes) -> float:
    try:
        return float(register)
    except OverflowError:
        notes.found("register_absurd", str(register)[:40])
        return 0.0


def _moments(meter_value: Any) -> list[tuple[str | None, list[str]]]:
    return [(one.get("timestamp"), [each["value"] for each in one.get("sampledValue") or ()]) for one in meter_value]


def _values(meter_value: Any, times: Sequence[datetime], notes: Notes) -> tuple[MeterValue, ...]:
    values: list[MeterValue] = []
    for one, at in zip(meter_value, times, strict=True):
        for sampled in one.get("sampledValue") or ():
            values.append(value(sampled, at, notes))
    return tuple(values)


def value(sampled: dict[str, Any], at: datetime, notes: Notes) -> MeterValue:
    """One SampledValue (§7.43); what is not said has the standard's default."""
    get = sampled.get
    measurand = get("measurand") or ENERGY
    phase = get("phase")
    if measurand not in MEASURANDS:
        # the phase glued on: "Voltage.L1" (quirk Q35)
        stem, _, tail = measurand.rpartition(".")
        if stem in MEASURANDS and tail in PHASES:
            notes.found("phase_in_measurand", measurand)
            measurand, phase = stem, phase or tail
        else:
            notes.found("unknown_measurand", measurand)
    context = get("context") or "Sample.Periodic"
    location = get("location") or "Outlet"
    raw, unit = sampled["value"], get("unit")
    if get("format") == "SignedData":
        return MeterValue(measurand, None, unit or "", phase, context, location, at, raw)
    number, inside, mended = _number(raw)
    if number is None:
        notes.found("value_not_a_number", f"{measurand}: {raw}")
        return MeterValue(measurand, None, unit or "", phase, context, location, at, raw)
    if mended:
        notes.found("value_decorated", f"{measurand}: {raw}")
    converted, base, changed = to_base(measurand, number, unit or inside)
    sent = f"{raw} {unit}" if unit else raw
    return MeterValue(measurand, converted, base, phase, context, location, at, sent if changed or mended else None)


def _number(raw: str) -> tuple[float | None, str | None, bool]:
    """The number in a value, a unit found inside it, and whether it had to be picked out (quirk Q36)."""
    inside, mended = None, False
    try:
        number = float(raw)
    except ValueError:
        match = _NUMBER.fullmatch(raw)
        if match is None:
            return None, None, False
        number, inside, mended = float(match[1].replace(",", ".")), match[2] or None, True
    return (number if math.isfinite(number) else None), inside, mended
