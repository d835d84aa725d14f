"""Sends a command: a row, a message to whoever holds the socket, and a result that can be waited for.

How many heard tells at once whether the charge point is connected: nobody means offline.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

from sqlalchemy import Connection

from wattdeck.bus import topics
from wattdeck.bus.bus import Bus
from wattdeck.bus.events import Events
from wattdeck.commands import outcomes
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.commands import CANCELLED, CONNECTION_LOST, FINAL, OFFLINE, Command
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.domain.events import CommandChanged, Event
from wattdeck.domain.records import replace
from wattdeck.settings import Settings
from wattdeck.store import commands
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

# (OCPP version, action, payload) → what is wrong with it, or None
Check = Callable[[str | None, str, dict[str, Any]], str | None]


class Commands:
    """The way out, and those who wait for a result."""

    def __init__(
        self, store: Store, bus: Bus, events: Events, settings: Settings, telemetry: Telemetry, check: Check
    ) -> None:
        self._store, self._bus, self._events = store, bus, events
        self._settings, self._telemetry, self._check = settings, telemetry, check
        self._waiters: dict[int, list[asyncio.Future[Command]]] = {}
        events.tap(self._hear)

    async def open(self) -> None:
        """Settle what the last process left under way: its connections are gone."""
        for command in await self._store.read(commands.unsettled):
            id = command.id
            await self._store.write(lambda c, id=id: outcomes.settle(c, id, CONNECTION_LOST, now()))  # type: ignore[misc]

    async def send(
        self,
        charge_point: ChargePoint,
        action: str,
        payload: dict[str, Any],
        *,
        asked_by: str | None = None,
        validate: bool = True,
        wait_s: float = 0,
        also: Callable[[Connection, Command], None] | None = None,
    ) -> Command:
        """Send and return at once, or after at most `wait_s` with the result if there is one by then. `also` writes
        what belongs to the command in the same transaction as its row.

        Raises Unprocessable where the payload does not fit the action's schema, Conflict where nobody holds the
        charge point's socket.
        """
        if validate and (wrong := self._check(charge_point.ocpp_version, action, payload)) is not None:
            raise Unprocessable(wrong)
        at = now()

        def make(connection: Connection) -> Command:
            made = commands.add(
                connection,
                charge_point_id=charge_point.id,
                charge_point=charge_point.identifier,
                action=action,
                payload=payload,
                asked_by=asked_by,
                created_at=at,
                expires_at=at + timedelta(seconds=self._settings.command_expiry_s),
            )
            if also is not None:
                also(connection, made)
            return made

        command = await self._store.write(make)
        done = self._expect(command.id) if wait_s else None
        self._events.publish(CommandChanged(command))
        # the record as stored has its passwords blanked; what goes out has not
        going_out = replace(command, payload=payload)
        if not self._bus.publish(topics.charge_point(charge_point.identifier), going_out):
            await self._nobody_heard(command)
        if done is None:
            return command
        try:
            return await asyncio.wait_for(done, wait_s)
        except TimeoutError:
            return await self._store.read(lambda connection: commands.get(connection, command.id)) or command
        finally:
            self._waiters.pop(command.id, None)

    async def cancel(self, id: int) -> Command:
        """Take back a command that was not sent yet. Raises NotFound, or Conflict where it is too late."""
        cancelled = await self._settle(id, CANCELLED)
        if cancelled is not None:
            return cancelled
        command = await self._store.read(lambda connection: commands.get(connection, id))
        if command is None:
            raise NotFound(f"no command {id}")
        raise Conflict(f"command {id} is {command.state}: only one that was not sent yet can be cancelled")

    async def _nobody_heard(self, command: Command) -> NoReturn:
        self._waiters.pop(command.id, None)
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

    def _expect(self, id: int) -> asyncio.Future[Command]:
        done: asyncio.Future[Command] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(id, []).append(done)
        return done

    def _hear(self, event: Event) -> None:
        if isinstance(event, CommandChanged) and event.command.state in FINAL:
            for done in self._waiters.get(event.command.id, ()):
                if not done.done():
                    done.set_result(event.command)
