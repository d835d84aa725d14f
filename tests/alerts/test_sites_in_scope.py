"""A silent site, and who is told of it: whoever sees all of the site, live and in lists; of others' nobody hears."""

import pytest

from tests.alerts.scenes import shorten
from tests.alerts.test_sites import RULE
from tests.api.people import client, is_problem, key_of
from tests.live.clients import browser
from tests.stations import status, until
from wattdeck.domain.people import Scope

SITE, ONE, ELSEWHERE = Scope(sites=("Depot",)), Scope(("cp-1",)), Scope(("cp-*",), ("Hill",))
SILENT = "charge-point-silent"


@pytest.fixture
async def dark(house):
    """A house with a dark site of two charge points, whose own alerts are hidden by the site's: its alert."""
    for rule in (RULE, SILENT):
        await shorten(house, rule, {"for_s": 0})
    for name in ("CP-1", "CP-2"):
        (await house.post("charge-points", identifier=name, site="Depot")).raise_for_status()
    stations = [await house.connected(name) for name in ("CP-1", "CP-2")]
    for station in stations:
        await station.close()

    async def hidden():
        found = await house.items("alerts", rule=SILENT)
        return len(found) == 2 and all(one["hidden_by"] for one in found)

    await until(hidden)
    [alert] = await house.items("alerts", rule=RULE)
    return house, alert["id"]


async def seen(person, **query):
    answer = await person.get("/api/v1/alerts", params=query)
    return {one["rule"]: one for one in answer.json()["items"]}


async def test_whoever_sees_a_site_reads_its_alerts_and_takes_them_up(dark):
    house, id = dark
    async with client(house, await key_of(house, "operator", SITE)) as person:
        alerts = await seen(person, state="open")
        assert alerts.keys() == {RULE, SILENT}
        assert alerts[SILENT]["hidden_by"] == id
        assert (await person.get(f"/api/v1/alerts/{id}")).json()["rule"] == RULE
        assert (await person.post(f"/api/v1/alerts/{id}/acknowledge")).json()["state"] == "acknowledged"
        lately = (await person.get("/api/v1/activity", params={"kind": "alert"})).json()["items"]
        assert RULE in {one["detail"] for one in lately}


@pytest.mark.parametrize("scope", [ONE, ELSEWHERE])
async def test_whoever_sees_single_charge_points_is_not_pointed_to_the_sites_alert(dark, scope):
    house, id = dark
    async with client(house, await key_of(house, "operator", scope)) as person:
        alerts = await seen(person)
        assert alerts.keys() == {SILENT}
        assert alerts[SILENT]["hidden_by"] is None
        is_problem(await person.get(f"/api/v1/alerts/{id}"), 404)
        is_problem(await person.post(f"/api/v1/alerts/{id}/acknowledge"), 404)
        mine = (await person.get(f"/api/v1/alerts/{alerts[SILENT]['id']}")).json()
        assert mine["hidden_by"] is None
        assert [one["detail"] for one in mine["timeline"] if one["what"] == "inhibited"] == [None]
        taken = await person.post(f"/api/v1/alerts/{alerts[SILENT]['id']}/acknowledge")
        assert taken.json()["hidden_by"] is None
        lately = (await person.get("/api/v1/activity", params={"kind": "alert"})).json()["items"]
        assert {one["detail"] for one in lately} == {SILENT}


async def test_a_snapshot_has_the_sites_alert_for_whoever_sees_the_site(dark):
    house, id = dark
    for scope, rules, hidden_by in ((SITE, {RULE, SILENT}, id), (ONE, {SILENT}, None)):
        async with browser(house, await key_of(house, "viewer", scope)) as one:
            found = {each["rule"]: each for each in await one.snapshot("alerts")}
            assert found.keys() == rules
            assert found[SILENT]["hidden_by"] == hidden_by


async def test_an_alert_that_its_own_charge_point_hides_stays_so_for_whoever_sees_it(house):
    await shorten(house, SILENT, {"for_s": 3600})
    rule = {"kind": "word", "signal": "status", "words": ["Available"]}
    (await house.http.put("alert-rules/free", json=rule)).raise_for_status()
    station = await house.connected("CP-1")
    await station.call("StatusNotification", status("Available"))
    await until(lambda: house.items("alerts", rule="free"))
    await station.close()

    async def hidden():
        return next((one["hidden_by"] for one in await house.items("alerts", rule="free")), None)

    number = await until(hidden)
    async with client(house, await key_of(house, "viewer", ONE)) as person:
        assert (await seen(person))["free"]["hidden_by"] == number


async def test_live_changes_of_a_site_are_told_to_whoever_sees_it(dark):
    house, id = dark
    async with (
        browser(house, await key_of(house, "viewer", SITE)) as mine,
        browser(house, await key_of(house, "viewer", ONE)) as other,
        browser(house) as everyone,
    ):
        for watching in (mine, other, everyone):
            await watching.snapshot("alerts")
        await house.post(f"alerts/{id}/acknowledge")
        assert (await mine.delta("alerts", event="acknowledged"))["id"] == id
        [own] = await house.items("alerts", rule=SILENT, charge_point="CP-1")
        await house.post(f"alerts/{own['id']}/acknowledge")
        told = await other.delta("alerts", event="acknowledged")
        assert (told["id"], told["hidden_by"]) == (own["id"], None)
        for watching in (mine, everyone):
            assert (await watching.delta("alerts", event="acknowledged", id=own["id"]))["hidden_by"] == id
