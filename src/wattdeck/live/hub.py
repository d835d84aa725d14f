"""The live hub: every event becomes its messages once, and goes into the outbox of each client that wants it.

Each topic keeps its latest messages for a while, so that a client that comes back with its last number is given what
it missed, or is told that there is a gap. A topic nobody watches costs a look-up.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Connection

from wattdeck.bus.events import Events
from wattdeck.domain import events
from wattdeck.domain.clock import iso, now
from wattdeck.domain.people import Scope
from wattdeck.domain.records import to_json
from wattdeck.live import messages, snapshots
from wattdeck.live.frames import Frames
from wattdeck.live.messages import MESSAGES, STATS, STATUS, Draft
from wattdeck.live.outbox import Outbox
from wattdeck.live.places import Places
from wattdeck.live.topic import Picture, Source, Topic
from wattdeck.store import connectors
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

KEEP_WARM_S = 120.0  # how long a topic is kept after its last client left
MOST_TOPICS_PER_CLIENT = 2_000
NO_TOPIC, NO_CHARGE_POINT, TOO_MANY = "no such topic", "no such charge point", "too many topics"
FORBIDDEN = "not with these rights"
# What connectors say, and whether they are there, is remembered even while nobody watches.
_PRESENCE = (
    *(events.StatusChanged, events.ChargePointConnected, events.ChargePointDisconnected, events.ChargePointRemoved),
    events.ChargePointChanged,
)
_WATCHED = (
    *(events.SessionStarted, events.SessionUpdated, events.SessionStopped),
    *(events.MeterValuesStored, events.CommandChanged, events.AlertChanged, events.ReservationChanged),
)

Stats = Callable[[Scope | None], Awaitable[Any]]


class Hub:
    def __init__(self, events_: Events, store: Store, stats: Stats, telemetry: Telemetry) -> None:
        """`stats`: an awaitable function that gives the totals' shape, of a scope."""
        self._events, self._store, self._stats, self._telemetry = events_, store, stats, telemetry
        # whoever sees but a part of the charge points has topics of their own
        self._topics: dict[tuple[str, Scope | None], Topic] = {}
        # one charge point's topic can be asked for by number, by identifier, and in other letter case
        self._fed_by: dict[Source, list[Topic]] = {}
        self._clients: dict[Outbox, set[str]] = {}
        # numbers go on rising after a restart, so an old one is seen to be old
        self._seq = time.time_ns() // 1_000_000
        self._reported: messages.Reported = {}
        self._places = Places()
        self._ended = False
        self.frames = Frames(store, self._publish)
        events_.tap(self._hear, *_PRESENCE, *_WATCHED)

    # clients

    @property
    def seq(self) -> int:
        """The number of the newest message of all: whoever was handed everything up to now may resume from it."""
        return self._seq

    def attach(self, forbidden: Collection[str] = (), wants_beats: bool = True, scope: Scope | None = None) -> Outbox:
        """`forbidden`: streams that this client may not watch. `scope`: what it is told of; None: all."""
        outbox = Outbox(forbidden, wants_beats, scope, self._telemetry.dropped.labels("browser_behind").inc)
        self._clients[outbox] = set()
        self._telemetry.browsers.set(len(self._clients))
        if self._ended:
            outbox.end()
        return outbox

    def detach(self, outbox: Outbox) -> None:
        self._leave(outbox, self._clients.pop(outbox, set()))
        self._telemetry.browsers.set(len(self._clients))

    async def subscribe(
        self, outbox: Outbox, names: Sequence[str], since: int | None = None, throttle_s: float | None = None
    ) -> dict[str, str]:
        """Each new topic is answered by what was missed since `since`, else by its present state; then deltas.
        `throttle_s` also changes topics it has already. What is refused, and why, is told to it and returned.

        All answers leave in one frame. If the first left before the others, a client cut off between them would come
        back with a number that seems to cover what it never got.
        """
        refused = {}
        with outbox.held():
            for name in names:
                mine = self._clients.get(outbox)
                if mine is None:
                    break  # it left meanwhile
                if name in mine:
                    if throttle_s is not None:
                        outbox.throttle(name, throttle_s)
                elif reason := await self._add(outbox, mine, name, since, throttle_s):
                    refused[name] = reason
                    outbox.put((name, "error"), self._notice(name, "error", self._seq, {"detail": reason}))
        return refused

    async def _add(
        self, outbox: Outbox, mine: set[str], name: str, since: int | None, throttle_s: float | None
    ) -> str | None:
        """Why it cannot have the topic; None where it has it now."""
        if len(mine) >= MOST_TOPICS_PER_CLIENT:
            return TOO_MANY
        parsed = snapshots.parse(name)
        if parsed is None:
            return NO_TOPIC
        if parsed[1] in outbox.forbidden:
            return FORBIDDEN
        if outbox.scope is not None:
            await self._places.require(self._store)
        topic = self._topics.get((name, outbox.scope)) or await self._open(name, outbox.scope, *parsed)
        if topic is None or not self._is_in_scope(topic, topic.source[0]):
            return NO_CHARGE_POINT
        if outbox not in self._clients:
            return None
        mine.add(name)
        if throttle_s is not None:
            outbox.throttle(name, throttle_s)
        if since is not None:
            if since <= self._seq and topic.resume(outbox, since):
                return None
            data = {"since": since, "oldest": topic.oldest()}
            outbox.put_first((name, "gap"), self._notice(name, "gap", self._seq, data))
        return await self._snapshot(topic, outbox)

    async def _open(self, name: str, scope: Scope | None, charge_point: str | None, stream: str) -> Topic | None:
        """The topic of this name, watched from now on; None where there is no such charge point."""
        number = None
        if charge_point is not None:
            named = await self._store.read(lambda c: snapshots.named(c, charge_point))
            if named is None or (scope is not None and not self._places.covers(scope, named[0])):
                return None
            number = named[0]
            if stream == MESSAGES:
                self.frames.watched[number] = named[1]
        if stream == STATUS:
            await self._remember(None if number is None else [number])
        if (name, scope) not in self._topics:
            # what happened while nobody watched has no number, so no older number may seem to be followed by this one
            self._seq += 1
            topic = self._topics[name, scope] = Topic(name, (number, stream), self._seq, scope)
            self._fed_by.setdefault(topic.source, []).append(topic)
        return self._topics[name, scope]

    def _is_in_scope(self, topic: Topic, charge_point_id: int | None) -> bool:
        """Whether those who watch a topic may be told of a charge point; None: of all that they see."""
        return topic.scope is None or charge_point_id is None or self._places.covers(topic.scope, charge_point_id)

    async def _remember(self, numbers: list[int] | None) -> None:
        """What connectors said before this server began to listen; what was heard since is newer."""
        for number, stored in (await self._store.read(lambda c: connectors.of_all(c, numbers))).items():
            known = self._reported.setdefault(number, {})
            for connector in stored:
                known.setdefault(connector.connector_id, connector)

    def unsubscribe(self, outbox: Outbox, names: Sequence[str]) -> None:
        mine = self._clients.get(outbox, set())
        left = mine.intersection(names)
        mine -= left
        self._leave(outbox, left)
        outbox.forget(left)

    def _leave(self, outbox: Outbox, names: set[str]) -> None:
        for name in names:
            topic = self._topics.get((name, outbox.scope))
            if topic is not None:
                topic.leave(outbox)

    async def _snapshot(self, topic: Topic, outbox: Outbox) -> str | None:
        """Hand out its present state, and all that comes from now on: that waits until the state has been read."""
        picture = topic.shared_picture(outbox)
        if picture is None:
            picture = topic.picture = Picture(self._seq, self._draw(topic, self._seq))
        topic.clients.add(outbox)
        encoded = await asyncio.shield(picture.encoded)  # others may wait for it, too
        if topic.name not in self._clients.get(outbox, set()):
            return None  # it left meanwhile
        if encoded is None:
            self.unsubscribe(outbox, [topic.name])
            return NO_CHARGE_POINT
        outbox.put_first((topic.name, "snapshot"), encoded)
        return None

    async def _draw(self, topic: Topic, before: int) -> bytes | None:
        """The snapshot of a topic as a message of this number; large ones are read and encoded in a thread."""
        charge_point, stream = snapshots.parse(topic.name) or (None, STATS)
        if stream == STATS:
            topic.last = None  # whatever was published before, the next totals may be news to this client
            return self._notice(topic.name, "snapshot", before, await self._stats(topic.scope))
        if stream == MESSAGES and (number := topic.source[0]) is not None:
            items = await self.frames.latest(number, lambda: topic.data_after(before))
            return None if items is None else self._notice(topic.name, "snapshot", before, items)

        def read(connection: Connection) -> bytes | None:
            items = snapshots.read(connection, charge_point, stream, now(), topic.scope)
            return None if items is None else self._notice(topic.name, "snapshot", before, items)

        return await self._store.read(read)

    @staticmethod
    def _notice(topic: str, kind: str, seq: int, data: Any) -> bytes:
        return to_json({"topic": topic, "kind": kind, "seq": seq, "data": data})

    def begin(self) -> None:
        self._ended = False

    def end(self) -> None:
        """End the streams of all clients, and of those who still come."""
        self._ended = True
        for outbox in self._clients:
            outbox.end()

    # messages

    def _hear(self, event: events.Event) -> None:
        if isinstance(event, events.AlertChanged):
            self._places.hear_alert(event)
        if not self._topics and not isinstance(event, _PRESENCE):
            return
        if isinstance(event, events.ChargePointConnected | events.ChargePointChanged):
            self._places.hear(event)
        if isinstance(event, events.ChargePointRemoved):
            self._reported.pop(event.charge_point.id, None)
        for draft in messages.drafts(event, self._reported):
            self._publish(draft)

    def _publish(self, draft: Draft) -> None:
        number = draft.charge_point_id
        fed = (*self._fed_by.get((number, draft.stream), ()), *self._fed_by.get((None, draft.stream), ()))
        alert = draft.alert
        if alert is None:
            topics = [topic for topic in fed if self._is_in_scope(topic, number)]
        else:
            topics = [topic for topic in fed if topic.scope is None or self._places.may_know(topic.scope, alert)]
        if topics:
            encoded = to_json(draft.data)
            for topic in topics:
                if alert is None or topic.scope is None or (seen := self._places.as_seen(topic.scope, alert)) is alert:
                    self._hand_out(topic, draft.key, encoded)
                else:
                    self._hand_out(topic, draft.key, to_json(messages.alert(draft.data["event"], seen)))

    def _hand_out(self, topic: Topic, about: object, data: bytes) -> None:
        self._seq += 1
        topic.hand_out(self._seq, about, data)
        self._telemetry.live_messages.inc(len(topic.clients))

    # periodic work

    async def publish_stats(self) -> None:
        """Hand out the totals when they have changed."""
        for topic in [one for one in self._fed_by.get((None, STATS), ()) if one.clients]:
            stats = await self._stats(topic.scope)
            if stats != topic.last:
                topic.last = stats
                self._hand_out(topic, "totals", to_json(stats))

    async def beat(self) -> None:
        """Tell every client that the server lives, and let go of topics nobody came back to."""
        encoded = self._notice("server", "heartbeat", self._seq, {"time": iso(now())})
        for outbox in self._clients:
            if outbox.wants_beats:
                outbox.put(("server", "heartbeat"), encoded)
        if any(topic.scope is not None for topic in self._topics.values()):
            await self._places.load(self._store)  # whatever came in another order than it was written
        for topic in self._topics.values():
            if topic.picture is not None and not topic.picture.is_fresh():
                topic.picture = None
        cold = time.monotonic() - KEEP_WARM_S
        for topic in [one for one in self._topics.values() if not one.clients and one.left_at < cold]:
            self._forget(topic)

    def _forget(self, topic: Topic) -> None:
        del self._topics[topic.name, topic.scope]
        fed = self._fed_by[topic.source]
        fed.remove(topic)
        if not fed:
            del self._fed_by[topic.source]
            if topic.source[0] is not None and topic.source[1] == MESSAGES:
                del self.frames.watched[topic.source[0]]
