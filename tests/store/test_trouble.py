"""A database that cannot be written for a while: what waits is held, in order, and written once; or refused in time."""

import asyncio
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.faults.disks import Stuck, fill, locked, make_room
from tests.stations import until
from wattdeck.domain.errors import StoreUnavailable
from wattdeck.store import messages, writer
from wattdeck.store.engine import Store
from wattdeck.store.trouble import LONGEST_PAUSE_S, kind_of, pause_s
from wattdeck.store.writer import MOST_QUIET_ROWS, linger_for
from wattdeck.telemetry import Telemetry


def figure(telemetry: Telemetry, name: str, **labels: str) -> float:
    return telemetry.registry.get_sample_value(f"wattdeck_{name}", labels) or 0.0


def frame(number: int, text: str = "") -> tuple[Any, ...]:
    return (1, number, "in", text or f"[{number}]")


async def frames(store: Store) -> list[int]:
    """When, of each that is stored, in the order in which they were written."""
    query = text("SELECT at FROM messages ORDER BY id")
    return await store.glance(lambda connection: list(connection.execute(query).scalars()))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "wattdeck.sqlite3"


@pytest.fixture
async def impatient(tmp_path: Path, telemetry: Telemetry, store: Store):
    """A second store on the file of the first, that holds for half a second only."""
    impatient = Store(tmp_path, telemetry, linger_s=0, hold_s=0.5)
    await impatient.open()
    yield impatient
    await impatient.close()


async def test_what_waits_for_a_locked_database_is_written_in_order_and_once_when_it_is_free(
    store: Store, database: Path, telemetry: Telemetry, monkeypatch
):
    with locked(database):
        waiting = [asyncio.ensure_future(store.add((messages.INSERT, [frame(number)]))) for number in range(5)]
        await until(lambda: figure(telemetry, "store_commit_failures_total") >= 2)  # longer than the busy timeout
        waiting += [asyncio.ensure_future(store.add((messages.INSERT, [frame(number)]))) for number in range(5, 9)]
        await asyncio.sleep(0)
        assert store.trouble == "locked"
        assert not any(one.done() for one in waiting)
    await asyncio.gather(*waiting)
    assert await frames(store) == list(range(9))
    assert store.trouble is None
    assert figure(telemetry, "store_troubles_total", kind="locked") == 1
    assert figure(telemetry, "store_in_trouble") == 0
    assert figure(telemetry, "store_trouble_seconds_total") > 0.5
    assert figure(telemetry, "store_held_total") >= 5


async def test_a_full_disk_holds_what_waits_until_there_is_room(store: Store, telemetry: Telemetry):
    await fill(store)
    rows = [frame(number, "x" * 100_000) for number in range(50)]
    waiting = asyncio.ensure_future(store.add((messages.INSERT, rows)))
    await until(lambda: store.trouble == "full")
    assert await frames(store) == []
    await make_room(store)
    await waiting
    assert await frames(store) == list(range(50))


async def test_whoever_waits_for_too_long_is_refused_and_nothing_of_it_is_stored(
    impatient: Store, database: Path, telemetry: Telemetry
):
    with locked(database):
        with pytest.raises(StoreUnavailable):
            await impatient.add((messages.INSERT, [frame(1)]))
        assert figure(telemetry, "store_refused_total") == 1
        later = asyncio.ensure_future(impatient.add((messages.INSERT, [frame(2)])))
        await asyncio.sleep(0)
    await later
    assert await frames(impatient) == [2]


async def test_a_disk_that_does_not_answer_keeps_nobody_for_longer_either(impatient: Store, telemetry: Telemetry):
    disk = Stuck()
    stuck = asyncio.ensure_future(impatient.write(disk))
    await until(lambda: impatient._writer._rows and not impatient._writer._waiting)  # its commit is under way
    with pytest.raises(StoreUnavailable):
        await impatient.add((messages.INSERT, [frame(1)]))
    with pytest.raises(StoreUnavailable):
        await stuck
    disk.answer()
    await until(lambda: figure(telemetry, "store_commits_total") > 0)
    await impatient.add((messages.INSERT, [frame(2)]))
    assert await frames(impatient) == [2]


async def test_a_disk_that_does_not_answer_is_trouble_too(store: Store, telemetry: Telemetry, monkeypatch):
    monkeypatch.setattr(writer, "SLOW_S", 0.1)
    disk = Stuck()
    stuck = asyncio.ensure_future(store.write(disk))
    await until(lambda: store.trouble == "slow")
    disk.answer()
    await stuck
    assert store.trouble is None
    assert figure(telemetry, "store_troubles_total", kind="slow") == 1


async def test_what_is_acknowledged_is_not_given_up(impatient: Store, database: Path, telemetry: Telemetry):
    with locked(database):
        kept = impatient.keep((messages.INSERT, [frame(1)]))
        with pytest.raises(StoreUnavailable):
            await impatient.add((messages.INSERT, [frame(2)]))
        assert not kept.done()
    await kept
    assert await frames(impatient) == [1]


