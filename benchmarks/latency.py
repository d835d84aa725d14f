"""Answer time at a third of saturation: an open loop that keeps its pace whatever the server does."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks import servers, throughput
from benchmarks.load import load_on
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings

SIDES = (servers.WATTDECK, servers.BLOCKING)  # the quicker of the plain ones
SHARE_OF_SATURATION = 1 / 3
TARGET_P99_MS = 50.0
SETTLE_S = 1.0


@dataclass(frozen=True)
class Paced:
    server: str
    connections: int
    rate: float
    p50_ms: float
    p99_ms: float
    client_late_p99_ms: float
    answered: int
    failed: int


def measure(settings: Settings, saturation: Mapping[str, float] | None = None) -> list[Paced]:
    """Pace both servers by their own saturation; where none was measured in this run, saturate each once first."""
    known = dict(saturation or {})
    for name in SIDES:
        if name not in known:
            known[name] = throughput.few_then_many(settings, name)[-1].per_second
    return [pace(settings, name, known[name]) for _ in range(settings.runs) for name in SIDES]


def pace(settings: Settings, name: str, saturation: float) -> Paced:
    with servers.running(name) as server, load_on(server) as load:
        load.open(settings.connections)
        rate = saturation * SHARE_OF_SATURATION
        load.ask("pace", rate=rate, seconds=SETTLE_S)  # first statements and first pages are not what is asked about
        result = load.ask("pace", rate=rate, seconds=settings.pace_s)
    return Paced(
        server=name,
        connections=settings.connections,
        rate=result["rate"],
        p50_ms=result["p50_ms"],
        p99_ms=result["p99_ms"],
        client_late_p99_ms=result["client_late_p99_ms"],
        answered=result["answered"],
        failed=result["refused"] + result["lost"] + result["unanswered"],
    )


def rows(runs: list[Paced]) -> list[Row]:
    ours = [run for run in runs if run.server == servers.WATTDECK]
    theirs = [run for run in runs if run.server == servers.BLOCKING]
    p99 = median(run.p99_ms for run in ours)
    rates = [median(run.rate for run in side) for side in (ours, theirs)]
    return [
        Row(
            f"Pace: a third of its own saturation, {ours[0].connections:,} connections, messages/s",
            f"{rates[0]:,.0f}",
            f"{rates[1]:,.0f}",
            f"{rates[0] / rates[1]:.1f} x",
        ),
        Row(
            "  answer time at that pace, p50 ms",
            spread((run.p50_ms for run in ours), ".1f"),
            spread((run.p50_ms for run in theirs), ".1f"),
        ),
        Row(
            "  answer time at that pace, p99 ms",
            spread((run.p99_ms for run in ours), ".1f"),
            spread((run.p99_ms for run in theirs), ".1f"),
            "",
            f"< {TARGET_P99_MS:.0f}",
            p99 < TARGET_P99_MS,
        ),
        Row(
            "  of that, the load client's own lateness, p99 ms",
            spread((run.client_late_p99_ms for run in ours), ".1f"),
            spread((run.client_late_p99_ms for run in theirs), ".1f"),
        ),
        Row(
            "  refused, lost or unanswered messages",
            str(sum(run.failed for run in ours)),
            str(sum(run.failed for run in theirs)),
        ),
    ]
