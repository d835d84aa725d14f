"""The bus of a single process."""

from collections.abc import Callable
from typing import Any

from wattdeck.bus.bus import Listener


class MemoryBus:
    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}

    def publish(self, topic: str, record: Any) -> int:
        listeners = self._listeners.get(topic)
        if not listeners:
            return 0
        for listener in tuple(listeners):
            listener(record)
        return len(listeners)

    def subscribe(self, topic: str, listener: Listener) -> Callable[[], None]:
        self._listeners.setdefault(topic, []).append(listener)

        def end() -> None:
            listeners = self._listeners.get(topic)
            if listeners is not None and listener in listeners:
                listeners.remove(listener)
                if not listeners:
                    del self._listeners[topic]

        return end
