"""How soon the dashboard is there: the overview of a thousand charge points in a browser that has nothing in its cache,
from the address to the first paint, and to the figures and the list.
"""

from dataclasses import dataclass
from typing import Any

from benchmarks import servers
from benchmarks.chromium import PASSWORD, chromium, open_page
from benchmarks.live import KEY
from benchmarks.load import load_on
from benchmarks.report import Row, median, spread
from benchmarks.settings import Settings

TARGET_MS = 1000.0
VISITS = 5  # in each run
# Every charge point stands in the list: its heading says how many, and rows are drawn.
_IS_SHOWN = """count => {
  const list = document.querySelector('section[aria-label="Charge points"]');
  return list && list.querySelector('a[href*="charge-points/"]') && list.innerText.replaceAll(",", "").includes(count)
    && performance.now();
}"""
_FETCHED = """() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const own = all.filter(one => !one.name.includes("/api/"));
  const sum = those => those.reduce((bytes, one) => bytes + one.transferSize, 0);
  return {
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
    bytes: sum(own), scripts: sum(own.filter(one => one.name.endsWith(".js"))), answers: sum(all) - sum(own),
  };
}"""


@dataclass(frozen=True)
class Visit:
    """`kilobytes`: of the dashboard's files, as they were transferred; `answers`: of the API."""

    connections: int
    paint_ms: float
    shown_ms: float
    kilobytes: float
    script_kilobytes: float
    answer_kilobytes: float


def measure(settings: Settings) -> list[Visit]:
    with (
        servers.running(servers.WATTDECK, api_key=KEY, admin_password=PASSWORD) as server,
        load_on(server) as load,
        chromium() as browser,
    ):
        load.open(settings.connections)
        return [_visit(browser, server, settings.connections) for _ in range(settings.runs * VISITS)]


def _visit(browser: Any, server: servers.Server, count: int) -> Visit:
    page = open_page(browser, server)
    page.goto("/", wait_until="commit")
    shown = page.wait_for_function(_IS_SHOWN, arg=str(count), polling="raf").json_value()
    page.wait_for_load_state("load")
    found = page.evaluate(_FETCHED)
    page.context.close()
    kilobytes = [found[name] / 1000 for name in ("bytes", "scripts", "answers")]
    return Visit(count, found["paint"], shown, *kilobytes)


def rows(visits: list[Visit]) -> list[Row]:
    paint, shown = median(one.paint_ms for one in visits), median(one.shown_ms for one in visits)
    return [
        Row(
            f"Overview of {visits[0].connections:,} charge points, cold cache: first paint, ms",
            spread(one.paint_ms for one in visits),
            target=f"< {TARGET_MS:,.0f}",
            met=paint < TARGET_MS,
        ),
        Row(
            "  every charge point in the list, ms",
            spread(one.shown_ms for one in visits),
            target=f"< {TARGET_MS:,.0f}",
            met=shown < TARGET_MS,
        ),
        Row("  kB of the dashboard's files, transferred", spread(one.kilobytes for one in visits)),
        Row("  of these scripts", spread(one.script_kilobytes for one in visits)),
        Row("  kB of the API's answers", spread(one.answer_kilobytes for one in visits)),
    ]
