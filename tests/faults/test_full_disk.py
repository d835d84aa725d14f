"""A server whose disk is full: nothing is acknowledged that is not stored, and all goes on when there is room again."""

import asyncio
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.ledger import Ledger
from tests.faults.test_kill import check, load, rows
from tests.servers import Server, serving
from tests.stations import until

_SMALL = 16 * 1024 * 1024


@contextmanager
def no_more_bytes(server: Server) -> Iterator[None]:
    """The kernel lets the process write no further than this into any file; SQLite calls it an I/O error."""
    pid, limit = server.process.pid, resource.RLIMIT_FSIZE
    before = resource.prlimit(pid, limit)
    resource.prlimit(pid, limit, (4096, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, limit, before)


@contextmanager
def filled(server: Server) -> Iterator[None]:
    """The file system has no block left."""
    filler = server.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError:
            pass
        os.fsync(file.fileno())
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 16 MB. Only where we may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SMALL}", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("file systems can be mounted by root alone")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def ready(server: Server) -> int:
    return server.ask("GET", "/readyz").status_code


async def fill_up_and_go_on(folder: Path, trouble, **settings) -> None:
    ledgers = [Ledger(f"CP-{number}") for number in range(4)]
    with serving(folder, write_hold_s=2, **settings) as server:
        tasks = await load(server, ledgers, 40)
        with trouble(server):
            await until(lambda: ready(server) == 503)
            await asyncio.gather(*tasks)  # each was cut off, and keeps what it has to say
            stored = {one.identifier: one.acknowledged for one in ledgers}
            assert server.ask("PUT", "tags/X", json={"status": "accepted"}).status_code in (503, 507)
            for one in ledgers:
                assert server.get("charge-points/" + one.identifier)["identifier"] == one.identifier
        await until(lambda: ready(server) == 200)
        tasks = await load(server, ledgers, 40)
        assert all(one.acknowledged >= stored[one.identifier] for one in ledgers)
        for ledger in ledgers:
            check(server, ledger)
        assert await asyncio.to_thread(server.stop) == 0
        await asyncio.gather(*tasks)
        log = server.log.read_text()
        assert log.count("can be written again") == 1  # that it could not be may stand on the disk that was full
        assert "Traceback" not in log
    [(verdict,)] = rows(server.database, "PRAGMA integrity_check")
    assert verdict == "ok"


@pytest.mark.covers("promise 2")
async def test_a_process_that_may_write_no_more_bytes_loses_nothing(tmp_path):
    await fill_up_and_go_on(tmp_path, no_more_bytes)


@pytest.mark.covers("promise 2")
async def test_a_file_system_that_is_full_loses_nothing(small_disk):
    await fill_up_and_go_on(small_disk, filled, low_disk_bytes=0)
