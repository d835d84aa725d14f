"""One command to many charge points: sent at a measured pace, few of them under way at a time, each with its result.

A restart of ours ends an order clearly: what was not sent then is not sent later.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from sqlalchemy import Connection

from wattdeck.bus.events import Events
from wattdeck.commands.credentials import password_in
from wattdeck.commands.once import earlier
from wattdeck.commands.send import AS_SET, Commands
from wattdeck.domain.bulk import CANCELLED, FINISHED, INTERRUPTED, BulkCommand
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.commands import FINAL, QUEUE, Command, Delivery, Once
from wattdeck.domain.errors import Conflict, NotFound, Refused, Unprocessable
from wattdeck.domain.events import CommandChanged
from wattdeck.domain.records import Record
from wattdeck.store import bulk, idempotency
from wattdeck.store.engine import Store
from wattdeck.telemetry import logger

MOST_TARGETS = 20_000
MOST_RUNNING = 10
_UNDER_WAY = 200  # commands of an order that wait for their answers
_BURST_S = 1.0  # what may be caught up after a delay
_log = logger("wattdeck.commands")


class Order(Record, frozen=True, kw_only=True):
    """What is to be sent, and to whom."""

    action: str
    payload: dict[str, Any]
    charge_points: Sequence[ChargePoint]
    per_second: float
    asked_by: str | None = None
    validate: bool = True
    delivery: Delivery = AS_SET


class _Run:
    """An order that is being carried out: commands without a final state, and places for more."""

    def __init__(self, id: int, open_: set[int] | None = None) -> None:
        self.id = id
        self.open: set[int] = open_ or set()
        self.holding: set[int] = set()  # commands that hold a place
        self.places = asyncio.Semaphore(_UNDER_WAY)
        self.all_settled = asyncio.Event()
        self.all_sent = self.cancelled = False

    def settled(self, command_id: int) -> None:
        self.open.discard(command_id)
        if command_id in self.holding:
            self.holding.discard(command_id)
            self.places.release()
        self.look()

    def look(self) -> None:
        if self.all_sent and not self.open:
            self.all_settled.set()


class BulkCommands:
    def __init__(self, store: Store, commands: Commands, events: Events) -> None:
        self._store, self._commands = store, commands
        self._runs: dict[int, _Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        events.tap(self._hear, CommandChanged)

    async def open(self) -> None:
        """What the last process did not send is not sent any more; what it kept for later is waited for."""
        for id in await self._store.read(bulk.running):
            complete = await self._store.read(lambda connection, id=id: bulk.all_had_their_turn(connection, id))  # type: ignore[misc]
            if complete:
                unsettled = await self._store.read(lambda connection, id=id: bulk.unsettled(connection, id))  # type: ignore[misc]
                run = self._runs[id] = _Run(id, unsettled)
                run.all_sent = True
                self._spawn(self._finish(run))
            else:
                await self._end(id, INTERRUPTED)

    async def close(self) -> None:
        """Send no more: an order that had not come to its end is interrupted, as the next start will say."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def start(self, order: Order, once: Once | None = None) -> BulkCommand:
        """Note the order and begin. Raises Unprocessable where nothing could be sent, Conflict where too much runs."""
        if (same := await self._store.read(lambda connection: _same(connection, once))) is not None:
            return same
        self._complain(order)
        at = now()

        def make(connection: Connection) -> tuple[BulkCommand | None, bool]:
            if (same := _same(connection, once)) is not None:
                return same, False
            id = bulk.add(
                connection,
                action=order.action,
                payload=order.payload,
                per_second=order.per_second,
                charge_point_ids=[one.id for one in order.charge_points],
                asked_by=order.asked_by,
                created_at=at,
            )
            if once is not None:
                idempotency.keep(connection, once, at, bulk_id=id)
            return bulk.get(connection, id), True

        made, is_new = await self._store.write(make)
        assert made is not None
        if is_new:
            run = self._runs[made.id] = _Run(made.id)
            self._spawn(self._carry_out(run, order))
        return made

    def _complain(self, order: Order) -> None:
        if not order.charge_points:
            raise Unprocessable("no charge point fits")
        if password_in(order.action, order.payload) is not None:
            raise Unprocessable("a password is for one charge point: set each its own")
        if len(order.charge_points) > MOST_TARGETS:
            raise Unprocessable(f"{len(order.charge_points)} charge points: at most {MOST_TARGETS} at a time")
        if sum(not run.all_sent for run in self._runs.values()) >= MOST_RUNNING:
            raise Conflict(f"{MOST_RUNNING} bulk commands are running already")
        if order.validate:
            versions = {one.ocpp_version for one in order.charge_points}
            wrong = [self._commands.wrong_with(version, order.action, order.payload) for version in versions]
            if all(wrong):
                raise Unprocessable(str(wrong[0]))

    async def cancel(self, id: int) -> BulkCommand:
        """Send no more of it; what was not sent yet is cancelled. Raises NotFound, or Conflict where it has ended."""
        run = self._runs.get(id)
        running = run is not None and not run.cancelled
        if run is not None and running:
            run.cancelled = True
            await self._end(id, CANCELLED)
            for command_id in tuple(run.open):
                try:
                    await self._commands.cancel(command_id)
                except Refused:
                    continue  # it was sent
        found = await self._store.read(lambda connection: bulk.get(connection, id))
        if found is None:
            raise NotFound(f"no bulk command {id}")
        if not running:
            raise Conflict(f"bulk command {id} is {found.state}")
        return found

    async def _carry_out(self, run: _Run, order: Order) -> None:
        loop, sending = asyncio.get_running_loop(), set[asyncio.Task[None]]()
        turn = loop.time()
        for charge_point in order.charge_points:
            await asyncio.sleep(turn - loop.time())
            await run.places.acquire()
            if run.cancelled:
                break
            task = self._spawn(self._send(run, order, charge_point))
            sending.add(task)
            task.add_done_callback(sending.discard)
            turn = max(turn + 1 / order.per_second, loop.time() - _BURST_S)
        if sending:
            await asyncio.wait(sending)
        run.all_sent = True
        run.look()
        await self._finish(run)

    async def _finish(self, run: _Run) -> None:
        run.look()
        await run.all_settled.wait()
        self._runs.pop(run.id, None)
        await self._end(run.id, FINISHED)

    async def _send(self, run: _Run, order: Order, charge_point: ChargePoint) -> None:
        def also(connection: Connection, command: Command) -> None:
            bulk.bind(connection, run.id, charge_point.id, command.id)

        if run.cancelled:
            run.places.release()
            return
        command, problem = None, "internal error"
        try:
            command = await self._commands.send(
                charge_point,
                order.action,
                order.payload,
                asked_by=order.asked_by,
                validate=order.validate,
                delivery=order.delivery,
                also=also,
            )
        except Refused as refusal:
            problem = str(refusal)
        except Exception:
            _log.exception("bulk command not sent", charge_point=charge_point.identifier)
        if command is not None:
            await self._follow(run, command)
        else:
            run.places.release()
            await self._store.write(lambda connection: bulk.refuse(connection, run.id, charge_point.id, problem))

    async def _follow(self, run: _Run, command: Command) -> None:
        """Hold a place until the command is settled; not for one that waits for its charge point to come back."""
        run.open.add(command.id)
        if command.offline == QUEUE:
            run.places.release()
        else:
            run.holding.add(command.id)
        if command.offline == QUEUE and (await self._commands.result(command, 0)).state in FINAL:
            run.settled(command.id)  # while it was handed over

    def _hear(self, event: CommandChanged) -> None:
        if self._runs and event.command.state in FINAL:
            for run in self._runs.values():
                if event.command.id in run.open:
                    run.settled(event.command.id)

    async def _end(self, id: int, state: str) -> None:
        at = now()
        await self._store.write(lambda connection: bulk.end(connection, id, state, at))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("bulk command ended", exc_info=error)


def _same(connection: Connection, once: Once | None) -> BulkCommand | None:
    kept = earlier(connection, once)
    return None if kept is None or kept.bulk_id is None else bulk.get(connection, kept.bulk_id)
