"""StatusNotification: the connector's state and its history (OCPP 1.6 §4.9)."""

from wattdeck.domain.connectors import Connector
from wattdeck.domain.events import StatusChanged
from wattdeck.domain.messages import StatusNotification, StatusNotificationAnswer
from wattdeck.handlers.context import Context
from wattdeck.store import connectors


async def handle(message: StatusNotification, context: Context) -> StatusNotificationAnswer:
    connector = Connector(
        charge_point_id=context.charge_point_id,
        connector_id=message.connector_id,
        status=message.status,
        error_code=message.error_code,
        info=message.info,
        vendor_id=message.vendor_id,
        vendor_error_code=message.vendor_error_code,
        # a clock that is ahead must not make what comes later look old (quirk Q58)
        updated_at=min(message.taken_at or context.received_at, context.received_at),
        received_at=context.received_at,
        evse_id=message.connector_id or None,
    )
    changed = await context.house.store.write(lambda connection: connectors.report(connection, connector))
    if changed is not None:
        context.house.events.publish(StatusChanged(context.charge_point, changed))
    return StatusNotificationAnswer()
