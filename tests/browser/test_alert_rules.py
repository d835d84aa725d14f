"""Alert rules in the browser: switched, changed, refused at their fields, tried on what is stored, taken back."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import grave
from tests.browser.test_alerts import charging
from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import DESK, PHONE, OpenVisit, Visit
from tests.houses import House
from tests.stations import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


def rule(visit: Visit, title: str) -> Locator:
    link = visit.page.get_by_role("link", name=title, exact=True)
    return visit.page.get_by_label("Rules", exact=True).get_by_role("listitem").filter(has=link)


async def test_a_ready_made_rule_is_switched_off_changed_and_restored(house: House, open_visit: OpenVisit):
    visit = await open_visit(house.http_url)
    await visit.go("alerts")
    await visit.page.get_by_label("About alerts").get_by_role("link", name="Rules").click()
    power = rule(visit, "Power")
    await expect(power).to_contain_text("Power more than 50\u00a0kW")
    await expect(power).to_contain_text("Ready-made")
    await power.get_by_role("switch").press("Space")
    await expect(power).to_contain_text("Changed")
    assert (await house.get("alert-rules/power"))["enabled"] is False

    await power.get_by_role("link", name="Power", exact=True).click()
    form = visit.page.get_by_label("Rule", exact=True)
    above = form.get_by_label("Above, W")
    await expect(above).to_have_value("50000")
    await above.fill("60000")
    await expect(form).to_contain_text("60\u00a0kW")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("status")).to_contain_text("Saved")
    assert (await house.get("alert-rules/power"))["rule"]["above"] == 60_000

    await form.get_by_role("button", name="As it was made").click()
    await expect(above).to_have_value("50000")
    await expect(visit.page.get_by_text("Ready-made")).to_be_visible()
    assert (await house.get("alert-rules/power"))["changed"] is False
    assert await visit.stayed()


async def test_a_rule_is_written_refused_at_its_field_and_taken_away(house: House, open_visit: OpenVisit):
    visit = await open_visit(house.http_url)
    visit.expected.append(r"422 .*/alert-rules/hot-garage")
    await visit.go("alerts/rules")
    await visit.page.get_by_role("link", name="Write a rule").click()
    form = visit.page.get_by_label("Rule", exact=True)
    await form.get_by_label("Name").fill("hot-garage")
    await form.get_by_role("combobox", name="Looks at").click()
    await visit.page.get_by_role("option", name="Temperature").click()
    await form.get_by_label("Above, Celsius").fill("55")
    await form.get_by_label("Good again at, Celsius").fill("58")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("at or below above")
    await expect(form.get_by_label("Good again at, Celsius")).to_have_attribute("aria-invalid", "true")
    await form.get_by_label("Good again at, Celsius").fill("50")
    await form.get_by_label("Sites").fill("Garage*")
    await visit.page.keyboard.press("Enter")
    await form.get_by_role("button", name="Add a number").click()
    await form.get_by_label("Pattern").fill("HPC-*")
    await form.get_by_label("Its value there").fill("60")
    await form.get_by_role("button", name="Add a step").click()
    await form.get_by_label("Channels", exact=True).fill("boss")
    await visit.page.keyboard.press("Enter")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("there is no channel 'boss'")
    await form.get_by_role("button", name="Take row 1 away").last.click()
    await form.get_by_label("Reminded after, while nobody takes it up, s").fill("1800")
    await form.get_by_role("button", name="Save").click()
    await expect(visit.page.get_by_role("heading", name="Hot garage")).to_be_visible()
    written = (await house.get("alert-rules/hot-garage"))["rule"]
    assert written["select"] == {"sites": ["Garage*"]}
    assert written["model_overrides"] == {"HPC-*": {"above": 60.0}}
    assert written["remind_s"] == 1800
    assert "escalate" not in written

    await form.get_by_role("button", name="Take it away").click()
    await expect(rule(visit, "Power")).to_be_visible()
    await expect(rule(visit, "Hot garage")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_a_rule_is_tried_on_what_is_stored_on_every_screen(
    house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str
):
    name = f"{'desk' if size == DESK else 'phone'}-{scheme}"
    for number in (1, 2):
        await charging(house, f"RAPID-{number}", above_s=150 * number)
    await until(lambda: house.items("alerts", state="open"))
    visit = await open_visit(house.http_url, size, scheme)
    await visit.go("alerts/rules")
    await expect(rule(visit, "Power")).to_contain_text("2 open")
    assert await visit.overhang() == 0
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-alert-rules.png")
    await rule(visit, "Power").get_by_role("link", name="Power", exact=True).click()
    panel = visit.page.get_by_label("Back-test")
    await panel.get_by_role("button", name="Try it").click()
    await expect(panel.get_by_role("status")).to_contain_text("2 times")
    await expect(panel.get_by_label("By charge point").get_by_role("listitem")).to_have_count(2)
    await visit.page.get_by_label("Above, W").fill("60000")
    await visit.page.get_by_label("Good again at, W").fill("")
    await expect(panel.get_by_role("status")).to_contain_text("Never")
    await visit.page.get_by_label("Above, W").fill("50000")
    await expect(panel.get_by_role("status")).to_contain_text("times")
    assert await visit.overhang() == 0
    assert await grave(visit) == []
    await visit.picture(SCREENSHOTS / f"{name}-alert-rule.png", whole=True)
