"""Heartbeat: answered with the time; nobody waits for its being stored (OCPP 1.6 §4.6)."""

from wattdeck.domain.clock import to_ms
from wattdeck.domain.messages import Heartbeat, HeartbeatAnswer
from wattdeck.handlers.context import Context
from wattdeck.store import charge_points


async def handle(message: Heartbeat, context: Context) -> HeartbeatAnswer:
    row = (to_ms(context.received_at), context.charge_point_id)
    context.house.store.add_quietly((charge_points.HEARTBEAT, [row]))
    return HeartbeatAnswer(context.received_at)
