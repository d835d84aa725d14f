"""People in the browser: a user is added, limited, disabled and removed; a key is made and revoked; who did what."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.browser.axe import grave
from tests.browser.test_looks import SCREENSHOTS
from tests.browser.visits import DESK, PASSWORD, PHONE, OpenHouse, OpenVisit, Visit
from tests.houses import House

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]
FRESH = "another long password"


@pytest_asyncio.fixture(loop_scope="package")
async def house(admins_house: OpenHouse) -> AsyncIterator[House]:
    async with admins_house() as house:
        for identifier, site in (("DEPOT-1", "Depot"), ("HILL-1", "Hill")):
            (await house.post("charge-points", identifier=identifier, site=site)).raise_for_status()
        yield house


def row(visit: Visit, table: str, name: str) -> Locator:
    return visit.page.get_by_label(table, exact=True).get_by_role("row").filter(has_text=name)


async def as_user(house: House, open_visit: OpenVisit, username: str, password: str) -> Visit:
    visit = await open_visit(house.http_url, logged_in=False)
    await visit.go()
    await visit.page.get_by_label("Username").fill(username)
    await visit.page.get_by_role("textbox", name="Password").fill(password)
    await visit.page.get_by_role("button", name="Log in").click()
    return visit


async def test_a_user_is_added_limited_and_sees_no_more_than_that(house: House, open_visit: OpenVisit):
    visit = await open_visit(house.http_url)
    await visit.go()
    await visit.page.get_by_label("Pages").get_by_role("link", name="People").click()
    await visit.page.get_by_role("button", name="Add a user").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Username").fill("ana")
    patterns = dialog.get_by_label("Only these charge points").first
    await patterns.fill("DEPOT-*")
    await patterns.press("Enter")
    await visit.picture(SCREENSHOTS / "desk-light-add-user.png")
    await dialog.get_by_role("button", name="Add").click()
    await expect(dialog).to_contain_text("It is shown only now")
    password = await dialog.locator("code").inner_text()
    await dialog.get_by_role("button", name="Done").click()
    await expect(row(visit, "Users", "ana")).to_contain_text("DEPOT-*")
    await expect(row(visit, "Users", "ana")).to_contain_text("never")

    ana = await as_user(house, open_visit, "ana", password)
    ana.expected += [r"403 .*/api/v1/alert-rules", r"403 .*/api/v1/users"]
    await expect(ana.row("DEPOT-1")).to_be_visible()
    await expect(ana.row("HILL-1")).to_have_count(0)
    await expect(ana.total("Charge points")).to_contain_text("1")
    await expect(ana.page.get_by_label("Pages")).not_to_contain_text(re.compile("People|Storage"))
    await ana.go("people")
    await expect(ana.page.get_by_text("This page is for admins")).to_be_visible()
    ana.expected.append(r"404 .*/api/v1/charge-points/HILL-1")
    await ana.go_to_charge_point("HILL-1")
    await expect(ana.page.get_by_role("main")).to_contain_text(re.compile("not|no", re.IGNORECASE))

    await row(visit, "Users", "ana").get_by_role("button").click()
    await visit.page.get_by_role("menuitem", name="Disable").click()
    await visit.page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    await expect(row(visit, "Users", "ana")).to_contain_text("disabled")
    ana.expected.append(r"401 ")
    await ana.go()
    await expect(ana.page.get_by_role("button", name="Log in")).to_be_visible()

    await row(visit, "Users", "ana").get_by_role("button").click()
    await visit.page.get_by_role("menuitem", name="Remove").click()
    await visit.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(row(visit, "Users", "ana")).to_have_count(0)


async def test_the_last_admin_stays(house: House, open_visit: OpenVisit):
    visit = await open_visit(house.http_url)
    visit.expected.append(r"409 .*/api/v1/users/admin")
    await visit.go("people")
    await row(visit, "Users", "admin").get_by_role("button").click()
    await visit.page.get_by_role("menuitem", name="Remove").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Remove").click()
    await expect(dialog.get_by_role("status")).to_contain_text("the last admin")


async def test_a_key_is_made_shown_once_and_revoked(house: House, open_visit: OpenVisit):
    visit = await open_visit(house.http_url)
    await visit.go("people/keys")
    await expect(row(visit, "API keys", "WATTDECK_API_KEY")).to_contain_text("the settings")
    await visit.page.get_by_role("button", name="Make a key").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("billing")
    await dialog.get_by_label("Expires after, days").fill("30")
    await dialog.get_by_role("button", name="Make it").click()
    key = await dialog.locator("code").inner_text()
    headers = {"Authorization": f"Bearer {key}"}
    assert (await house.http.get("stats", headers=headers)).status_code == 200
    await dialog.get_by_role("button", name="Done").click()
    await expect(row(visit, "API keys", "billing")).to_be_visible()
    assert key not in await visit.page.content()

    await row(visit, "API keys", "billing").get_by_role("button").click()
    await dialog.get_by_role("button", name="Revoke").click()
    await expect(row(visit, "API keys", "billing")).to_have_count(0)
    assert (await house.http.get("stats", headers=headers)).status_code == 401


async def test_ones_own_password_is_changed_from_the_menu(house: House, open_visit: OpenVisit):
    visit = await open_visit(house.http_url)
    visit.expected.append(r"422 .*/api/v1/me/password")
    await visit.go()
    await visit.page.get_by_role("button", name="admin, menu").click()
    await visit.page.get_by_role("menuitem", name="Password").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Present password").fill("not the one it is")
    await dialog.get_by_label("New password").fill(FRESH)
    await dialog.get_by_role("button", name="Change it").click()
    await expect(dialog.get_by_role("status")).to_contain_text("the present password is not right")
    await dialog.get_by_label("Present password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Change it").click()
    await expect(dialog).to_contain_text("Your password is changed")
    answer = await house.http.post("login", json={"username": "admin", "password": FRESH})
    assert answer.status_code == 200


async def test_the_audit_says_who_did_what_about_whom_and_how_it_ended(house: House, open_visit: OpenVisit):
    await house.http.patch("charge-points/HILL-1", json={"site": "Top"})
    await house.post("charge-points/HILL-1/remote-start", id_tag="T")
    visit = await open_visit(house.http_url)
    await visit.go("people/audit")
    changed = row(visit, "Audit", "change charge point")
    await expect(changed).to_contain_text("WATTDECK_API_KEY")
    await expect(changed).to_contain_text("HILL-1")
    await expect(row(visit, "Audit", "remote start")).to_contain_text("refused")
    await visit.page.get_by_label("By whom").fill("admin")
    await expect(row(visit, "Audit", "change charge point")).to_have_count(0)
    await expect(row(visit, "Audit", "log in").first).to_contain_text("done")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_the_pages_fit_every_screen_and_axe_finds_nothing_serious(
    house: House, open_visit: OpenVisit, size: tuple[int, int], scheme: str
):
    scope = {"charge_points": ["DEPOT-*"], "sites": ["Hill"]}
    await house.post("users", username="ana", role="operator", scope=scope, password=PASSWORD)
    await house.post("users", username="ben", password=PASSWORD)
    await house.http.patch("users/ben", json={"disabled": True})
    await house.post("api-keys", name="billing", expires_at="2099-01-01T00:00:00Z")
    await house.post("charge-points/DEPOT-1/remote-start", id_tag="T")
    visit = await open_visit(house.http_url, size, scheme)
    for path, words in (("people", "ana"), ("people/keys", "billing"), ("people/audit", "remote start")):
        await visit.go(path)
        await expect(visit.page.get_by_text(words).first).to_be_visible()
        assert await visit.overhang() == 0
        assert await grave(visit) == []
        window = "desk" if size == DESK else "phone"
        await visit.picture(SCREENSHOTS / f"{window}-{scheme}-{path.replace('/', '-')}.png")
