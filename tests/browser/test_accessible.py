"""Every page, light and dark, under the eyes of the accessibility checker: nothing serious, nothing critical."""

import pytest
from playwright.async_api import expect

from tests.browser.axe import OF_COLOURS, grave
from tests.browser.visits import DESK, PHONE, OpenVisit
from tests.servers import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

# Each page, and words that it shows once it is there.
PAGES = {
    "": "Power now",
    "charge-points/DEPOT-001": "Measured",
    "charge-points/DEPOT-001/history": "Statistics",
    "alerts": "Any severity",
    "alerts/rules": "Boot loop",
    "alerts/rules/power": "Would have fired",
    "alerts/silences": "Nothing is silent",
    "alerts/channels": "Nobody is told",
    "alerts/deliveries": "Nothing has been sent yet",
    "profiles": "No profile is kept yet",
    "reservations": "Nothing is reserved",
    "sessions": "With or without flags",
    "quarantine": "Refused at the door",
    "people": "Users",
    "energy": "Top consumers",
    "storage": "What is kept",
}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_axe_finds_nothing_serious_on_any_page(fleet: Server, open_visit: OpenVisit, size: tuple[int, int]):
    visit = await open_visit(fleet.http_url, size)
    complaints = {}
    for path, words in PAGES.items():
        await visit.go(path)
        shown = visit.page.get_by_text(words).or_(visit.page.get_by_placeholder(words))
        await expect(shown.first).to_be_visible()
        complaints[path] = await grave(visit)
        await visit.wear("dark")
        complaints[f"{path}, dark"] = await grave(visit, OF_COLOURS)
        await visit.wear("light")
    assert {path: those for path, those in complaints.items() if those} == {}
