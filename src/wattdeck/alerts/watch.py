"""The watch: hears every event, lets the evaluator look at it, keeps what became of alerts, then tells the house."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from wattdeck.alerts import ready_made, silencing
from wattdeck.alerts.evaluator import Evaluator, Moved
from wattdeck.alerts.keeping import Keeping
from wattdeck.alerts.notify.notices import Notices
from wattdeck.alerts.observe import Observer
from wattdeck.alerts.overlays import Overlays
from wattdeck.alerts.rule_book import RuleBook
from wattdeck.bus.events import Events
from wattdeck.domain import events
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import RAISED, Alert
from wattdeck.domain.charge_points import REFUSED, ChargePoint
from wattdeck.domain.clock import from_ms, now, to_ms
from wattdeck.domain.connectors import Connector
from wattdeck.domain.errors import Conflict, NotFound, StoreUnavailable
from wattdeck.domain.rule_files import Difference
from wattdeck.domain.sessions import Session
from wattdeck.domain.signals import Observation, Subject
from wattdeck.domain.silences import Silence
from wattdeck.settings import Settings
from wattdeck.store import alerts, charge_points, connectors, sessions, silences
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry, logger

EVERY_S = 0.25
MOST_WAITING = 50_000  # events; what is beyond is let go, and counted
_TURN = 200  # events between two looks at the clock
_SLICE_S = 0.02
_AGES_EVERY_MS = 30_000
_OURSELVES_EVERY_MS = 2_000
_MOST = 1_000_000
# What is heard but for meter values and sessions that go on, and which charge point each is about.
_ABOUT: dict[type, Callable[[Any], object]] = {
    **dict.fromkeys((events.ChargePointConnected, events.ChargePointDisconnected), attrgetter("charge_point.id")),
    **dict.fromkeys((events.ChargePointChanged, events.ChargePointRemoved), attrgetter("charge_point.id")),
    **dict.fromkeys((events.SessionStarted, events.SessionStopped), attrgetter("session.charge_point_id")),
    events.StatusChanged: attrgetter("connector.charge_point_id"),
    events.CommandChanged: attrgetter("command.charge_point_id"),
    events.FileJobChanged: attrgetter("job.charge_point_id"),
    events.SecurityEventReported: attrgetter("security_event.charge_point_id"),
    events.UnknownTagSeen: attrgetter("charge_point"),  # by its identifier, and in nobody's way
}
_log = logger("wattdeck.alerts")


class Watch:
    """`work` is a job. `figures` gives what is known of this server: signal → number."""

    def __init__(
        self,
        store: Store,
        events_: Events,
        settings: Settings,
        telemetry: Telemetry,
        figures: Callable[[], dict[str, float]],
        notices: Notices,
    ) -> None:
        self._store, self._events, self._settings = store, events_, settings
        self._dropped = telemetry.dropped.labels("alerts_behind")
        self._failed = telemetry.dropped.labels("alerts_failed")
        self._evaluated, self._lag = telemetry.alerts_evaluated_s, telemetry.alerts_lag
        self._firing = telemetry.alerts_firing
        self._figures, self._notices = figures, notices
        self._waiting: deque[tuple[float, events.Event]] = deque()
        self._behind: set[object] = set()  # the charge points of which something waits, or has lately
        self._observer = Observer()
        self._evaluator = Evaluator(ready_made.RULES)
        self._overlays = Overlays({}, self._evaluator.plans.charge_point, settings.zone)
        self._keeping = Keeping(store, events_, notices, telemetry, self._rule)
        self._has_missed = self._is_ending = False
        self._began_at = 0
        self._grace_over = False
        self._ages_at = self._ourselves_at = 0
        self._looks: dict[str, Sequence[Observation]] = {}
        self._lag_s = self._looked_s = 0.0
        self.trying = asyncio.Lock()  # one back-test at a time: each keeps a reader busy
        self._end_taps: list[Callable[[], None]] = []
        self._book = RuleBook(store, lambda: notices.channels)

    async def open(self) -> None:
        """Take up where the last run ended."""
        self._began_at = at = to_ms(now())

        def read(connection: Connection) -> None:
            self._book.read(connection)
            self._evaluator = Evaluator(list(self.rules.values()), alerts.last_id(connection) + 1)
            for one in charge_points.search(connection, limit=_MOST, at=from_ms(at)).items:
                self._observer.know(one)
                self._evaluator.know(one)
            cool_down = timedelta(seconds=max((rule.cool_down_s for rule in self.rules.values()), default=0))
            self._evaluator.load(alerts.unsettled(connection, from_ms(at) - cool_down))
            reported = [one for each in connectors.of_all(connection).values() for one in each]
            for seen in self._observer.recall(sessions.active(connection), reported, at):
                self._evaluator.take(seen)
            known = self._evaluator.plans.charge_point
            self._overlays = Overlays(self._evaluator.alerts, known, self._settings.zone)
            self._overlays.set_silences(silences.not_over(connection, from_ms(at)))

        await self._store.read(read)
        await self._notices.open(self._evaluator.alerts.values(), self._rule)
        self._note(self._evaluator.settle(at))
        tap = self._events.tap
        self._end_taps += [tap(self._hear, *_ABOUT), tap(self._hear_values, events.MeterValuesStored)]
        self._end_taps += [tap(self._hear_updated, events.SessionUpdated)]

    # Nearly all that is heard is meter values in order, and what they changed in a session: these are looked at while
    # they are at hand, unless something of their charge point waits, which came before them.

    def _hear_values(self, event: events.MeterValuesStored) -> None:
        one, evaluator = event.charge_point_id, self._evaluator
        seen = None
        try:
            if one not in self._behind:
                seen = self._observer.meters.glance(event, evaluator.plans.of(one), evaluator.held)
        except Exception:  # nobody's message may fail for this; when its turn comes it says what it is
            seen = None
        if seen is None:
            self._wait(one, event)
        elif seen:
            self._take(event, seen)

    def _hear_updated(self, event: events.SessionUpdated) -> None:
        one = event.session.charge_point_id
        if one in self._behind:
            self._wait(one, event)
        elif seen := self._observer.updated(event.session, round(time.time() * 1000)):
            self._take(event, seen)

    def _hear(self, event: events.Event) -> None:
        if not (self._is_ending and isinstance(event, events.ChargePointDisconnected)):
            self._wait(_ABOUT[type(event)](event), event)

    def _wait(self, charge_point: object, event: events.Event) -> None:
        self._behind.add(charge_point)
        if len(self._waiting) >= MOST_WAITING:
            self._dropped.inc()
            self._has_missed = True
            return
        self._waiting.append((time.monotonic(), event))

    # the job

    async def work(self) -> None:
        """Look at the clock, and at what has happened since the last time."""
        self._clock(at := to_ms(now()))  # first: time goes on though nothing can be stored
        self._cover(at)
        await self._save()
        for _ in range(1 + len(self._waiting) // _TURN):
            began = time.monotonic()
            while self._waiting and time.monotonic() - began < _SLICE_S:
                self._some()
            self._cover(to_ms(now()))
            await self._save()
            if not self._waiting:
                break
            await asyncio.sleep(0)  # the others have a turn
        if self._has_missed and not self._waiting:
            await self._look_again()
        self._lag.set(self._lag_s)
        self._evaluated.inc(self._looked_s)
        self._looked_s = 0.0

    def ignore_departures(self) -> None:
        """From now on charge points leave because we close: nobody is missed for that."""
        self._is_ending = True

    async def close(self) -> None:
        """What has happened up to the end is looked at, too; nothing that comes after it."""
        for end_tap in self._end_taps:
            end_tap()
        with contextlib.suppress(StoreUnavailable):
            await self.work()

    async def _look_again(self) -> None:
        """Something was let go because too much waited: the state of things makes up for it."""
        self._has_missed = False
        at = now()

        def read(connection: Connection) -> tuple[list[ChargePoint], list[Session], list[Connector]]:
            everyone = charge_points.search(connection, limit=_MOST, at=at).items
            reported = [one for each in connectors.of_all(connection).values() for one in each]
            return everyone, sessions.active(connection), reported

        for seen in self._observer.look_again(*await self._store.read(read), at):
            self._note(self._evaluator.take(seen))
        await self._save()

    def _some(self) -> None:
        began, at = time.monotonic(), to_ms(now())
        for _ in range(min(_TURN, len(self._waiting))):
            heard, event = self._waiting.popleft()
            self._lag_s = began - heard
            self._take(event, self._seen(event, at))
        if not self._waiting:
            self._behind.clear()

    def _take(self, event: events.Event, seen: Iterable[Observation]) -> None:
        began = time.monotonic()
        try:
            for one in seen:
                if moved := self._evaluator.take(one):
                    self._note(moved)
        except Exception:  # one that cannot be looked at must not keep the others waiting
            self._failed.inc()
            _log.exception("alert rules could not look at an event", event_kind=type(event).__name__)
        self._looked_s += time.monotonic() - began

    def _seen(self, event: events.Event, at: int) -> Iterator[Observation]:
        if isinstance(event, events.MeterValuesStored):
            outlook = self._evaluator.plans.of(event.charge_point_id)
            yield from self._observer.meters.observe(event, outlook, self._evaluator.held)
            return
        if isinstance(event, events.ChargePointConnected | events.ChargePointChanged):
            self._note(self._evaluator.know(event.charge_point, at))
            self._overlays.touch(event.charge_point.id)
            if event.charge_point.registration == REFUSED:
                self._note(self._evaluator.forget(event.charge_point.id, at))
        elif isinstance(event, events.ChargePointRemoved):
            self._observer.forget(event.charge_point)
            self._note(self._evaluator.forget(event.charge_point.id, at))
        yield from self._observer.observe(event, at)

    def _clock(self, at: int) -> None:
        if not self._waiting:
            self._lag_s = 0.0
        if not self._grace_over and at - self._began_at >= self._settings.alerts_grace_s * 1000:
            self._grace_over = True
            for seen in self._observer.away(self._began_at):
                self._note(self._evaluator.take(seen))
        if at - self._ages_at >= _AGES_EVERY_MS:
            self._ages_at = at
            for seen in self._observer.ages(at):
                self._note(self._evaluator.take(seen))
        if at - self._ourselves_at >= _OURSELVES_EVERY_MS:
            self._ourselves_at = at
            for signal, value in (self._figures() | {"alerts_lag_s": self._lag_s}).items():
                self._note(self._evaluator.take(Observation(signal, Subject(), at, value)))
        while self._looks and not self._waiting:
            self._note(self._evaluator.take_all(*self._looks.popitem(), at))
        self._note(self._evaluator.tick(at))
        self._notices.beat(at)
        for pressed in self._notices.due(at, self.rules):
            known = self._evaluator.alerts.get((pressed.alert.rule, pressed.alert.subject))
            if known is not None and known.id == pressed.alert.id:
                self._note([Moved(known, known, pressed.change)])
        self._keeping.note_figures(at)

    # what became of alerts

    def _cover(self, at: int) -> None:
        """What hides alerts from people, or does so no longer."""
        covered = self._overlays.look(at)
        for one in covered:
            assert one.after is not None
            self._evaluator.put((one.after.rule, one.after.subject), one.after)
        self._note(covered)

    def _note(self, moved: Sequence[Moved]) -> None:
        self._overlays.note(moved)
        self._keeping.note(moved)

    async def _save(self) -> None:
        await self._keeping.save()
        self._firing.set(sum(alert.state in RAISED for alert in self._evaluator.alerts.values()))

    # what people ask for

    def look(self, signal: str, seen: Sequence[Observation]) -> None:
        """All there is to see of a signal that is looked at now and then. It is taken with the next turn of `work`,
        behind what has happened before.
        """
        self._looks[signal] = seen

    async def acknowledge(self, id: int, by: str, note: str | None) -> Alert:
        """Somebody takes an alert up. Raises NotFound, Conflict (it is not raised)."""
        key = next((key for key, alert in self._evaluator.alerts.items() if alert.id == id), None)
        alert = None if key is None else self._evaluator.alerts[key]
        if key is None or alert is None or alert.state not in RAISED:
            stored = alert or await self._store.read(lambda connection: alerts.get(connection, id))
            if stored is None:
                raise NotFound(f"no alert {id}")
            raise Conflict(f"alert {id} is {stored.state}")
        self._note([moved := self._evaluator.acknowledge(key, to_ms(now()), by, note)])
        await self._save()
        assert moved.after is not None
        return moved.after

    async def silence(self, wished: Silence) -> Silence:
        """Make a silence; with its number. Raises Unprocessable, Conflict."""
        made = await silencing.make(self._store, self._settings.zone, wished)
        await self._silenced(made)
        return made

    async def end_silence(self, id: int, by: str) -> Silence:
        """Before its time. Raises NotFound, Conflict (it is over)."""
        ended = await silencing.end(self._store, self._settings.zone, id, now(), by)
        await self._silenced(ended)
        return ended

    @property
    def silences(self) -> list[Silence]:
        """Those that are not over, by number."""
        return self._overlays.silences

    async def _silenced(self, one: Silence) -> None:
        self._overlays.put_silence(one)
        self._cover(to_ms(now()))
        await self._save()

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Those in force, by name."""
        return self._book.rules

    def _rule(self, name: str) -> Rule | None:
        return self.rules.get(name)

    async def put_rule(self, plain_rule: Mapping[str, object], by: str) -> Rule:
        """Write a rule, or change one. Raises Unprocessable."""
        rule = await self._book.put(plain_rule, by)
        await self._take_up()
        return rule

    async def remove_rule(self, name: str) -> None:
        """Take a rule away; a ready-made one is again as it was. Raises NotFound."""
        await self._book.remove(name)
        await self._take_up()

    async def apply(self, many: Sequence[object], prune: bool, dry_run: bool, by: str) -> Difference:
        """Write many rules, all or none; with `prune` take back those that are not among them. Raises Unprocessable."""
        found = await self._book.apply(many, prune, dry_run, by)
        await self._take_up()
        return found

    async def _take_up(self) -> None:
        self._note(self._evaluator.set_rules(list(self.rules.values()), to_ms(now())))
        await self._save()
