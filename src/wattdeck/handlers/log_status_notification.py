"""LogStatusNotification: how far an upload of a log is (security white paper §5.13)."""

from wattdeck.domain.file_jobs import LOG
from wattdeck.domain.messages import LogStatusNotification, LogStatusNotificationAnswer
from wattdeck.handlers import file_status
from wattdeck.handlers.context import Context


async def handle(message: LogStatusNotification, context: Context) -> LogStatusNotificationAnswer:
    await file_status.take(LOG, message.status, message.request_id, context)
    return LogStatusNotificationAnswer()
