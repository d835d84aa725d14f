"""Browsers that only listen, in a process of their own: `{"url", "key", "count"}` comes in as one line, `opening` goes
out, and `ready` once all have been shown how things stand; at the next line the times (monotonic clock) at which each
marked value arrived go out as JSON, and it ends.

Half of them look at the overview, half at one charge point; all look at the charge point PROBE.
"""

import asyncio
import functools
import json
import re
import sys
import time

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.servers import raise_file_limit

OVERVIEW = ("stats", "charge_points_status", "charge_points_sessions", "alerts")
_SNAPSHOTS_S = 60.0
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


def topics_of(number: int, charge_points: list[str]) -> list[str]:
    if number % 2:
        return list(OVERVIEW)
    own = charge_points[number % len(charge_points)] if charge_points else "PROBE"
    return [f"charge_point_{own}_{one}" for one in ("status", "sessions", "alerts")]


async def main() -> None:
    raise_file_limit()
    given = json.loads(sys.stdin.readline())
    url, key = given["url"], given["key"]
    heard: list[tuple[int, float]] = []
    print("opening", flush=True)
    kept = await asyncio.gather(
        *(
            ws_connect(
                functools.partial(Browser, topics_of(number, given["charge_points"]), heard),
                url,
                extra_headers={"Authorization": f"Bearer {key}"},
                websocket_handshake_timeout=60,
            )
            for number in range(given["count"])
        )
    )
    # first they are shown how things stand: many at once take their time, which is not what is asked about
    async with asyncio.timeout(_SNAPSHOTS_S):
        await asyncio.gather(*(listener.shown.wait() for _, listener in kept if isinstance(listener, Browser)))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    received = sum(listener.bytes for _, listener in kept if isinstance(listener, Browser))
    print(json.dumps({"heard": heard, "bytes": received}), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
