"""MeterValues: never refused for being imperfect (OCPP 1.6 §4.7); answered once they are stored."""

from typing import Any

from wattdeck.domain.messages import MeterValuesAnswer
from wattdeck.handlers.context import Context, House
from wattdeck.metering.pipeline import Begun


async def handle(message: Any, context: Context) -> MeterValuesAnswer:
    return await end(await begin(message, context), context.house)


async def begin(message: Any, context: Context) -> Begun:
    """The first half: it is handed in, and the next message of its charge point may begin."""
    pipeline = context.house.pipeline
    return await pipeline.begin(context.charge_point_id, context.charge_point, message, context.received_at)


def begin_at_once(message: Any, context: Context) -> Begun | None:
    """The same where nothing must be waited for; None where something must."""
    pipeline = context.house.pipeline
    return pipeline.begin_at_once(context.charge_point_id, context.charge_point, message, context.received_at)


async def end(begun: Begun, house: House) -> MeterValuesAnswer:
    """The second: its answer, once it may be given."""
    await house.pipeline.finish(begun)
    return MeterValuesAnswer()


def end_at_once(begun: Begun, house: House) -> MeterValuesAnswer:
    """The same, once it is stored."""
    house.pipeline.tell(begun)
    return MeterValuesAnswer()
