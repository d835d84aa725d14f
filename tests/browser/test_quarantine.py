"""Who tried to connect and why not: found on the page, understood, let in."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from websockets.exceptions import InvalidStatus

from tests.browser.axe import grave
from tests.browser.visits import DESK, PHONE, OpenHouse, OpenVisit, Visit
from tests.houses import House
from tests.stations import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

SECRET = "kept-in-the-depot-7"


@pytest_asyncio.fixture(loop_scope="package")
async def house(admins_house: OpenHouse) -> AsyncIterator[House]:
    async with admins_house(unknown_charge_points="refuse") as house:
        yield house


async def knock(house: House, identifier: str, reason: str, password: str | None = None) -> None:
    """Try to connect and be refused."""
    with pytest.raises(InvalidStatus):
        await house.station(identifier, password)
    await house.knocked(reason, identifier)


async def come_with_an_old_version(house: House) -> None:
    await house.post("charge-points", identifier="OLD-SOAP")
    await (await house.station("OLD-SOAP", subprotocols=["ocpp1.5"])).closed()
    await house.knocked("sub_protocol", "OLD-SOAP")


def refused(visit: Visit, identifier: str) -> Locator:
    rows = visit.page.get_by_label("Refused at the door").get_by_role("listitem")
    return rows.filter(has_text=identifier)


async def test_why_a_charge_point_cannot_connect_is_found_and_mended(house: House, open_visit: OpenVisit):
    await knock(house, "DEPOT-007", "unknown_charge_point")
    visit = await open_visit(house.http_url)
    await visit.go()
    await visit.page.get_by_label("Pages").get_by_role("link", name="Quarantine").click()
    row = refused(visit, "DEPOT-007")
    await expect(row).to_contain_text("Nobody registered it")
    await expect(row).to_contain_text("/ocpp/DEPOT-007")
    await expect(row).to_contain_text("once")
    await knock(house, "DEPOT-007", "unknown_charge_point")
    await expect(row).to_contain_text("2 times since")

    await row.get_by_role("button", name="Let in DEPOT-007").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Password").first.fill(SECRET)
    await dialog.get_by_role("button", name="Let it in").click()
    await expect(dialog).to_be_hidden()
    await expect(visit.page.get_by_text("Nobody was refused")).to_be_visible()

    await knock(house, "DEPOT-007", "unauthorized", "another-password")
    await expect(refused(visit, "DEPOT-007")).to_contain_text("Wrong or missing password")
    # The same stands on its own page, as long as it is not there.
    await refused(visit, "DEPOT-007").get_by_role("link", name="DEPOT-007").click()
    await expect(visit.page.get_by_role("heading", name="It tried to connect and was refused")).to_be_visible()
    one = await house.station("DEPOT-007", SECRET)
    await one.boot()
    await expect(visit.page.get_by_text("Connected", exact=True)).to_be_visible()
    await expect(visit.page.get_by_role("heading", name="It tried to connect and was refused")).to_be_hidden()
    assert await visit.stayed()


async def test_one_that_waits_is_accepted_and_asked_to_boot(house: House, open_visit: OpenVisit):
    await house.post("charge-points", identifier="NEWCOMER", registration="pending")
    one = await house.station("NEWCOMER")
    assert (await one.boot())["status"] == "Pending"
    visit = await open_visit(house.http_url)
    await visit.go("quarantine")
    waiting = visit.page.get_by_label("Waiting to be accepted")
    await expect(waiting).to_contain_text("Vendor Model")
    await waiting.get_by_role("button", name="Accept NEWCOMER").click()
    await visit.page.get_by_role("dialog").get_by_role("button", name="Let it in").click()
    message_id, payload = await one.asked("TriggerMessage")
    assert payload == {"requestedMessage": "BootNotification"}
    await one.answer(message_id, {"status": "Accepted"})
    assert (await one.boot())["status"] == "Accepted"
    await expect(waiting).to_be_hidden()


async def test_what_no_click_can_mend_offers_none_and_can_be_forgotten(house: House, open_visit: OpenVisit):
    await come_with_an_old_version(house)
    visit = await open_visit(house.http_url)
    await visit.go("quarantine")
    row = refused(visit, "OLD-SOAP")
    await expect(row).to_contain_text("Look for OCPP 1.6 and JSON in its menus")
    await expect(row.get_by_role("button", name=re.compile("^Let"))).to_have_count(0)
    await row.get_by_role("button", name="Forget OLD-SOAP").click()
    await expect(visit.page.get_by_text("Nobody was refused")).to_be_visible()

    async def gone() -> bool:
        return not await house.items("quarantine")

    await until(gone)


async def test_a_page_about_nobody_says_that_it_was_refused(house: House, open_visit: OpenVisit):
    await knock(house, "STRANGER", "unknown_charge_point")
    visit = await open_visit(house.http_url)
    visit.expected.append(r"404 .*/charge-points/STRANGER")
    await visit.go("charge-points/STRANGER")
    await expect(refused(visit, "STRANGER")).to_contain_text("Nobody registered it")


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
async def test_the_quarantine_fits(house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str):
    await house.post("charge-points", identifier="DEPOT-001", password=SECRET, security_profile=1)
    await house.post("charge-points", identifier="DEPOT-002", registration="pending")
    await (await house.station("DEPOT-002")).boot()
    await knock(house, "CP_4711-BACK-YARD", "unknown_charge_point")
    await knock(house, "DEPOT-001", "unauthorized", f"{SECRET}\n")
    await come_with_an_old_version(house)
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("quarantine")
    await expect(refused(visit, "CP_4711-BACK-YARD")).to_be_visible()
    await expect(visit.page.get_by_label("Waiting to be accepted")).to_be_visible()
    await visit.photograph("quarantine", size, scheme)
    assert await grave(visit) == []
