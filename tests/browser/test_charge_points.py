"""The list of charge points: filtered, kept as a view, many asked at once, ten thousand of them without effort."""

import re

import pytest
from playwright.async_api import Locator, expect
from sqlalchemy import Connection

from tests.browser.axe import grave
from tests.browser.visits import DESK, PHONE, OpenVisit, Visit
from tests.houses import House
from tests.stations import Station, status
from wattdeck.domain.clock import now
from wattdeck.store import charge_points

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

MANY = 10_000


async def populate(house: House) -> list[Station]:
    """Six at two sites: two models, one faulted, one that has gone."""
    stations = []
    for number in range(1, 7):
        one = await house.station(f"DEPOT-{number}")
        await one.boot(chargePointModel="Rapid" if number > 4 else "Wallbox")
        await one.call("StatusNotification", status("Faulted" if number == 2 else "Available"))
        site = {"site": "North" if number % 2 else "South"}
        (await house.http.patch(f"charge-points/DEPOT-{number}", json=site)).raise_for_status()
        stations.append(one)
    await stations[5].close()
    return stations


def rows(visit: Visit) -> Locator:
    return visit.page.get_by_label("Charge points", exact=True).get_by_role("rowgroup").get_by_role("row")


async def choose(visit: Visit, filter_: str, option: str) -> None:
    await visit.page.get_by_role("combobox", name=filter_).click()
    await visit.page.get_by_role("option", name=option).click()


async def test_the_list_is_filtered_and_a_view_of_it_is_kept(house: House, open_visit: OpenVisit):
    await populate(house)
    visit = await open_visit(house.http_url)
    await visit.go()
    await visit.page.get_by_label("Pages").get_by_role("link", name="Charge points").click()
    await expect(rows(visit)).to_have_count(6)
    await choose(visit, "Site", "South (3)")
    await expect(rows(visit)).to_have_count(3)
    await choose(visit, "Status", "Faulted")
    await expect(rows(visit)).to_have_count(1)
    await expect(visit.row("DEPOT-2")).to_be_visible()
    await visit.page.get_by_role("button", name="Keep this view").click()
    await visit.page.get_by_label("Name of the view").fill("Broken in the south")
    await visit.page.keyboard.press("Enter")

    await visit.go("charge-points?connected=no")
    await expect(rows(visit)).to_have_count(1)
    await expect(visit.row("DEPOT-6")).to_contain_text("Vendor Rapid")
    await visit.page.get_by_role("button", name="Views").click()
    await visit.page.get_by_role("menuitem", name="Broken in the south").click()
    await expect(visit.row("DEPOT-2")).to_be_visible()
    await expect(visit.page).to_have_url(re.compile("status=Faulted&site=South"))
    await visit.page.keyboard.press("/")
    await visit.page.keyboard.type("no such thing")
    await expect(visit.page.get_by_text("Nothing matches")).to_be_visible()


async def test_many_are_asked_at_once_and_who_failed_is_named(house: House, open_visit: OpenVisit):
    stations = await populate(house)
    visit = await open_visit(house.http_url)
    await visit.go("charge-points?site=South")
    await visit.page.get_by_label("Pick all that are shown").check()
    picked = visit.page.get_by_label("Picked")
    await expect(picked).to_contain_text("3 picked")
    await picked.get_by_role("button", name="Ask them").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_role("combobox", name="Command").fill("Clear cache")
    await visit.page.get_by_role("option", name="Clear cache", exact=True).click()
    await dialog.get_by_role("button", name="Send").click()
    for one, word in ((stations[1], "Accepted"), (stations[3], "Rejected")):
        message_id, _ = await one.asked("ClearCache")
        await one.answer(message_id, {"status": word})
    await expect(dialog.get_by_role("status")).to_have_text(re.compile("Done: 1 accepted, "))
    failed = dialog.get_by_label("Those that failed")
    await expect(failed.get_by_role("listitem")).to_have_count(2)
    await expect(failed).to_contain_text("DEPOT-4")
    await expect(failed).to_contain_text("DEPOT-6")
    assert await visit.stayed()


async def test_ten_thousand_are_searched_and_scrolled_with_few_rows_drawn(house: House, open_visit: OpenVisit):
    def register(connection: Connection) -> None:
        for number in range(MANY):
            charge_points.register(connection, f"FLEET-{number:05}", "accepted", now())

    await house.central_system._store.write(register)
    visit = await open_visit(house.http_url)
    await visit.go("charge-points")
    await expect(visit.page.get_by_role("status").filter(has_text=re.compile(r"^10.000$"))).to_be_visible()
    assert 0 < await rows(visit).count() < 60
    await visit.page.keyboard.press("End")
    await expect(visit.row("FLEET-09999")).to_be_visible()
    assert await rows(visit).count() < 60
    await visit.page.keyboard.press("/")
    await visit.page.keyboard.type("fleet-0777")
    await expect(rows(visit)).to_have_count(10)


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
async def test_the_list_fits(house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str):
    await populate(house)
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("charge-points")
    await expect(rows(visit)).to_have_count(6)
    await visit.page.get_by_label("Pick DEPOT-3").check()
    await visit.photograph("charge-points", size, scheme)
    assert await grave(visit) == []
