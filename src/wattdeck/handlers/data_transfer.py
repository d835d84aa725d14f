"""DataTransfer: UnknownVendorId unless the embedding application registered the vendor (OCPP 1.6 §4.3)."""

from wattdeck.domain.messages import DataTransfer, DataTransferAnswer
from wattdeck.handlers.context import Context


async def handle(message: DataTransfer, context: Context) -> DataTransferAnswer:
    answer = context.house.data_transfers.get(message.vendor_id)
    if answer is None:
        return DataTransferAnswer("UnknownVendorId")
    return await context.house.guest.answer_of(lambda: answer(context.charge_point, message))
