"""SignedFirmwareStatusNotification: how far a signed firmware update is (security white paper §5.19)."""

from wattdeck.domain.file_jobs import FIRMWARE
from wattdeck.domain.messages import SignedFirmwareStatusNotification, SignedFirmwareStatusNotificationAnswer
from wattdeck.handlers import file_status
from wattdeck.handlers.context import Context


async def handle(message: SignedFirmwareStatusNotification, context: Context) -> SignedFirmwareStatusNotificationAnswer:
    await file_status.take(FIRMWARE, message.status, message.request_id, context)
    return SignedFirmwareStatusNotificationAnswer()
