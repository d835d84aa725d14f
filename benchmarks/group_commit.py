"""Commits per stored value and answer times, from a trickle to saturation: `python -m benchmarks.group_commit`.

Both bargains in turn (`meter_ack`), and with `--before FOLDER` the sources of another version, too.
"""

import argparse
import os
from dataclasses import dataclass
from typing import Any

from benchmarks import commits, servers
from benchmarks.load import Load, load_on

# connections, messages a second (None: as many as it takes), seconds
LOADS: tuple[tuple[int, float | None, float], ...] = (
    (10, 1.0, 60.0),
    (100, 100.0, 8.0),
    (100, 1000.0, 8.0),
    (100, None, 6.0),
)
_SETTLE_S = 1.0


@dataclass(frozen=True)
class Measured:
    variant: str
    connections: int
    per_second: float
    p50_ms: float
    p99_ms: float
    values: float
    commits: float
    failed: int

    @property
    def share(self) -> float:
        """Commits per stored value."""
        return self.commits / max(1.0, self.values)


def environment(variant: str, before: str | None) -> dict[str, str]:
    if variant == "before":
        return {"PYTHONPATH": f"{before}/src"}
    return {"WATTDECK_METER_ACK": variant}


def measure(variant: str, before: str | None, connections: int, rate: float | None, seconds: float) -> Measured:
    extra = environment(variant, before)
    os.environ.update(extra)
    try:
        with servers.running(servers.WATTDECK) as server, load_on(server) as load:
            load.open(connections)
            _put(load, rate or 1000.0, _SETTLE_S)
            counted = commits.count(server)
            result = load.ask("saturate", seconds=seconds) if rate is None else _put(load, rate, seconds)
            since = commits.since(counted, commits.count(server))
    finally:
        for name in extra:
            del os.environ[name]
    assert since is not None
    failed = int(result["refused"] + result["lost"] + result["unanswered"])
    rate = result["answered"] / seconds if rate is None else rate
    return Measured(variant, connections, rate, result["p50_ms"], result["p99_ms"], since.values, since.commits, failed)


def _put(load: Load, rate: float, seconds: float) -> dict[str, Any]:
    return load.ask("pace", rate=rate, seconds=seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", help="folder of another version's sources")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--loads", type=int, nargs="*", default=range(len(LOADS)), help="which of them, by number")
    arguments = parser.parse_args()
    servers.raise_file_limit()
    variants = (*(("before",) if arguments.before else ()), "committed", "received")
    print(f"{'variant':10} {'conn.':>6} {'msg/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'values/commit':>14} {'fewer':>8}")
    for number in arguments.loads:
        for _ in range(arguments.runs):
            for variant in variants:
                one = measure(variant, arguments.before, *LOADS[number])
                values = f"{one.values / max(1.0, one.commits):14.1f} {1 - one.share:8.2%}"
                times = f"{one.per_second:8.1f} {one.p50_ms:8.1f} {one.p99_ms:8.1f}"
                print(f"{one.variant:10} {one.connections:6} {times} {values}", flush=True)
                assert not one.failed, f"{one.failed} messages were not answered"


if __name__ == "__main__":
    main()
