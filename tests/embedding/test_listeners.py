"""Those who listen can be slow, fail or hang: no charge point waits for them (contract §6, promise 16)."""

import asyncio
import threading

import pytest

from tests.houses import open_house
from tests.stations import start, stop, until
from wattdeck.domain.events import SessionStarted, SessionStopped


class Listeners:
    """Bad ones; what hangs or blocks does so until the test is over."""

    def __init__(self) -> None:
        self._over, self._over_in_threads = asyncio.Event(), threading.Event()

    async def hangs(self, event):
        await self._over.wait()

    async def fails(self, event):
        raise RuntimeError("the listener's own fault")

    def blocks(self, event):
        """A plain function: called in a thread."""
        self._over_in_threads.wait(60)

    def release(self) -> None:
        self._over.set()
        self._over_in_threads.set()


@pytest.fixture
async def bad(house):
    listeners = Listeners()
    yield listeners
    listeners.release()


async def sessions(house, count: int) -> None:
    """So many sessions, one after the other."""
    cp = await house.station()
    for number in range(count):
        transaction = (await cp.call("StartTransaction", start(1, "TAG", number)))["transactionId"]
        await cp.call("StopTransaction", stop(transaction, number + 1))


@pytest.mark.parametrize("how", ["hangs", "fails", "blocks"])
@pytest.mark.covers("promise 16")
async def test_a_listener_that_hangs_fails_or_blocks_delays_no_answer(house, bad, how, caplog):
    events, listener = house.central_system.events, getattr(bad, how)
    told = []

    async def listens(event):
        told.append(event.session.id)

    events.subscribe(SessionStarted, listener)
    events.subscribe(SessionStopped, listener)
    events.subscribe(SessionStopped, listens)
    await sessions(house, 20)
    await until(lambda: len(told) == 20)
    assert told == sorted(told)
    if how == "fails":
        await until(lambda: caplog.text.count("listener failed") >= 40)


async def test_a_listener_is_told_after_the_commit(house):
    seen = asyncio.Queue()

    async def reads(event):
        seen.put_nowait((event.session.id, await house.get(f"sessions/{event.session.id}")))

    house.central_system.events.subscribe(SessionStopped, reads)
    await sessions(house, 1)
    _, session = await asyncio.wait_for(seen.get(), 60)
    assert (session["status"], session["energy_wh"]) == ("completed", 1)


async def test_a_listener_behind_a_hanging_one_of_the_same_event_is_told(house, bad):
    told = asyncio.Event()

    async def listens(event):
        told.set()

    house.central_system.events.subscribe(SessionStarted, bad.hangs)
    house.central_system.events.subscribe(SessionStarted, listens)
    await sessions(house, 1)
    await asyncio.wait_for(told.wait(), 60)


async def test_a_house_closes_although_a_listener_hangs(tmp_path):
    async with asyncio.timeout(60), open_house(tmp_path) as house:
        house.central_system.events.subscribe(SessionStarted, Listeners().hangs)
        await sessions(house, 2)


async def test_a_house_that_closes_in_order_tells_its_listeners_what_they_have_not_heard_yet(tmp_path):
    told = []

    async def bills(event):
        await asyncio.sleep(0.05)  # a billing system's answer
        told.append(event.session.id)

    async with open_house(tmp_path) as house:
        house.central_system.events.subscribe(SessionStopped, bills)
        await sessions(house, 8)
    assert len(told) == 8
