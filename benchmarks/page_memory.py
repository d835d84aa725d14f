"""What the dashboard's pages hold in memory while a thousand charge points send: the overview and a charge point's page
stay open, and every half minute, after a collection, their heap, nodes and listeners are counted.
"""

import itertools
import time
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

from benchmarks import servers
from benchmarks.chromium import PASSWORD, chromium, open_page
from benchmarks.live import KEY, identifiers
from benchmarks.load import load_on, sending
from benchmarks.report import Row, median
from benchmarks.settings import Settings

MESSAGE_EVERY_S = 5.0  # of each charge point
TARGET_KB_MIN = 30.0  # a MB in half an hour, what is kept for charts of an hour included
_MOST_SAMPLES = 200


@dataclass(frozen=True)
class Weight:
    minutes: float
    kilobytes: float
    nodes: int
    listeners: int


@dataclass(frozen=True)
class Held:
    """What a page held, in order of time. The first third is left out of slopes: caches fill meanwhile."""

    page: str
    connections: int
    weights: list[Weight]

    def slope(self, of: str) -> float:
        """A minute's growth: the median of the slopes between any two samples, so that what was on its way at one of
        them does not count.
        """
        late = self.weights[len(self.weights) // 3 :]
        return median(
            (getattr(b, of) - getattr(a, of)) / (b.minutes - a.minutes) for a, b in itertools.combinations(late, 2)
        )


def measure(settings: Settings) -> list[Held]:
    with (
        servers.running(servers.WATTDECK, api_key=KEY, admin_password=PASSWORD) as server,
        load_on(server) as load,
        chromium() as browser,
    ):
        load.open(settings.connections)
        with sending(load, settings.connections / MESSAGE_EVERY_S):
            identifier = identifiers(server)[0]
            pages = {}
            for name, path in (("overview", "/"), ("a charge point's page", f"/charge-points/{identifier}")):
                page = open_page(browser, server)
                page.goto(path)
                page.get_by_text(identifier).first.wait_for()
                pages[name] = page, page.context.new_cdp_session(page)
            return _watch(settings, pages)


def _watch(settings: Settings, pages: dict[str, tuple[Page, CDPSession]]) -> list[Held]:
    for _, devtools in pages.values():
        devtools.send("Performance.enable")
    seconds = settings.page_minutes * 60
    every_s = min(30.0, seconds / 12)
    weights: dict[str, list[Weight]] = {name: [] for name in pages}
    began = time.monotonic()
    while (at := time.monotonic() - began) <= seconds and len(weights["overview"]) < _MOST_SAMPLES:
        for name, (_, devtools) in pages.items():
            weights[name].append(_weigh(devtools, at / 60))
        next(iter(pages.values()))[0].wait_for_timeout(every_s * 1000)
    return [Held(name, settings.connections, found) for name, found in weights.items()]


def _weigh(devtools: CDPSession, minutes: float) -> Weight:
    devtools.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    return Weight(minutes, found["JSHeapUsedSize"] / 1000, int(found["Nodes"]), int(found["JSEventListeners"]))


def rows(pages: list[Held]) -> list[Row]:
    return [row for page in pages for row in _rows(page)]


def _rows(page: Held) -> list[Row]:
    third, last = page.weights[len(page.weights) // 3], page.weights[-1]
    slope = page.slope("kilobytes")
    what = f"Memory of {page.page}, {page.connections:,} charge points sending"
    return [
        Row(
            f"{what}, MB after {third.minutes:.0f} and {last.minutes:.0f} minutes",
            f"{third.kilobytes / 1000:.1f}, {last.kilobytes / 1000:.1f}",
        ),
        Row("  growth, kB a minute", f"{slope:.1f}", target=f"< {TARGET_KB_MIN:.0f}", met=slope < TARGET_KB_MIN),
        Row("  nodes", f"{third.nodes:,}, {last.nodes:,}", ratio=f"{page.slope('nodes'):+.1f}/min"),
        Row("  listeners", f"{third.listeners:,}, {last.listeners:,}", ratio=f"{page.slope('listeners'):+.1f}/min"),
    ]
