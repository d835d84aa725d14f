"""What a bus is: topics, and how many heard. Delivery is at once and never waits; listeners hand on what takes time."""

from collections.abc import Callable
from typing import Any, Protocol

Listener = Callable[[Any], None]


class Bus(Protocol):
    def publish(self, topic: str, record: Any) -> int:
        """Hand a record to all listeners of the topic; how many there were."""

    def subscribe(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Listen until the returned function is called."""
