"""Group commit: many pieces of work in one transaction, each failing alone."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import InvalidRequestError

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import to_ms
from wattdeck.domain.tags import Tag
from wattdeck.store import findings, messages, samples, tags
from wattdeck.store.engine import Store
from wattdeck.store.writer import MOST_QUIET_ROWS, MOST_ROWS, Bulk, StoreUnavailable
from wattdeck.telemetry import Telemetry


def figure(telemetry: Telemetry, name: str, **labels: str) -> float:
    return telemetry.registry.get_sample_value(name, labels) or 0.0


def commits(telemetry: Telemetry) -> float:
    return figure(telemetry, "wattdeck_store_commits_total")


def put(id_tag: str) -> Callable[[Connection], Tag]:
    return lambda connection: tags.put(connection, Tag(id_tag=id_tag))


def fail(connection: Connection) -> None:
    tags.put(connection, Tag(id_tag="of the failing work"))
    raise LookupError("on purpose")


async def stored(store: Store) -> list[str]:
    return [tag.id_tag for tag in await store.read(lambda connection: tags.list_all(connection, 1000))]


def frame(number: int) -> tuple[Any, ...]:
    return (1, number, "in", f"[{number}]")


async def frames(store: Store) -> int:
    return await store.read(lambda connection: connection.execute(text("SELECT count(*) FROM messages")).scalar_one())


async def test_what_a_write_returns_is_returned_after_the_commit(store: Store):
    assert await store.write(put("A")) == Tag(id_tag="A")
    assert await stored(store) == ["A"]


async def test_many_works_share_few_commits(store: Store, telemetry: Telemetry):
    before = commits(telemetry)
    await asyncio.gather(*(store.write(put(f"{number:03d}")) for number in range(200)))
    assert len(await stored(store)) == 200
    assert commits(telemetry) - before <= 2


async def test_work_and_rows_handed_in_together_share_a_commit(store: Store, telemetry: Telemetry):
    before = commits(telemetry)
    await asyncio.gather(store.write(put("A")), store.add((messages.INSERT, [frame(1)])))
    assert commits(telemetry) - before == 1


async def test_where_there_is_room_work_is_handed_in_without_waiting(store: Store):
    assert store.has_room
    done = store.hand_in_now(put("A"), (messages.INSERT, [frame(1)]))
    assert await done == Tag(id_tag="A")
    assert (await stored(store), await frames(store)) == (["A"], 1)


async def test_there_is_no_room_where_too_much_waits(store: Store):
    many = store.hand_in_now(None, (messages.INSERT, [frame(1)] * MOST_ROWS))
    assert not store.has_room
    await many
    assert store.has_room


async def test_works_of_either_way_are_stored_in_order(store: Store):
    first = await store.hand_in(None, (messages.INSERT, [frame(1)]))
    second = store.hand_in_now(None, (messages.INSERT, [frame(2)]))
    third = await store.hand_in(None, (messages.INSERT, [frame(3)]))
    await asyncio.gather(first, second, third)
    page = await store.read(lambda connection: messages.of(connection, 1, 10))
    assert [one.frame for one in page.items] == ["[3]", "[2]", "[1]"]


async def test_nothing_to_write_is_no_commit(store: Store, telemetry: Telemetry):
    before = commits(telemetry)
    await store.read(lambda connection: tags.list_all(connection, 1))
    assert commits(telemetry) == before


async def test_a_failing_work_does_not_fail_the_others(store: Store):
    results = await asyncio.gather(
        store.write(put("A")), store.write(fail), store.write(put("B")), return_exceptions=True
    )
    assert [type(result) for result in results] == [Tag, LookupError, Tag]


async def test_nothing_of_a_failing_work_is_stored(store: Store):
    with pytest.raises(LookupError):
        await store.write(fail)
    assert await stored(store) == []


async def test_a_work_sees_what_was_handed_in_before_it(store: Store):
    _, found = await asyncio.gather(store.write(put("A")), store.write(lambda c: tags.find(c, "A")))
    assert found == Tag(id_tag="A")


async def test_a_refused_row_fails_alone(store: Store):
    good, bad = (messages.INSERT, [frame(1)]), (messages.INSERT, [(1, None, "in", "no time")])
    results = await asyncio.gather(store.add(good), store.add(bad), store.add(good), return_exceptions=True)
    assert [result is None for result in results] == [True, False, True]
    assert await frames(store) == 2


async def test_a_row_of_the_wrong_length_fails_alone(store: Store):
    bad = (messages.INSERT, [(1, 2)])
    results = await asyncio.gather(store.add((messages.INSERT, [frame(1)])), store.add(bad), return_exceptions=True)
    assert [result is None for result in results] == [True, False]
    assert await frames(store) == 1


async def test_a_refused_row_takes_its_own_works_rows_of_that_statement_along(store: Store):
    with pytest.raises(Exception, match="NOT NULL"):
        await store.add((messages.INSERT, [frame(1), (1, None, "in", "no time")]))
    assert await frames(store) == 0


async def test_a_work_of_several_statements_is_stored_whole_or_not_at_all(store: Store, charge_point: ChargePoint):
    blocked = Bulk("UPDATE charge_points SET model = ? WHERE id = ?")
    with pytest.raises(Exception, match="NOT NULL"):
        await store.add((blocked, [("new", charge_point.id)]), (messages.INSERT, [(1, None, "in", "no time")]))
    model = await store.read(lambda connection: connection.execute(text("SELECT model FROM charge_points")).scalar())
    assert model is None


async def test_rows_that_nobody_waits_for_are_written_in_order_with_the_rest(store: Store):
    for number in range(3):
        store.add_quietly((messages.INSERT, [frame(number)]))
    await store.write(put("A"))
    page = await store.read(lambda connection: messages.of(connection, 1, 10))
    assert [one.frame for one in page.items] == ["[2]", "[1]", "[0]"]


async def test_a_refused_quiet_row_is_nobodys_failure(store: Store):
    store.add_quietly((messages.INSERT, [(1, None, "in", "no time")]))
    store.add_quietly((messages.INSERT, [frame(1)]))
    await store.write(put("A"))
    assert await frames(store) == 1


async def test_quiet_rows_are_dropped_and_counted_when_far_behind(store: Store, telemetry: Telemetry):
    store.add_quietly((messages.INSERT, [frame(1)] * (MOST_QUIET_ROWS - 1)))
    store.add_quietly((messages.INSERT, [frame(2)] * 2))
    store.add_quietly((messages.INSERT, [frame(3)]))
    await store.write(put("A"))
    assert figure(telemetry, "wattdeck_dropped_total", reason="writer_behind") == 2
    assert await frames(store) == MOST_QUIET_ROWS


async def test_there_is_room_again_after_a_commit(store: Store, telemetry: Telemetry):
    for _ in range(2):
        store.add_quietly((messages.INSERT, [frame(1)] * MOST_QUIET_ROWS))
        await store.write(put("A"))
    assert figure(telemetry, "wattdeck_dropped_total", reason="writer_behind") == 0


async def test_closing_writes_what_waits(tmp_path: Path, telemetry: Telemetry):
    store = Store(tmp_path, telemetry, linger_s=1)
    await store.open()
    await store.write(put("first"))
    waiting = asyncio.ensure_future(store.write(put("second")))
    store.add_quietly((messages.INSERT, [frame(1)]))
    await asyncio.sleep(0)  # the task hands its work in
    await store.close()
    assert await waiting == Tag(id_tag="second")
    again = Store(tmp_path, telemetry)
    await again.open()
    assert (await stored(again), await frames(again)) == (["first", "second"], 1)
    await again.close()


async def test_nothing_waits_for_a_store_that_is_closed(tmp_path: Path, telemetry: Telemetry):
    store = Store(tmp_path, telemetry)
    await store.open()
    await store.close()
    assert not store.has_room
    with pytest.raises(StoreUnavailable):
        store.hand_in_now(put("A"))
    with pytest.raises(StoreUnavailable):
        await store.write(put("A"))
    with pytest.raises(StoreUnavailable):
        await store.add((messages.INSERT, [frame(1)]))


async def test_quiet_rows_for_a_closed_store_are_counted(tmp_path: Path, telemetry: Telemetry):
    store = Store(tmp_path, telemetry)
    await store.open()
    await store.close()
    store.add_quietly((messages.INSERT, [frame(1)] * 3))
    assert figure(telemetry, "wattdeck_dropped_total", reason="writer_behind") == 3


async def test_a_writer_who_goes_away_does_not_take_the_work_along(store: Store):
    leaving = asyncio.ensure_future(store.write(put("A")))
    await asyncio.sleep(0)  # the task hands its work in
    leaving.cancel()
    await store.write(put("B"))
    assert await stored(store) == ["A", "B"]


async def test_meter_values_are_counted_when_they_are_new(store: Store, telemetry: Telemetry, now: datetime):
    row = (86_400_000, 1, 0, 5.0, 86_400_000, None, 0, None)
    await store.add((samples.INSERT, [row]))
    await store.add((samples.INSERT, [row, (row[0], 2, *row[2:])]))
    assert figure(telemetry, "wattdeck_meter_values_total") == 2


async def test_each_value_of_a_moment_is_counted(store: Store, telemetry: Telemetry):
    rows = [(86_400_000 + number, 86_400_000, None, 1, 2, 3, 5.0, 6.0, 7.0) for number in range(2)]
    adding = asyncio.ensure_future(store.add((samples.plain((0, 0, 0)), rows)))
    await asyncio.sleep(0)  # the task hands its work in
    assert store.waiting_rows == 6
    await adding
    assert figure(telemetry, "wattdeck_meter_values_total") == 6


async def test_a_work_that_ends_the_transaction_itself_fails_and_the_writer_goes_on(store: Store):
    def end(connection: Connection) -> None:
        connection.rollback()
        tags.put(connection, Tag(id_tag="of the failing work"))

    with pytest.raises(InvalidRequestError):
        await store.write(end)
    await store.write(put("A"))
    assert await stored(store) == ["A"]


async def test_no_error_of_a_work_ends_the_writer(tmp_path: Path, telemetry: Telemetry):
    def take_the_first_of_none(connection: Connection) -> Tag:
        return next(iter(tags.list_all(connection, 1)))

    store = Store(tmp_path, telemetry, linger_s=0)
    await store.open()
    try:
        with pytest.raises((StopIteration, RuntimeError)):
            await asyncio.wait_for(store.write(take_the_first_of_none), 60)
        assert await asyncio.wait_for(store.write(put("A")), 60) == Tag(id_tag="A")
    finally:
        await store.close()


async def test_what_comes_last_sees_the_rows_of_all_others(store: Store, charge_point: ChargePoint, now: datetime):
    row = (charge_point.id, "odd", to_ms(now), "an example")
    count = "SELECT count(*) FROM findings"
    _, seen, early = await asyncio.gather(
        store.add((findings.COUNT, [row])),
        store.write_last(lambda c: c.exec_driver_sql(count).scalar()),
        store.write(lambda c: c.exec_driver_sql(count).scalar()),
    )
    assert (seen, early) == (1, 0)
