"""Into the server's own log."""

from wattdeck.alerts.notify.messages import Message
from wattdeck.domain.alerts import CRITICAL, INFO
from wattdeck.domain.channel_kinds import LogSettings
from wattdeck.telemetry import logger

_log = logger("wattdeck.alerts.told")


async def send(settings: LogSettings, message: Message, attempt: int) -> None:
    """As a warning, or as grave as the alert is."""
    say = {INFO: _log.info, CRITICAL: _log.error}.get(message.severity, _log.warning)
    say("told", subject=message.subject, channel=message.values["channel"], delivery=message.delivery_id)
