"""A charge point's past: energy in bars, any measurand over a span, figures of every series, values in doubt."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import DESK, PHONE, OpenVisit, Visit
from tests.servers import Server
from tests.stations import Station, meter_values, sampled, start, station, stop, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]
EVERY = timedelta(minutes=5)
COUNT = 18  # an hour and a half: 7.2 kWh in the first hour, 3.6 in the second


async def charge_yesterday(one: Station, wh: int = 1_000) -> None:
    """From ten o'clock (UTC, the server's zone) on: 600 Wh every five minutes, at 7.2 kW on three phases."""
    begun = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)
    await one.boot()
    answer = await one.call("StartTransaction", start(wh=wh, started_at=begun))
    for number in range(1, COUNT + 1):
        values = [sampled(wh + 600 * number), sampled(7200, "Power.Active.Import")]
        values += [sampled(229 + phase, "Voltage", phase=f"L{phase}-N") for phase in (1, 2, 3)]
        taken_at = begun + number * EVERY
        await one.call("MeterValues", meter_values(*values, transaction=answer["transactionId"], taken_at=taken_at))
    await one.call("StopTransaction", stop(answer["transactionId"], wh + 600 * COUNT, begun + COUNT * EVERY))


async def show(visit: Visit, span: str) -> None:
    await visit.page.get_by_label("Span").get_by_text(span, exact=True).click()


async def test_energy_stands_in_bars_for_the_hours_of_a_day_and_the_days_of_a_month(
    fleet: Server, open_visit: OpenVisit
):
    async with station(fleet.asgi_url, "METERED") as metered:
        await charge_yesterday(metered)
    visit = await open_visit(fleet.http_url)
    await visit.go_to_charge_point("METERED")
    await visit.page.get_by_label("METERED", exact=True).get_by_role("link", name="History").click()
    energy = visit.page.get_by_label("Energy history")
    await energy.get_by_role("button", name="Previous day").click()
    total = energy.locator("[data-what=total]")
    await expect(total).to_have_text(re.compile(r"10\.80\skWh"))
    await expect(energy.get_by_role("button", name=re.compile(r"10:00 to 11:00: 7\.20\skWh"))).to_be_visible()
    await expect(energy.get_by_role("button", name=re.compile(r"11:00 to 12:00: 3\.60\skWh"))).to_be_visible()
    # Before the first reading nothing is known, which is not the same as nothing used.
    early = energy.get_by_role("button", name=re.compile("04:00 to 05:00: nothing known"))
    await expect(early).to_have_attribute("data-gap", "true")
    await expect(energy).to_contain_text("UTC")
    day = await energy.get_by_label("Shown").inner_text()
    await visit.photograph("history", DESK, "light")

    await energy.get_by_label("Range").get_by_text("Month").click()
    bar = energy.get_by_role("button", name=re.compile(r"10\.80\skWh"))
    await expect(total).to_have_text(re.compile(r"10\.80\skWh"))
    await bar.hover()
    await expect(visit.page.get_by_role("tooltip")).to_contain_text("measured")
    await bar.focus()
    await visit.page.keyboard.press("Enter")
    await expect(energy.get_by_label("Shown")).to_have_text(day)

    await energy.get_by_role("button", name="Previous day").click()
    await expect(energy).to_contain_text("No energy is known of")
    assert await visit.stayed()


async def test_any_measurand_is_drawn_over_a_span_with_its_step_and_its_phases(fleet: Server, open_visit: OpenVisit):
    async with station(fleet.asgi_url, "SAMPLED") as one:
        await charge_yesterday(one)
    visit = await open_visit(fleet.http_url)
    await visit.go("charge-points/SAMPLED/history")
    history = visit.page.get_by_label("History", exact=True)
    await show(visit, "7 d")
    await expect(visit.chart("Power, kW").locator("figcaption")).to_contain_text("7.20")
    await expect(history).to_contain_text("every sample")
    # a stretch that is dragged across is looked at closer
    plot = await until(visit.chart("Power, kW").locator(".u-over").bounding_box)  # none while it is drawn anew
    for x, act in ((0.5, visit.page.mouse.down), (0.95, visit.page.mouse.up)):
        await visit.page.mouse.move(plot["x"] + x * plot["width"], plot["y"] + 20, steps=4)
        await act()
    await history.get_by_role("button", name="The whole span").click()
    await expect(history.get_by_role("button", name="The whole span")).to_have_count(0)
    await history.get_by_role("combobox", name="Measurand").click()
    await visit.page.get_by_role("option", name="Voltage").click()
    await expect(visit.chart("Voltage, V").locator("figcaption")).to_contain_text(re.compile("L1.*L2.*L3"))
    await history.get_by_role("button", name="Earlier").click()
    await expect(history).to_contain_text("Nothing measured between")
    await show(visit, "1 year")
    await expect(history).to_contain_text(re.compile("one point per (day|month)"))

    statistics = visit.page.get_by_label("Statistics", exact=True)
    await statistics.get_by_label("Statistics over").get_by_text("Session").click()
    await expect(statistics.get_by_role("row").filter(has_text="Power")).to_contain_text(re.compile(r"18.*7\.20"))
    assert await visit.stayed()


async def test_a_value_in_doubt_is_said_to_be_right_and_that_is_taken_back(fleet: Server, open_visit: OpenVisit):
    begun = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)
    async with station(fleet.asgi_url, "DOUBTFUL") as doubtful:
        await doubtful.boot()
        for number, wh in enumerate((1_000, 3_000, 900_000_000, 4_000)):
            await doubtful.call("MeterValues", meter_values(wh, taken_at=begun + number * EVERY))
    visit = await open_visit(fleet.http_url)
    await visit.go("charge-points/DOUBTFUL/history")
    await visit.page.get_by_role("button", name="Previous day").click()
    total = visit.page.locator("[data-what=total]")
    await expect(total).to_have_text(re.compile(r"3\.00\skWh"))
    row = visit.page.get_by_label("In doubt").get_by_role("row").filter(has_text=re.compile(r"900\s000"))
    await expect(row).to_contain_text("more than can have flowed")
    await row.get_by_role("button", name="Value is right").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Why").fill("another meter")
    await dialog.get_by_role("button", name="It is right").click()
    await expect(row).to_contain_text("another meter")
    await expect(total).to_have_text(re.compile("MWh"))
    await row.get_by_role("button", name="Undo").click()
    await expect(row).not_to_contain_text("another meter")
    await expect(total).to_have_text(re.compile(r"3\.00\skWh"))
    assert await visit.stayed()


async def test_the_history_fits_a_telephone(fleet: Server, open_visit: OpenVisit):
    async with station(fleet.asgi_url, "POCKET") as pocket:
        await charge_yesterday(pocket)
    visit = await open_visit(fleet.http_url, PHONE, "dark")
    await visit.go("charge-points/POCKET/history")
    await visit.page.get_by_role("button", name="Previous day").click()
    await show(visit, "7 d")
    await expect(visit.page.locator("[data-what=total]")).to_have_text(re.compile(r"10\.80\skWh"))
    await expect(visit.chart("Power, kW").locator("figcaption")).to_contain_text("7.20")
    assert await visit.overhang() == 0
    await visit.picture(SCREENSHOTS / "phone-dark-history.png", whole=True)
