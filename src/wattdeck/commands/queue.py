"""Keeps commands for charge points that are away, and hands them over, in order, when those are back and ready.

Ready is a charge point that is accepted and has booted since it connected or, without a boot, has been connected for a
while: any call before the boot breaks some (quirk Q75).
"""

import asyncio
from datetime import datetime, timedelta

from wattdeck.bus import topics
from wattdeck.bus.bus import Bus
from wattdeck.bus.events import Events
from wattdeck.domain.charge_points import ACCEPTED, ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.events import ChargePointChanged, ChargePointConnected, ChargePointDisconnected
from wattdeck.store import charge_points, commands
from wattdeck.store.engine import Store
from wattdeck.telemetry import logger

_log = logger("wattdeck.commands")


def ready_at(charge_point: ChargePoint, delay: timedelta, at: datetime) -> datetime | None:
    """When it may be sent what was kept for it; None while that is not known: away, or not accepted."""
    connected_at, booted_at = charge_point.connected_at, charge_point.booted_at
    if connected_at is None or not is_connected(charge_point, at) or charge_point.registration != ACCEPTED:
        return None
    if booted_at is not None and booted_at >= connected_at:
        return booted_at
    return connected_at + delay


class Queue:
    def __init__(self, store: Store, bus: Bus, events: Events, delay_s: float) -> None:
        self._store, self._bus, self._delay = store, bus, timedelta(seconds=delay_s)
        self._concerned: set[int] = set()  # charge points that something was ever kept for
        self._handed: dict[int, int] = {}  # charge point → number of the last command handed to its connection
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        events.tap(self._hear, ChargePointConnected, ChargePointChanged, ChargePointDisconnected)

    async def open(self) -> None:
        """Learn what the last process kept."""
        under_way = await self._store.read(commands.unsettled)
        self._concerned.update(command.charge_point_id for command in under_way)

    async def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def expect(self, charge_point_id: int) -> None:
        """Something will be kept for it: from now on its comings and goings matter. Before the row is written."""
        self._concerned.add(charge_point_id)

    async def look(self, charge_point_id: int) -> None:
        """Hand over what is kept for a charge point if it is ready; else see to it that this is done in time."""
        known = await self._store.read(lambda connection: charge_points.get(connection, charge_point_id))
        if known is not None:
            await self._arrange(known)

    async def _arrange(self, charge_point: ChargePoint) -> None:
        self._end_timer(charge_point.id)
        at = now()
        ready = ready_at(charge_point, self._delay, at)
        if ready is None:
            return
        if ready <= at:
            await self._hand_over(charge_point)
        else:
            later = asyncio.get_running_loop().call_later
            self._timers[charge_point.id] = later((ready - at).total_seconds(), self._look_soon, charge_point.id)

    async def _hand_over(self, charge_point: ChargePoint) -> None:
        """Each once per connection; whoever holds the socket sends a command only if nobody else has."""
        after = self._handed.get(charge_point.id, 0)
        for command in await self._store.read(lambda connection: commands.kept(connection, charge_point.id, after)):
            if not self._bus.publish(topics.charge_point(charge_point.identifier), command):
                return
            self._handed[charge_point.id] = max(command.id, self._handed.get(charge_point.id, 0))

    def _hear(self, event: ChargePointConnected | ChargePointChanged | ChargePointDisconnected) -> None:
        id = event.charge_point.id
        if id in self._concerned:
            if not isinstance(event, ChargePointChanged):
                self._handed.pop(id, None)
            self._look_soon(id)

    def _look_soon(self, id: int) -> None:
        task = asyncio.create_task(self.look(id))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("kept commands not handed over", exc_info=error)

    def _end_timer(self, id: int) -> None:
        if (timer := self._timers.pop(id, None)) is not None:
            timer.cancel()
