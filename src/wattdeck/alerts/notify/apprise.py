"""By the services that the package apprise knows: chats, pagers, telephones."""

import asyncio
from typing import Any

from wattdeck.alerts.notify.library import load, missing
from wattdeck.alerts.notify.messages import Message
from wattdeck.alerts.notify.sending import Undelivered
from wattdeck.domain.channel_kinds import AppriseSettings

_TYPES = {"info": "info", "warning": "warning", "critical": "failure"}


def complaint(settings: AppriseSettings) -> str | None:
    """Which address is none that it knows, by its place: the address is a secret."""
    lacking = missing("apprise")
    if lacking is not None:
        return lacking
    for place, url in enumerate(settings.urls, 1):
        if load("apprise").Apprise.instantiate(url, suppress_exceptions=True) is None:
            return f"urls: the {place}. is no address that apprise knows"
    return None


async def send(settings: AppriseSettings, message: Message, attempt: int) -> None:
    """Arrived is what all of the services took."""
    service = await asyncio.to_thread(_make, settings)
    kind = "success" if not message.values["firing"] else _TYPES[message.severity]
    if not await service.async_notify(body=message.text, title=message.subject, notify_type=kind):
        raise Undelivered("one of the services did not take it")


def _make(settings: AppriseSettings) -> Any:
    service = load("apprise").Apprise()
    for url in settings.urls:
        service.add(url)
    return service
