"""The way in and the overview: log-in, the six totals, the list that moves by itself, search, an empty server."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.visits import PASSWORD, OpenVisit, Visit
from tests.houses import open_house
from tests.servers import Server
from tests.stations import station, status, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

TOTALS = ("Charge points", "Connected", "Available", "Charging", "Active sessions", "Energy today")


async def fill_in(visit: Visit, password: str) -> None:
    await visit.page.get_by_label("Username").fill("admin")
    await visit.page.locator("input[name=password]").fill(password)
    await visit.page.get_by_role("button", name="Log in").click()


async def charging(fleet: Server, count: int = 1) -> list[str]:
    """Charge points that give power, the strongest first."""

    def found() -> list[str] | None:
        running = [one for one in fleet.get("sessions", state="active")["items"] if one["power_w"]]
        running.sort(key=lambda one: -one["power_w"])
        names = list(dict.fromkeys(one["charge_point"] for one in running))
        return names if len(names) >= count else None

    return await until(found)


async def test_a_wrong_password_is_said_and_the_right_one_shows_six_totals(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url, logged_in=False)
    visit.expected.append(r"401 .*/api/v1/login")
    await visit.go()
    await fill_in(visit, "not-the-password")
    await expect(visit.page.get_by_role("alert")).to_have_text("Name or password is not right.")
    await fill_in(visit, PASSWORD)
    await expect(visit.page.get_by_role("heading", name="Overview")).to_be_visible()
    for label in TOTALS:
        await expect(visit.total(label)).to_contain_text(re.compile(r"\d"))
    await expect(visit.total("Charge points")).to_contain_text(str(fleet.get("stats")["total_charge_points"]))
    assert await visit.stayed()


async def test_totals_power_and_session_energy_move_without_a_reload(fleet: Server, open_visit: OpenVisit):
    (identifier, *_) = await charging(fleet)
    visit = await open_visit(fleet.http_url)
    await visit.go()
    await visit.show_all_rows()
    row = visit.row(identifier)
    today = await visit.changes(visit.total("Energy today"), times=2)
    energy = await visit.changes(row.locator("[data-what=energy]"), times=2)
    await visit.changes(row.locator("[data-what=power]"))
    await visit.changes(visit.page.get_by_label("Power now"))
    assert energy == sorted(energy, key=lambda text: float(text.split()[0]))
    assert len(set(today)) == 3
    await expect(visit.page.get_by_text(re.compile("^Live · "))).to_be_visible()
    assert await visit.stayed()


async def test_totals_are_what_the_api_says(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    await visit.go()

    async def same() -> bool:
        stats = fleet.get("stats")
        named = {"Connected": "connected", "Charging": "charging", "Active sessions": "active_sessions"}
        texts = [await visit.total(label).inner_text() for label in named]
        return all(str(stats[field]) in text.splitlines() for text, field in zip(texts, named.values(), strict=True))

    await until(same)


async def test_activity_energy_of_today_and_statuses_stand_there_at_a_glance(fleet: Server, open_visit: OpenVisit):
    await charging(fleet)
    visit = await open_visit(fleet.http_url)
    await visit.go()
    # below stands what happened before the page was opened, and the hour of today that goes on
    started = visit.page.get_by_label("Activity", exact=True).get_by_role("link", name="Session started")
    await expect(started.first).to_have_attribute("href", re.compile(r"/sessions/\d+$"))
    today = visit.page.get_by_role("group", name="Energy today")
    await expect(today.get_by_role("button", name=re.compile("kWh, .* so far"))).to_have_count(1)
    # times are the viewer's until another zone is chosen, which the browser keeps
    await visit.page.get_by_role("button", name="Times in Europe/Berlin").click()
    await visit.page.get_by_role("menuitemradio", name="UTC", exact=True).click()
    await visit.go()
    await expect(visit.page.get_by_role("button", name="Times in UTC")).to_be_visible()
    statuses = visit.page.get_by_label("Connectors by status")
    await statuses.get_by_role("link", name=re.compile(r"\d+ Charging")).click()
    await expect(visit.page).to_have_url(re.compile(r"charge-points\?status=Charging&connected=yes"))
    await expect(visit.page.get_by_role("heading", name="Charge points")).to_be_visible()


async def test_search_begins_with_a_slash_and_escape_ends_it(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    await visit.go()
    rows = visit.page.get_by_label("Charge points", exact=True).get_by_role("rowgroup").get_by_role("row")
    field = visit.page.get_by_label("Search charge points")
    await expect(visit.row("DEPOT-001")).to_be_visible()
    await visit.page.keyboard.press("/")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("")
    await visit.page.keyboard.type("depot-007")
    await expect(rows).to_have_count(1)
    await expect(visit.row("DEPOT-007")).to_be_visible()
    await visit.page.keyboard.type("x")
    await expect(visit.page.get_by_text("Nothing matches")).to_be_visible()
    await visit.page.keyboard.press("Escape")
    await expect(field).not_to_be_focused()
    await expect(visit.row("DEPOT-001")).to_be_visible()


async def test_a_filter_shows_only_who_charges_and_a_heading_sorts(fleet: Server, open_visit: OpenVisit):
    await charging(fleet, count=2)
    visit = await open_visit(fleet.http_url)
    await visit.go()
    await visit.page.get_by_role("button", name=re.compile("^Charging")).click()
    links = visit.page.get_by_label("Charge points", exact=True).get_by_role("rowgroup").get_by_role("link")

    def shows_the_first(link: Locator) -> Callable[[], Awaitable[bool]]:
        async def same() -> bool:  # sessions go on beginning
            first = min(one["charge_point"] for one in fleet.get("sessions", state="active", limit=100)["items"])
            return await link.inner_text() == first

        return same

    await until(shows_the_first(links.first))
    await visit.page.get_by_role("button", name="Charge point", exact=True).click()
    await visit.page.keyboard.press("End")  # only rows in sight are drawn
    await until(shows_the_first(links.last))


async def test_an_empty_server_shows_how_to_connect_a_charge_point(tmp_path: Path, open_visit: OpenVisit):
    async with open_house(tmp_path, admin_password=PASSWORD) as house:
        visit = await open_visit(house.http_url)
        await visit.go()
        await expect(visit.page.get_by_text("No charge point has connected yet")).to_be_visible()
        address = f"{house.doors['asgi']}/<identifier>"
        await expect(visit.page.get_by_text(address)).to_be_visible()
        async with station(house.doors["asgi"], "FIRST-1") as first:
            await first.boot()
            await expect(visit.row("FIRST-1")).to_contain_text("Connected")
            # what happens is told as it happens
            for word, more in (("Available", {}), ("Faulted", {"errorCode": "GroundFailure"})):
                await first.call("StatusNotification", status(word, 1) | more)
            activity = visit.page.get_by_label("Activity", exact=True)
            await expect(activity.get_by_role("listitem").first).to_contain_text("GroundFailure")
            await expect(activity.get_by_role("listitem")).to_have_count(2)
        assert await visit.stayed()
        await visit.leave()


async def test_logging_out_leads_back_to_the_form_and_the_next_page_needs_it(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url, logged_in=False)
    visit.expected.append(r"401 ")
    await visit.log_in()  # not as the other tests are, which it would log out
    await visit.go()
    await visit.page.get_by_role("button", name="admin, menu").click()
    await visit.page.get_by_role("menuitem", name="Log out").click()
    await expect(visit.page.get_by_role("heading", name="Log in")).to_be_visible()
    await visit.go_to_charge_point("DEPOT-001")
    await fill_in(visit, PASSWORD)
    await expect(visit.page.get_by_role("heading", name="DEPOT-001")).to_be_visible()


async def test_an_address_that_leads_nowhere_says_so(fleet: Server, open_visit: OpenVisit):
    visit = await open_visit(fleet.http_url)
    await visit.go("no/such/page")
    await expect(visit.page.get_by_text("There is no such page")).to_be_visible()
