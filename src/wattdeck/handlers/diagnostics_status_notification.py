"""DiagnosticsStatusNotification: how far an upload of diagnostics is (OCPP 1.6 §4.4)."""

from wattdeck.domain.file_jobs import DIAGNOSTICS
from wattdeck.domain.messages import DiagnosticsStatusNotification, DiagnosticsStatusNotificationAnswer
from wattdeck.handlers import file_status
from wattdeck.handlers.context import Context


async def handle(message: DiagnosticsStatusNotification, context: Context) -> DiagnosticsStatusNotificationAnswer:
    await file_status.take(DIAGNOSTICS, message.status, None, context)
    return DiagnosticsStatusNotificationAnswer()
