"""`python -m benchmarks`: measure wattdeck and a plain central system in turn and print them side by side."""

import argparse
import dataclasses
import json
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console

from benchmarks import (
    alert_latency,
    alert_rules,
    commits,
    curve,
    first_paint,
    growth,
    hot_path,
    idle_memory,
    latency,
    live,
    opening,
    page_memory,
    queries,
    reconnect,
    servers,
    slow,
    stuck,
    throughput,
)
from benchmarks.report import Row, caveat, markdown, print_table
from benchmarks.settings import FULL, QUICK, Settings

BESIDE_THE_OTHER = ("throughput", "latency", "memory", "commits")
ALONE: dict[str, tuple[str, Callable[[Settings], list[Any]], Callable[[list[Any]], list[Row]]]] = {
    "curve": ("more and more connections", curve.measure, curve.rows),
    "slow": ("commits where little comes", slow.measure, slow.rows),
    "reconnect": ("all come back at once", reconnect.measure, reconnect.rows),
    "growth": ("an empty database and a full one", growth.measure, growth.rows),
    "queries": ("what people look at", queries.measure, queries.rows),
    "alerts": ("with more and more alert rules", lambda settings: alert_rules.measure(), alert_rules.rows),
    "alert_latency": ("from a bad value to its alert", alert_latency.measure, alert_latency.rows),
    "live": ("from a frame to the browsers", live.measure, live.rows),
    "stuck": ("browsers that read nothing", stuck.measure, stuck.rows),
    "opening": ("all browsers at once", opening.measure, opening.rows),
    "first_paint": ("until the overview is there", first_paint.measure, first_paint.rows),
    "page_memory": ("pages that stay open", page_memory.measure, page_memory.rows),
    "hot_path": ("without sockets, by stage", lambda settings: hot_path.measure(), hot_path.rows),
}
NAMES = (*BESIDE_THE_OTHER, *ALONE)
MOST_SAMPLES = 50_000_000
MOST_MINUTES = 120.0
BASELINE_HEADING = f"{servers.ASYNCHRONOUS}, one commit per message"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer connections, shorter windows, one run: some minutes"
    )
    parser.add_argument("--only", choices=NAMES, action="append", help="this measurement; may be given several times")
    parser.add_argument("--runs", type=int, choices=range(1, 11), metavar="N", help="interleaved runs (default: 3)")
    parser.add_argument("--samples", type=int, metavar="N", help="of the full database in `growth` (50000000: an hour)")
    parser.add_argument(
        "--minutes", type=float, metavar="N", help="for which pages stay open in `page_memory` (30: the target)"
    )
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown, for the documentation")
    parser.add_argument("--json", action="store_true", help="print every run as JSON instead of the table")
    return parser.parse_args()


def measure(settings: Settings, wanted: set[str], console: Console) -> tuple[list[Row], list[Any]]:
    """Take the wanted measurements; commits are counted while throughput is measured."""
    rows: list[Row] = []
    everything: list[Any] = []
    saturation: dict[str, float] = {}
    if wanted & {"throughput", "commits"}:
        console.log("throughput: wattdeck and two plain servers in turn, saturated")
        names = throughput.SERVERS if "throughput" in wanted else (servers.WATTDECK,)
        saturated = throughput.measure(settings, names)
        everything += saturated
        if "throughput" in wanted:
            rows += throughput.rows(saturated)
            saturation = {name: throughput.rate_of(saturated, name, settings.connections) for name in names}
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
    for name, (what, take, table) in ALONE.items():
        if name in wanted:
            console.log(f"{name}: {what}")
            taken = take(settings)
            everything += taken
            rows += table(taken)
    return rows, everything


def main() -> None:
    arguments = parse()
    servers.raise_file_limit()
    settings = QUICK if arguments.quick else FULL
    if arguments.runs:
        settings = dataclasses.replace(settings, runs=arguments.runs)
    if arguments.samples:
        settings = dataclasses.replace(settings, samples=min(arguments.samples, MOST_SAMPLES))
    if arguments.minutes:
        settings = dataclasses.replace(settings, page_minutes=min(arguments.minutes, MOST_MINUTES))
    wanted = set(arguments.only or NAMES)
    began_at = time.monotonic()
    rows, everything = measure(settings, wanted, Console(stderr=True))
    note = caveat(settings.runs)
    if arguments.json:
        runs = [{"measured": type(run).__name__, **dataclasses.asdict(run)} for run in everything]
        summary = [dataclasses.asdict(row) for row in rows]
        print(json.dumps({"settings": dataclasses.asdict(settings), "note": note, "rows": summary, "runs": runs}))
        return
    note = f"{note} Took {time.monotonic() - began_at:.0f} s."
    if arguments.markdown:
        print(markdown(rows, BASELINE_HEADING, note))
    else:
        print_table(rows, BASELINE_HEADING, note)


if __name__ == "__main__":
    main()
