"""What the measurements have in common: a row of the table, medians, and the table itself."""

import os
import platform
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

WIDTH_IN_A_FILE = 160


@dataclass(frozen=True)
class Row:
    what: str
    wattdeck: str
    baseline: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None


def median(numbers: Iterable[float]) -> float:
    return statistics.median(list(numbers))


def spread(numbers: Iterable[float], form: str = ",.0f") -> str:
    """Return the median and, of several runs, the lowest and highest: `4,100 (3,900-4,200)`."""
    listed = sorted(numbers)
    middle = format(median(listed), form)
    if len(listed) == 1:
        return middle
    return f"{middle} ({format(listed[0], form)}-{format(listed[-1], form)})"


def caveat(runs: int) -> str:
    load, _, _ = os.getloadavg()
    return (
        f"{runs} interleaved run(s), medians (lowest-highest). Servers and load client share {os.cpu_count()} cores of "
        f"one machine over loopback, {platform.python_implementation()} {platform.python_version()}, "
        f"load average {load:.1f} at the end: good for ratios in this run, not as absolutes."
    )


def markdown(rows: Iterable[Row], baseline_name: str, note: str) -> str:
    """The table for a page of the documentation; what belongs to the row above it begins with a dash."""
    lines = [f"| | wattdeck | {baseline_name} | ratio | target |", "|---|---|---|---|---|"]
    for row in rows:
        what = f"– {row.what.strip()}" if row.what.startswith(" ") else row.what
        target = row.target if row.met is not False else f"{row.target} (missed)"
        cells = [cell.replace("|", "\\|") for cell in (what, row.wattdeck, row.baseline, row.ratio, target)]
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |"))
    return "\n".join([*lines, "", note])


def print_table(rows: Iterable[Row], baseline_name: str, note: str) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_IN_A_FILE)
    table = Table(title="wattdeck beside a plain central system")
    for heading in ("", "wattdeck", baseline_name, "ratio", "target", ""):
        table.add_column(heading, justify="left" if heading == "" else "right", overflow="fold")
    for row in rows:
        verdict = "" if row.met is None else "[green]met[/]" if row.met else "[red]missed[/]"
        table.add_row(row.what, row.wattdeck, row.baseline, row.ratio, row.target, verdict)
    console.print(table)
    console.print(note)
