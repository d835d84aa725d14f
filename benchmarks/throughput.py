"""Throughput: MeterValues in a closed loop, everything stored and answered, by few and by many charge points."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import commits, servers
from benchmarks.commits import Counted
from benchmarks.frames import VALUES_PER_MESSAGE
from benchmarks.load import Load, load_on
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings

SERVERS = (servers.WATTDECK, servers.ASYNCHRONOUS, servers.BLOCKING)
TARGET_PER_SECOND = 10_000.0
TARGET_RATIO = 20.0  # beside asynchronous sessions, as in the floors that the target was set by


@dataclass(frozen=True)
class Saturated:
    """One server, saturated once. `counted` is what wattdeck itself says of it."""

    server: str
    connections: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us_per_message: float
    answered: int
    failed: int
    counted: Counted | None
    disk_bytes_per_value: float | None = None


def measure(settings: Settings, names: Sequence[str] = SERVERS) -> list[Saturated]:
    return [one for _ in range(settings.runs) for name in names for one in few_then_many(settings, name)]


def few_then_many(settings: Settings, name: str) -> list[Saturated]:
    """Saturate a fresh server with a few charge points, then, on the same database, with many."""
    with servers.running(name) as server:
        with load_on(server) as load:
            load.open(settings.few_connections)
            few = saturate(load, settings, settings.few_connections)
            load.open(settings.connections - settings.few_connections)
            many = saturate(load, settings, settings.connections)
        servers.end(server.process)
        values = (few.answered + many.answered) * VALUES_PER_MESSAGE
        return [few, dataclasses.replace(many, disk_bytes_per_value=servers.folder_bytes(server) / values)]


def saturate(load: Load, settings: Settings, connections: int, seconds: float | None = None) -> Saturated:
    counted_before = commits.count(load.server)
    cpu_before = servers.cpu_seconds(load.server)
    result = load.ask("saturate", seconds=seconds or settings.sending_s)
    cpu_s = servers.cpu_seconds(load.server) - cpu_before
    return Saturated(
        server=load.server.name,
        connections=connections,
        per_second=result["per_second"],
        p50_ms=result["p50_ms"],
        p99_ms=result["p99_ms"],
        cpu_us_per_message=cpu_s / max(1, result["answered"]) * 1e6,
        answered=result["answered"],
        failed=result["refused"] + result["lost"] + result["unanswered"],
        counted=commits.since(counted_before, commits.count(load.server)),
    )


def rate_of(runs: Sequence[Saturated], server: str, connections: int) -> float:
    """Return the median saturation of a server in messages per second."""
    return median(run.per_second for run in runs if run.server == server and run.connections == connections)


def rows(runs: Sequence[Saturated]) -> list[Row]:
    return [row for connections in sorted({run.connections for run in runs}) for row in rows_at(connections, runs)]


def rows_at(connections: int, runs: Sequence[Saturated]) -> list[Row]:
    ours, theirs, blocking = (
        [run for run in runs if run.server == name and run.connections == connections] for name in SERVERS
    )
    ratio = _times(ours, theirs, _rate)
    table = [
        Row(
            f"MeterValues stored per second, {connections:,} connections",
            spread(map(_rate, ours)),
            spread(map(_rate, theirs)),
            f"{ratio:.1f} x",
            f"{TARGET_PER_SECOND:,.0f}; {TARGET_RATIO:.0f} x",
            ratio >= TARGET_RATIO and median(map(_rate, ours)) >= TARGET_PER_SECOND,
        ),
        Row("  beside blocking sessions", "", spread(map(_rate, blocking)), f"{_times(ours, blocking, _rate):.1f} x"),
        Row(
            "  answer time when saturated, p50 / p99 ms",
            f"{median(run.p50_ms for run in ours):,.0f} / {median(run.p99_ms for run in ours):,.0f}",
            f"{median(run.p50_ms for run in theirs):,.0f} / {median(run.p99_ms for run in theirs):,.0f}",
        ),
        Row(
            "  processor time per message, us",
            spread(map(_cpu_us, ours)),
            spread(map(_cpu_us, theirs)),
            f"{_times(theirs, ours, _cpu_us):.1f} x",
        ),
        Row(
            "  beside blocking sessions",
            "",
            spread(map(_cpu_us, blocking)),
            f"{_times(blocking, ours, _cpu_us):.1f} x",
        ),
        Row(
            "  refused, lost or unanswered messages",
            str(sum(run.failed for run in ours)),
            str(sum(run.failed for run in (*theirs, *blocking))),
        ),
    ]
    on_disk = [[run.disk_bytes_per_value for run in side if run.disk_bytes_per_value] for side in (ours, theirs)]
    if all(on_disk):
        table.append(Row("  bytes on disk per value, all files", spread(on_disk[0]), spread(on_disk[1])))
    return table


def _rate(run: Saturated) -> float:
    return run.per_second


def _cpu_us(run: Saturated) -> float:
    return run.cpu_us_per_message


def _times(more: Sequence[Saturated], less: Sequence[Saturated], figure: Callable[[Saturated], float]) -> float:
    return median(map(figure, more)) / median(map(figure, less))
