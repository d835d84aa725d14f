"""The way out of a command: its row, who hears it, and the result that is waited for."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from wattdeck.bus import topics
from wattdeck.bus.events import Events
from wattdeck.bus.memory import MemoryBus
from wattdeck.commands.send import Commands
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now as clock
from wattdeck.domain.commands import ACCEPTED, CONNECTION_LOST, OFFLINE, QUEUED, Command
from wattdeck.domain.errors import Conflict, Unprocessable
from wattdeck.domain.events import CommandChanged
from wattdeck.settings import Settings
from wattdeck.store import commands as stored
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry


class House:
    """The rooms around the commands; `seen` keeps every change of a command."""

    def __init__(self, store: Store, telemetry: Telemetry) -> None:
        self.store, self.telemetry, self.bus = store, telemetry, MemoryBus()
        self.events = Events(self.bus, telemetry)
        self.seen: list[Command] = []
        self.events.tap(lambda event: self.seen.append(event.command))
        self.commands = Commands(store, self.bus, self.events, Settings(), telemetry, check)

    def connect(self, charge_point: ChargePoint, answer: Callable[[Command], None] | None = None) -> list[Command]:
        """Hold the charge point's socket; the list gets what is to be sent."""
        heard: list[Command] = []

        def hear(command: Command) -> None:
            heard.append(command)
            if answer is not None:
                answer(command)

        self.bus.subscribe(topics.charge_point(charge_point.identifier), hear)
        return heard

    async def settle(self, command: Command, state: str) -> None:
        """What the holder of the socket does when the answer comes."""
        settled = await self.store.write(lambda connection: stored.settle(connection, command.id, state, clock()))
        self.events.publish(CommandChanged(settled))

    async def state(self, id: int) -> str:
        command = await self.store.read(lambda connection: stored.get(connection, id))
        return command.state


def check(version: str | None, action: str, payload: dict[str, Any]) -> str | None:
    return "type: not like that" if payload.get("type") == "wrong" else None


@pytest.fixture
def house(store: Store, telemetry: Telemetry) -> House:
    return House(store, telemetry)


async def test_a_command_reaches_who_holds_the_socket(house: House, charge_point: ChargePoint):
    heard = house.connect(charge_point)
    command = await house.commands.send(charge_point, "Reset", {"type": "Soft"}, asked_by="admin")
    assert heard == [command] == house.seen
    assert (command.state, command.asked_by, command.payload) == (QUEUED, "admin", {"type": "Soft"})
    assert (command.expires_at - command.created_at).total_seconds() == Settings().command_expiry_s


async def test_a_command_to_nobody_is_refused_at_once_and_kept_as_offline(house: House, charge_point: ChargePoint):
    with pytest.raises(Conflict, match="CP-1 is not connected"):
        await house.commands.send(charge_point, "Reset", {})
    assert await house.state(1) == OFFLINE


async def test_a_command_to_nobody_is_counted(house: House, charge_point: ChargePoint):
    with pytest.raises(Conflict):
        await house.commands.send(charge_point, "Reset", {})
    assert house.telemetry.registry.get_sample_value("wattdeck_commands_total", {"state": OFFLINE}) == 1


async def test_the_end_of_a_command_to_nobody_is_told(house: House, charge_point: ChargePoint):
    with pytest.raises(Conflict):
        await house.commands.send(charge_point, "Reset", {})
    assert house.seen[-1].state == OFFLINE


async def test_nobody_waits_for_a_command_that_was_refused(house: House, charge_point: ChargePoint):
    with pytest.raises(Conflict):
        await house.commands.send(charge_point, "Reset", {}, wait_s=1)
    assert house.commands._waiters == {}


async def test_a_payload_that_does_not_fit_is_refused_before_anything_is_kept(house: House, charge_point: ChargePoint):
    heard = house.connect(charge_point)
    with pytest.raises(Unprocessable, match="type: not like that"):
        await house.commands.send(charge_point, "Reset", {"type": "wrong"})
    assert (heard, house.seen) == ([], [])


async def test_a_payload_is_sent_unchecked_where_that_is_asked(house: House, charge_point: ChargePoint):
    heard = house.connect(charge_point)
    await house.commands.send(charge_point, "Reset", {"type": "wrong"}, validate=False)
    assert [command.payload for command in heard] == [{"type": "wrong"}]


async def test_the_result_can_be_waited_for(house: House, charge_point: ChargePoint):
    settling: list[asyncio.Task[None]] = []

    def answer(command: Command) -> None:
        settling.append(asyncio.create_task(house.settle(command, ACCEPTED)))

    house.connect(charge_point, answer)
    command = await house.commands.send(charge_point, "Reset", {}, wait_s=5)
    assert command.state == ACCEPTED
    await asyncio.gather(*settling)


async def test_each_waits_for_its_own_result(house: House, charge_point: ChargePoint):
    all_sent = asyncio.Event()
    heard = house.connect(charge_point, lambda command: all_sent.set() if len(heard) == 3 else None)
    sends = [asyncio.create_task(house.commands.send(charge_point, "Reset", {}, wait_s=5)) for _ in range(3)]
    await all_sent.wait()
    for command, state in zip(reversed(heard), ("rejected", "error", "accepted"), strict=True):
        await house.settle(command, state)
    results = await asyncio.gather(*sends)
    assert {command.id: command.state for command in results} == {
        heard[0].id: "accepted",
        heard[1].id: "error",
        heard[2].id: "rejected",
    }


async def test_who_waits_too_long_gets_the_state_as_it_is(house: House, charge_point: ChargePoint):
    house.connect(charge_point)
    command = await house.commands.send(charge_point, "Reset", {}, wait_s=0.01)
    assert command.state == QUEUED


async def test_what_was_under_way_when_the_last_process_ended_is_lost(house: House, charge_point: ChargePoint):
    house.connect(charge_point)
    command = await house.commands.send(charge_point, "Reset", {})
    await House(house.store, Telemetry()).commands.open()
    assert await house.state(command.id) == CONNECTION_LOST
