"""Events of the house to listeners: after the commit, in order, each listener with a bounded queue and task of its own.

A listener that is slow, fails or hangs delays nobody else; what its queue cannot hold is dropped and counted.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from wattdeck.bus import topics
from wattdeck.bus.bus import Bus
from wattdeck.domain.events import Event
from wattdeck.telemetry import Telemetry, logger

E = TypeVar("E")
QUEUE_LENGTH = 10_000
_log = logger("wattdeck.events")


class Events:
    def __init__(self, bus: Bus, telemetry: Telemetry) -> None:
        self._bus = bus
        self._telemetry = telemetry
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: list[tuple[type, Callable[[Any], Any]]] = []
        self._running = False

    def publish(self, event: Event) -> None:
        """Tell everyone who listens. Never waits."""
        self._bus.publish(topics.EVENTS, event)

    def tap(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call back at once for every event; for rooms of ours, whose callbacks neither wait nor fail."""
        return self._bus.subscribe(topics.EVENTS, callback)

    def subscribe(self, kind: type[E], listener: Callable[[E], Awaitable[None] | None]) -> None:
        """Tell `listener` of each event of this kind. A plain function is called in a thread."""
        self._waiting.append((kind, listener))
        if self._running:
            self.start()

    def start(self) -> None:
        """Begin to serve those who subscribed; called inside the running loop."""
        self._running = True
        waiting, self._waiting = self._waiting, []
        for kind, listener in waiting:
            queue: asyncio.Queue[Any] = asyncio.Queue(QUEUE_LENGTH)
            self.tap(self._into(queue, kind))
            self._tasks.add(asyncio.create_task(_serve(queue, listener)))

    async def stop(self) -> None:
        self._running = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _into(self, queue: asyncio.Queue[Any], kind: type) -> Callable[[Event], None]:
        def put(event: Event) -> None:
            if isinstance(event, kind):
                try:
                    queue.put_nowait(event)
                except asyncio.QueueFull:
                    self._telemetry.dropped.labels("listener_behind").inc()

        return put


async def _serve(queue: asyncio.Queue[Any], listener: Callable[[Any], Any]) -> None:
    is_async = inspect.iscoroutinefunction(listener) or inspect.iscoroutinefunction(type(listener).__call__)
    while True:
        event = await queue.get()
        try:
            await (listener(event) if is_async else asyncio.to_thread(listener, event))
        except Exception:
            _log.exception("listener failed", event_kind=type(event).__name__)
