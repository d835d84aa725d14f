"""Ten thousand charge points lose their connections and come back at once: until each is answered its boot and two
statuses.
"""

import resource
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.load import load_on
from benchmarks.report import Row
from benchmarks.settings import Settings

TARGET_S = 30.0
_SPARE_FILES = 500


@dataclass(frozen=True)
class CameBack:
    connections: int
    failed: int
    half_s: float
    seconds: float


def measure(settings: Settings) -> list[CameBack]:
    connections = min(settings.coming_back, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_FILES)
    with servers.running(servers.WATTDECK) as server, load_on(server) as load:
        load.open(connections, charging=False)
        return [CameBack(**load.ask("reconnect", port=server.ocpp_port))]


def rows(runs: list[CameBack]) -> list[Row]:
    [run] = runs
    return [
        Row(
            f"{run.connections:,} charge points come back at once: seconds until all are answered",
            f"{run.seconds:.1f}",
            target=f"< {TARGET_S:.0f}",
            met=run.seconds < TARGET_S and run.failed == 0,
        ),
        Row("  until half of them are", f"{run.half_s:.1f}"),
        Row("  not answered", str(run.failed)),
    ]
