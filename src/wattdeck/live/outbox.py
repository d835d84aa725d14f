"""One client's outbox: bounded, the latest message per key, slow topics held back until their turn.

A client that does not read costs a fixed amount of memory and nothing of anyone's time.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from wattdeck.domain.people import Scope
from wattdeck.domain.records import to_json

MOST_WAITING = 5_000
USUAL_THROTTLE_S = 1.0

Key = tuple[str, Any]  # topic, and what of it a newer message replaces


class _Lane:
    """What topics of the same throttle have to say: handed out together, once per interval."""

    __slots__ = ("handed_out", "interval_s", "waiting")

    def __init__(self, interval_s: float) -> None:
        self.interval_s = interval_s
        self.waiting: dict[Key, bytes] = {}
        self.handed_out = float("-inf")

    def due_at(self) -> float:
        return self.handed_out + self.interval_s


class Outbox:
    """Messages that wait for one client. Those put as `throttled` leave at most once per interval of their topic.
    `forbidden`: streams that it may not watch. `scope`: what it is told of; None: all. `count_skipped`: called for each
    message that is let go.
    """

    def __init__(
        self,
        forbidden: Collection[str] = (),
        wants_beats: bool = True,
        scope: Scope | None = None,
        count_skipped: Callable[[], object] = lambda: None,
    ) -> None:
        self.forbidden, self.wants_beats, self.scope = forbidden, wants_beats, scope
        self._count_skipped = count_skipped
        self._first: dict[Key, bytes] = {}  # how things stand; changes follow
        self._prompt, self._usual = _Lane(0.0), _Lane(USUAL_THROTTLE_S)
        self._lanes = {lane.interval_s: lane for lane in (self._prompt, self._usual)}
        self._lane_of: dict[str, _Lane] = {}  # of topics with a throttle of their own
        self._waiting = 0  # in all lanes
        self._skipped = 0
        self._held = 0
        self._ended = False
        self._changed = asyncio.Event()

    def put(self, key: Key, message: bytes, throttled: bool = False) -> None:
        """Never waits; the oldest is let go when too many wait, and the client is told how many."""
        lane = self._lane_of.get(key[0], self._usual) if throttled else self._prompt
        waiting = lane.waiting
        if waiting.pop(key, None) is None:  # taken out, so that numbers rise in each frame
            if self._waiting >= MOST_WAITING:
                self._let_go(waiting)
            self._waiting += 1
        if not waiting:
            self._changed.set()
        waiting[key] = message

    def put_first(self, key: Key, message: bytes) -> None:
        """What must come before every change that waits: a snapshot, the notice of a gap."""
        self._first[key] = message
        self._changed.set()

    def throttle(self, topic: str, seconds: float) -> None:
        """Hand out this topic's throttled messages at most this often, from now on."""
        old = self._lane_of.get(topic, self._usual)
        lane = self._lanes.setdefault(seconds, _Lane(seconds))
        if lane is old:
            return
        self._lane_of[topic] = lane
        for key in [key for key in old.waiting if key[0] == topic]:
            lane.waiting[key] = old.waiting.pop(key)
        self._changed.set()
        self._drop_lanes()

    def throttle_of(self, topic: str) -> float:
        return self._lane_of.get(topic, self._usual).interval_s

    def forget(self, topics: Collection[str]) -> None:
        """What waits of these topics is no longer wanted."""
        for waiting in (self._first, *(lane.waiting for lane in self._lanes.values())):
            for key in [key for key in waiting if key[0] in topics]:
                del waiting[key]
        self._waiting = sum(len(lane.waiting) for lane in self._lanes.values())
        for topic in topics:
            self._lane_of.pop(topic, None)
        self._drop_lanes()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Meanwhile nothing is taken: what is put leaves in one frame."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self._changed.set()

    def end(self) -> None:
        """Nothing is taken any more."""
        self._ended = True
        self._changed.set()

    async def take(self) -> bytes:
        """The next frame: a JSON array of all that is due. Waits for it. Empty when the stream has ended."""
        while not self._ended:
            due = [] if self._held else self._due(time.monotonic())
            if due:
                return b"[" + b",".join(due) + b"]"
            self._changed.clear()
            try:
                async with asyncio.timeout(self._pause(time.monotonic())):
                    await self._changed.wait()
            except TimeoutError:
                pass
        return b""

    def _due(self, at: float) -> list[bytes]:
        due: list[bytes] = []
        if self._skipped:
            notice = {"topic": "server", "kind": "skipped", "seq": 0, "data": {"count": self._skipped}}
            due.append(to_json(notice))
            self._skipped = 0
        due += self._first.values()
        self._first.clear()
        for lane in self._lanes.values():
            if lane.waiting and lane.due_at() <= at:
                due += lane.waiting.values()
                self._waiting -= len(lane.waiting)
                lane.waiting.clear()
                lane.handed_out = at
        return due

    def _pause(self, at: float) -> float | None:
        """Seconds until something is due; None where nothing waits."""
        if self._held:
            return None
        return min((max(lane.due_at() - at, 0.0) for lane in self._lanes.values() if lane.waiting), default=None)

    def _let_go(self, waiting: dict[Key, bytes]) -> None:
        if not waiting:  # others fill the outbox
            waiting = max((lane.waiting for lane in self._lanes.values()), key=len)
        del waiting[next(iter(waiting))]
        self._waiting -= 1
        self._skipped += 1
        self._count_skipped()

    def _drop_lanes(self) -> None:
        """Forget intervals that no topic has any more."""
        used = {self._prompt, self._usual, *self._lane_of.values()}
        self._lanes = {seconds: lane for seconds, lane in self._lanes.items() if lane in used}
