"""Commits at a slow pace: ten charge points, a message each ten seconds, with both bargains of `meter_ack`.

With an answer after the commit there is nobody to share one with; with an answer on receipt values gather.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks import commits, servers
from benchmarks.load import load_on
from benchmarks.report import Row
from benchmarks.settings import Settings

CHARGE_POINTS, EVERY_S = 10, 10.0
BARGAINS = ("committed", "received")


@dataclass(frozen=True)
class Slow:
    bargain: str
    answered: int
    p99_ms: float
    values: float
    commits: float


def measure(settings: Settings) -> list[Slow]:
    """Both at the same time: there is next to nothing to do."""
    with ThreadPoolExecutor(len(BARGAINS)) as threads:
        return list(threads.map(lambda bargain: slow(settings, bargain), BARGAINS))


def slow(settings: Settings, bargain: str) -> Slow:
    with servers.running(servers.WATTDECK, meter_ack=bargain) as server, load_on(server) as load:
        load.open(CHARGE_POINTS)
        before = commits.count(server)
        result = load.ask("pace", rate=CHARGE_POINTS / EVERY_S, seconds=settings.slow_s)
        counted = commits.since(before, commits.count(server))
    assert counted is not None
    return Slow(bargain, result["answered"], result["p99_ms"], counted.values, counted.commits)


def rows(runs: list[Slow]) -> list[Row]:
    table = []
    for run in runs:
        what = f"{CHARGE_POINTS} charge points, a message each {EVERY_S:.0f} s, meter_ack = {run.bargain}"
        share = run.commits / run.values if run.values else 0.0
        table.append(Row(f"{what}: commits per value, others' included", f"{share:.1%}", "12.5%"))
        table.append(
            Row("  values / commits / answer time p99 ms", f"{run.values:.0f} / {run.commits:.0f} / {run.p99_ms:.1f}")
        )
    return table
