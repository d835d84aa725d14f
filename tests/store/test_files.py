"""Files in the data folder: whole or not at all, bounded, and swept up."""

import os
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.file_jobs import DIAGNOSTICS, FINISHED, STUCK, FileJob
from wattdeck.store import file_jobs, file_retention, files
from wattdeck.store.engine import Store
from wattdeck.store.files import DiskFull, FileTooLarge


async def stream(*chunks: bytes, error: Exception | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if error is not None:
        raise error


async def test_a_stream_becomes_a_file_with_its_size_and_hash(tmp_path: Path):
    path = files.upload(tmp_path, 7)
    kept = await files.keep(stream(b"a" * 300_000, b"b"), path, 300_001)
    assert path.read_bytes() == b"a" * 300_000 + b"b"
    assert (kept.size, kept.sha256[:8]) == (300_001, "a098f878")
    assert os.listdir(path.parent) == ["7"]


@pytest.mark.parametrize(
    ("chunks", "error", "raised"), [((b"x" * 11,), None, FileTooLarge), ((b"x",), KeyError("gone"), KeyError)]
)
async def test_of_a_stream_that_fails_nothing_is_left(tmp_path: Path, chunks, error, raised):
    path = files.upload(tmp_path, 7)
    with pytest.raises(raised):
        await files.keep(stream(*chunks, error=error), path, 10)
    assert os.listdir(path.parent) == []


async def test_the_last_of_the_disk_is_left_to_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "_LEFT_FREE", 2**62)
    with pytest.raises(DiskFull):
        await files.keep(stream(b"x"), files.upload(tmp_path, 7), 10)


async def add(store: Store, data: Path, one: ChargePoint, at: datetime, size: int) -> FileJob:
    """A finished job with its file."""
    base = {"id": 0, "charge_point_id": one.id, "charge_point": one.identifier, "location": "", "state": FINISHED}
    job = FileJob(
        **base, kind=DIAGNOSTICS, created_at=at, due_at=at, finished_at=at, has_file=True, bytes_received=size
    )
    job = await store.write(lambda connection: file_jobs.add(connection, job))
    await files.keep(stream(b"x" * size), files.upload(data, job.id), size)
    return job


def names(data: Path) -> list[str]:
    return sorted(os.listdir(data / "files" / "uploads"))


async def test_old_files_are_forgotten(store: Store, tmp_path: Path, charge_point: ChargePoint, now: datetime):
    for days in (40, 20, 1):
        await add(store, tmp_path, charge_point, now - timedelta(days=days), 10)
    assert await file_retention.forget(store, tmp_path, now - timedelta(days=30), 1000) == 1
    assert names(tmp_path) == ["2", "3"]
    forgotten = await store.read(lambda connection: file_jobs.get(connection, 1))
    assert forgotten is not None
    assert (forgotten.has_file, forgotten.bytes_received, forgotten.state) == (False, 10, FINISHED)


async def test_the_oldest_files_go_when_they_are_too_much(
    store: Store, tmp_path: Path, charge_point: ChargePoint, now: datetime
):
    for hours in (3, 2, 1):
        await add(store, tmp_path, charge_point, now - timedelta(hours=hours), 10)
    assert await file_retention.forget(store, tmp_path, now - timedelta(days=30), 20) == 1
    assert names(tmp_path) == ["2", "3"]


async def test_files_that_nothing_stands_for_are_swept_up_once_they_are_old(
    store: Store, tmp_path: Path, charge_point: ChargePoint, now: datetime
):
    await add(store, tmp_path, charge_point, now, 10)
    long_ago = time.time() - 7200
    for name, at in (("8.part", long_ago), ("9", long_ago), ("1", long_ago), ("10.part", time.time())):
        path = tmp_path / "files" / "uploads" / name
        path.write_bytes(b"y")
        os.utime(path, (at, at))
    await file_retention.sweep(store, tmp_path)
    assert names(tmp_path) == ["1", "10.part"]


async def test_a_job_of_which_nothing_is_heard_is_stuck_once_and_not_before_it_was_due(
    store: Store, charge_point: ChargePoint, now: datetime
):
    base = {"id": 0, "charge_point_id": charge_point.id, "charge_point": "CP-1", "location": "", "kind": DIAGNOSTICS}
    for due_at in (now, now + timedelta(hours=10)):
        job = FileJob(**base, created_at=now, due_at=due_at)
        await store.write(lambda connection, job=job: file_jobs.add(connection, job))

    async def stuck(hours: int) -> list[int]:
        return [one.id for one in await store.write(lambda c: file_jobs.mark_stuck(c, now + timedelta(hours=hours)))]

    assert [await stuck(hours) for hours in (5, 7, 8, 17)] == [[], [1], [], [2]]
    again = await store.read(lambda connection: file_jobs.get(connection, 1))
    assert again is not None
    assert again.state == STUCK
