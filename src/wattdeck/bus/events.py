"""Events of the house to listeners: after the commit, in order, each listener with a bounded queue and task of its own.

A listener that is slow, fails or hangs delays nobody else; what its queue cannot hold is dropped and counted.
"""

import asyncio
import contextlib
import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from wattdeck.bus import topics
from wattdeck.bus.bus import Bus
from wattdeck.domain.events import KINDS, Event
from wattdeck.telemetry import Telemetry, logger

E = TypeVar("E")
QUEUE_LENGTH = 10_000
FAREWELL_S = 3.0
_log = logger("wattdeck.events")


class Events:
    def __init__(self, bus: Bus, telemetry: Telemetry) -> None:
        self._bus = bus
        self._telemetry = telemetry
        self._listeners: list[tuple[type, Callable[[Any], Any]]] = []
        self._serving: list[_Serving] = []
        self._running = False
        self._topics: dict[type, str] = {}

    def publish(self, event: Event) -> None:
        """Tell everyone who listens. Never waits."""
        kind = type(event)
        topic = self._topics.get(kind)
        if topic is None:
            topic = self._topics[kind] = topics.events(kind)
        self._bus.publish(topic, event)

    def tap(self, callback: Callable[[Any], None], *kinds: type) -> Callable[[], None]:
        """Call back at once for every event of these kinds, of all without any; for rooms of ours, whose callbacks
        neither wait nor fail.
        """
        ends = [self._bus.subscribe(topics.events(kind), callback) for kind in kinds or KINDS]

        def end() -> None:
            for end_one in ends:
                end_one()

        return end

    def subscribe(self, kind: type[E], listener: Callable[[E], Awaitable[None] | None]) -> None:
        """Tell `listener` of each event of this kind. A plain function is called in a thread."""
        self._listeners.append((kind, listener))
        if self._running:
            self._serve(kind, listener)

    def start(self) -> None:
        """Begin to serve those who subscribed; called inside the running loop."""
        self._running = True
        for kind, listener in self._listeners:
            self._serve(kind, listener)

    async def stop(self) -> None:
        """Tell nobody of anything new; give listeners a moment for what they have not heard yet."""
        self._running = False
        serving, self._serving = self._serving, []
        for one in serving:
            one.end()
        if serving:
            await asyncio.wait([one.task for one in serving], timeout=FAREWELL_S)
        for one in serving:
            one.cancel()
        await asyncio.gather(*(one.task for one in serving), return_exceptions=True)

    def _serve(self, kind: type, listener: Callable[[Any], Any]) -> None:
        serving = _Serving(listener, self._telemetry)
        # `kind` may also be what several kinds have in common
        serving.end_tap = self.tap(serving.put, *({one for one in KINDS if issubclass(one, kind)} or {kind}))
        self._serving.append(serving)


class _Serving:
    """One listener's queue, and the task that calls it."""

    def __init__(self, listener: Callable[[Any], Any], telemetry: Telemetry) -> None:
        self._listener, self._telemetry = listener, telemetry
        self._queue: asyncio.Queue[Any] = asyncio.Queue(QUEUE_LENGTH)
        self._ending = self._idle = False
        self.end_tap: Callable[[], None] = lambda: None
        self.task = asyncio.create_task(self._run())

    def put(self, event: Event) -> None:
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self._telemetry.dropped.labels("listener_behind").inc()

    def end(self) -> None:
        """Nothing new; the task ends when it has told what waits."""
        self.end_tap()
        self._ending = True
        if self._queue.empty() and self._idle:
            self.task.cancel()

    def cancel(self) -> None:
        """Give up; what was not told is counted."""
        if not self.task.done():
            self._telemetry.dropped.labels("listener_behind").inc(self._queue.qsize())
            self.task.cancel()

    async def _run(self) -> None:
        listener = self._listener
        is_async = inspect.iscoroutinefunction(listener) or inspect.iscoroutinefunction(type(listener).__call__)
        while not (self._ending and self._queue.empty()):
            self._idle = True
            event = await self._queue.get()
            self._idle = False
            try:
                result = await (listener(event) if is_async else _in_thread(listener, event))
                if inspect.isawaitable(result):
                    await result
            except asyncio.CancelledError:
                if self.task.cancelling():
                    raise
                _log.warning("listener was cancelled", event_kind=type(event).__name__)
            except Exception:
                _log.exception("listener failed", event_kind=type(event).__name__)


def _in_thread(listener: Callable[[Any], Any], event: Event) -> asyncio.Future[Any]:
    """Call a plain function in a thread of its own: one that hangs holds up neither the others nor the process' end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: Exception | None) -> None:
        if not done.done():
            done.set_result(result) if error is None else done.set_exception(error)

    def call() -> None:
        result, error = None, None
        try:
            result = listener(event)
        except Exception as raised:
            # a future cannot hold a StopIteration
            error = RuntimeError(repr(raised)) if isinstance(raised, StopIteration) else raised
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=call, name="wattdeck-listener", daemon=True).start()
    return done
