"""MeterValues: never refused for being imperfect (OCPP 1.6 §4.7); answered once they are stored."""

from wattdeck.domain.messages import MeterValues, MeterValuesAnswer
from wattdeck.handlers.context import Context


async def handle(message: MeterValues, context: Context) -> MeterValuesAnswer:
    await context.house.pipeline.ingest(context.charge_point_id, context.charge_point, message, context.received_at)
    return MeterValuesAnswer()
