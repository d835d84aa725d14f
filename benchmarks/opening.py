"""Two hundred browsers that open at the same moment, as after a restart, while charge points send: the processor time
that showing them how things stand takes, and how long charge points wait meanwhile.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

from benchmarks import servers
from benchmarks.live import BROWSERS, KEY, listening
from benchmarks.load import load_on
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings

MESSAGE_EVERY_S = 5.0  # of each charge point
_BEFORE_S, _PACED_S = 3.0, 14.0


@dataclass(frozen=True)
class Opened:
    """`cpu_s`: processor seconds of the server until all had been shown everything, less what charge points take."""

    connections: int
    browsers: int
    seconds: float
    cpu_s: float
    answer_p50_ms: float
    answer_p99_ms: float


def measure(settings: Settings) -> list[Opened]:
    return [_one(settings, browsers) for _ in range(settings.runs) for browsers in (0, BROWSERS)]


def _one(settings: Settings, browsers: int) -> Opened:
    with servers.running(servers.WATTDECK, api_key=KEY) as server, load_on(server) as load:
        load.open(settings.connections)
        rate = settings.connections / MESSAGE_EVERY_S
        load.ask("pace", rate=rate, seconds=1.0)
        answers: dict[str, Any] = {}
        pacing = threading.Thread(target=lambda: answers.update(load.ask("pace", rate=rate, seconds=_PACED_S)))
        pacing.start()
        before = [_reading(server)]
        time.sleep(_BEFORE_S)
        before.append(_reading(server))
        seconds = used = 0.0
        if browsers:
            began: list[tuple[float, float]] = []
            with listening(server, browsers, opening=lambda: began.append(_reading(server))):
                seconds, used = _between(began[0], _reading(server))
        pacing.join()
    usual_s, usual = _between(*before)
    return Opened(
        connections=settings.connections,
        browsers=browsers,
        seconds=seconds,
        cpu_s=used - usual / usual_s * seconds,
        answer_p50_ms=answers["p50_ms"],
        answer_p99_ms=answers["p99_ms"],
    )


def _reading(server: servers.Server) -> tuple[float, float]:
    return time.monotonic(), servers.cpu_seconds(server)


def _between(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return other[0] - one[0], other[1] - one[1]


def rows(runs: list[Opened]) -> list[Row]:
    quiet, busy = ([run for run in runs if run.browsers == browsers] for browsers in (0, BROWSERS))
    what = f"{BROWSERS} browsers open at once, {busy[0].connections:,} charge points: until all are shown everything, s"
    return [
        Row(what, spread((run.seconds for run in busy), ".1f")),
        Row("  processor seconds of it", spread((run.cpu_s for run in busy), ".2f")),
        Row(
            "  charge points' answers meanwhile, p50 / p99 ms; with no browser",
            " / ".join(
                f"{median(getattr(run, name) for run in busy):.0f}" for name in ("answer_p50_ms", "answer_p99_ms")
            ),
            " / ".join(
                f"{median(getattr(run, name) for run in quiet):.0f}" for name in ("answer_p50_ms", "answer_p99_ms")
            ),
        ),
    ]
