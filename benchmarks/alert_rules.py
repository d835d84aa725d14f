"""What alert rules cost: the hot path with none, the ready-made ones, and a hundred more, in turn, in one process."""

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.hot_path import CHARGE_POINTS, MESSAGES, Station, one_round, open_station, spared_collector
from benchmarks.report import Row, median, spread
from wattdeck.alerts import ready_made
from wattdeck.central_system import CentralSystem
from wattdeck.domain.alert_rules import Rule, Selector
from wattdeck.settings import Settings

ROUNDS = 7
MOST_PERCENT = 10
_STEP_S = 0.05  # between messages: about as fast as they are worked off, so that clocks seem right
NONE, READY_MADE, HUNDRED = "none", "ready-made", "a hundred more"
_SIGNALS = ("Power.Active.Import", "Voltage", "Current.Import", "Temperature", "SoC")


@dataclass(frozen=True)
class Cost:
    """µs of processor time per message of eight values, all of the process; and what looking at rules took of it."""

    rules: str
    all_us: float
    looking_us: float


class Stopwatch:
    """What some functions take altogether."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, function: Callable[..., None]) -> Callable[..., None]:
        def call(*args: Any) -> None:
            began = time.perf_counter()
            function(*args)
            self.seconds += time.perf_counter() - began

        return call


def rule_sets() -> dict[str, list[Rule]]:
    """A hundred rules: fifty limits for all, and fifty that each select a tenth of the charge points."""
    more = [
        Rule(
            name=f"more-{number}",
            kind="limit",
            signal=_SIGNALS[number % len(_SIGNALS)],
            above=100_000 + number,
            for_s=60,
            select=Selector() if number % 2 else Selector(charge_points=(f"HOT-*{number % 10}",)),
        )
        for number in range(100)
    ]
    return {NONE: [], READY_MADE: list(ready_made.RULES), HUNDRED: [*ready_made.RULES, *more]}


async def run(rounds: int) -> list[Cost]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings(data=Path(folder), unknown_charge_points="accept", unknown_tags="accept")
        made, looking = CentralSystem(settings), Stopwatch()
        for name in ("_hear_values", "_hear_updated", "_some"):  # where values are looked at: at once, or in turns
            setattr(made._watch, name, looking.timed(getattr(made._watch, name)))
        async with made.running() as central_system:
            began = time.time() - 60.0
            stations = [await open_station(central_system, number, began, _STEP_S) for number in range(CHARGE_POINTS)]
            costs = []
            with spared_collector():
                for number in range(rounds + 1):
                    for name, rules in rule_sets().items():
                        cost = await _one(central_system, stations, looking, name, rules)
                        costs += [cost] if number else []  # the first is for the first pages and statements
            return costs


async def _one(
    central_system: CentralSystem, stations: list[Station], looking: Stopwatch, name: str, rules: list[Rule]
) -> Cost:
    watch = central_system._watch
    watch._book.rules = {rule.name: rule for rule in rules}
    await watch._take_up()
    await watch.work()
    clock = time.pthread_getcpuclockid(threading.get_ident())
    looking.seconds = 0.0
    all_us, *_ = await one_round(stations, clock, clock, watch.work)
    return Cost(name, all_us, looking.seconds / (len(stations) * MESSAGES) * 1e6)


def measure(rounds: int = ROUNDS) -> list[Cost]:
    return uvloop.run(run(rounds))


def rows(costs: list[Cost]) -> list[Row]:
    without = median(cost.all_us for cost in costs if cost.rules == NONE)
    table = []
    for name in (NONE, READY_MADE, HUNDRED):
        mine = [cost for cost in costs if cost.rules == name]
        ratio = median(cost.all_us for cost in mine) / without
        looking = median(cost.looking_us for cost in mine)
        target = (
            {"target": f"<= {MOST_PERCENT} % more", "met": ratio <= 1 + MOST_PERCENT / 100} if name == HUNDRED else {}
        )
        what = f"Alert rules, {name}: us of processor time per message"
        table.append(Row(what, spread(cost.all_us for cost in mine), ratio=f"{ratio:.2f}", **target))
        table.append(Row("  of it for looking at rules", f"{looking:.1f} ({looking / without:.1%})"))
    return table
