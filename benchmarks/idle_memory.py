"""Memory per idle connection: the server before anyone came and after thousands have booted and gone quiet."""

import time
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.load import load_on
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings

SIDES = (servers.WATTDECK, servers.BLOCKING)
TARGET_KB = 40.0
SETTLE_S = 3.0


@dataclass(frozen=True)
class Idle:
    server: str
    connections: int
    bytes_before: int
    bytes_after: int
    boot_seconds: float

    @property
    def kb_per_connection(self) -> float:
        return (self.bytes_after - self.bytes_before) / self.connections / 1000


def measure(settings: Settings) -> list[Idle]:
    """Once for each server: memory hardly varies, and thousands of boots take the plain one a while."""
    return [idle(settings, name) for name in SIDES]


def idle(settings: Settings, name: str) -> Idle:
    with servers.running(name) as server, load_on(server) as load:
        before = servers.resident_bytes(server)
        seconds = load.open(settings.idle_connections, charging=False)
        time.sleep(SETTLE_S)
        after = servers.resident_bytes(server)
    return Idle(name, settings.idle_connections, before, after, seconds)


def rows(runs: list[Idle]) -> list[Row]:
    ours = [run for run in runs if run.server == servers.WATTDECK]
    theirs = [run for run in runs if run.server == servers.BLOCKING]
    mine = median(run.kb_per_connection for run in ours)
    return [
        Row(
            f"kB per idle connection, {ours[0].connections:,} open",
            spread((run.kb_per_connection for run in ours), ".1f"),
            spread((run.kb_per_connection for run in theirs), ".1f"),
            f"{mine / median(run.kb_per_connection for run in theirs):.1f} x",
            f"< {TARGET_KB:.0f}",
            mine < TARGET_KB,
        ),
        Row(
            "  seconds to connect and boot them all",
            spread((run.boot_seconds for run in ours), ".1f"),
            spread((run.boot_seconds for run in theirs), ".1f"),
        ),
    ]
