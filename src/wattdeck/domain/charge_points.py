"""Charge points: what is known of one, and the rules for its words: available, status, summary status."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from zlib import crc32

from wattdeck.domain.connectors import UNUSABLE, Connector
from wattdeck.domain.records import Record

# What a device may be told: some keep 0, or a year, for ever (quirk Q30d).
SHORTEST_HEARTBEAT_S, LONGEST_HEARTBEAT_S = 10, 86_400
ACCEPTED, PENDING, REFUSED = "accepted", "pending", "refused"

# The most telling first: what a badge shows when connectors differ.
TELLING_ORDER = (
    "Faulted",
    "Charging",
    "SuspendedEV",
    "SuspendedEVSE",
    "Finishing",
    "Preparing",
    "Reserved",
    "Available",
    "Unavailable",
)


class ChargePoint(Record, frozen=True, kw_only=True):
    """One charge point as stored. `online_until`: its connection is believed alive until then (a lease).

    `rated_power_w`: what it can give at most, as a person said; `learned_power_w`: as it showed, with a margin.
    """

    id: int
    identifier: str
    registration: str = ACCEPTED
    vendor: str | None = None
    model: str | None = None
    serial_number: str | None = None
    firmware_version: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None
    ocpp_version: str | None = None
    site: str | None = None
    has_password: bool = False
    password_changing: bool = False
    security_profile: int = 0
    registered_at: datetime | None = None
    booted_at: datetime | None = None
    connected_at: datetime | None = None
    last_seen_at: datetime | None = None
    last_heartbeat_at: datetime | None = None
    online_until: datetime | None = None
    deaf_since: datetime | None = None
    rated_power_w: float | None = None
    time_zone: str | None = None
    learned_power_w: float | None = None


class Known(Record, frozen=True):
    """What the doors need to know of a charge point before they let one in. `next_…`: under way, not settled yet.

    `security_profile`: the least it must come with (security white paper §2): 0 nothing, 1 a password, 2 a password
    over TLS, 3 a client certificate. `answers_pings`: None until that is known.
    """

    id: int
    identifier: str
    registration: str
    password_hash: str | None
    next_password_hash: str | None = None
    security_profile: int = 0
    next_security_profile: int | None = None
    answers_pings: bool | None = None


def fits_a_path(identifier: str) -> bool:
    """Whether an identifier can stand in an address: a segment of it, and none that means another place."""
    is_a_segment = "/" not in identifier and identifier not in (".", "..")
    return is_a_segment and identifier.isprintable() and identifier == identifier.strip()


def spread(interval_s: int, identifier: str) -> int:
    """A heartbeat interval that is a charge point's own, up to a tenth shorter or longer: after a power cut all boot at
    once, and need not go on in step. Seconds, always the same for it.
    """
    share = crc32(identifier.casefold().encode()) / 2**32
    return min(max(round(interval_s * (0.9 + 0.2 * share)), SHORTEST_HEARTBEAT_S), LONGEST_HEARTBEAT_S)


def is_connected(charge_point: ChargePoint, at: datetime) -> bool:
    return charge_point.online_until is not None and charge_point.online_until > at


def whole_status(connectors: Sequence[Connector]) -> str | None:
    """The status of the charge point as a whole: connector 0 says it, never a transaction.

    Where connector 0 never reported: Faulted or Unavailable when all connectors are, else Available; None when
    nothing was reported at all.
    """
    own = next((connector.status for connector in connectors if connector.connector_id == 0), None)
    if own is not None or not connectors:
        return own
    words = {connector.status for connector in connectors}
    if not words <= UNUSABLE:
        return "Available"
    return "Faulted" if "Faulted" in words else "Unavailable"


def summary_status(connectors: Sequence[Connector]) -> str | None:
    """One word for a badge: the most telling of the connectors, or of connector 0 where it has no others."""
    words = {connector.status for connector in connectors if connector.connector_id != 0}
    whole = whole_status(connectors)
    if whole in UNUSABLE or not words:
        words.add(whole or "")
    return next((word for word in TELLING_ORDER if word in words), None)


def is_available(registration: str, connected: bool, connectors: Sequence[Connector]) -> bool:
    """Connected, accepted, not Unavailable or Faulted as a whole, and a connector Available (or none reported yet)."""
    if not connected or registration != ACCEPTED or whole_status(connectors) in UNUSABLE:
        return False
    reported = [connector.status for connector in connectors if connector.connector_id != 0]
    return not reported or "Available" in reported


def hash_password(password: bytes, key: bytes) -> str:
    """Keyed SHA-256: charge points' keys are long and random, and a mass reconnect must not stall on a slow hash."""
    return hmac.new(key, password, hashlib.sha256).hexdigest()
