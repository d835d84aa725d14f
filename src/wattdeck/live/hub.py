"""The live hub: every event becomes its messages once, and goes into the outbox of each client that wants it.

Each topic keeps its latest messages for a while, so that a client that comes back with its last number is given what
it missed, or is told that there is a gap. A topic nobody watches costs a look-up.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from wattdeck.bus.events import Events
from wattdeck.domain import events
from wattdeck.domain.clock import iso, now
from wattdeck.domain.records import to_json
from wattdeck.live import messages, snapshots
from wattdeck.live.messages import METER_VALUES, STATS, Draft
from wattdeck.live.outbox import Outbox
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

KEEP_MESSAGES = 1_000  # per topic, for those who come back
KEEP_WARM_S = 120.0  # how long a topic is kept after its last client left
MOST_TOPICS_PER_CLIENT = 2_000
# A client's last number can be newer than a throttled message that still waited in its outbox.
_OVERLAP_S = 10.0


class Topic:
    """A topic somebody watches, or did a moment ago."""

    __slots__ = ("clients", "kept", "left_at", "name", "prefix", "since")

    def __init__(self, name: str, since: int) -> None:
        self.name = name
        self.prefix = b'{"topic":' + to_json(name) + b',"seq":'
        self.since = since  # messages after this number are complete
        self.clients: set[Outbox] = set()
        self.kept: deque[tuple[int, float, Any, bytes]] = deque(maxlen=KEEP_MESSAGES)
        self.left_at = 0.0


class Hub:
    def __init__(self, events_: Events, store: Store, stats: Callable[[], Any], telemetry: Telemetry) -> None:
        """`stats`: an awaitable function that gives the totals' shape."""
        self._events, self._store, self._stats, self._telemetry = events_, store, stats, telemetry
        self._topics: dict[str, Topic] = {}
        self._clients: dict[Outbox, set[str]] = {}
        # numbers go on rising after a restart, so an old one is seen to be old
        self._seq = time.time_ns() // 1_000_000
        self._whole: dict[int, str | None] = {}
        self._last_stats: Any = None
        events_.tap(self._hear)

    # clients

    def attach(self) -> Outbox:
        outbox = Outbox()
        self._clients[outbox] = set()
        self._telemetry.browsers.set(len(self._clients))
        return outbox

    def detach(self, outbox: Outbox) -> None:
        self.unsubscribe(outbox, tuple(self._clients.pop(outbox, ())))
        self._telemetry.browsers.set(len(self._clients))

    async def subscribe(self, outbox: Outbox, names: Sequence[str], since: int | None = None) -> None:
        """Each new topic is answered by what was missed since `since`, else by its present state; then deltas."""
        for name in names:
            mine = self._clients.get(outbox)
            if mine is None or name in mine:
                continue
            parsed = snapshots.parse(name)
            if parsed is None and name != STATS:
                self._tell(outbox, name, "error", {"detail": "no such topic"})
                continue
            if len(mine) >= MOST_TOPICS_PER_CLIENT:
                self._tell(outbox, name, "error", {"detail": "too many topics"})
                continue
            topic = self._topics.get(name) or self._topics.setdefault(name, Topic(name, self._seq))
            mine.add(name)
            topic.clients.add(outbox)
            if since is not None and self._resume(topic, outbox, since):
                continue
            if since is not None:
                self._tell(outbox, name, "gap", {"since": since, "oldest": self._oldest(topic)})
            await self._snapshot(topic, outbox, parsed)

    def unsubscribe(self, outbox: Outbox, names: Sequence[str]) -> None:
        for name in names:
            self._clients.get(outbox, set()).discard(name)
            topic = self._topics.get(name)
            if topic is not None:
                topic.clients.discard(outbox)
                topic.left_at = time.monotonic()

    def _resume(self, topic: Topic, outbox: Outbox, since: int) -> bool:
        """Hand out what came after `since`; False where not all of it is kept."""
        if since > self._seq or since < self._oldest(topic) - 1:
            return False
        seen_at = next((at for seq, at, _, _ in reversed(topic.kept) if seq <= since), 0.0)
        throttled = topic.name.endswith(METER_VALUES)
        for seq, at, key, message in topic.kept:
            if seq > since or (throttled and at > seen_at - _OVERLAP_S):
                outbox.put(key or seq, message, throttled)
        return True

    def _oldest(self, topic: Topic) -> int:
        full = len(topic.kept) == KEEP_MESSAGES
        return topic.kept[0][0] if full else topic.since + 1

    async def _snapshot(self, topic: Topic, outbox: Outbox, parsed: tuple[str | None, str] | None) -> None:
        seq = self._seq  # deltas that come while the store is read may say the same again, never less
        if parsed is None:
            items = await self._stats()
        else:
            charge_point, stream = parsed
            items = await self._store.read(lambda c: snapshots.read(c, charge_point, stream, now()))
        if items is None:
            self._tell(outbox, topic.name, "error", {"detail": "no such charge point"})
            self.unsubscribe(outbox, [topic.name])
            return
        message = {"topic": topic.name, "kind": "snapshot", "seq": seq, "data": items}
        outbox.put((topic.name, "snapshot"), to_json(message))

    def _tell(self, outbox: Outbox, topic: str, kind: str, data: dict[str, Any]) -> None:
        outbox.put((topic, kind), to_json({"topic": topic, "kind": kind, "seq": self._seq, "data": data}))

    # messages

    def _hear(self, event: events.Event) -> None:
        if isinstance(event, events.StatusChanged | events.ChargePointConnected | events.ChargePointDisconnected):
            pass  # their words for the whole charge point are remembered even while nobody watches
        elif not self._topics:
            return
        for draft in messages.drafts(event, self._whole):
            self._publish(draft)

    def _publish(self, draft: Draft) -> None:
        encoded: bytes | None = None
        for name in (
            f"charge_point_{draft.charge_point}_{draft.stream}",
            f"charge_point_{draft.charge_point_id}_{draft.stream}",
            messages.FLEET_TOPICS.get(draft.stream, ""),
        ):
            topic = self._topics.get(name)
            if topic is not None:
                encoded = encoded or to_json(draft.data)
                self._hand_out(topic, draft.key, encoded, draft.stream == METER_VALUES)

    def _hand_out(self, topic: Topic, key: Any, data: bytes, throttled: bool) -> None:
        self._seq += 1
        message = topic.prefix + str(self._seq).encode() + b',"data":' + data + b"}"
        key = None if key is None else (topic.name, key)
        topic.kept.append((self._seq, time.monotonic(), key, message))
        for outbox in topic.clients:
            outbox.put(key or self._seq, message, throttled)
        self._telemetry.live_messages.inc(len(topic.clients))

    # periodic work

    async def publish_stats(self) -> None:
        """Hand out the totals when they have changed."""
        topic = self._topics.get(STATS)
        if topic is None or not topic.clients:
            return
        stats = await self._stats()
        if stats != self._last_stats:
            self._last_stats = stats
            self._hand_out(topic, ("totals",), to_json(stats), False)

    async def beat(self) -> None:
        """Tell every client that the server lives, and let go of topics nobody came back to."""
        message = {"topic": "server", "kind": "heartbeat", "seq": self._seq, "data": {"time": iso(now())}}
        encoded = to_json(message)
        for outbox in self._clients:
            outbox.put(("server", "heartbeat"), encoded)
        cold = time.monotonic() - KEEP_WARM_S
        for name in [name for name, topic in self._topics.items() if not topic.clients and topic.left_at < cold]:
            del self._topics[name]
