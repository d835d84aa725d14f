"""A telephone in front of a charge point: what is open is in sight, nothing hangs over the edge, windows have names."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from tests.browser.test_alerts import charging, measures
from tests.browser.visits import PHONE, OpenVisit
from tests.houses import House
from tests.stations import meter_values, sampled, start, stop, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

PHASES = ("L1", "L2", "L3")


async def stands_whole(link: Locator, row: Locator) -> bool:
    """Whether a link is in sight of the row in which it is pushed sideways, from one end to the other."""
    one, room = await link.bounding_box(), await row.bounding_box()
    assert one
    assert room
    left = one["x"] - room["x"]
    return left > -1 and left + one["width"] < room["width"] + 1  # pixels have parts


@pytest.mark.parametrize("name", ["Charge points", "Quarantine", "Settings"])
async def test_the_page_that_is_open_stands_whole_among_the_ways(house: House, open_visit: OpenVisit, name: str):
    station, transaction = await charging(house)
    await measures(station, transaction, 61_000)
    visit = await open_visit(house.http_url, PHONE)
    await visit.go(name.lower().replace(" ", "-"))
    ways = visit.page.get_by_label("Pages", exact=True)
    await expect(ways.get_by_role("link", name="Alerts")).to_contain_text("1 firing")  # which pushes what follows
    await expect(ways).to_have_attribute("data-before", "")
    here = ways.get_by_role("link", name=name, exact=True)
    await until(lambda: stands_whole(here, ways))
    if name != "Settings":
        await expect(ways).to_have_attribute("data-after", "")  # the edge tells that there is more


async def test_curves_of_three_phases_fit_a_telephone(house: House, open_visit: OpenVisit):
    station = await house.station("AC-1")
    await station.boot()
    begun = datetime.now(UTC) - timedelta(minutes=10)
    transaction = (await station.call("StartTransaction", start(started_at=begun)))["transactionId"]
    for minute in range(1, 5):
        powers = [sampled(7_400 + minute, "Power.Active.Import", unit="W", phase=phase) for phase in PHASES]
        values = [sampled(22_200 + minute, "Power.Active.Import", unit="W"), *powers]
        taken_at = begun + timedelta(minutes=minute)
        await station.call("MeterValues", meter_values(*values, transaction=transaction, taken_at=taken_at))
    await station.call("StopTransaction", stop(transaction, 2_000, begun + timedelta(minutes=5)))
    (session,) = await house.items("sessions")
    visit = await open_visit(house.http_url, PHONE)
    await visit.go(f"sessions/{session['id']}")
    await expect(visit.chart("Power, kW")).to_contain_text("L3")
    assert await visit.overhang() == 0


async def test_what_is_pressed_by_a_thumb_is_large_enough(house: House, open_visit: OpenVisit):
    await house.station("DEPOT-1")
    visit = await open_visit(house.http_url, PHONE, touch=True)
    await visit.go("charge-points")
    await visit.page.get_by_label("Pick DEPOT-1").check()
    ask = visit.page.get_by_role("button", name="Ask them")
    for what, least in ((ask, 40), (visit.page.get_by_label("Pick DEPOT-1"), 24)):
        box = await what.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= least
    assert await visit.overhang() == 0


async def test_every_word_of_what_can_be_done_about_an_alert_is_legible(house: House, open_visit: OpenVisit):
    station, transaction = await charging(house)
    await measures(station, transaction, 61_000)
    visit = await open_visit(house.http_url, PHONE)
    await visit.go("alerts")
    await visit.page.get_by_label("Open, warning").get_by_role("link", name="Power", exact=True).click()
    for name in ("Normal here", "Silence", "Acknowledge"):
        word = visit.page.get_by_role("button", name=name).get_by_text(name)
        assert await word.evaluate("one => one.scrollWidth <= one.clientWidth")


async def test_lists_fit_a_tablet(house: House, open_visit: OpenVisit):
    await house.station("DEPOT-1")
    visit = await open_visit(house.http_url, (1024, 768))
    for page in ("", "charge-points"):
        await visit.go(page)
        await expect(visit.row("DEPOT-1")).to_be_visible()
        assert await visit.overhang() == 0


async def test_windows_are_told_apart_by_their_names(house: House, open_visit: OpenVisit):
    await house.station("DEPOT-1")
    visit = await open_visit(house.http_url, PHONE)
    await visit.go()
    await expect(visit.page).to_have_title("Overview · wattdeck")
    await visit.go_to_charge_point("DEPOT-1")
    await visit.page.get_by_role("link", name="History").click()
    await expect(visit.page).to_have_title("history · DEPOT-1 · Charge points · wattdeck")
