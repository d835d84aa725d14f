"""Files to and from a pretended charge point by HTTP: it sends a small made-up log, and counts what it fetches."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

_PATIENCE_S = 30.0
_LARGEST = 268_435_456  # bytes of firmware that are fetched at most
_LONGEST_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class Transfer:
    """One file: `content` is uploaded to `location`, without one what is there is fetched. `done` is told whether it
    worked, and when.
    """

    location: str
    content: bytes | None
    done: Callable[[bool, float], None]


async def carry_out(transfer: Transfer) -> bool:
    """Whether the file went over: by HTTP alone, as the simulated charge points' configuration says."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await _exchange(transfer.location, transfer.content)
    except (OSError, ValueError, IndexError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return False


async def _exchange(location: str, content: bytes | None) -> bool:
    parts = urlsplit(location)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        return False
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if tls else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=tls, limit=_LONGEST_HEAD)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        method, length = ("GET", "") if content is None else ("PUT", f"Content-Length: {len(content)}\r\n")
        host = parts.netloc.rpartition("@")[2]
        head = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{length}\r\n"
        writer.write(head.encode() + (content or b""))
        await writer.drain()
        status = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1]
        if content is None:
            await _count(reader)
        return status.startswith(b"2")
    finally:
        writer.close()


async def _count(reader: asyncio.StreamReader) -> int:
    size = 0
    while chunk := await reader.read(65_536):
        size += len(chunk)
        if size > _LARGEST:
            raise ValueError("too large")
    return size
