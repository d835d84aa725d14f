"""Which command asks a charge point to say a message now (OCPP 1.6 §5.17, security white paper §5.5)."""

from typing import Any

from wattdeck.domain.charge_points import ACCEPTED, ChargePoint
from wattdeck.domain.errors import Unprocessable

PLAIN = frozenset(
    (
        *("BootNotification", "DiagnosticsStatusNotification", "FirmwareStatusNotification", "Heartbeat"),
        *("MeterValues", "StatusNotification"),
    )
)
EXTENDED = frozenset(
    (
        *("BootNotification", "LogStatusNotification", "FirmwareStatusNotification", "Heartbeat", "MeterValues"),
        *("SignChargePointCertificate", "StatusNotification"),
    )
)


def trigger(
    charge_point: ChargePoint, message: str, connector_id: int | None, extended: bool
) -> tuple[str, dict[str, Any]]:
    """The command's action and payload. `extended`: by the security extension's command, also what both know; what
    only that one knows goes by it in any case.

    Raises Unprocessable for a message neither knows, and for a boot from a charge point whose boot was accepted.
    """
    if message not in PLAIN | EXTENDED:
        raise Unprocessable(f"{message[:64]!r} cannot be triggered; one of {', '.join(sorted(PLAIN | EXTENDED))} can")
    if extended and message not in EXTENDED:
        raise Unprocessable(f"{message} is not known to ExtendedTriggerMessage")
    if message == "BootNotification" and _has_booted(charge_point):
        raise Unprocessable("its boot has been accepted on this connection: a further one may not be triggered (§5.17)")
    payload: dict[str, Any] = {"requestedMessage": message}
    if connector_id is not None:
        payload["connectorId"] = connector_id
    return "ExtendedTriggerMessage" if extended or message not in PLAIN else "TriggerMessage", payload


def _has_booted(charge_point: ChargePoint) -> bool:
    """Errata 3.40 forbids it until the charge point boots again, 3.35 lets a reconnect begin anew."""
    booted_at, connected_at = charge_point.booted_at, charge_point.connected_at
    if charge_point.registration != ACCEPTED or booted_at is None:
        return False
    return connected_at is None or booted_at >= connected_at
