"""What every sender is given, and how it says that a message did not arrive."""

from collections.abc import Awaitable, Callable
from typing import Any

from wattdeck.alerts.notify.messages import Message
from wattdeck.domain.errors import WattdeckError


class Undelivered(WattdeckError):
    """It did not arrive; the text says why, without secrets. `is_final`: nor will it, however often it is tried."""

    def __init__(self, reason: str, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


# the channel's settings as a record of its kind, the message, which attempt it is; what is to be said of its outcome
Sender = Callable[[Any, Message, int], Awaitable[str | None]]
