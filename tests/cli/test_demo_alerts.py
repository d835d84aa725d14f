"""What the demo shows of alerts, and what it does not."""

import httpx2

from tests.houses import API_KEY, open_house
from tests.stations import meter_values, sampled, until
from wattdeck.cli import demo_alerts
from wattdeck.simulator.fleet import Fleet, Plan
from wattdeck.simulator.troubles import read_fit


def test_the_hardware_is_that_of_the_charge_points_that_will_come():
    known = demo_alerts.supplies(25)
    fleet = Fleet(Plan("ws://127.0.0.1:1/ocpp", tuple(known), profile=demo_alerts.PROFILE))
    assert {one.identifier: one.supply for one in fleet.stations} == known


def test_some_get_into_trouble_each_another_one_and_again():
    fits = [read_fit(told) for told in demo_alerts.troubles(demo_alerts.supplies(25))]
    assert len({fit.who for fit in fits}) == len({fit.name for fit in fits}) == 3
    assert all(fit.every_s for fit in fits)
    assert len(demo_alerts.troubles(demo_alerts.supplies(1))) <= 1


async def test_fast_chargers_raise_nothing_about_what_they_are_made_for_and_what_was_written_stays(tmp_path):
    known = demo_alerts.supplies(25)
    fast = [name for name, supply in known.items() if supply.is_dc]
    async with open_house(tmp_path) as house:
        headers = {"Authorization": f"Bearer {API_KEY}"}
        async with httpx2.AsyncClient(base_url=house.http_url, headers=headers, trust_env=False) as client:
            await demo_alerts.write_overrides(client, {"power": {fast[0]: {"above": 1_000.0}}})
            await demo_alerts.write_overrides(client, demo_alerts.overrides(known))
        for name in (*fast[:2], "OTHER"):
            cp = await house.connected(name)
            volts = sampled(440, "Voltage")
            await cp.call("MeterValues", meter_values(sampled(known[fast[1]].power_w, "Power.Active.Import"), volts))
        await until(lambda: house.items("alerts", charge_point="OTHER", rule="voltage"))
        raised = [(one["charge_point"], one["rule"]) for one in await house.items("alerts")]
        assert sorted(raised) == sorted([(fast[0], "power"), ("OTHER", "power"), ("OTHER", "voltage")])
