"""examples/plain_page: somebody's own dashboard of plain HTML and the browser client, as it stands."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.visits import PASSWORD, OpenVisit, Visit
from tests.embedding.test_examples import asking, running
from tests.stations import Station, iso, start, station, status, stop
from wattdeck.api.pages import CLIENT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

COLOURS = {
    "Available": "rgb(30, 126, 52)",
    "Preparing": "rgb(138, 97, 0)",
    "Charging": "rgb(0, 98, 204)",
    "SuspendedEV": "rgb(179, 71, 0)",
    "SuspendedEVSE": "rgb(179, 71, 0)",
    "Finishing": "rgb(11, 114, 133)",
    "Reserved": "rgb(111, 66, 193)",
    "Unavailable": "rgb(108, 117, 125)",
    "Faulted": "rgb(200, 35, 51)",
}


@pytest_asyncio.fixture(loop_scope="package")
async def guest(tmp_path: Path) -> AsyncIterator[tuple[Station, str]]:
    """A charge point that is connected to the example, and the example's address."""
    if not (CLIENT / "index.js").is_file():
        pytest.skip("the browser client is not built (make setup)")
    with running("plain_page/app.py", tmp_path, admin_password=PASSWORD) as (process, url):
        async with asking(process, url), station(f"ws://{url}/csms/ocpp", "CP-1") as cp:
            await cp.boot()
            await cp.call("StatusNotification", status("Available"))
            yield cp, f"http://{url}"


async def visit_to(open_visit: OpenVisit, http: str) -> Visit:
    visit = await open_visit(http, logged_in=False)
    await visit.go()
    await visit.page.get_by_label("User").fill("admin")
    await visit.page.get_by_label("Password").fill(PASSWORD)
    await visit.page.get_by_role("button", name="Log in").click()
    await expect(visit.page.locator("#state")).to_have_text("live")
    await expect(visit.page.get_by_label("Password")).to_be_hidden()
    return visit


def connector(page: Page) -> Locator:
    return page.get_by_label("CP-1", exact=True).get_by_label("Connector 1")


def total(page: Page, title: str) -> Locator:
    return page.get_by_label("Totals").locator("div", has_text=title).locator("b")


async def test_every_status_has_its_badge_and_a_fault_its_notice(guest, open_visit: OpenVisit):
    cp, http = guest
    visit = await visit_to(open_visit, http)
    badge = connector(visit.page).locator(".status")
    await expect(badge).to_have_css("background-color", COLOURS["Available"])
    for word, colour in COLOURS.items():
        fault = {"errorCode": "GroundFailure"} if word == "Faulted" else {}
        await cp.call("StatusNotification", status(word, **fault))
        await expect(badge).to_have_text(word)
        await expect(badge).to_have_css("background-color", colour)
    await expect(connector(visit.page)).to_contain_text("GroundFailure")
    await expect(visit.page.get_by_text("CP-1, connector 1: Faulted (GroundFailure)")).to_be_visible()


async def test_a_session_is_started_watched_and_stopped_from_the_page(guest, open_visit: OpenVisit):
    cp, http = guest
    visit = await visit_to(open_visit, http)
    page, row = visit.page, connector(visit.page)
    await row.get_by_role("button", name="Start").click()
    message_id, asked = await cp.asked("RemoteStartTransaction")
    assert asked == {"connectorId": 1, "idTag": "TAG1"}
    await cp.answer(message_id, {"status": "Accepted"})
    await expect(page.get_by_text("CP-1: RemoteStartTransaction accepted")).to_be_visible()
    await cp.call("StatusNotification", status("Charging"))
    begun = (await cp.call("StartTransaction", start(1, "TAG1", 0, ago(120))))["transactionId"]
    await expect(page.get_by_text("CP-1: session started by TAG1")).to_be_visible()
    await expect(total(page, "Sessions")).to_have_text("1")
    await cp.call("MeterValues", readings(begun, 0))
    await expect(row).to_contain_text(re.compile(r"TAG1: 1 kWh · 2 min · 7 kW · 40 %"))
    await row.get_by_role("button", name="Stop").click()
    message_id, asked = await cp.asked("RemoteStopTransaction")
    assert asked == {"transactionId": begun}
    await cp.answer(message_id, {"status": "Accepted"})
    await cp.call("StopTransaction", stop(begun, 1500))
    await expect(page.get_by_text("CP-1: session stopped, 1.5 kWh")).to_be_visible()
    await expect(row).not_to_contain_text("TAG1:")
    await expect(total(page, "Sessions")).to_have_text("0")


async def test_a_refused_command_says_why(guest, open_visit: OpenVisit):
    cp, http = guest
    visit = await visit_to(open_visit, http)
    visit.expected.append("^422 ")
    await connector(visit.page).get_by_role("button", name="Stop").click()
    await expect(visit.page.get_by_text("CP-1: No active session")).to_be_visible()
    await connector(visit.page).get_by_role("button", name="Start").click()
    message_id, _ = await cp.asked("RemoteStartTransaction")
    await cp.answer(message_id, {"status": "Rejected"})
    await expect(visit.page.get_by_text("CP-1: RemoteStartTransaction rejected")).to_be_visible()


async def test_charts_draw_the_latest_fifty_values_and_go_on_live(guest, open_visit: OpenVisit):
    cp, http = guest
    visit = await visit_to(open_visit, http)
    for number in range(48):
        await cp.call("MeterValues", readings(None, number))
    await visit.page.get_by_role("button", name="Charts").click()
    power = visit.page.get_by_role("figure", name="Power, kW")
    await expect(power).to_have_attribute("data-points", "48")
    for number in range(48, 52):
        await cp.call("MeterValues", readings(None, number))
        await expect(power).to_contain_text(f"{7 + number / 100:g}")
    await expect(power).to_have_attribute("data-points", "50")
    await expect(visit.page.get_by_role("figure", name="State of charge")).to_contain_text("40")
    [picture] = await visit.redraws(power, 0)
    assert picture["inked"]


async def test_one_who_goes_away_is_shown_so(guest, open_visit: OpenVisit):
    cp, http = guest
    visit = await visit_to(open_visit, http)
    await expect(total(visit.page, "Connected")).to_have_text("1")
    await cp.close()
    await expect(visit.page.get_by_label("CP-1", exact=True)).to_contain_text("away")
    await expect(visit.page.get_by_text("CP-1: away")).to_be_visible()
    await expect(total(visit.page, "Connected")).to_have_text("0")


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


def readings(transaction: int | None, number: int) -> dict:
    values = {
        "Energy.Active.Import.Register": ("Wh", 1000 + number),
        "Power.Active.Import": ("W", 7000 + 10 * number),
        "SoC": ("Percent", 40),
    }
    sampled = [{"value": str(value), "measurand": name, "unit": unit} for name, (unit, value) in values.items()]
    about = {} if transaction is None else {"transactionId": transaction}
    return {"connectorId": 1, **about, "meterValue": [{"timestamp": iso(ago(100 - number)), "sampledValue": sampled}]}
