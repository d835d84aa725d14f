"""The log of a charge point: frames paired with their answers as they pass, connections, statuses, findings."""

import asyncio
import json
import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import grave
from tests.browser.visits import DESK, PHONE, OpenVisit
from tests.houses import House
from tests.stations import Station, status

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def troubled(house: House) -> Station:
    """It has been here before, has had a fault, and knows a message of its own."""
    before = await house.station("CRANKY")
    await before.boot()
    await before.close()
    one = await house.station("CRANKY")
    await one.boot()
    await one.call("StatusNotification", status("Available"))
    await one.call("StatusNotification", status("Faulted") | {"errorCode": "GroundFailure", "info": "F12"})
    await one.exchange([2, "odd-1", "MakeCoffee", {}])
    await house.finding("message_refused", "CRANKY")
    return one


async def test_frames_pass_with_their_answers_are_filtered_held_and_downloaded(house: House, open_visit: OpenVisit):
    one = await troubled(house)
    visit = await open_visit(house.http_url)
    await visit.go_to_charge_point("CRANKY")
    await visit.page.get_by_label("CRANKY", exact=True).get_by_role("link", name="Log").click()
    frames = visit.page.get_by_label("Frames", exact=True)
    rows = frames.get_by_role("listitem")
    await expect(rows.filter(has_text="StatusNotification").first).to_contain_text(re.compile(r"\d\sms"))
    await expect(rows.filter(has_text="MakeCoffee")).to_contain_text("error")
    await one.call("Authorize", {"idTag": "CARD-EMIL"})
    await expect(rows.first).to_contain_text("Authorize")
    await rows.first.locator("summary").click()
    await expect(rows.first).to_contain_text('"idTagInfo"')

    await frames.get_by_label("Only errors").check()
    await expect(rows).to_have_count(1)
    await frames.get_by_label("Only errors").uncheck()
    await frames.get_by_label("Words in a frame").fill("card-emil")
    await expect(rows).to_have_count(1)
    await frames.get_by_role("button", name="Hold").click()
    await one.call("Authorize", {"idTag": "CARD-EMIL"})
    await frames.get_by_role("button", name="Go on").click()
    await expect(rows).to_have_count(2)
    async with visit.page.expect_download() as download:
        await frames.get_by_role("button", name="Download").click()
    path = await (await download.value).path()
    lines = [json.loads(line) for line in (await asyncio.to_thread(path.read_text)).splitlines()]
    assert '"BootNotification"' in lines[0]["frame"]
    assert {line["direction"] for line in lines} == {"in", "out"}
    assert await visit.stayed()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
async def test_the_log_shows_connections_statuses_and_findings_and_fits(
    house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str
):
    await troubled(house)
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("charge-points/CRANKY/log")
    connections = visit.page.get_by_label("Connections", exact=True)
    await expect(connections).to_contain_text("is there")
    await expect(connections).to_contain_text("closed by the charge point")
    await expect(visit.page.get_by_label("Status timeline", exact=True)).to_contain_text("GroundFailure · F12")
    await expect(visit.page.get_by_label("Findings", exact=True)).to_contain_text("message refused")
    await expect(visit.page.get_by_label("Frames", exact=True)).to_contain_text("MakeCoffee")
    await visit.photograph("log", size, scheme)
    assert await grave(visit) == []
