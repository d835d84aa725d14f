"""BootNotification: what the charge point says of itself is kept; registration decides the answer (OCPP 1.6 §4.2)."""

from wattdeck.domain.charge_points import ACCEPTED, PENDING, spread
from wattdeck.domain.events import ChargePointChanged
from wattdeck.domain.messages import BootNotification, BootNotificationAnswer
from wattdeck.handlers.context import Context
from wattdeck.store import charge_points

_WORDS = {ACCEPTED: "Accepted", PENDING: "Pending"}


async def handle(message: BootNotification, context: Context) -> BootNotificationAnswer:
    house, at = context.house, context.received_at
    charge_point = await house.store.write(lambda c: charge_points.boot(c, context.charge_point_id, message, at))
    status = await house.guest.register(context.charge_point, message)
    if status is None:
        status = _WORDS.get(charge_point.registration, "Rejected")
    house.events.publish(ChargePointChanged(charge_point))
    interval_s = house.settings.heartbeat_interval_s
    if house.settings.spread_heartbeats:
        interval_s = spread(interval_s, context.charge_point)
    return BootNotificationAnswer(status, at, interval_s)
