"""What charge points say: one file per message, and the table that finds the handler of each.

A handler is `async (message, context) -> answer`. An embedding application replaces any of them; the default stays
importable, so it can be wrapped.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from wattdeck.domain import messages
from wattdeck.handlers import (
    authorize,
    boot_notification,
    data_transfer,
    diagnostics_status_notification,
    firmware_status_notification,
    heartbeat,
    log_status_notification,
    meter_values,
    security_event_notification,
    sign_certificate,
    signed_firmware_status_notification,
    start_transaction,
    status_notification,
    stop_transaction,
)
from wattdeck.handlers.context import Context

Handler = Callable[[Any, Context], Awaitable[Any]]

HANDLERS: Mapping[type, Handler] = {
    messages.BootNotification: boot_notification.handle,
    messages.Heartbeat: heartbeat.handle,
    messages.StatusNotification: status_notification.handle,
    messages.Authorize: authorize.handle,
    messages.StartTransaction: start_transaction.handle,
    messages.StopTransaction: stop_transaction.handle,
    messages.MeterValues: meter_values.handle,
    messages.DataTransfer: data_transfer.handle,
    messages.FirmwareStatusNotification: firmware_status_notification.handle,
    messages.SignedFirmwareStatusNotification: signed_firmware_status_notification.handle,
    messages.DiagnosticsStatusNotification: diagnostics_status_notification.handle,
    messages.LogStatusNotification: log_status_notification.handle,
    messages.SecurityEventNotification: security_event_notification.handle,
    messages.SignCertificate: sign_certificate.handle,
}
