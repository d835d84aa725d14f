"""What a message costs as the database grows: the same load on the same charge points, whose tables hold millions of
samples or none; in turn, for the machine has other work.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import fill, servers
from benchmarks.load import load_on
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings
from benchmarks.throughput import Saturated, saturate

TARGET_RATIO, TARGET_BYTES = 1.3, 40.0
CHARGE_POINTS, ROUNDS = 500, 3
_SENDING_S = 4.0


@dataclass(frozen=True)
class Growth:
    filled: fill.Filled
    empty: Sequence[Saturated]
    full: Sequence[Saturated]


def measure(settings: Settings) -> list[Growth]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        empty, full = Path(folder) / "empty", Path(folder) / "full"
        empty.mkdir()
        load(settings, empty)  # its charge points and their series
        shutil.copytree(empty, full)
        filled = fill.fill(full / "data" / "wattdeck.sqlite3", settings.samples)
        rounds = [(load(settings, empty), load(settings, full)) for _ in range(ROUNDS)]
        return [Growth(filled, [one for one, _ in rounds], [one for _, one in rounds])]


def load(settings: Settings, folder: Path) -> Saturated:
    with servers.running(servers.WATTDECK, folder) as server, load_on(server) as client:
        client.open(CHARGE_POINTS)
        saturate(client, settings, CHARGE_POINTS, 1.0)  # first statements and first pages are not what is asked about
        return saturate(client, settings, CHARGE_POINTS, _SENDING_S)


def rows(runs: list[Growth]) -> list[Row]:
    [run] = runs
    us = [median(one.cpu_us_per_message for one in side) for side in (run.full, run.empty)]
    return [
        Row(
            f"Processor time per message with {run.filled.samples:,} samples stored / with none",
            f"{us[0] / us[1]:.2f} x",
            target=f"<= {TARGET_RATIO} x",
            met=us[0] / us[1] <= TARGET_RATIO,
        ),
        Row("  us, full", spread(one.cpu_us_per_message for one in run.full)),
        Row("  us, empty", spread(one.cpu_us_per_message for one in run.empty)),
        Row(
            "  messages per second, full / empty",
            f"{median(one.per_second for one in run.full):,.0f} / {median(one.per_second for one in run.empty):,.0f}",
        ),
        Row(
            "  bytes per sealed sample, its key included",
            f"{run.filled.bytes_per_sample:.1f}",
            target=f"<= {TARGET_BYTES:.0f}",
            met=run.filled.bytes_per_sample <= TARGET_BYTES,
        ),
        Row("  seconds to fill it", f"{run.filled.seconds:.0f}"),
    ]
