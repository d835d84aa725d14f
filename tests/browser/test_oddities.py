"""What is odd about the browser or the fleet: a clock that is wrong, more charge points than a list can hold."""

import json
import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.test_charge_point import find_charging
from tests.browser.visits import OpenVisit
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

SHIFT_CLOCK = """
  const shift = %d, Right = Date;
  Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + shift); }
    static now() { return Right.now() + shift; }
  };
"""


@pytest.mark.parametrize("hours", [-2, 2], ids=["slow", "fast"])
async def test_a_browser_clock_that_is_wrong_shifts_nothing(fleet: Server, open_visit: OpenVisit, hours: int):
    identifier, connector = await find_charging(fleet)
    visit = await open_visit(fleet.http_url)
    await visit.page.add_init_script(SHIFT_CLOCK % (hours * 3_600_000))
    await visit.go_to_charge_point(identifier)
    card, power = visit.connector(connector), visit.chart("Power, kW")
    await expect(card).to_contain_text(re.compile(r"Measured (just now|\d\ss ago)"))
    await visit.changes(power.locator("figcaption"))
    drawn = await visit.redraws(power)
    assert all(picture["inked"] > 1000 for picture in drawn)
    duration = card.get_by_text("Duration").locator("..")
    await expect(duration).to_contain_text(re.compile(r"Duration[1-9]\d?\s(s|min)$"))
    await expect(visit.page.get_by_text(re.compile("^Live · (just now|[1-9] s ago)$"))).to_be_visible()


async def test_a_list_that_is_cut_says_so(fleet: Server, open_visit: OpenVisit):
    (one, *_) = fleet.get("charge-points")["items"]
    visit = await open_visit(fleet.http_url)
    items = [one | {"id": n, "identifier": f"MANY-{n}", "connectors": []} for n in range(10_000)]
    body = json.dumps({"items": items, "next": "more"})

    async def many(route: Route) -> None:
        await route.fulfill(body=body, content_type="application/json")

    async def stats(route: Route) -> None:
        answer = {**fleet.get("stats"), "total_charge_points": 12_345}
        await route.fulfill(body=json.dumps(answer), content_type="application/json")

    await visit.page.route("**/api/v1/charge-points?*", many)
    await visit.page.route("**/api/v1/stats", stats)
    await visit.page.route_web_socket(re.compile("/live$"), lambda _: None)
    await visit.go()
    note = visit.page.get_by_label("Charge points", exact=True).get_by_role("note")
    await expect(note).to_contain_text(re.compile(r"first 10\s000 of 12\s345"))
