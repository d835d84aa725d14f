"""A charge point's local list: taken over from SendLocalList, heeded while offline (OCPP 1.6 §3.5.2, §5.10, §5.15)."""

from dataclasses import dataclass
from typing import Any

from wattdeck.simulator import voice16
from wattdeck.simulator.station import Station

Payload = voice16.Payload


@dataclass(frozen=True, slots=True)
class Entry:
    status: str
    expires_at: float | None


def word(station: Station, id_tag: str, now: float) -> str | None:
    """What the list says of a tag; None where it has no say."""
    entry = station.local_list.get(_key(id_tag)) if station.configuration.is_on("LocalAuthListEnabled") else None
    if entry is None:
        return None
    expired = entry.expires_at is not None and entry.expires_at <= now
    return "Expired" if expired and entry.status == "Accepted" else entry.status


def get_version(station: Station, payload: Payload, now: float) -> Payload:
    """-1: no lists; 0: an empty one (§5.10)."""
    if not station.configuration.is_on("LocalAuthListEnabled"):
        return {"listVersion": -1}
    return {"listVersion": station.list_version if station.local_list else 0}


def send(station: Station, payload: Payload, now: float) -> Payload:
    if not station.configuration.is_on("LocalAuthListEnabled"):
        return {"status": "NotSupported"}
    version, full = int(payload["listVersion"]), {"Full": True, "Differential": False}[payload["updateType"]]
    if not full and version <= station.list_version:
        return {"status": "VersionMismatch"}
    sent = payload.get("localAuthorizationList") or []
    entries = _changed({} if full else station.local_list, sent, full)
    fits = len(sent) <= station.configuration.number("SendLocalListMaxLength")
    if version < 1 or not fits or entries is None:
        return {"status": "Failed"}
    if len(entries) > station.configuration.number("LocalAuthListMaxLength"):
        return {"status": "Failed"}
    station.local_list, station.list_version = entries, version
    for one in sent:
        if "idTagInfo" in one:
            station.parents[one["idTag"]] = one["idTagInfo"].get("parentIdTag")
    return {"status": "Accepted"}


def _changed(held: dict[str, Any], sent: list[Payload], full: bool) -> dict[str, Any] | None:
    """The list afterwards; None where a tag is there twice, or without its information in a full list (§6.41, §7.1)."""
    keys = [_key(one["idTag"]) for one in sent]
    if len(set(keys)) < len(keys) or (full and any("idTagInfo" not in one for one in sent)):
        return None
    entries = {key: entry for key, entry in held.items() if key not in keys}
    for key, one in zip(keys, sent, strict=True):
        if "idTagInfo" in one:
            info = one["idTagInfo"]
            ends = info.get("expiryDate")
            entries[key] = Entry(str(info["status"]), None if ends is None else voice16.read_time(ends))
    return entries


def _key(id_tag: Any) -> str:
    return str(id_tag).casefold()
