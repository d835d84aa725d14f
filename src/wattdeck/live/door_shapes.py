"""The JSON shapes of connections, and of who knocked and was refused."""

from datetime import datetime

from typing_extensions import TypedDict

from wattdeck.domain.clock import iso, iso_or_none
from wattdeck.domain.connections import ConnectionRecord
from wattdeck.store.quarantine import Knocked


class ConnectionShape(TypedDict):
    opened_at: str
    closed_at: str | None
    duration_s: float
    closed_by: str | None
    reason: str | None
    address: str | None
    door: str
    ocpp_version: str
    tls: str | None
    security_profile: int
    frames_in: int | None
    frames_out: int | None


class KnockedShape(TypedDict):
    identifier: str | None
    reason: str
    why: str
    registered: bool
    count: int
    first_at: str
    last_at: str
    address: str | None
    path: str
    subprotocols: str
    tls: str | None


def connection(one: ConnectionRecord, at: datetime) -> ConnectionShape:
    """`at`: until when one that is open has lasted; its frames are counted at its end."""
    is_open = one.closed_at is None
    return {
        "opened_at": iso(one.opened_at),
        "closed_at": iso_or_none(one.closed_at),
        "duration_s": round(max(((one.closed_at or at) - one.opened_at).total_seconds(), 0), 3),
        "closed_by": one.closed_by,
        "reason": one.reason,
        "address": one.address,
        "door": one.door,
        "ocpp_version": one.version,
        "tls": one.tls,
        "security_profile": one.security_profile,
        "frames_in": None if is_open else one.frames_in,
        "frames_out": None if is_open else one.frames_out,
    }


def knocked(one: Knocked) -> KnockedShape:
    return {
        "identifier": one.identifier or None,
        "reason": one.reason,
        "why": one.why,
        "registered": one.registered,
        "count": one.count,
        "first_at": iso(one.first_at),
        "last_at": iso(one.last_at),
        "address": one.address,
        "path": one.target,
        "subprotocols": one.subprotocols,
        "tls": one.tls,
    }
