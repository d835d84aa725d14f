"""FirmwareStatusNotification: how far a firmware update is (OCPP 1.6 §4.5)."""

from wattdeck.domain.file_jobs import FIRMWARE
from wattdeck.domain.messages import FirmwareStatusNotification, FirmwareStatusNotificationAnswer
from wattdeck.handlers import file_status
from wattdeck.handlers.context import Context


async def handle(message: FirmwareStatusNotification, context: Context) -> FirmwareStatusNotificationAnswer:
    await file_status.take(FIRMWARE, message.status, None, context)
    return FirmwareStatusNotificationAnswer()
