"""A line that cannot be trusted: a proxy between charge points and server that cuts sockets, doubles frames and lets
them overtake each other, at random but seeded.
"""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from tests.stations import until

_TEXT, _FIN = 0x1, 0x80
_LONGEST_WAIT_S = 0.05
_LATEST = 12  # frames after the original


class Cut(Exception):
    """The line breaks here."""


@dataclass(frozen=True)
class Mischief:
    """Chances per frame. `cut`: of a broken line, before, within or after the frame; `double`: of a copy that comes at
    once or a few frames later; `swap`: of being overtaken by the next one.
    """

    cut: float = 0.01
    double: float = 0.1
    swap: float = 0.1


@dataclass
class Proxy:
    """Listens on `port`, connects to whatever listens on `server_port` at that moment."""

    server_port: int
    mischief: Mischief
    random: Random
    port: int = 0
    done: Counter = field(default_factory=Counter)
    lines: set = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            writer.transport.abort()
            return
        self.lines.add(writer)
        ways = (
            asyncio.create_task(self._carry(reader, server_writer)),
            asyncio.create_task(self._carry(server_reader, writer)),
        )
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for end in (writer, server_writer):
            end.transport.abort()
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self.lines.discard(writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction, until it ends or breaks."""
        coming = None
        try:
            writer.write(await reader.readuntil(b"\r\n\r\n"))  # the handshake
            late: list[tuple[int, bytes]] = []  # copies that come after so many frames more
            held = b""
            while True:
                coming = asyncio.ensure_future(reader.readexactly(2))
                if held:
                    await asyncio.wait((coming,), timeout=_LONGEST_WAIT_S)
                    if not coming.done():
                        writer.write(held)  # nobody came to overtake it
                        held = b""
                frame = await _rest(await coming, reader)
                if frame[0] != _FIN | _TEXT:
                    writer.write(frame)
                    continue
                self._maybe_cut(writer, frame)
                late = [(after - 1, copy) for after, copy in late]
                if self._happens("double"):
                    late.append((self.random.randrange(_LATEST), frame))
                if held:
                    self.done["overtaken"] += 1
                    writer.write(frame + held)
                    held = b""
                elif self._happens("swap"):
                    held = frame
                else:
                    writer.write(frame)
                writer.write(b"".join(copy for after, copy in late if after <= 0))
                late = [one for one in late if one[0] > 0]
                await writer.drain()
        except (Cut, asyncio.IncompleteReadError, OSError):
            pass
        finally:
            if coming is not None:
                coming.cancel()

    def _maybe_cut(self, writer: asyncio.StreamWriter, frame: bytes) -> None:
        if self._happens("cut"):
            writer.write(frame[: self.random.choice((0, len(frame) // 2, len(frame)))])
            raise Cut

    def _happens(self, what: str) -> bool:
        happens = self.random.random() < getattr(self.mischief, what)
        self.done[what] += happens
        return happens


@asynccontextmanager
async def proxying(server_port: int, mischief: Mischief, seed: int):
    """A running proxy on a free port of its own."""
    proxy = Proxy(server_port, mischief, Random(seed))
    listener = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = listener.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listener.close()
        for writer in proxy.lines:
            writer.transport.abort()
        await until(lambda: not proxy.lines)


async def _rest(head: bytes, reader: asyncio.StreamReader) -> bytes:
    """One whole WebSocket frame as it came (RFC 6455 §5.2), from its first two bytes on."""
    length = head[1] & 0x7F
    if length > 125:
        more = await reader.readexactly(2 if length == 126 else 8)
        length, head = int.from_bytes(more), head + more
    masked = 4 if head[1] & 0x80 else 0
    return head + await reader.readexactly(masked + length)
