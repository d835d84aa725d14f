"""A command as the answer to an alert: dry at first, guarded, once, and whether it helped."""

import pytest

from tests.alerts.notify.receivers import deliveries, delivery, put_channel, watt
from tests.houses import open_house
from tests.stations import meter_values, sampled, start, until
from wattdeck.domain.records import replace

STOP = {"action": "RemoteStopTransaction", "payload": {"transactionId": "$transaction_id"}, "dry_run": False}


async def act(house, **settings):
    await put_channel(house, "stop", "command", settings={**STOP, **settings}, default=False)
    await for_heat_and_power(house)


async def for_heat_and_power(house):
    """The ready-made rules answer with the command."""
    for name in ("temperature", "power", "current"):
        rule = (await house.get(f"alert-rules/{name}"))["rule"]
        answer = await house.http.put(f"alert-rules/{name}", json={**rule, "channels": ["stop"]})
        assert answer.status_code == 200, answer.text


async def charging(house, identifier="CP-1"):
    """A charge point with a running session that gets too hot."""
    cp = await house.station(identifier)
    begun = await cp.call("StartTransaction", start())
    await heat(cp, 80)
    return cp, begun["transactionId"]


async def heat(cp, value):
    await cp.call("MeterValues", meter_values(sampled(value, "Temperature")))


async def test_a_session_that_gets_too_hot_is_stopped_and_that_it_helped_is_noted(house):
    await act(house)
    cp, transaction = await charging(house)
    message_id, payload = await cp.asked("RemoteStopTransaction")
    assert payload == {"transactionId": transaction}
    await cp.answer(message_id, {"status": "Accepted"})
    sent = await delivery(house, state="sent", kind="command")
    assert "CP-1: RemoteStopTransaction accepted (command 1)" in sent["body"]
    await heat(cp, 20)
    await until(lambda: _says(house, "over after"))
    command = await house.get("commands/1")
    assert command["state"] == "accepted"


async def _says(house, words):
    return [one for one in await deliveries(house) if words in (one["body"] or "")]


async def test_that_it_has_not_helped_is_noted_too(house):
    await act(house, proof_s=1)
    cp, _ = await charging(house)
    message_id, _ = await cp.asked("RemoteStopTransaction")
    await cp.answer(message_id, {"status": "Accepted"})
    await until(lambda: _says(house, "not over after 1 s"))


async def test_dry_it_only_says_what_it_would_do_and_that_is_how_it_begins(house):
    shown = await put_channel(
        house, "stop", "command", settings={"action": "Reset", "payload": {"type": "Soft"}}, default=False
    )
    await for_heat_and_power(house)
    assert "dry_run" not in shown["settings"]
    await charging(house)
    sent = await delivery(house, state="sent")
    assert "CP-1: Reset would be sent: {'type': 'Soft'}" in sent["body"]
    assert await house.items("charge-points/CP-1/commands") == []


async def test_a_charge_point_gets_one_within_its_cool_down_and_all_together_so_many_an_hour(house):
    await act(house, action="Reset", payload={"type": "Soft"}, commands_per_hour=2)
    for number, identifier in enumerate(("CP-1", "CP-2", "CP-3")):
        cp, _ = await charging(house, identifier)
        if number < 2:
            message_id, _ = await cp.asked("Reset")
            await cp.answer(message_id, {"status": "Accepted"})
        await delivery(house, alerts=1, state="sent" if number < 2 else "dead", alert_ids=[number + 1])
    refused = await delivery(house, state="dead")
    assert refused["error"] == "CP-3: Reset not sent: 2 were sent within an hour"
    await act(house, action="Reset", payload={"type": "Soft"})
    again = await watt(house, identifier="CP-4")  # another rule, another charge point: that may be
    message_id, _ = await again.asked("Reset")
    await again.answer(message_id, {"status": "Accepted"})
    await again.call("MeterValues", meter_values(sampled(99, "Current.Import")))
    refused = await delivery(house, rule="current", state="dead")
    assert "the last was less than 3600 s ago" in refused["error"]


async def test_one_that_is_away_or_says_no_is_not_asked_again(house):
    await act(house, action="Reset", payload={"type": "Soft"})
    cp, _ = await charging(house)
    message_id, _ = await cp.asked("Reset")
    await cp.answer(message_id, {"status": "Rejected"})
    dead = await delivery(house, state="dead")
    assert (dead["attempts"], "rejected" in dead["error"]) == (1, True)


async def test_without_a_session_there_is_no_transaction_to_be_stopped(house):
    await act(house)
    cp = await house.station()
    await heat(cp, 80)
    dead = await delivery(house, state="dead")
    assert "$transaction_id is not known" in dead["error"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"action": "Explode"}, "Explode"),
        ({"payload": {"transactionId": "$colour"}}, "$colour"),
        ({"payload": {"transactionId": "soon"}}, "transactionId"),
        ({"cool_down_s": 1}, "cool_down_s"),
        ({"commands_per_hour": 0}, "commands_per_hour"),
        ({"action": "ChangeConfiguration", "payload": {"key": "AuthorizationKey", "value": "x"}}, "passwords"),
    ],
)
async def test_a_command_that_makes_no_sense_is_refused(house, wrong, said):
    answer = await house.http.put("alert-channels/stop", json={"kind": "command", "settings": {**STOP, **wrong}})
    assert (answer.status_code, said in answer.json()["detail"]) == (422, True)


async def test_a_heartbeat_says_that_we_live_and_only_the_last_is_kept(house):
    await put_channel(house, "watchdog", "log", heartbeat_s=60)
    first = await delivery(house, what="heartbeat", state="sent")
    notices = house.central_system._notices
    notices._beats["watchdog"] = replace(notices._beats["watchdog"], created_at=0)  # long ago
    await until(lambda: _beats(house, first["id"]))


async def _beats(house, before):
    found = await deliveries(house, channel="watchdog", state="sent")
    return len(found) == 1 and found[0]["id"] > before


async def test_a_heartbeat_that_does_not_arrive_is_not_tried_again(house):
    for wrong in ({"heartbeat_s": 60}, {"default": True}):
        body = {"kind": "command", "settings": STOP, **wrong}
        assert (await house.http.put("alert-channels/stop", json=body)).status_code == 422
    settings = {"url": "http://127.0.0.1:9/", "allow_private": True}
    await put_channel(house, "watchdog", settings=settings, heartbeat_s=60)
    dead = await delivery(house, what="heartbeat", state="dead")
    assert dead["attempts"] == 1


async def test_whether_it_helped_is_still_waited_for_after_a_restart(tmp_path):
    async with open_house(tmp_path) as house:
        await act(house, proof_s=1)
        cp, _ = await charging(house)
        message_id, _ = await cp.asked("RemoteStopTransaction")
        await cp.answer(message_id, {"status": "Accepted"})
        await delivery(house, state="sent", kind="command")
    async with open_house(tmp_path) as house:
        await until(lambda: _says(house, "not over after 1 s"))
    async with open_house(tmp_path) as house:
        proofs = house.central_system._notices._proofs
        assert (proofs._awaited, proofs.said) == ({}, [])
