"""Answers to the commands about files (OCPP 1.6 §6.25, §6.55; security white paper N01, §4), and what follows them."""

from collections.abc import Callable, Iterable
from typing import Any

from wattdeck.simulator import voice16
from wattdeck.simulator.station import Station
from wattdeck.simulator.transfers import Transfer

Payload = voice16.Payload
_LINES = 200
_STEP_S = 0.5  # between two steps that are only pretended

FIRMWARE, SIGNED_FIRMWARE = "FirmwareStatusNotification", "SignedFirmwareStatusNotification"


def get_diagnostics(station: Station, payload: Payload, now: float) -> Payload:
    name = _next_name(station, "diagnostics")
    _upload(station, str(payload["location"]), name, "DiagnosticsStatusNotification", {}, "UploadFailed", now)
    return {"fileName": name}


def get_log(station: Station, payload: Payload, now: float) -> Payload:
    request_id, location = int(payload["requestId"]), str(payload["log"]["remoteLocation"])
    kind = {"DiagnosticsLog": "diagnostics", "SecurityLog": "security"}[payload["logType"]]
    name, cancelled = _next_name(station, kind), station.log_request_id is not None
    station.log_request_id = request_id
    about = {"requestId": request_id}
    _upload(station, location, name, "LogStatusNotification", about, "UploadFailure", now)
    return {"status": "AcceptedCanceled" if cancelled else "Accepted", "filename": name}


def _upload(station: Station, location: str, name: str, action: str, about: Payload, failure: str, now: float) -> None:
    """Say that it begins, upload, say how it ended. `about`: what each status carries beside its word."""
    is_log = "requestId" in about

    def is_cancelled() -> bool:
        return is_log and station.log_request_id != about["requestId"]

    def done(worked: bool, at: float) -> None:
        if not is_cancelled():
            station.log_request_id = None if is_log else station.log_request_id
            station.say(action, {"status": "Uploaded" if worked else failure, **about})

    def begin(at: float) -> None:
        if not is_cancelled():
            station.say(action, {"status": "Uploading", **about})
            folder = location if location.endswith("/") else f"{location}/"
            station.transfers.append(Transfer(folder + name, _made_up_log(station, name, at), done))

    station.agenda.put(f"upload {name}", now, begin)


def _next_name(station: Station, kind: str) -> str:
    station.files += 1
    plain = "".join(letter if letter.isalnum() else "-" for letter in station.identifier)
    return f"{plain[:200]}-{kind}-{station.files}.log"


def _made_up_log(station: Station, name: str, now: float) -> bytes:
    """Some lines of what a charge point might write down about itself."""
    lines = [f"{name}: {station.identifier}, firmware {station.firmware_version}"]
    connectors = list(station.connectors.values())
    for number in range(_LINES):
        connector = connectors[number % len(connectors)]
        at = voice16.write_time(now - (_LINES - number) * 60)
        lines.append(f"{at} connector {connector.connector_id} {connector.status} {int(connector.register_wh)} Wh")
    return "\n".join(lines).encode() + b"\n"


def update_firmware(station: Station, payload: Payload, now: float) -> Payload:
    at = max(now, voice16.read_time(payload["retrieveDate"]) or now)
    _fetch(station, str(payload["location"]), FIRMWARE, {}, ("Downloaded", "Installing"), at)
    return {}


def signed_update_firmware(station: Station, payload: Payload, now: float) -> Payload:
    """It looks at the certificate's form only; whoever wants a broken signature says so in the signature."""
    firmware, about = payload["firmware"], {"requestId": int(payload["requestId"])}
    if "-----BEGIN CERTIFICATE-----" not in firmware["signingCertificate"]:
        return {"status": "InvalidCertificate"}
    at = max(now, voice16.read_time(firmware["retrieveDateTime"]) or now)
    if at > now:
        station.agenda.put("firmware scheduled", now, _says(station, SIGNED_FIRMWARE, "DownloadScheduled", about))
    if firmware["signature"] == "invalid":
        steps: tuple[str, ...] = ("Downloaded", "InvalidSignature")
    else:
        steps = ("Downloaded", "SignatureVerified", "Installing")
    _fetch(station, str(firmware["location"]), SIGNED_FIRMWARE, about, steps, at)
    return {"status": "Accepted"}


def _fetch(station: Station, location: str, action: str, about: Payload, steps: tuple[str, ...], at: float) -> None:
    """Fetch the firmware, then say the steps one after the other; after Installing it is installed."""

    def done(worked: bool, then: float) -> None:
        if worked:
            _step(station, action, about, iter(steps), then)
        else:
            station.say(action, {"status": "DownloadFailed", **about})

    def begin(then: float) -> None:
        station.say(action, {"status": "Downloading", **about})
        if "firmware_fails" in station.troubles:
            station.say(action, {"status": "DownloadFailed", **about})
        if not station.troubles.isdisjoint(("firmware_fails", "firmware_stuck")):
            return
        station.transfers.append(Transfer(location, None, done))

    station.agenda.put("firmware", at, begin)


def _step(station: Station, action: str, about: Payload, steps: Iterable[str], at: float) -> None:
    left = iter(steps)
    word = next(left, None)
    if word is None:
        return

    def say(then: float) -> None:
        station.say(action, {"status": word, **about})
        if word == "Installing":
            _install(station, action, about, then + _STEP_S)
        elif word == "InvalidSignature":
            station.say_security_event("InvalidFirmwareSignature", then)
        else:
            _step(station, action, about, left, then + _STEP_S)

    station.agenda.put("firmware", at, say)


def _install(station: Station, action: str, about: Payload, at: float) -> None:
    def installed(then: float) -> None:
        major, _, minor = station.firmware_version.rpartition(".")
        station.firmware_version = f"{major}.{int(minor) + 1}"
        station.say(action, {"status": "Installed", **about})
        if about:
            station.say_security_event("FirmwareUpdated", then)

    station.agenda.put("firmware", at, installed)


def _says(station: Station, action: str, word: str, about: dict[str, Any]) -> Callable[[float], None]:
    return lambda at: station.say(action, {"status": word, **about})
