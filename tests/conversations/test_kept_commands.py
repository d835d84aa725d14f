"""Commands to charge points that are away: refused, or kept until they are back and ready."""

import asyncio

import pytest

from tests.stations import BOOT, status, until

COMMANDS = "charge-points/CP-1/commands"


async def kept(house, action="ClearCache", **more):
    response = await house.post(COMMANDS, action=action, offline="queue", **more)
    assert response.status_code == 202, response.text
    return response.json()


async def away(house, identifier="CP-1"):
    """A charge point that was there and has gone."""
    cp = await house.station(identifier)
    await cp.boot()
    await gone(house, cp)


async def gone(house, cp):
    await cp.close()

    async def offline():
        return not (await house.get(f"charge-points/{cp.identifier}"))["connected"]

    await until(offline)


async def accepts(cp, action=None):
    message_id, payload = await cp.asked(action)
    await cp.answer(message_id, {"status": "Accepted"})
    return message_id, payload


async def test_what_is_kept_goes_out_in_order_after_the_boot(house):
    await away(house)
    commands = [await kept(house, "ClearCache"), await kept(house, "GetLocalListVersion"), await kept(house)]
    assert {one["state"] for one in commands} == {"queued"}
    cp = await house.station()
    boot = await cp.say("BootNotification", BOOT)
    ids = [(await accepts(cp))[0] for _ in commands]
    assert ids == [str(one["id"]) for one in commands]
    assert cp.received[0][1] == boot
    for one in commands:
        assert (await house.settled(one["id"]))["state"] == "accepted"


async def test_before_its_boot_a_charge_point_is_sent_nothing_that_was_kept(house):
    """Quirk Q75: any call before the boot breaks some."""
    await away(house)
    await kept(house)
    cp = await house.station()
    for _ in range(3):
        await cp.call("Heartbeat")
    await cp.call("StatusNotification", status("Available"))
    assert [frame for frame in cp.received if frame[0] == 2] == []
    await cp.boot()
    await accepts(cp, "ClearCache")


async def test_without_a_boot_it_is_sent_when_the_connection_has_lasted_a_while(make_house):
    house = await make_house(kept_command_delay_s=0.5)
    await away(house)
    command = await kept(house)
    cp = await house.station()
    await accepts(cp, "ClearCache")
    assert (await house.settled(command["id"]))["state"] == "accepted"


async def test_a_command_to_be_kept_goes_out_at_once_where_the_charge_point_is_ready(house):
    cp = await house.station()
    await cp.boot()
    command = await kept(house)
    await accepts(cp, "ClearCache")
    assert (await house.settled(command["id"]))["state"] == "accepted"


async def test_the_setting_keeps_commands_and_a_request_may_refuse(make_house):
    house = await make_house(offline_commands="queue")
    await away(house)
    assert (await house.post(COMMANDS, action="ClearCache")).json()["state"] == "queued"
    assert (await house.post("charge-points/CP-1/remote-start", id_tag="TAG")).status_code == 202
    refused = await house.post(COMMANDS, action="ClearCache", offline="refuse")
    assert refused.status_code == 409


async def test_what_is_kept_too_long_expires_and_is_never_sent(house):
    await away(house)
    command = await kept(house, expires=0.5)
    following = await kept(house, "GetLocalListVersion")
    done = await house.settled(command["id"])
    assert (done["state"], done["sent_at"]) == ("expired", None)
    cp = await house.station()
    await cp.boot()
    assert (await accepts(cp))[0] == str(following["id"])


async def test_what_is_kept_can_be_cancelled(house):
    await away(house)
    command, following = await kept(house), await kept(house, "GetLocalListVersion")
    assert (await house.post(f"commands/{command['id']}/cancel")).json()["state"] == "cancelled"
    cp = await house.station()
    await cp.boot()
    assert (await accepts(cp))[0] == str(following["id"])


