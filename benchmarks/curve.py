"""The curve: saturation of wattdeck by ten to ten thousand charge points, one server, more and more connections."""

import resource
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.load import load_on
from benchmarks.report import Row
from benchmarks.settings import Settings
from benchmarks.throughput import Saturated, saturate

_SPARE_FILES = 500  # of a process, beside its sockets
_SENDING_S = 4.0


@dataclass(frozen=True)
class Point:
    """One place of the curve; `saturated` is None where there were not enough file descriptors."""

    connections: int
    saturated: Saturated | None


def measure(settings: Settings) -> list[Point]:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_FILES
    points: list[Point] = []
    with servers.running(servers.WATTDECK) as server, load_on(server) as load:
        opened = 0
        for connections in settings.curve:
            if connections > most:
                points.append(Point(connections, None))
                continue
            load.open(connections - opened)
            opened = connections
            points.append(Point(connections, saturate(load, settings, connections, _SENDING_S)))
    return points


def rows(points: list[Point]) -> list[Row]:
    table = []
    for point in points:
        what, one = f"MeterValues stored per second, {point.connections:,} connections", point.saturated
        if one is None:
            table.append(Row(what, "not measured: too few file descriptors (ulimit -n)"))
            continue
        table.append(Row(what, f"{one.per_second:,.0f}"))
        table.append(Row("  processor time per message, us", f"{one.cpu_us_per_message:,.0f}"))
        table.append(Row("  answer time when saturated, p50 / p99 ms", f"{one.p50_ms:,.0f} / {one.p99_ms:,.0f}"))
        if one.failed:
            table.append(Row("  refused, lost or unanswered messages", str(one.failed), met=False, target="0"))
    return table
