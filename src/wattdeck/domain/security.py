"""Security events: what a charge point reports about its own safety, and which of it is critical."""

from datetime import datetime

from wattdeck.domain.records import Record

# Security white paper §8; a vendor's own words are kept and are not critical.
CRITICAL = frozenset(
    (
        *("FirmwareUpdated", "SettingSystemTime", "StartupOfTheDevice", "ResetOrReboot", "SecurityLogWasCleared"),
        *("MemoryExhaustion", "TamperDetectionActivated"),
    )
)


class SecurityEvent(Record, frozen=True, kw_only=True):
    """One security event; `taken_at` is the charge point's clock."""

    id: int
    charge_point_id: int
    charge_point: str
    type: str
    critical: bool
    tech_info: str | None = None
    taken_at: datetime
    received_at: datetime
