"""Files in the data folder: what charge points uploaded, and firmware for them. Named by number, never by a name from
outside.
"""

import asyncio
import errno
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from wattdeck.domain.errors import WattdeckError
from wattdeck.domain.records import Record

_AT_ONCE = 262_144  # bytes gathered before a thread writes them
_LEFT_FREE = 67_108_864  # bytes of the disk that stay free: the database needs them more than any file
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LEFTOVER_S = 3600.0  # how old a file without a row must be before it is swept away


class FileTooLarge(WattdeckError):
    """It is larger than may be kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")


class DiskFull(WattdeckError):
    """There is no room for it."""

    def __init__(self) -> None:
        super().__init__("no room on the disk")


class Kept(Record, frozen=True):
    size: int
    sha256: str


def upload(data: Path, job_id: int) -> Path:
    """Where the file of a job lies."""
    return data / "files" / "uploads" / str(job_id)


def firmware(data: Path, sha256: str) -> Path:
    """By what is in it: two of the same are one file."""
    return data / "files" / "firmware" / sha256


def incoming(data: Path, name: str) -> Path:
    """Where a file gathers before it has a number; `name` is one of ours."""
    return data / "files" / "incoming" / name


async def keep(chunks: AsyncIterator[bytes], path: Path, limit: int) -> Kept:
    """Write a stream to `path`: whole and on the disk, or nothing is left of it.

    Raises FileTooLarge, DiskFull, OSError, or what the stream raises.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        file = await asyncio.to_thread(_open, part)
        try:
            kept = await _fill(file, chunks, limit)
            await asyncio.to_thread(_finish, file)
        finally:
            await asyncio.to_thread(file.close)
        await asyncio.to_thread(os.replace, part, path)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull from error
        raise
    finally:
        await asyncio.to_thread(part.unlink, True)
    return kept


async def move(path: Path, place: Path) -> None:
    """Put a file that was kept where it belongs. Raises DiskFull, with nothing left of it, or OSError."""
    try:
        await asyncio.to_thread(place.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(os.replace, path, place)
    except OSError as error:
        await asyncio.to_thread(remove, path)
        if error.errno in _NO_ROOM:
            raise DiskFull from error
        raise


async def _fill(file: BinaryIO, chunks: AsyncIterator[bytes], limit: int) -> Kept:
    size, digest, gathered = 0, hashlib.sha256(), bytearray()
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(limit)
        gathered += chunk
        if len(gathered) >= _AT_ONCE:
            await asyncio.to_thread(_write, file, gathered, digest)
            gathered = bytearray()
    await asyncio.to_thread(_write, file, gathered, digest)
    return Kept(size, digest.hexdigest())


def _open(part: Path) -> BinaryIO:
    part.parent.mkdir(parents=True, exist_ok=True)
    return part.open("wb")


def _write(file: BinaryIO, gathered: bytearray, digest: "hashlib._Hash") -> None:
    if shutil.disk_usage(file.name).free - len(gathered) < _LEFT_FREE:
        raise DiskFull
    digest.update(gathered)
    file.write(gathered)


def _finish(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def sweep(folder: Path, known: set[str]) -> int:
    """Remove files that nothing in the database stands for (a process died between the two); how many."""
    gone, before = 0, time.time() - _LEFTOVER_S
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
