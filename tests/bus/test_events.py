"""Events to listeners: in order, each on its own; none delays or fails another."""

import asyncio
import functools
import threading
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from wattdeck.bus.events import QUEUE_LENGTH, Events
from wattdeck.bus.memory import MemoryBus
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.events import ChargePointChanged, ChargePointConnected
from wattdeck.telemetry import Telemetry


@pytest.fixture
async def events(telemetry: Telemetry) -> AsyncIterator[Events]:
    events = Events(MemoryBus(), telemetry)
    yield events
    await events.stop()


class Listener:
    """Keeps the numbers of the charge points it was told of; `heard(n)` waits for n of them."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self._more = asyncio.Event()

    async def __call__(self, event: ChargePointChanged) -> None:
        self.numbers.append(event.charge_point.id)
        self._more.set()

    async def heard(self, count: int) -> list[int]:
        async with asyncio.timeout(60):
            while len(self.numbers) < count:
                self._more.clear()
                await self._more.wait()
        return self.numbers


def changed(number: int) -> ChargePointChanged:
    return ChargePointChanged(ChargePoint(id=number, identifier=f"CP-{number}"))


async def test_a_listener_is_told_of_its_kind_of_event(events: Events, now: datetime):
    listener = Listener()
    events.subscribe(ChargePointChanged, listener)
    events.start()
    events.publish(ChargePointConnected(changed(9).charge_point, now))
    events.publish(changed(1))
    assert await listener.heard(1) == [1]


async def test_order_is_kept(events: Events):
    listener = Listener()
    events.subscribe(ChargePointChanged, listener)
    events.start()
    for number in range(100):
        events.publish(changed(number))
    assert await listener.heard(100) == list(range(100))


async def test_who_subscribes_while_it_runs_is_told_from_then_on(events: Events):
    events.start()
    events.publish(changed(1))
    listener = Listener()
    events.subscribe(ChargePointChanged, listener)
    events.publish(changed(2))
    assert await listener.heard(1) == [2]


async def test_a_failing_listener_is_told_of_the_next_event(events: Events):
    listener = Listener()

    async def fail_once(event: ChargePointChanged) -> None:
        await listener(event)
        if event.charge_point.id == 1:
            raise LookupError("on purpose")

    events.subscribe(ChargePointChanged, fail_once)
    events.start()
    for number in (1, 2):
        events.publish(changed(number))
    assert await listener.heard(2) == [1, 2]


async def test_a_listener_that_waited_for_something_cancelled_is_told_of_the_next_event(events: Events):
    listener = Listener()

    async def wait_for_cancelled(event: ChargePointChanged) -> None:
        await listener(event)
        cancelled = asyncio.get_running_loop().create_future()
        cancelled.cancel()
        await cancelled

    events.subscribe(ChargePointChanged, wait_for_cancelled)
    events.start()
    for number in (1, 2):
        events.publish(changed(number))
    assert await listener.heard(2) == [1, 2]


async def test_a_failing_listener_does_not_fail_the_others(events: Events):
    async def fail(event: ChargePointChanged) -> None:
        raise LookupError("on purpose")

    listener = Listener()
    events.subscribe(ChargePointChanged, fail)
    events.subscribe(ChargePointChanged, listener)
    events.start()
    for number in (1, 2):
        events.publish(changed(number))
    assert await listener.heard(2) == [1, 2]


async def test_a_hanging_listener_delays_nobody(events: Events):
    over = asyncio.Event()

    async def hang(event: ChargePointChanged) -> None:
        await over.wait()

    listener = Listener()
    events.subscribe(ChargePointChanged, hang)
    events.subscribe(ChargePointChanged, listener)
    events.start()
    for number in (1, 2):
        events.publish(changed(number))
    assert await listener.heard(2) == [1, 2]
    over.set()


async def test_what_a_hanging_listener_cannot_hold_is_dropped_and_counted(events: Events, telemetry: Telemetry):
    over = asyncio.Event()

    async def hang(event: ChargePointChanged) -> None:
        await over.wait()

    events.subscribe(ChargePointChanged, hang)
    events.start()
    for number in range(QUEUE_LENGTH + 3):
        events.publish(changed(number))
    dropped = telemetry.registry.get_sample_value("wattdeck_dropped_total", {"reason": "listener_behind"})
    assert dropped == 3
    over.set()


async def test_a_plain_function_is_called_in_a_thread_in_order(events: Events):
    called: list[tuple[int, bool]] = []
    listener, loop = Listener(), asyncio.get_running_loop()

    def plain(event: ChargePointChanged) -> None:
        called.append((event.charge_point.id, threading.current_thread() is threading.main_thread()))
        asyncio.run_coroutine_threadsafe(listener(event), loop)

    events.subscribe(ChargePointChanged, plain)
    events.start()
    for number in range(5):
        events.publish(changed(number))
    await listener.heard(5)
    assert called == [(number, False) for number in range(5)]


async def test_a_plain_function_that_hangs_delays_nobody(events: Events):
    release, listener = threading.Event(), Listener()

    def hang(event: ChargePointChanged) -> None:
        release.wait()

    events.subscribe(ChargePointChanged, hang)
    events.subscribe(ChargePointChanged, listener)
    events.start()
    events.publish(changed(1))
    try:
        assert await listener.heard(1) == [1]
        await events.stop()
    finally:
        release.set()


async def test_many_plain_functions_that_hang_delay_nobody(events: Events):
    release, listener, loop = threading.Event(), Listener(), asyncio.get_running_loop()
    for _ in range(40):
        events.subscribe(ChargePointChanged, lambda event: release.wait(60) and None)
    events.subscribe(ChargePointChanged, lambda event: asyncio.run_coroutine_threadsafe(listener(event), loop) and None)
    events.start()
    events.publish(changed(1))
    try:
        assert await listener.heard(1) == [1]
    finally:
        release.set()


async def test_a_partial_and_a_method_are_listeners_too(events: Events):
    listener = Listener()

    class Bill:
        async def send(self, event: ChargePointChanged) -> None:
            await listener(event)

    async def forward(to: Listener, event: ChargePointChanged) -> None:
        await to(event)

    events.subscribe(ChargePointChanged, Bill().send)
    events.subscribe(ChargePointChanged, functools.partial(forward, listener))
    events.start()
    events.publish(changed(1))
    assert await listener.heard(2) == [1, 1]


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
async def test_a_function_that_returns_an_awaitable_is_awaited(events: Events):
    listener = Listener()
    events.subscribe(ChargePointChanged, lambda event: listener(event))
    events.start()
    events.publish(changed(1))
    assert await listener.heard(1) == [1]


async def test_a_tap_is_called_at_once_until_it_ends(events: Events):
    heard: list[Any] = []
    end = events.tap(heard.append)
    events.publish(changed(1))
    end()
    events.publish(changed(2))
    assert heard == [changed(1)]


async def test_nobody_is_told_after_the_end(events: Events):
    listener = Listener()
    events.subscribe(ChargePointChanged, listener)
    events.start()
    await events.stop()
    events.publish(changed(1))
    assert listener.numbers == []


async def test_listeners_are_served_again_when_it_starts_again(events: Events):
    listener = Listener()
    events.subscribe(ChargePointChanged, listener)
    events.start()
    await events.stop()
    events.start()
    events.publish(changed(1))
    assert await listener.heard(1) == [1]


async def test_a_stopped_house_keeps_nothing_for_its_listeners(events: Events, telemetry: Telemetry):
    events.subscribe(ChargePointChanged, Listener())
    events.start()
    await events.stop()
    for number in range(QUEUE_LENGTH + 3):
        events.publish(changed(number))
    assert telemetry.registry.get_sample_value("wattdeck_dropped_total", {"reason": "listener_behind"}) is None
