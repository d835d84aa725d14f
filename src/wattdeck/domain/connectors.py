"""Connectors: the nine status words of OCPP 1.6 (§7.7) and what is known of one connector."""

from datetime import datetime

from wattdeck.domain.records import Record

STATUSES = (
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEVSE",
    "SuspendedEV",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
)
UNUSABLE = frozenset({"Unavailable", "Faulted"})
# No energy flows at a connector that says one of these (OCPP 1.6 §4.9).
POWERLESS = frozenset({"SuspendedEV", "SuspendedEVSE", "Finishing"})
# A session may be started by remote while a connector says one of these.
STARTABLE = frozenset({"Available", "Preparing", "Finishing", "Reserved"})


class Connector(Record, frozen=True, kw_only=True):
    """One connector's current state. `updated_at` is the charge point's time, `received_at` ours."""

    charge_point_id: int
    connector_id: int
    status: str
    error_code: str = "NoError"
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None
    updated_at: datetime
    received_at: datetime
    evse_id: int | None = None


def trouble_of(connector: Connector) -> str:
    """What it says is wrong, in one line; empty where it says nothing: `GroundFailure, earth leak, E17`."""
    code = None if connector.error_code == "NoError" else connector.error_code
    return ", ".join(" ".join(one.split()) for one in (code, connector.info, connector.vendor_error_code) if one)
