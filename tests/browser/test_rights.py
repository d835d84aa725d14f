"""A viewer sees what an operator sees and can do none of it; what the page does not offer the server refuses, too."""

import pytest
from playwright.async_api import expect

from tests.browser.test_charge_point import find_charging
from tests.browser.visits import PASSWORD, OpenVisit, Visit
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]
_ASK = """async path => (await fetch(new URL(path, document.baseURI), { method: "POST" })).status"""


async def visit_as(fleet: Server, open_visit: OpenVisit, role: str) -> Visit:
    """A window of somebody with this role, who is made the first time."""
    fleet.ask("POST", "users", json={"username": role, "role": role, "password": PASSWORD})
    visit = await open_visit(fleet.http_url, logged_in=False)
    url = f"{visit.base}api/v1/login"
    answer = await visit.context.request.post(url, data={"username": role, "password": PASSWORD})
    assert answer.ok, await answer.text()
    return visit


async def test_a_viewer_cannot_do_what_an_operator_can(fleet: Server, open_visit: OpenVisit):
    identifier, connector = await find_charging(fleet)
    viewer = await visit_as(fleet, open_visit, "viewer")
    operator = await visit_as(fleet, open_visit, "operator")
    for visit in (viewer, operator):
        await visit.go_to_charge_point(identifier)
        await expect(visit.connector(connector)).to_contain_text("Charging")
        await visit.redraws(visit.chart("Power, kW"))

    stop = {visit: visit.connector(connector).get_by_role("button", name="Stop") for visit in (viewer, operator)}
    await expect(stop[operator]).to_be_enabled()
    await expect(stop[viewer]).to_be_disabled()
    viewer.expected.append(r"403 .*/remote-stop")
    path = f"api/v1/charge-points/{identifier}/remote-stop"
    assert await viewer.page.evaluate(_ASK, path) == 403
    await expect(viewer.connector(connector)).to_contain_text("Charging")

    pages = {visit: visit.page.get_by_label("Pages").get_by_role("link") for visit in (viewer, operator)}
    await expect(pages[operator].filter(has_text="Storage")).to_have_count(1)
    for name in ("Storage", "People"):
        await expect(pages[viewer].filter(has_text=name)).to_have_count(0)
    await expect(pages[operator].filter(has_text="People")).to_have_count(0)
