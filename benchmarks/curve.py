"""The curve: saturation of wattdeck by ten to ten thousand charge points, one server, more and more connections."""

import resource
import time
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.load import OPENED_AT_ONCE, Load, load_on
from benchmarks.report import Row
from benchmarks.settings import Settings
from benchmarks.throughput import Saturated, saturate

_SPARE_FILES = 500  # of a process, beside its sockets
_SENDING_S = 4.0
_LONGEST_S = 420.0  # of all; where opening takes longer the rest is left out


@dataclass(frozen=True)
class Point:
    """One place of the curve; where `saturated` is None it was not measured, and `why`."""

    connections: int
    saturated: Saturated | None
    why: str = ""


def measure(settings: Settings) -> list[Point]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_FILES
    points: list[Point] = []
    with servers.running(servers.WATTDECK) as server, load_on(server) as load:
        until, opened = time.monotonic() + _LONGEST_S, 0
        for connections in settings.curve:
            if connections > most:
                points.append(Point(connections, None, "too few file descriptors (ulimit -n)"))
                continue
            opened = open_up_to(load, opened, connections, until)
            if opened < connections:
                points.append(Point(connections, None, f"{opened:,} were open after {_LONGEST_S:.0f} s"))
            else:
                points.append(Point(connections, saturate(load, settings, connections, _SENDING_S)))
    return points


def open_up_to(load: Load, opened: int, connections: int, until: float) -> int:
    """Open the missing ones, as long as there is time; how many are open then."""
    while opened < connections and time.monotonic() < until:
        count = min(OPENED_AT_ONCE, connections - opened)
        load.open(count)
        opened += count
    return opened


def rows(points: list[Point]) -> list[Row]:
    table = []
    for point in points:
        what, one = f"MeterValues stored per second, {point.connections:,} connections", point.saturated
        if one is None:
            table.append(Row(what, f"not measured: {point.why}"))
            continue
        table.append(Row(what, f"{one.per_second:,.0f}"))
        table.append(Row("  processor time per message, us", f"{one.cpu_us_per_message:,.0f}"))
        table.append(Row("  answer time when saturated, p50 / p99 ms", f"{one.p50_ms:,.0f} / {one.p99_ms:,.0f}"))
        if one.failed:
            table.append(Row("  refused, lost or unanswered messages", str(one.failed), met=False, target="0"))
    return table