async def test_what_is_acknowledged_is_written_before_what_came_later(store: Store):
    disk = Stuck()
    blocked = asyncio.ensure_future(store.write(disk))
    await asyncio.sleep(0)
    later = asyncio.ensure_future(
        store.write(lambda c: c.exec_driver_sql("SELECT count(*) FROM messages").scalar_one())
    )
    await asyncio.sleep(0)
    store.keep((messages.INSERT, [frame(1)]))
    disk.answer()
    await blocked
    assert await later == 1


async def test_closing_while_locked_ends_and_says_what_is_lost(
    tmp_path: Path, store: Store, database: Path, telemetry: Telemetry, caplog
):
    closing = Store(tmp_path, telemetry, linger_s=0, hold_s=0.2)
    await closing.open()
    with locked(database):
        kept = closing.keep((messages.INSERT, [frame(1)]))
        waiting = asyncio.ensure_future(closing.add((messages.INSERT, [frame(2)])))
        closing.add_quietly((messages.INSERT, [frame(3)]))
        await asyncio.sleep(0)
        await asyncio.wait_for(closing.close(), 20)
    for one in (kept, waiting):
        with pytest.raises(StoreUnavailable):
            await one
    assert figure(telemetry, "dropped_total", reason="closed_unwritten") == 1
    assert "acknowledged_rows_lost=1" in caplog.text


async def test_an_episode_is_said_once_at_its_begin_and_once_at_its_end(
    store: Store, database: Path, telemetry, caplog
):
    caplog.set_level(logging.WARNING)
    with locked(database):
        waiting = asyncio.ensure_future(store.add((messages.INSERT, [frame(1)])))
        await until(lambda: figure(telemetry, "store_commit_failures_total") >= 2)
    await waiting
    said = [one.getMessage() for one in caplog.records if one.name == "wattdeck.store"]
    assert [one.split(" kind=")[0] for one in said] == [
        "event='the database cannot be written'",
        "event='the database can be written again'",
    ]


async def test_quiet_rows_are_bounded_while_nothing_can_be_written(store: Store, database: Path, telemetry: Telemetry):
    with locked(database):
        store.add_quietly((messages.INSERT, [frame(1)] * (MOST_QUIET_ROWS - 1)))
        store._writer.nudge()
        await until(lambda: store.trouble is not None)
        store.add_quietly((messages.INSERT, [frame(2)] * 2))
        assert figure(telemetry, "dropped_total", reason="writer_behind") == 2
    await store.add((messages.INSERT, [frame(3)]))
    assert len(await frames(store)) == MOST_QUIET_ROWS


async def test_whoever_brings_more_than_may_wait_waits_before_handing_it_in(
    store: Store, telemetry: Telemetry, monkeypatch
):
    monkeypatch.setattr(writer, "MOST_ROWS", 3)
    disk = Stuck()
    blocked = asyncio.ensure_future(store.write(disk))
    waiting = [asyncio.ensure_future(store.add((messages.INSERT, [frame(number)]))) for number in range(10)]
    await asyncio.sleep(0)
    assert figure(telemetry, "store_held_back_total") == 8
    assert store._writer._rows == 3
    disk.answer()
    await asyncio.gather(blocked, *waiting)
    assert await frames(store) == list(range(10))


async def test_quiet_rows_ride_along_and_cost_no_commit_of_their_own(store: Store, telemetry: Telemetry):
    before = figure(telemetry, "store_commits_total")
    for number in range(20):
        store.add_quietly((messages.INSERT, [frame(number)]))
        await asyncio.sleep(0)
    await store.add((messages.INSERT, [frame(20)]))
    assert figure(telemetry, "store_commits_total") - before == 1
    assert await frames(store) == list(range(21))


async def test_quiet_rows_are_committed_after_a_while_and_when_somebody_looks(store: Store, telemetry: Telemetry):
    store.add_quietly((messages.INSERT, [frame(1)]))
    await store.read(lambda connection: None)
    await until(lambda: figure(telemetry, "store_waiting_rows") == 0)
    await until(lambda: frames(store))
    store._writer._quiet_s = 0.01
    store.add_quietly((messages.INSERT, [frame(2)]))

    async def both() -> bool:
        return await frames(store) == [1, 2]

    await until(both)


def test_nobody_waits_for_company_where_works_come_one_by_one():
    assert linger_for(0.005, 0.001, 1, 8) == 0


def test_under_load_commits_begin_a_linger_apart():
    assert linger_for(0.005, 0.001, 2, 8) == pytest.approx(0.004)
    assert linger_for(0.005, 0.007, 2, 8) == 0


def test_what_is_enough_for_a_commit_does_not_wait():
    assert linger_for(0.005, 0.001, 60, writer.ENOUGH_ROWS) == 0


def test_pauses_between_tries_grow_up_to_a_limit():
    pauses = [pause_s(failures) for failures in range(1, 100)]
    assert pauses == sorted(pauses)
    assert 0 < pauses[0] < 0.1
    assert pauses[-1] == LONGEST_PAUSE_S


def test_a_database_that_may_only_be_read_is_known_as_that(database: Path):
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("PRAGMA query_only=ON")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("INSERT INTO t VALUES (1)")
    connection.close()
    assert kind_of(caught.value) == "read_only"


def test_a_mistake_in_a_statement_is_no_trouble_of_the_database():
    with sqlite3.connect(":memory:") as connection, pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("SELECT nonsense")
    connection.close()
    assert kind_of(caught.value) is None
    assert kind_of(None) is None
