"""Forgets what charge points uploaded when it is old or too much, and sweeps up files that nothing stands for."""

import asyncio
from datetime import datetime
from pathlib import Path

from wattdeck.store import file_jobs, files, firmware
from wattdeck.store.engine import Store

_STRAY_REPORTS = 5_000


async def forget(store: Store, data: Path, before: datetime, limit_bytes: int) -> int:
    """Forget the files that came before `before`, and the oldest of the others until they fit; how many.

    First in the database, then on the disk: what a process that dies leaves between the two is swept up later.
    """
    kept = await store.glance(file_jobs.files_kept)
    left = sum(size for _, _, size in kept)
    gone = 0
    for job_id, arrived_at, size in kept:
        if arrived_at >= before and left <= limit_bytes:
            break
        await store.write(lambda connection, job_id=job_id: file_jobs.forget_file(connection, job_id))  # type: ignore[misc]
        await asyncio.to_thread(files.remove, files.upload(data, job_id))
        left, gone = left - size, gone + 1
    while await store.write(lambda connection: file_jobs.forget_reports(connection, before, _STRAY_REPORTS)):
        pass
    return gone


async def sweep(store: Store, data: Path) -> None:
    """Remove files that a process left behind when it died."""
    uploads = {str(job_id) for job_id, _, _ in await store.glance(file_jobs.files_kept)}
    hashes = await store.glance(firmware.hashes)
    await asyncio.to_thread(files.sweep, files.upload(data, 0).parent, uploads)
    await asyncio.to_thread(files.sweep, files.firmware(data, "x").parent, hashes)
    await asyncio.to_thread(files.sweep, files.incoming(data, "x").parent, set())
