"""Watches whether what charge points accepted comes true: news against the commands that wait for it.

A command is watched from when it is sent: charge points may act, and say so, before they answer.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from wattdeck.bus import topics
from wattdeck.bus.bus import Bus
from wattdeck.bus.events import Events
from wattdeck.commands.effects import EFFECTS, shows
from wattdeck.domain.commands import CONFIRMED, FINAL, NO_EFFECT, PENDING, SENT, Command
from wattdeck.domain.events import ChargePointConnected, CommandChanged, Event, SessionStarted, SessionStopped
from wattdeck.domain.messages import Message
from wattdeck.domain.records import replace
from wattdeck.store import commands
from wattdeck.store.engine import Store
from wattdeck.telemetry import logger

# After a start of ours charge points need a while to come back and say what has happened.
_GRACE = timedelta(minutes=5)
_log = logger("wattdeck.commands")


class _Watched:
    """One command whose effect is looked for; `seen` before it was accepted."""

    __slots__ = ("command", "seen")

    def __init__(self, command: Command) -> None:
        self.command, self.seen = command, False


class Watch:
    def __init__(self, store: Store, bus: Bus, events: Events) -> None:
        self._store, self._bus, self._events = store, bus, events
        self._watched: dict[int, dict[int, _Watched]] = {}  # charge point → command
        self._ends: dict[int, Callable[[], None]] = {}  # of listening to a charge point's messages
        self._tasks: set[asyncio.Task[None]] = set()
        events.tap(self._hear, CommandChanged, ChargePointConnected, SessionStarted, SessionStopped)

    async def open(self, at: datetime) -> None:
        """Go on with what the last process waited for."""
        for command in await self._store.read(commands.with_pending_effect):
            until = max(command.effect_until or at, at + _GRACE)
            self._watch(replace(command, effect_until=until))

    async def sweep(self, at: datetime) -> None:
        """Of what was to be seen by now and was not: no effect."""
        for watched in [one for those in self._watched.values() for one in those.values()]:
            command = watched.command
            if command.effect == PENDING and command.effect_until is not None and command.effect_until <= at:
                self._forget(command)
                await self._conclude(command, NO_EFFECT)

    async def finished(self) -> None:
        """Wait until what was seen is written."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _hear(self, event: Event) -> None:
        if isinstance(event, CommandChanged):
            self._follow(event.command)
        elif self._watched and isinstance(event, SessionStarted | SessionStopped):
            self._look(event.session.charge_point_id, event)
        elif self._watched and isinstance(event, ChargePointConnected):
            self._look(event.charge_point.id, event)

    def _follow(self, command: Command) -> None:
        """Begin to watch at *sent*, end where nothing was promised."""
        if command.action not in EFFECTS:
            return
        if command.state == SENT:
            self._watch(command)
        elif command.effect == PENDING:
            watched = self._watch(command)
            watched.command = command
            if watched.seen:
                self._confirm(command)
        elif command.state in FINAL:
            self._forget(command)

    def _look(self, charge_point_id: int, news: Event | Message) -> None:
        for watched in tuple(self._watched.get(charge_point_id, {}).values()):
            if not watched.seen and shows(news, watched.command):
                watched.seen = True
                if watched.command.effect == PENDING:
                    self._confirm(watched.command)

    def _watch(self, command: Command) -> _Watched:
        id = command.charge_point_id
        if id not in self._watched:
            self._watched[id] = {}
            self._ends[id] = self._bus.subscribe(topics.messages(id), lambda message: self._look(id, message))
        return self._watched[id].setdefault(command.id, _Watched(command))

    def _forget(self, command: Command) -> None:
        those = self._watched.get(command.charge_point_id, {})
        if those.pop(command.id, None) is not None and not those:
            del self._watched[command.charge_point_id]
            self._ends.pop(command.charge_point_id)()

    def _confirm(self, command: Command) -> None:
        self._forget(command)
        task = asyncio.create_task(self._conclude(command, CONFIRMED))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("effect not noted", exc_info=error)

    async def _conclude(self, command: Command, effect: str) -> None:
        concluded = await self._store.write(lambda connection: commands.conclude(connection, command.id, effect))
        if concluded is not None:
            self._events.publish(CommandChanged(concluded))
