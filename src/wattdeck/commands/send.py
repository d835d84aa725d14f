"""Sends a command: a row, a message to whoever holds the socket, and a result that can be waited for.

How many heard tells at once whether the charge point is connected: nobody means offline, unless it is to be kept for
later (`queue.py`). Nothing is ever sent a second time by us.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import Connection

from wattdeck.bus import topics
from wattdeck.bus.bus import Bus
from wattdeck.bus.events import Events
from wattdeck.commands import outcomes
from wattdeck.commands.once import earlier
from wattdeck.commands.queue import Queue
from wattdeck.commands.watch import Watch
from wattdeck.domain.charge_points import ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.commands import (
    CANCELLED,
    CONNECTION_LOST,
    EXPIRED,
    FINAL,
    OFFLINE,
    QUEUE,
    QUEUED,
    REFUSE,
    Command,
    Delivery,
    Once,
    delivery_complaint,
)
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.domain.events import CommandChanged
from wattdeck.domain.records import replace
from wattdeck.domain.secrets import without_secrets
from wattdeck.settings import Settings
from wattdeck.store import commands, idempotency
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

# (OCPP version, action, payload) → what is wrong with it, or None
Check = Callable[[str | None, str, dict[str, Any]], str | None]

MOST_UNDER_WAY = 100  # of one charge point: one at a time is open, and they expire
_SWEEP = 1_000
_KEYS_KEPT = timedelta(hours=24)
AS_SET = Delivery()


class Commands:
    """The way out, and those who wait for a result."""

    def __init__(
        self, store: Store, bus: Bus, events: Events, settings: Settings, telemetry: Telemetry, check: Check
    ) -> None:
        self._store, self._bus, self._events = store, bus, events
        self._settings, self._telemetry, self._check = settings, telemetry, check
        self._waiters: dict[int, list[asyncio.Future[Command]]] = {}
        self._queue = Queue(store, bus, events, settings.kept_command_delay_s)
        self._watch = Watch(store, bus, events)
        events.tap(self._hear, CommandChanged)

    async def open(self) -> None:
        """Settle what the last process left under way: its connections are gone. What was kept for later stays."""
        at = now()

        def settle(connection: Connection) -> None:
            for command in commands.unsettled(connection):
                if command.state != QUEUED or command.offline != QUEUE:
                    outcomes.settle(connection, command.id, CONNECTION_LOST, at)

        await self._store.write(settle)
        await self._queue.open()
        await self._watch.open(at)

    async def close(self) -> None:
        await self._queue.close()
        await self._watch.finished()

    async def send(
        self,
        charge_point: ChargePoint,
        action: str,
        payload: dict[str, Any],
        *,
        asked_by: str | None = None,
        validate: bool = True,
        wait_s: float = 0,
        delivery: Delivery = AS_SET,
        once: Once | None = None,
        also: Callable[[Connection, Command], None] | None = None,
    ) -> Command:
        """Send and return at once, or after at most `wait_s` with the result if there is one by then. `also` writes
        what belongs to the command in the same transaction as its row. Where `once` was asked before, nothing is sent:
        that command is returned.

        Raises Unprocessable where the payload does not fit the action's schema (or would be kept and holds a password),
        Conflict where nobody holds the charge point's socket and it is not to be kept.
        """
        if validate and (wrong := self.wrong_with(charge_point.ocpp_version, action, payload)) is not None:
            raise Unprocessable(wrong)
        if (wrong := delivery_complaint(delivery)) is not None:
            raise Unprocessable(wrong)
        at, offline = now(), self._offline_policy(charge_point, payload, delivery.offline)
        given_s = delivery.expires_s
        if given_s is None:
            given_s = self._settings.command_expiry_s if offline == REFUSE else self._settings.kept_command_expiry_s

        def make(connection: Connection) -> tuple[Command, bool]:
            if (same := _same(connection, once)) is not None:
                return same, False
            if commands.count_under_way(connection, charge_point.id) >= MOST_UNDER_WAY:
                raise Conflict(f"{MOST_UNDER_WAY} commands wait for {charge_point.identifier} already")
            made = commands.add(
                connection,
                charge_point_id=charge_point.id,
                charge_point=charge_point.identifier,
                action=action,
                payload=payload,
                asked_by=asked_by,
                created_at=at,
                expires_at=at + timedelta(seconds=given_s),
                timeout_s=delivery.timeout_s,
                offline=offline,
            )
            if also is not None:
                also(connection, made)
            if once is not None:
                idempotency.keep(connection, once, at, command_id=made.id)
            return made, True

        if offline == QUEUE:
            self._queue.expect(charge_point.id)
        command, is_new = await self._store.write(make)
        if is_new:
            self._events.publish(CommandChanged(command))
            await self._hand_on(command, payload)
        return await self.result(command, wait_s) if wait_s else command

    async def _hand_on(self, command: Command, payload: dict[str, Any]) -> None:
        if command.offline == QUEUE:
            await self._queue.look(command.charge_point_id)
            return
        # the record as stored has its passwords blanked; what goes out has not
        going_out = replace(command, payload=payload)
        if not self._bus.publish(topics.charge_point(command.charge_point), going_out):
            await self._nobody_heard(command)

    def offline_policy(self, asked: str | None) -> str:
        """Refuse or queue, as asked or else as set."""
        return asked or self._settings.offline_commands

    def _offline_policy(self, charge_point: ChargePoint, payload: dict[str, Any], asked: str | None) -> str:
        policy = self.offline_policy(asked)
        if policy == QUEUE and without_secrets(payload) != payload:
            if not is_connected(charge_point, now()):
                raise Unprocessable(
                    "a command with a password is not kept for later: send it while the charge point is connected"
                )
            return REFUSE  # it goes out now or not at all
        return policy

    async def same(self, once: Once) -> Command | None:
        """What this person asked for with this key before. Raises Unprocessable where that was something else."""
        return await self._store.read(lambda connection: _same(connection, once))

    async def result(self, command: Command, wait_s: float) -> Command:
        """The command when it has a final state, or as it stands after `wait_s`."""
        done: asyncio.Future[Command] = asyncio.get_running_loop().create_future()
        waiting = self._waiters.setdefault(command.id, [])
        waiting.append(done)
        try:
            latest = await self._store.read(lambda connection: commands.get(connection, command.id)) or command
            return latest if latest.state in FINAL else await asyncio.wait_for(done, wait_s)
        except TimeoutError:
            return await self._store.read(lambda connection: commands.get(connection, command.id)) or command
        finally:
            waiting.remove(done)
            if not waiting:
                self._waiters.pop(command.id, None)

    def wrong_with(self, version: str | None, action: str, payload: dict[str, Any]) -> str | None:
        """What is wrong with a payload by the action's schema, in one sentence; None when nothing is."""
        return self._check(version, action, payload)

    async def cancel(self, id: int) -> Command:
        """Take back a command that was not sent yet. Raises NotFound, or Conflict where it is too late."""
        cancelled = await self._settle(id, CANCELLED)
        if cancelled is not None:
            return cancelled
        command = await self._store.read(lambda connection: commands.get(connection, id))
        if command is None:
            raise NotFound(f"no command {id}")
        raise Conflict(f"command {id} is {command.state}: only one that was not sent yet can be cancelled")

    async def cancel_all(self, charge_point_id: int) -> None:
        """Take back whatever was not sent yet to a charge point, which is forgotten now."""
        for command in await self._store.read(lambda connection: commands.under_way(connection, charge_point_id)):
            await self._settle(command.id, CANCELLED)

    async def sweep(self, at: datetime | None = None) -> None:
        """End what waited too long: to be sent, or to show an effect."""
        at = at or now()
        for id in await self._store.glance(lambda connection: commands.overdue(connection, at, _SWEEP)):
            await self._settle(id, EXPIRED)
        await self._watch.sweep(at)

    async def forget_keys(self) -> None:
        before = now() - _KEYS_KEPT
        await self._store.write(lambda connection: idempotency.forget(connection, before))

    async def _nobody_heard(self, command: Command) -> NoReturn:
        await self._settle(command.id, OFFLINE)
        raise Conflict(f"{command.charge_point} is not connected")

    async def _settle(self, id: int, state: str) -> Command | None:
        """Give it its final state and tell of it. None where it has one already, or cannot have this one any more."""
        at = now()
        settled, events = await self._store.write(lambda connection: outcomes.settle(connection, id, state, at))
        if settled is not None:
            self._telemetry.commands.labels(state).inc()
        for event in events:
            self._events.publish(event)
        return settled

    def _hear(self, event: CommandChanged) -> None:
        if event.command.state in FINAL:
            for done in self._waiters.get(event.command.id, ()):
                if not done.done():
                    done.set_result(event.command)


def _same(connection: Connection, once: Once | None) -> Command | None:
    kept = earlier(connection, once)
    return None if kept is None or kept.command_id is None else commands.get(connection, kept.command_id)
