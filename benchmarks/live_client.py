"""Browsers that only listen, in a process of their own: `{"url", "key", "count"}` comes in as one line, `ready` goes
out; at the next line the times (monotonic clock) at which each marked value arrived go out as JSON, and it ends.

Half of them look at the overview, half at one charge point; all look at the charge point PROBE. `"stuck"`: so many more
that never read.
"""

import asyncio
import json
import re
import socket
import sys
import time
from urllib.parse import urlsplit

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.servers import raise_file_limit

OVERVIEW = ("stats", "charge_points_status", "charge_points_sessions", "alerts")
_SNAPSHOTS_S, _STUCK_S = 60.0, 10.0
PROBE = "charge_point_PROBE_meter_values"
# the marked values, and no others, are a million and something
_MARK = re.compile(rb'"value":(1\d{6})\.0')


class Browser(WSListener):
    def __init__(self, topics: list[str], heard: list[tuple[int, float]]) -> None:
        super().__init__()
        self.topics, self.heard = topics, heard
        self.bytes = 0
        self.shown = asyncio.Event()

    def on_ws_connected(self, transport: WSTransport) -> None:
        asked = {"action": "subscribe", "topics": self.topics}
        transport.send(WSMsgType.TEXT, json.dumps(asked).encode())
        transport.send(WSMsgType.TEXT, json.dumps({"action": "subscribe", "topics": [PROBE], "throttle_s": 0}).encode())

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()
            return
        at, payload = time.monotonic(), frame.get_payload_as_bytes()
        self.bytes += len(payload)
        self.shown.set()
        self.heard += [(int(number), at) for number in _MARK.findall(payload)]


async def open_stuck(url: str, key: str) -> socket.socket:
    """A browser that asks for everything and reads nothing."""
    parts = urlsplit(url)
    one = socket.create_connection((parts.hostname or "", parts.port or 80))
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: Bearer {key}\r\n\r\n"
    )
    one.sendall(request.encode())
    await asyncio.to_thread(one.recv, 1024)
    topics = [*OVERVIEW, "charge_points_meter_values", PROBE]
    text = json.dumps({"action": "subscribe", "topics": topics, "throttle_s": 0}).encode()
    masked = b"\x81" + bytes([0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4) + text  # a mask of zeros
    one.sendall(masked)
    return one


async def main() -> None:
    raise_file_limit()
    given = json.loads(sys.stdin.readline())
    url, key = given["url"], given["key"]
    heard: list[tuple[int, float]] = []
    kept = []
    for number in range(given["count"]):
        own = given["charge_points"][number % len(given["charge_points"])] if given["charge_points"] else "PROBE"
        topics = (
            list(OVERVIEW) if number % 2 else [f"charge_point_{own}_{one}" for one in ("status", "sessions", "alerts")]
        )
        kept.append(
            await ws_connect(
                lambda topics=topics: Browser(topics, heard),  # type: ignore[misc]
                url,
                extra_headers={"Authorization": f"Bearer {key}"},
                websocket_handshake_timeout=30,
            )
        )
    stuck = [await open_stuck(url, key) for _ in range(given.get("stuck", 0))]
    # first they are shown how things stand: many at once take their time, which is not what is asked about
    async with asyncio.timeout(_SNAPSHOTS_S):
        await asyncio.gather(*(listener.shown.wait() for _, listener in kept if isinstance(listener, Browser)))
    await asyncio.sleep(_STUCK_S if stuck else 0)  # nobody sees when those have been shown everything
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    received = sum(listener.bytes for _, listener in kept if isinstance(listener, Browser))
    print(json.dumps({"heard": heard, "bytes": received}), flush=True)
    for one in stuck:
        one.close()


if __name__ == "__main__":
    uvloop.run(main())
