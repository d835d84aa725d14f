"""SecurityEventNotification: kept once, however often it is delivered (security white paper A04)."""

from wattdeck.domain.events import SecurityEventReported
from wattdeck.domain.messages import SecurityEventNotification, SecurityEventNotificationAnswer
from wattdeck.handlers.context import Context
from wattdeck.store import security_events


async def handle(message: SecurityEventNotification, context: Context) -> SecurityEventNotificationAnswer:
    house, taken_at = context.house, message.taken_at
    added = await house.store.write(
        lambda connection: security_events.add(
            connection,
            context.charge_point_id,
            context.charge_point,
            message.type,
            message.tech_info,
            taken_at,
            context.received_at,
        )
    )
    if added is not None:
        house.events.publish(SecurityEventReported(added))
    return SecurityEventNotificationAnswer()
