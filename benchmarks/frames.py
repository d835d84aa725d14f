"""The frames the load client sends: OCPP 1.6 calls as bytes, with blanks for what changes from message to message."""

import json
import math
import time
from datetime import UTC, datetime
from typing import Any

VALUES_PER_MESSAGE = 8
METER_START_WH = 1_000_000
POWER_W = 11_000.0

# A charge point at a steady load still wavers a little; sixty-four steps keep rows and compression honest.
STEPS = 64


def call(message_id: str, action: str, payload: dict[str, Any]) -> bytes:
    """Return one CALL frame (OCPP-J 1.6, section 4.2.1)."""
    return json.dumps([2, message_id, action, payload], separators=(",", ":")).encode()


def boot_notification(message_id: str, number: int) -> bytes:
    payload = {
        "chargePointVendor": "Bench",
        "chargePointModel": "Bench 11",
        "chargePointSerialNumber": f"B{number:06d}",
        "firmwareVersion": "1.0.0",
    }
    return call(message_id, "BootNotification", payload)


def start_transaction(message_id: str, number: int, at: float | None = None) -> bytes:
    payload = {
        "connectorId": 1,
        "idTag": f"BENCH{number:06d}",
        "meterStart": METER_START_WH,
        "timestamp": timestamp(time.time() if at is None else at).decode(),
    }
    return call(message_id, "StartTransaction", payload)


def status_notification(message_id: str, connector_id: int) -> bytes:
    at = timestamp(time.time()).decode()
    payload = {"connectorId": connector_id, "errorCode": "NoError", "status": "Available", "timestamp": at}
    return call(message_id, "StatusNotification", payload)


def transaction_id_in(answer: str) -> int:
    """The number in a StartTransaction's answer."""
    return int(json.loads(answer)[2]["transactionId"])


def _sample(value: str, measurand: str, unit: str, phase: str | None = None) -> dict[str, str]:
    sample = {
        "value": value,
        "context": "Sample.Periodic",
        "format": "Raw",
        "measurand": measurand,
        "location": "Outlet",
        "unit": unit,
    }
    return sample | {"phase": phase} if phase else sample


def _other_samples(step: int) -> bytes:
    """Return the seven samples after the register, as the inside of a JSON list."""
    waver = math.sin(2 * math.pi * step / STEPS)
    samples = [_sample(f"{POWER_W + 90 * waver:.1f}", "Power.Active.Import", "W")]
    for number, phase in enumerate(("L1", "L2", "L3")):
        samples.append(_sample(f"{15.9 + 0.2 * waver + 0.03 * number:.2f}", "Current.Import", "A", phase))
    for number, phase in enumerate(("L1", "L2", "L3")):
        samples.append(_sample(f"{230.4 - 1.5 * waver + 0.4 * number:.1f}", "Voltage", "V", phase))
    return json.dumps(samples, separators=(",", ":")).encode()[1:-1]


OTHER_SAMPLES = tuple(_other_samples(step) for step in range(STEPS))


def meter_values_template(transaction_id: int) -> bytes:
    """Return a MeterValues frame of eight samples (about 1 KB) for `fill_meter_values`."""
    register = _sample("%.3f", "Energy.Active.Import.Register", "Wh")
    meter_value = {"timestamp": "%b", "sampledValue": [register, "%b"]}
    frame = call("%b", "MeterValues", {"connectorId": 1, "transactionId": transaction_id, "meterValue": [meter_value]})
    return frame.replace(b',"%b"]', b",%b]")


def fill_meter_values(template: bytes, message_id: bytes, now: float, charging_s: float, step: int) -> bytes:
    """Fill a template: the register follows power times time, so that no plausibility rule has a reason to object."""
    register_wh = METER_START_WH + charging_s * POWER_W / 3600
    return template % (message_id, timestamp(now), register_wh, OTHER_SAMPLES[step % STEPS])


_second = (0, b"")


def timestamp(now: float) -> bytes:
    """Return a time in ISO 8601 with milliseconds; the text of the whole second is kept, for this runs per message."""
    global _second
    whole = int(now)
    if whole != _second[0]:
        _second = (whole, datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode())
    return b"%b.%03dZ" % (_second[1], (now - whole) * 1000)
