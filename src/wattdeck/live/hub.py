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
from wattdeck.live.messages import METER_VALUES, STATS, STATUS, Draft
from wattdeck.live.outbox import Outbox
from wattdeck.store import connectors
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

KEEP_MESSAGES = 1_000  # per topic, for those who come back
KEEP_WARM_S = 120.0  # how long a topic is kept after its last client left
MOST_TOPICS_PER_CLIENT = 2_000
# A client's last number can be newer than a throttled message that still waited in its outbox: for as long as its
# throttle holds back, and a little longer.
_OVERLAP_S = 2.0
# What connectors say, and whether they are there, is remembered even while nobody watches.
_PRESENCE = (
    *(events.StatusChanged, events.ChargePointConnected, events.ChargePointDisconnected, events.ChargePointRemoved),
)
_WATCHED = (
    *(events.SessionStarted, events.SessionUpdated, events.SessionStopped),
    *(events.MeterValuesStored, events.CommandChanged),
)

Source = tuple[int | None, str]


class Topic:
    """A topic somebody watches, or did a moment ago. `source`: whose (None: everyone's) and which stream."""

    __slots__ = ("clients", "kept", "left_at", "name", "prefix", "since", "source")

    def __init__(self, name: str, source: Source, since: int) -> None:
        self.name, self.source = name, source
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
        # one charge point's topic can be asked for by number, by identifier, and in other letter case
        self._fed_by: dict[Source, list[Topic]] = {}
        self._clients: dict[Outbox, set[str]] = {}
        # numbers go on rising after a restart, so an old one is seen to be old
        self._seq = time.time_ns() // 1_000_000
        self._reported: messages.Reported = {}
        self._last_stats: Any = None
        events_.tap(self._hear, *_PRESENCE, *_WATCHED)

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
            if len(mine) >= MOST_TOPICS_PER_CLIENT:
                self._tell(outbox, name, "error", {"detail": "too many topics"})
                continue
            topic = self._topics.get(name) or await self._open(name)
            if isinstance(topic, str):
                self._tell(outbox, name, "error", {"detail": topic})
                continue
            if outbox not in self._clients:
                return  # it left meanwhile
            mine.add(name)
            if since is not None and self._resume(topic, outbox, since):
                continue
            if since is not None:
                self._tell(outbox, name, "gap", {"since": since, "oldest": self._oldest(topic)})
            await self._snapshot(topic, outbox)

    async def _open(self, name: str) -> Topic | str:
        """The topic of this name, watched from now on; or why there is none."""
        parsed = snapshots.parse(name)
        if parsed is None:
            return "no such topic"
        charge_point, stream = parsed
        number = None
        if charge_point is not None:
            number = await self._store.read(lambda c: snapshots.number_of(c, charge_point))
            if number is None:
                return "no such charge point"
        if stream == STATUS:
            await self._remember(None if number is None else [number])
        if name not in self._topics:
            # what happened while nobody watched has no number, so no older number may seem to be followed by this one
            self._seq += 1
            topic = self._topics[name] = Topic(name, (number, stream), self._seq)
            self._fed_by.setdefault(topic.source, []).append(topic)
            topic.left_at = time.monotonic()
        return self._topics[name]

    async def _remember(self, numbers: list[int] | None) -> None:
        """What connectors said before this server began to listen; what was heard since is newer."""
        for number, stored in (await self._store.read(lambda c: connectors.of_all(c, numbers))).items():
            known = self._reported.setdefault(number, {})
            for connector in stored:
                known.setdefault(connector.connector_id, connector)

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
        throttled = topic.source[1] == METER_VALUES
        overlap_from = seen_at - outbox.throttle_s - _OVERLAP_S
        if throttled and len(topic.kept) == KEEP_MESSAGES and topic.kept[0][1] > overlap_from:
            return False
        for seq, at, key, message in topic.kept:
            if seq > since or (throttled and at > overlap_from):
                outbox.put(key or seq, message, throttled)
        topic.clients.add(outbox)
        return True

    def _oldest(self, topic: Topic) -> int:
        full = len(topic.kept) == KEEP_MESSAGES
        return topic.kept[0][0] if full else topic.since + 1

    async def _snapshot(self, topic: Topic, outbox: Outbox) -> None:
        """Hand out its present state, then what came while that was read; from then on it gets what comes."""
        before = self._seq
        charge_point, stream = snapshots.parse(topic.name) or (None, STATS)
        items: Any
        if stream == STATS:
            items = await self._stats()
            self._last_stats = None  # whatever was published before, the next totals may be news to this client
        else:
            items = await self._store.read(lambda c: snapshots.read(c, charge_point, stream, now()))
        mine = self._clients.get(outbox, set())
        if topic.name not in mine:
            return  # it left meanwhile
        if items is None:
            self._tell(outbox, topic.name, "error", {"detail": "no such charge point"})
            mine.discard(topic.name)
            return
        message = {"topic": topic.name, "kind": "snapshot", "seq": before, "data": items}
        outbox.put((topic.name, "snapshot"), to_json(message))
        for seq, _, key, delta in topic.kept:
            if seq > before:
                outbox.put(key or seq, delta, stream == METER_VALUES)
        topic.clients.add(outbox)

    def _tell(self, outbox: Outbox, topic: str, kind: str, data: dict[str, Any]) -> None:
        outbox.put((topic, kind), to_json({"topic": topic, "kind": kind, "seq": self._seq, "data": data}))

    # messages

    def _hear(self, event: events.Event) -> None:
        if not self._topics and not isinstance(event, _PRESENCE):
            return
        if isinstance(event, events.ChargePointRemoved):
            self._reported.pop(event.charge_point.id, None)
        for draft in messages.drafts(event, self._reported):
            self._publish(draft)

    def _publish(self, draft: Draft) -> None:
        topics = [
            *self._fed_by.get((draft.charge_point_id, draft.stream), ()),
            *self._fed_by.get((None, draft.stream), ()),
        ]
        if topics:
            encoded = to_json(draft.data)
            for topic in topics:
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
        for topic in [one for one in self._topics.values() if not one.clients and one.left_at < cold]:
            self._forget(topic)

    def _forget(self, topic: Topic) -> None:
        del self._topics[topic.name]
        fed = self._fed_by[topic.source]
        fed.remove(topic)
        if not fed:
            del self._fed_by[topic.source]