async def test_what_was_not_sent_when_the_connection_ended_is_kept_and_what_was_sent_is_lost(house):
    cp = await house.station()
    await cp.boot()
    sent, waiting = await kept(house), await kept(house, "GetLocalListVersion")
    await cp.asked("ClearCache")
    cp.drop()
    assert (await house.settled(sent["id"]))["state"] == "connection_lost"
    again = await house.station()
    await again.boot()
    assert (await accepts(again))[0] == str(waiting["id"])
    assert (await house.settled(waiting["id"]))["state"] == "accepted"
    await again.call("Heartbeat")
    assert len([frame for frame in again.received if frame[0] == 2]) == 1


async def test_a_second_connection_gets_what_was_kept_once(house):
    """Promise 1: while an old socket dies late, each command is delivered exactly once."""
    await away(house)
    first = await house.station()
    command = await kept(house)
    second = await house.station()
    await second.boot()
    assert (await accepts(second))[0] == str(command["id"])
    assert (await house.settled(command["id"]))["state"] == "accepted"
    assert [frame for frame in first.received if frame[0] == 2] == []


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("ChangeConfiguration", {"key": "AuthorizationKey", "value": "secret-secret-secret"}),
        ("GetDiagnostics", {"location": "ftp://me:secret-secret@files.example/up"}),
    ],
)
async def test_a_password_is_not_kept_for_later_and_goes_out_to_one_that_is_there(house, action, payload):
    await away(house)
    refused = await house.post(COMMANDS, action=action, payload=payload, offline="queue")
    assert refused.status_code == 422
    assert "password" in refused.json()["detail"]
    assert len(await house.items(COMMANDS)) == 0
    cp = await house.station()
    await cp.boot()
    await kept(house, action, payload=payload)
    assert (await cp.asked(action))[1] == payload


async def test_a_charge_point_that_is_pending_gets_what_was_kept_when_it_is_accepted(house):
    await house.post("charge-points", identifier="CP-1", registration="pending")
    await kept(house)
    cp = await house.station()
    assert (await cp.boot())["status"] == "Pending"
    await cp.call("Heartbeat")
    assert [frame for frame in cp.received if frame[0] == 2] == []
    await house.http.patch("charge-points/CP-1", json={"registration": "accepted"})
    await accepts(cp, "ClearCache")


@pytest.mark.parametrize("offline", ["queue", "refuse"])
async def test_not_more_waits_than_a_charge_point_could_work_off(house, offline):
    cp = await house.station()
    await cp.boot()
    sent = await asyncio.gather(
        *(house.post(COMMANDS, action="ClearCache", offline=offline) for _ in range(101)),
    )
    assert sorted(answer.status_code for answer in sent) == [202] * 100 + [409]
    assert "100 commands wait for CP-1 already" in next(answer for answer in sent if answer.status_code == 409).text


async def test_what_waits_behind_an_open_command_is_kept_when_the_connection_is_replaced(house):
    first = await house.station()
    await first.boot()
    await kept(house)
    await first.asked("ClearCache")
    waiting = await kept(house, "GetLocalListVersion")
    second = await house.station()
    await second.boot()
    assert (await accepts(second))[0] == str(waiting["id"])
    assert (await house.settled(waiting["id"]))["state"] == "accepted"


async def test_a_deadline_of_its_own_ends_a_command_sooner(house):
    cp = await house.station()
    await cp.boot()
    command = (await house.post(COMMANDS, action="ClearCache", timeout=0.3)).json()
    await cp.asked()
    assert (await house.settled(command["id"]))["state"] == "timed_out"


@pytest.mark.parametrize("body", [{"timeout": 0}, {"timeout": 601}, {"expires": -1}, {"offline": "perhaps"}])
async def test_a_delivery_that_makes_no_sense_is_refused(house, body):
    await away(house)
    assert (await house.post(COMMANDS, action="ClearCache", **body)).status_code == 422


async def test_a_charge_point_that_is_deleted_is_never_sent_what_was_kept_for_it(house):
    await away(house)
    command = await kept(house)
    assert (await house.http.delete("charge-points/CP-1")).status_code == 204
    assert (await house.get(f"commands/{command['id']}"))["state"] == "cancelled"
    await house.post("charge-points", identifier="CP-1")
    cp = await house.station()
    await cp.boot()
    await cp.call("Heartbeat")
    assert [frame for frame in cp.received if frame[0] == 2] == []
