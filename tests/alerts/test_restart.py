"""After a restart nobody is woken for what is only on its way back."""

from tests.houses import open_house
from tests.stations import status, until
from wattdeck.alerts import ready_made
from wattdeck.domain.alert_rules import plain

SILENT = plain(ready_made.BY_NAME["charge-point-silent"])


async def shortened(house, seconds=0.2):
    await house.http.put("alert-rules/charge-point-silent", json={**SILENT, "for_s": seconds})


async def silent(house, **query):
    return await house.items("alerts", rule="charge-point-silent", **query)


async def test_those_that_come_back_raise_nothing_and_those_that_do_not_are_missed_after_the_grace(tmp_path):
    async with open_house(tmp_path) as house:
        await shortened(house)
        for number in range(5):
            await house.connected(f"CP-{number}")
        assert await silent(house) == []
    async with open_house(tmp_path, alerts_grace_s=1) as house:
        for number in range(4):
            await house.connected(f"CP-{number}")
        [missed] = await until(lambda: silent(house, state="open"))
        assert missed["charge_point"] == "CP-4"
        await house.connected("CP-4")
        await until(lambda: silent(house, state="resolved"))
        assert len(await silent(house)) == 1


async def test_one_that_was_missed_before_is_still_missed_and_one_that_waited_goes_on_waiting(tmp_path):
    async with open_house(tmp_path) as house:
        await shortened(house)
        (cp, other) = [await house.connected(name) for name in ("CP-1", "CP-2")]
        await cp.close()
        [missed] = await until(lambda: silent(house, state="open"))
        await shortened(house, 3600)
        await other.close()
        await until(lambda: silent(house, state="pending"))
    async with open_house(tmp_path, alerts_grace_s=0) as house:
        [again] = await silent(house, state="open")
        assert (again["id"], again["count"]) == (missed["id"], 1)
        [waiting] = await until(lambda: silent(house, state="pending"))
        assert waiting["charge_point"] == "CP-2"
        await shortened(house, 0)
        [fired] = await until(lambda: _of(house, "CP-2", "firing"))
        assert fired["began_at"] == waiting["began_at"]


async def _of(house, charge_point, state):
    return await house.items("alerts", rule="charge-point-silent", charge_point=charge_point, state=state)


async def test_a_fault_that_goes_on_is_one_alert_over_the_restart(tmp_path):
    faulted = {**plain(ready_made.BY_NAME["connector-faulted"]), "for_s": 0}
    async with open_house(tmp_path) as house:
        await house.http.put("alert-rules/connector-faulted", json=faulted)
        cp = await house.station()
        await cp.call("StatusNotification", status("Faulted"))
        [before] = await until(lambda: house.items("alerts", rule="connector-faulted"))
    async with open_house(tmp_path) as house:
        cp = await house.connected()
        [after] = await house.items("alerts", rule="connector-faulted")
        assert (after["id"], after["state"], after["count"]) == (before["id"], "firing", 1)
        await cp.call("StatusNotification", status("Available"))
        await until(lambda: house.items("alerts", rule="connector-faulted", state="resolved"))
