"""StatusNotification: the connector's state and its history (OCPP 1.6 §4.9)."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattdeck.domain.connectors import POWERLESS, UNUSABLE, Connector
from wattdeck.domain.events import ReservationChanged, StatusChanged
from wattdeck.domain.messages import StatusNotification, StatusNotificationAnswer
from wattdeck.domain.reservations import Reservation
from wattdeck.handlers.context import Context
from wattdeck.store import connectors, reservations


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
    changed, dropped = await context.house.store.write(lambda connection: _report(connection, connector))
    if changed is not None:
        context.house.events.publish(StatusChanged(context.charge_point, changed))
        if changed.status in POWERLESS:
            pipeline, id = context.house.pipeline, context.charge_point_id
            await pipeline.no_power(id, changed.connector_id, changed.updated_at)
    for reservation in dropped:
        context.house.events.publish(ReservationChanged(reservation))
    return StatusNotificationAnswer()


def _report(connection: Connection, connector: Connector) -> tuple[Connector | None, Sequence[Reservation]]:
    """The new state, if it is one, and the reservations that end with it (§5.13)."""
    changed = connectors.report(connection, connector)
    if changed is None or changed.status not in UNUSABLE:
        return changed, ()
    where, at = (changed.charge_point_id, changed.connector_id), connector.received_at
    return changed, reservations.drop(connection, *where, at)
