"""The open database: what is kept when it is opened again, who may read and write."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from wattdeck.domain.tags import Tag
from wattdeck.store import tags
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry


async def pragma(store: Store, name: str) -> object:
    return await store.read(lambda connection: connection.execute(text(f"PRAGMA {name}")).scalar())


async def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path, telemetry: Telemetry, now: datetime):
    for known in ([], [Tag(id_tag="A", expires_at=now)]):
        store = Store(tmp_path / "new" / "folder", telemetry)
        await store.open()
        assert await store.read(lambda connection: tags.list_all(connection, 10)) == known
        await store.write(lambda connection: tags.put(connection, Tag(id_tag="A", expires_at=now)))
        await store.close()


async def test_a_commit_survives_a_power_cut(store: Store):
    assert await pragma(store, "synchronous") == 2
    assert await pragma(store, "journal_mode") == "wal"


async def test_foreign_keys_hold(store: Store):
    assert await pragma(store, "foreign_keys") == 1


async def test_many_reads_at_once_are_served(store: Store):
    found = await asyncio.gather(*(store.read(lambda c: tags.find(c, "A")) for _ in range(50)))
    assert found == [None] * 50


async def test_a_read_that_fails_fails_its_caller_only(store: Store):
    with pytest.raises(OperationalError):
        await store.read(lambda connection: connection.execute(text("SELECT nothing")))
    assert await store.read(lambda connection: tags.find(connection, "A")) is None


async def test_a_read_does_not_wait_for_a_write(store: Store):
    reads = []

    def write(connection: object) -> None:
        reads.append(asyncio.run_coroutine_threadsafe(store.read(lambda c: tags.find(c, "A")), loop).result(5))

    loop = asyncio.get_running_loop()
    await store.write(write)
    assert reads == [None]


async def test_two_stores_in_one_process_do_not_mix(tmp_path: Path):
    stores = [Store(tmp_path / name, Telemetry()) for name in ("one", "two")]
    for store in stores:
        await store.open()
    await stores[0].write(lambda connection: tags.put(connection, Tag(id_tag="A")))
    assert await stores[1].read(lambda connection: tags.find(connection, "A")) is None
    for store in stores:
        await store.close()


async def test_an_error_does_not_tell_what_was_to_be_stored(store: Store):
    with pytest.raises(OperationalError) as caught:
        await store.read(lambda c: c.execute(text("SELECT :secret FROM nowhere"), {"secret": "hunter2"}))
    assert "hunter2" not in str(caught.value)
