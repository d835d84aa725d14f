"""What browsers cost that ask for everything and read nothing: processor time of the server for a message of a charge
point, without and with them, in turn on one server; and once they have been let go, with their sockets still open.
"""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.live import KEY
from benchmarks.load import load_on, sending
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings

STUCK = 20
MESSAGE_EVERY_S = 5.0  # of each charge point
TARGET_RATIO = 1.05
WATCHED = ("stats", "charge_points_status", "charge_points_sessions", "alerts", "charge_points_meter_values")
_DEADLINE_S = 180.0
_ENOUGH_DROPPED = 1_000  # messages of each: then the snapshots are long behind


@dataclass(frozen=True)
class Cost:
    """Microseconds a message. `case`: alone, stuck, let go. `megabytes`: what the server holds."""

    case: str
    us: float
    megabytes: float


def measure(settings: Settings) -> list[Cost]:
    costs = []
    with servers.running(servers.WATTDECK, api_key=KEY) as server, load_on(server) as load:
        load.open(settings.connections)
        with sending(load, settings.connections / MESSAGE_EVERY_S):
            for turn in range(settings.runs):
                costs.append(_cost(server, "alone", settings.pace_s))
                with _stuck(server):
                    costs.append(_cost(server, "stuck", settings.pace_s))
                    if turn == settings.runs - 1:
                        _until(lambda: servers.counter(server, "wattdeck_live_clients") == 0, "letting go")
                        costs.append(_cost(server, "let go", settings.pace_s))
                _until(lambda: servers.counter(server, "wattdeck_live_clients") == 0, "leaving")
    return costs


def _cost(server: servers.Server, case: str, seconds: float) -> Cost:
    cpu, count = servers.cpu_seconds(server), servers.counter(server, "wattdeck_messages_total")
    time.sleep(seconds)
    cpu, count = servers.cpu_seconds(server) - cpu, servers.counter(server, "wattdeck_messages_total") - count
    return Cost(case, cpu / count * 1e6, servers.resident_bytes(server) / 1e6)


@contextmanager
def _stuck(server: servers.Server) -> Iterator[None]:
    """Browsers that have been shown how things stand, as far as they read, and have fallen behind."""
    before = servers.counter(server, "wattdeck_dropped_total")
    browsers = [_open(server) for _ in range(STUCK)]
    try:
        enough = before + STUCK * _ENOUGH_DROPPED
        _until(lambda: servers.counter(server, "wattdeck_dropped_total") >= enough, "falling behind")
        yield
    finally:
        for one in browsers:
            one.close()


def _open(server: servers.Server) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect(("127.0.0.1", server.http_port))
    request = (
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{server.http_port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: Bearer {KEY}\r\n\r\n"
    )
    one.sendall(request.encode())
    one.recv(1024)
    text = json.dumps({"action": "subscribe", "topics": WATCHED, "throttle_s": 0}).encode()
    one.sendall(b"\x81" + bytes([0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4) + text)  # a mask of zeros
    return one


def _until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} took longer than {_DEADLINE_S:.0f} s")
        time.sleep(0.5)


def rows(costs: list[Cost]) -> list[Row]:
    alone, stuck, gone = ([one for one in costs if one.case == case] for case in ("alone", "stuck", "let go"))
    usual = median(one.us for one in alone)
    ratio = median(one.us for one in gone) / usual
    return [
        Row("Processor time per message, nobody watching, us", spread(one.us for one in alone)),
        Row(
            f"  {STUCK} browsers that read nothing, before they are let go",
            spread(one.us for one in stuck),
            ratio=f"{median(one.us for one in stuck) / usual:.2f}",
        ),
        Row(
            "  once they have been let go",
            spread(one.us for one in gone),
            ratio=f"{ratio:.2f}",
            target=f"< {TARGET_RATIO}",
            met=ratio < TARGET_RATIO,
        ),
        Row(
            "  MB of the server: nobody / them",
            " / ".join(f"{max(one.megabytes for one in side):.0f}" for side in (alone, stuck)),
        ),
    ]
