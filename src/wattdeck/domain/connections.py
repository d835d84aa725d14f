"""Connections: what is kept of one, while it lasts and afterwards."""

from datetime import datetime

from wattdeck.domain.records import Record

# Who ended it. Where it just broke, nobody: the network.
BY_CHARGE_POINT, BY_US, BY_NETWORK = "charge point", "wattdeck", "network"


class ConnectionRecord(Record, frozen=True, kw_only=True):
    """`generation` counts the charge point's connections; `closed_at` is None while it is open."""

    charge_point_id: int
    generation: int
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    reason: str | None = None
    address: str | None = None
    door: str
    version: str
    tls: str | None = None
    security_profile: int = 0
    frames_in: int = 0
    frames_out: int = 0
