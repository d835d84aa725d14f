"""Those who listen can be slow, fail or hang: no charge point waits for them (contract §6, promise 16)."""

import asyncio
import time

import pytest

from tests.houses import open_house
from tests.stations import start, stop, until
from wattdeck.domain.events import SessionStarted, SessionStopped


async def hangs(event):
    await asyncio.Event().wait()


async def fails(event):
    raise RuntimeError("the listener's own fault")


def blocks(event):
    time.sleep(0.3)  # a plain function: called in a thread


async def sessions(house, count: int) -> float:
    """So many sessions, one after the other; the longest wait for an answer in seconds."""
    cp = await house.station()
    longest = 0.0
    for number in range(count):
        began = time.monotonic()
        transaction = (await cp.call("StartTransaction", start(1, "TAG", number)))["transactionId"]
        longest = max(longest, time.monotonic() - began)
        await cp.call("StopTransaction", stop(transaction, number + 1))
    return longest


@pytest.mark.parametrize("listener", [hangs, fails, blocks])
@pytest.mark.covers("promise 16")
async def test_a_listener_that_hangs_fails_or_blocks_delays_no_answer(house, listener, caplog):
    events = house.central_system.events
    told = []

    async def listens(event):
        told.append(event.session.id)

    events.subscribe(SessionStarted, listener)
    events.subscribe(SessionStopped, listener)
    events.subscribe(SessionStopped, listens)
    began = time.monotonic()
    await sessions(house, 20)
    if listener is blocks:
        assert time.monotonic() - began < 20 * 0.3  # it alone would have taken longer
    await until(lambda: len(told) == 20)
    assert told == sorted(told)
    if listener is fails:
        await until(lambda: caplog.text.count("listener failed") >= 40)


async def test_a_listener_is_told_after_the_commit(house):
    seen = asyncio.Queue()

    async def reads(event):
        seen.put_nowait((event.session.id, await house.get(f"sessions/{event.session.id}")))

    house.central_system.events.subscribe(SessionStopped, reads)
    await sessions(house, 1)
    _, session = await asyncio.wait_for(seen.get(), 30)
    assert (session["status"], session["energy_wh"]) == ("completed", 1)


async def test_a_listener_behind_a_hanging_one_of_the_same_event_is_told(house):
    told = asyncio.Event()

    async def listens(event):
        told.set()

    house.central_system.events.subscribe(SessionStarted, hangs)
    house.central_system.events.subscribe(SessionStarted, listens)
    await sessions(house, 1)
    await asyncio.wait_for(told.wait(), 30)


async def test_a_house_closes_although_a_listener_hangs(tmp_path):
    async with asyncio.timeout(60), open_house(tmp_path) as house:
        house.central_system.events.subscribe(SessionStarted, hangs)
        await sessions(house, 2)


async def test_a_house_that_closes_in_order_tells_its_listeners_what_they_have_not_heard_yet(tmp_path):
    told = []

    async def bills(event):
        await asyncio.sleep(0.1)  # a billing system's answer
        told.append(event.session.id)

    async with open_house(tmp_path) as house:
        house.central_system.events.subscribe(SessionStopped, bills)
        await sessions(house, 10)
    assert len(told) == 10
