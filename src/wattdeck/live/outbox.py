"""One browser's outbox: bounded, the latest message per key, slow streams held back until their turn.

A browser that does not read costs a fixed amount of memory and nothing of anyone's time.
"""

import asyncio
import time
from typing import Any

from wattdeck.domain.records import to_json

MOST_WAITING = 5_000


class Outbox:
    """Messages that wait for one client. Meter values are handed out at most once per `throttle_s`."""

    def __init__(self) -> None:
        self.throttle_s = 1.0
        self._prompt: dict[Any, bytes] = {}
        self._throttled: dict[Any, bytes] = {}
        self._skipped = 0
        self._handed_out = 0.0
        self._something = asyncio.Event()
        self._hurry = asyncio.Event()

    def put(self, key: Any, message: bytes, throttled: bool = False) -> None:
        """Never waits; the oldest is let go when too many wait, and the client is told how many."""
        waiting = self._throttled if throttled else self._prompt
        waiting.pop(key, None)  # so that numbers rise in each frame
        if len(waiting) >= MOST_WAITING:
            del waiting[next(iter(waiting))]
            self._skipped += 1
        waiting[key] = message
        self._something.set()
        if not throttled:
            self._hurry.set()

    def throttle(self, seconds: float) -> None:
        """Hand out meter values at most this often, from now on."""
        self.throttle_s = seconds
        self._hurry.set()

    async def take(self) -> bytes:
        """The next frame: a JSON array of all that is due. Waits for it."""
        while True:
            await self._something.wait()
            pause = self._handed_out + self.throttle_s - time.monotonic()
            if not self._prompt and self._throttled and pause > 0:
                self._hurry.clear()
                try:
                    await asyncio.wait_for(self._hurry.wait(), pause)
                except TimeoutError:
                    pause = 0
            due = self._due(pause <= 0)
            if due:
                return b"[" + b",".join(due) + b"]"

    def _due(self, with_throttled: bool) -> list[bytes]:
        due: list[bytes] = []
        if self._skipped:
            notice = {"topic": "server", "kind": "skipped", "seq": 0, "data": {"count": self._skipped}}
            due.append(to_json(notice))
            self._skipped = 0
        due += self._prompt.values()
        self._prompt.clear()
        if with_throttled and self._throttled:
            due += self._throttled.values()
            self._throttled.clear()
            self._handed_out = time.monotonic()
        if not self._throttled:
            self._something.clear()
        return due
