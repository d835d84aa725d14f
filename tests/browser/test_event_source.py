"""A browser's own EventSource on the event stream: it comes back by itself and says what it has seen."""

from pathlib import Path

import pytest

from tests.browser.test_outage import DURING_OUTAGES
from tests.browser.visits import PASSWORD, OpenVisit, Visit
from tests.servers import Server, serving
from tests.stations import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

LISTEN = """() => {
  window.heard = [];
  const source = new EventSource("/live/events?topic=charge_points_status");
  source.onmessage = (event) => window.heard.push(...JSON.parse(event.data).map((message) => message.kind));
}"""


async def heard(visit: Visit, *kinds: str) -> bool:
    return await visit.page.evaluate("window.heard") == [*kinds]


async def test_it_comes_back_after_a_restart_and_is_told_of_the_gap(tmp_path: Path, open_visit: OpenVisit):
    server = Server(tmp_path, admin_password=PASSWORD)
    try:
        visit = await open_visit(server.http_url)
        visit.expected.extend(DURING_OUTAGES)
        await visit.go("docs")
        await visit.page.evaluate(LISTEN)
        await until(lambda: heard(visit, "snapshot"))
        server.kill()
        with serving(tmp_path, admin_password=PASSWORD, **server.ports):
            await until(lambda: heard(visit, "snapshot", "gap", "snapshot"))
            await visit.leave()
    finally:
        server.end()
