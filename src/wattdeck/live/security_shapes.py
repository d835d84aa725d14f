"""The JSON shapes of security events and certificates."""

from typing_extensions import TypedDict

from wattdeck.domain.clock import iso
from wattdeck.domain.security import SecurityEvent


class SecurityEventShape(TypedDict):
    id: int
    charge_point: str
    type: str
    critical: bool
    tech_info: str | None
    taken_at: str
    received_at: str


def security_event(one: SecurityEvent) -> SecurityEventShape:
    return {
        "id": one.id,
        "charge_point": one.charge_point,
        "type": one.type,
        "critical": one.critical,
        "tech_info": one.tech_info,
        "taken_at": iso(one.taken_at),
        "received_at": iso(one.received_at),
    }
