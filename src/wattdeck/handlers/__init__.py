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
    heartbeat,
    meter_values,
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
}
