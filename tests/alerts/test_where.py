"""Where an alert is: at the site of its charge point, in the API and in messages, whatever moves or restarts."""

from tests.alerts.notify.receivers import hook, put_channel, receiver, watt
from tests.houses import door, house, make_house, open_house
from tests.stations import until

__all__ = ["door", "house", "make_house", "receiver"]


async def stand(house, identifier, site):
    answer = await house.http.patch(f"charge-points/{identifier}", json={"site": site})
    assert answer.status_code == 200, answer.text


async def sites(house, **query):
    return [(one["charge_point"], one["site"]) for one in await house.items("alerts", **query)]


async def test_alerts_of_charge_points_say_and_are_found_by_the_site_they_are_at(house):
    for identifier, site in (("CP-1", "Garage"), ("CP-2", "Depot")):
        await house.connected(identifier)
        await stand(house, identifier, site)
        await watt(house, identifier=identifier)
    await until(lambda: sites(house, site="Depot"))
    assert await sites(house) == [("CP-2", "Depot"), ("CP-1", "Garage")]
    assert await sites(house, site="Garage") == [("CP-1", "Garage")]


async def test_an_open_alert_goes_with_its_charge_point_to_another_site(house):
    await watt(house)
    await until(lambda: sites(house))
    await stand(house, "CP-1", "Garage")
    assert await until(lambda: sites(house, site="Garage")) == [("CP-1", "Garage")]


async def test_after_a_restart_an_alert_is_the_same_one_at_its_site(tmp_path):
    async with open_house(tmp_path) as house:
        await house.connected("CP-1")
        await stand(house, "CP-1", "Garage")
        await watt(house)
        await until(lambda: sites(house))
    async with open_house(tmp_path) as house:
        await watt(house, 70_000)
        await until(lambda: house.items("alerts", site="Garage", state="firing"))
        [alert] = await house.items("alerts")
        assert (alert["count"], alert["site"]) == (1, "Garage")
        await watt(house, 1_000)
        await until(lambda: house.items("alerts", state="resolved"))


async def test_a_message_says_at_which_site_it_is(house, receiver):
    await house.connected("CP-1")
    await stand(house, "CP-1", "Garage")
    await put_channel(house, settings=hook(receiver))
    await watt(house)
    assert (await receiver.message())["alerts"][0]["site"] == "Garage"
