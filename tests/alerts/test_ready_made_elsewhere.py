"""Ready-made rules that no trouble of a charge point makes fire at once: of long times, and of this server itself."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from tests.alerts.stories import Story
from tests.stations import start, stop, until
from wattdeck.alerts import ready_made, watch
from wattdeck.commands import file_upkeep
from wattdeck.domain.signals import Subject

HOURS = timedelta(hours=1)
GOOD_AND_BAD = {
    "disk-nearly-full": (2_000_000_000, 1_000_000_000),
    "alerts-behind": (0.1, 11),
    "writer-behind": (0, 50_001),
    "deliveries-failing": (0, 1),
}


async def alert(house, rule, **wanted):
    async def there():
        found = await house.items("alerts", rule=rule)
        return next((one for one in found if all(one[name] == value for name, value in wanted.items())), None)

    return await until(there)


async def test_a_session_that_runs_for_more_than_a_day_fires_until_it_ends(house, monkeypatch):
    monkeypatch.setattr(watch, "_AGES_EVERY_MS", 0)
    cp = await house.connected()
    young = await cp.call("StartTransaction", start(2, started_at=datetime.now(UTC) - 23 * HOURS))
    old = await cp.call("StartTransaction", start(1, started_at=datetime.now(UTC) - 25 * HOURS))
    fired = await alert(house, "session-too-old", state="firing")
    assert fired["connector_id"] == 1
    assert 25 * 3600 <= fired["peak"] < 26 * 3600
    await cp.call("StopTransaction", stop(old["transactionId"], 100))
    await cp.call("StopTransaction", stop(young["transactionId"], 100))
    assert (await alert(house, "session-too-old", state="resolved"))["id"] == fired["id"]


async def test_a_firmware_update_of_which_nothing_is_heard_fires_until_something_is(house):
    cp = await house.connected()
    await house.post("charge-points/CP-1/update-firmware", location="http://127.0.0.1:1/fw.bin")
    id, _ = await cp.asked("UpdateFirmware")
    await cp.answer(id, {})
    await cp.call("FirmwareStatusNotification", {"status": "Downloading"})
    ours = house.central_system
    await file_upkeep.keep_up(ours._store, ours.events, ours.settings, datetime.now(UTC) + 7 * HOURS)
    fired = await alert(house, "file-job-stuck", state="firing")
    assert (fired["charge_point"], fired["word"]) == ("CP-1", "stuck")
    await cp.call("FirmwareStatusNotification", {"status": "Installed"})
    assert (await alert(house, "file-job-stuck", state="resolved"))["id"] == fired["id"]


@pytest.mark.parametrize("rule", ready_made.OURSELVES, ids=lambda rule: rule.name)
def test_a_rule_about_this_server_fires_and_clears(rule):
    good, bad = GOOD_AND_BAD[rule.name]
    story = Story(rule, online=False)
    story.see(0, rule.signal, good, Subject()).see(2, rule.signal, bad, Subject()).until(2 + rule.for_s)
    assert story.happened[-1] == (2 + rule.for_s, "fired")
    story.see(60, rule.signal, good, Subject())
    assert story.happened[-1] == (60, "resolved")


async def test_a_disk_that_fills_fires_and_clears_when_there_is_room_again(house, monkeypatch):
    room = shutil.disk_usage(".")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room._replace(free=1_000_000_000))
    await house.central_system._storage.watch()
    fired = await alert(house, "disk-nearly-full", state="firing")
    assert (fired["charge_point"], fired["severity"], fired["value"]) == (None, "critical", 1_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room._replace(free=2_000_000_000))
    await house.central_system._storage.watch()
    assert (await alert(house, "disk-nearly-full", state="resolved"))["id"] == fired["id"]
