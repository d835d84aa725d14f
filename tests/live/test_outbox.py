"""One browser's outbox: what waits in it, for how long, and what is let go."""

import asyncio
import json
import time

import pytest

from wattdeck.live import outbox as module
from wattdeck.live.outbox import MOST_WAITING, Outbox

TOPIC = "values"
A, B = (TOPIC, "a"), (TOPIC, "b")


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


def message(seq: int) -> bytes:
    return json.dumps({"seq": seq}).encode()


async def taken(outbox: Outbox) -> list[int]:
    """The numbers in the next frame."""
    async with asyncio.timeout(60):
        return [one["seq"] for one in json.loads(await outbox.take())]


async def has_nothing_for(outbox: Outbox, seconds: float) -> bool:
    try:
        await asyncio.wait_for(outbox.take(), seconds)
    except TimeoutError:
        return True
    return False


async def test_all_that_waits_comes_as_one_array_in_the_order_it_was_put(outbox):
    for seq in (1, 2, 3):
        outbox.put((TOPIC, seq), message(seq))
    assert await taken(outbox) == [1, 2, 3]


async def test_a_newer_message_replaces_the_older_one_of_its_key_and_takes_its_own_place(outbox):
    outbox.put(A, message(1))
    outbox.put(B, message(2))
    outbox.put(A, message(3))
    assert await taken(outbox) == [2, 3]


async def test_an_empty_outbox_waits_until_something_is_put(outbox):
    taking = asyncio.create_task(taken(outbox))
    await asyncio.sleep(0)
    assert not taking.done()
    outbox.put(A, message(1))
    assert await taking == [1]
    assert await has_nothing_for(outbox, 0.01)


async def test_the_first_throttled_message_goes_out_at_once(outbox):
    outbox.throttle(TOPIC, 60)
    outbox.put(A, message(1), throttled=True)
    assert await taken(outbox) == [1]


async def test_throttled_messages_wait_for_their_interval_and_only_the_latest_of_each_key_is_left(outbox):
    outbox.throttle(TOPIC, 0.2)
    began = time.monotonic()
    outbox.put(A, message(1), throttled=True)
    await taken(outbox)
    for seq in range(2, 50):
        outbox.put((A, B)[seq % 2], message(seq), throttled=True)
    assert await taken(outbox) == [48, 49]
    assert time.monotonic() - began > 0.15


async def test_a_prompt_message_does_not_wait_with_the_throttled_ones(outbox):
    outbox.throttle(TOPIC, 60)
    outbox.put(A, message(1), throttled=True)
    await taken(outbox)
    outbox.put(A, message(2), throttled=True)
    taking = asyncio.create_task(taken(outbox))
    await asyncio.sleep(0)
    outbox.put(("status", 1), message(3))
    assert await taking == [3]
    assert await has_nothing_for(outbox, 0.01)


async def test_without_a_throttle_each_message_goes_out_at_once(outbox):
    outbox.throttle(TOPIC, 0)
    for seq in (1, 2, 3):
        outbox.put(A, message(seq), throttled=True)
        assert await taken(outbox) == [seq]


async def test_a_shorter_throttle_holds_for_what_waits_already(outbox):
    outbox.throttle(TOPIC, 60)
    outbox.put(A, message(1), throttled=True)
    await taken(outbox)
    outbox.put(A, message(2), throttled=True)
    taking = asyncio.create_task(taken(outbox))
    await asyncio.sleep(0)
    outbox.throttle(TOPIC, 0)
    assert await taking == [2]


@pytest.mark.parametrize("throttled", [False, True])
async def test_of_too_many_messages_the_oldest_are_let_go_and_the_client_is_told_how_many(monkeypatch, throttled):
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    outbox = Outbox()
    for seq in range(1, 26):
        outbox.put((TOPIC, seq), message(seq), throttled)
    notice, *rest = json.loads(await outbox.take())
    assert notice == {"topic": "server", "kind": "skipped", "seq": 0, "data": {"count": 15}}
    assert [one["seq"] for one in rest] == list(range(16, 26))


def test_each_message_that_is_let_go_is_counted(monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    counted = []
    outbox = Outbox(count_skipped=lambda: counted.append(1))
    for seq in range(25):
        outbox.put((TOPIC, seq), message(seq))
    assert len(counted) == 15


async def test_the_notice_of_what_was_skipped_comes_once(monkeypatch, outbox):
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    outbox.put((TOPIC, 1), message(1))
    outbox.put((TOPIC, 2), message(2))
    assert len(json.loads(await outbox.take())) == 2
    outbox.put((TOPIC, 3), message(3))
    assert await taken(outbox) == [3]


def test_what_an_unread_outbox_holds_does_not_grow_without_bound(outbox):
    for seq in range(3 * MOST_WAITING):
        outbox.put(("status", seq), b"-")
        outbox.put((TOPIC, seq), b"-", throttled=True)
    assert sum(len(lane.waiting) for lane in outbox._lanes.values()) == MOST_WAITING


async def test_each_topic_has_a_throttle_of_its_own(outbox):
    outbox.throttle("slow", 60)
    outbox.throttle("quick", 0)
    outbox.put(("slow", 1), message(1), throttled=True)
    outbox.put(("quick", 1), message(2), throttled=True)
    assert sorted(await taken(outbox)) == [1, 2]
    outbox.put(("slow", 1), message(3), throttled=True)
    outbox.put(("quick", 1), message(4), throttled=True)
    assert await taken(outbox) == [4]


async def test_topics_of_the_same_throttle_leave_together(outbox):
    for topic in "ab":
        outbox.throttle(topic, 0.2)
        outbox.put((topic, 1), message(1), throttled=True)
        await taken(outbox)
    for topic in "ab":
        outbox.put((topic, 1), message(ord(topic)), throttled=True)
    assert await taken(outbox) == [97, 98]


def test_throttles_that_no_topic_has_any_more_are_forgotten(outbox):
    for tenths in range(100):
        outbox.throttle(TOPIC, tenths / 10)
    outbox.forget({TOPIC})
    assert set(outbox._lanes) == {0.0, 1.0}


async def test_what_is_put_while_it_is_held_leaves_in_one_frame_with_snapshots_first(outbox):
    taking = asyncio.create_task(taken(outbox))
    with outbox.held():
        for seq in (2, 3):
            outbox.put((TOPIC, seq), message(seq))
            await asyncio.sleep(0)
        outbox.put_first((TOPIC, "snapshot"), message(1))
        await asyncio.sleep(0)
        assert not taking.done()
    assert await taking == [1, 2, 3]


async def test_nothing_waits_any_more_of_topics_that_are_forgotten(outbox):
    for topic in ("a", "b"):
        outbox.put_first((topic, "snapshot"), message(1))
        outbox.put((topic, 1), message(2))
        outbox.put((topic, 2), message(3), throttled=True)
    outbox.forget({"a"})
    assert await taken(outbox) == [1, 2, 3]


async def test_an_ended_stream_hands_out_nothing_more(outbox):
    taking = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    outbox.end()
    assert await taking == b""
    outbox.put(A, message(1))
    assert await outbox.take() == b""
