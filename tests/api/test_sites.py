"""Sites: set on charge points, asked for in lists, listed with their numbers."""

from tests.stations import start


async def test_a_site_is_set_changed_and_taken_away(house):
    made = await house.post("charge-points", identifier="CP-1", site="  Depot  ")
    assert (made.status_code, made.json()["site"]) == (201, "Depot")
    changed = await house.http.patch("charge-points/CP-1", json={"site": "Garage"})
    assert changed.json()["site"] == "Garage"
    await house.http.patch("charge-points/CP-1", json={"registration": "pending"})
    assert (await house.get("charge-points/CP-1"))["site"] == "Garage"
    assert (await house.http.patch("charge-points/CP-1", json={"site": None})).json()["site"] is None
    assert (await house.http.patch("charge-points/CP-1", json={"site": "x" * 101})).status_code == 422


async def test_sites_are_listed_with_how_many_are_connected(house):
    sites = {"CP-1": "Depot", "CP-2": "Depot", "CP-3": "Airport", "CP-4": None, "CP-5": "Depot"}
    for identifier, site in sites.items():
        await house.post("charge-points", identifier=identifier, site=site)
    await house.connected("CP-1")
    await house.connected("CP-5")
    assert await house.items("sites") == [
        {"site": "Airport", "charge_points": 1, "connected": 0},
        {"site": "Depot", "charge_points": 3, "connected": 2},
    ]
    await house.http.delete("charge-points/CP-3")
    assert [one["site"] for one in await house.items("sites")] == ["Depot"]


async def test_charge_points_and_sessions_are_filtered_by_site(house):
    for identifier, site in (("CP-1", "Depot"), ("CP-2", "Airport")):
        await house.post("charge-points", identifier=identifier, site=site)
        station = await house.connected(identifier)
        await station.call("StartTransaction", start(1, "TAG-1", 0))
    assert [one["identifier"] for one in await house.items("charge-points", site="Depot")] == ["CP-1"]
    assert [one["charge_point"] for one in await house.items("sessions", site="Airport")] == ["CP-2"]
    assert await house.items("sessions", site="nowhere") == []
