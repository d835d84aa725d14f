"""`python -m benchmarks`: measure wattdeck and a plain central system in turn and print them side by side."""

import argparse
import dataclasses
import json
import time
from typing import Any

from rich.console import Console

from benchmarks import commits, idle_memory, latency, servers, throughput
from benchmarks.report import Row, caveat, print_table
from benchmarks.settings import FULL, QUICK, Settings

NAMES = ("throughput", "latency", "memory", "commits")
BASELINE_HEADING = f"{servers.BASELINE}, one commit per message"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer connections, shorter windows, one run: one minute")
    parser.add_argument("--only", choices=NAMES, help="one measurement instead of all")
    parser.add_argument("--runs", type=int, choices=range(1, 11), metavar="N", help="interleaved runs (default: 3)")
    parser.add_argument("--json", action="store_true", help="print every run as JSON instead of the table")
    return parser.parse_args()


def measure(settings: Settings, wanted: set[str], console: Console) -> tuple[list[Row], list[Any]]:
    """Take the wanted measurements; commits are counted while throughput is measured."""
    rows: list[Row] = []
    everything: list[Any] = []
    saturation: dict[str, float] = {}
    if wanted & {"throughput", "commits"}:
        console.log("throughput: both servers in turn, saturated")
        names = servers.BOTH if "throughput" in wanted else (servers.WATTDECK,)
        saturated = throughput.measure(settings, names)
        everything += saturated
        if "throughput" in wanted:
            rows += throughput.rows(saturated)
            saturation = {name: throughput.rate_of(saturated, name, settings.connections) for name in servers.BOTH}
        if "commits" in wanted:
            rows += commits.rows([(run.answered, run.counted) for run in saturated if run.counted])
    if "latency" in wanted:
        console.log("latency: both servers in turn, at a third of their saturation")
        paced = latency.measure(settings, saturation)
        everything += paced
        rows += latency.rows(paced)
    if "memory" in wanted:
        console.log("memory: both servers in turn, holding idle connections")
        idle = idle_memory.measure(settings)
        everything += idle
        rows += idle_memory.rows(idle)
    return rows, everything


def main() -> None:
    arguments = parse()
    servers.raise_file_limit()
    settings = QUICK if arguments.quick else FULL
    if arguments.runs:
        settings = dataclasses.replace(settings, runs=arguments.runs)
    wanted = {arguments.only} if arguments.only else set(NAMES)
    began_at = time.monotonic()
    rows, everything = measure(settings, wanted, Console(stderr=True))
    note = caveat(settings.runs)
    if arguments.json:
        runs = [{"measured": type(run).__name__, **dataclasses.asdict(run)} for run in everything]
        summary = [dataclasses.asdict(row) for row in rows]
        print(json.dumps({"settings": dataclasses.asdict(settings), "note": note, "rows": summary, "runs": runs}))
        return
    print_table(rows, BASELINE_HEADING, f"{note} Took {time.monotonic() - began_at:.0f} s.")


if __name__ == "__main__":
    main()
