"""Silences in the browser: made of an alert, planned ahead, ended before their time; on every screen."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.axe import grave
from tests.browser.test_alerts import charging, measures, open_alerts
from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import DESK, PHONE, OpenVisit
from tests.houses import House

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_an_alert_is_silenced_for_an_hour_and_told_again_when_that_is_ended(house: House, open_visit: OpenVisit):
    station, transaction = await charging(house)
    await measures(station, transaction, 61_000)
    visit = await open_visit(house.http_url)
    await visit.go("alerts")
    way = visit.page.get_by_label("Pages").get_by_role("link", name="Alerts")
    await expect(way).to_contain_text("1 firing")
    await open_alerts(visit).get_by_role("link", name="Power", exact=True).click()
    await visit.page.get_by_role("button", name="Silence").click()
    dialog = visit.page.get_by_role("dialog")
    await expect(dialog.get_by_role("combobox", name="What")).to_have_value("Power of RAPID-1, Connector 1")
    await expect(dialog.get_by_role("button", name="Silence")).to_be_disabled()
    await dialog.get_by_label("Why").fill("The cable is being changed")
    await dialog.get_by_role("button", name="Silence").click()
    await expect(dialog).to_be_hidden()
    await expect(visit.page.get_by_text("Silenced", exact=True).first).to_be_visible()
    await expect(way).not_to_contain_text("firing")
    (silence,) = await house.items("silences")
    assert silence["select"]["charge_points"] == ["RAPID-1"]
    assert silence["select"]["connectors"] == [1]
    begins, ends = (datetime.fromisoformat(silence[name]) for name in ("starts_at", "ends_at"))
    assert abs(ends - begins - timedelta(hours=1)) < timedelta(minutes=1)

    await visit.page.get_by_role("link", name="Alerts", exact=True).last.click()
    await visit.page.get_by_label("About alerts").get_by_role("link", name="Silences").click()
    row = visit.page.get_by_label("In force").get_by_role("listitem")
    await expect(row).to_contain_text("The cable is being changed")
    await expect(row).to_contain_text("59\u00a0min left")
    await row.get_by_role("button", name="End").click()
    await expect(visit.page.get_by_text("Nothing is silent")).to_be_visible()
    await expect(visit.page.get_by_label("Over").get_by_role("listitem")).to_contain_text("ended by admin")
    await expect(way).to_contain_text("1 firing")


async def test_moments_are_typed_by_the_clocks_that_the_page_shows(house: House, open_visit: OpenVisit):
    visit = await open_visit(house.http_url)  # in Berlin
    await visit.go("alerts/silences")
    day = f"{datetime.now(UTC).year + 1}-01-10"
    for zone, hour in (("Europe/Berlin (UTC+1)", 5), ("UTC", 6)):
        await visit.page.get_by_role("button", name="Plan a silence").click()
        dialog = visit.page.get_by_role("dialog")
        await dialog.get_by_role("combobox", name="Charge points").fill(f"AT-{hour}")
        await visit.page.keyboard.press("Enter")
        await dialog.get_by_label("From").press_sequentially("10012036")  # as one types: no year at first
        await dialog.get_by_label("From").fill(f"{day}T06:00")
        await expect(dialog.get_by_label("From")).to_have_accessible_description(f"Empty: from now on · {zone}")
        await dialog.get_by_label("Until", exact=True).fill(f"{day}T09:30")
        await dialog.get_by_label("Why").fill("New cables")
        await dialog.get_by_role("button", name="Silence").click()
        await expect(dialog).to_be_hidden()
        row = visit.page.get_by_label("To come").get_by_role("listitem").filter(has_text=f"AT-{hour}")
        await expect(row).to_contain_text("06:00")
        (kept,) = [one for one in await house.items("silences") if one["select"]["charge_points"] == [f"AT-{hour}"]]
        assert kept["starts_at"] == f"{day}T0{hour}:00:00.000Z"
        await visit.page.get_by_role("button", name="Times in").click()
        await visit.page.get_by_role("menuitemradio", name="UTC", exact=True).click()
        await visit.page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_work_to_come_is_planned_on_every_screen(
    house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str
):
    name = f"{'desk' if size == DESK else 'phone'}-{scheme}"
    station, transaction = await charging(house)
    await measures(station, transaction, 61_000)
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("alerts/silences")
    await visit.page.get_by_role("button", name="Plan a silence").click()
    dialog = visit.page.get_by_role("dialog")
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    await dialog.get_by_role("combobox", name="Charge points").fill("RAPID-*")
    await visit.page.keyboard.press("Enter")
    await dialog.get_by_label("From").fill(f"{tomorrow:%Y-%m-%d}T06:00")
    await dialog.get_by_label("Until", exact=True).fill(f"{tomorrow:%Y-%m-%d}T09:30")
    await dialog.get_by_label("Why").fill("New cables in the depot")
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-silence.png")
    await dialog.get_by_role("button", name="Silence").click()
    row = visit.page.get_by_label("To come").get_by_role("listitem")
    await expect(row).to_contain_text("Every rule · RAPID-*")
    (one,) = await house.items("alerts", state="open")
    ends_at = (datetime.now().astimezone() + timedelta(hours=3)).isoformat()
    wish = {"rules": [one["rule"]], "select": {"charge_points": ["RAPID-1"]}, "ends_at": ends_at, "comment": "Known"}
    assert (await house.post("silences", **wish)).status_code == 201
    await visit.go("alerts/silences")
    await expect(visit.page.get_by_label("In force").get_by_role("listitem")).to_contain_text("Known")
    await expect(row).to_be_visible()
    assert await visit.overhang() == 0
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-silences.png")
