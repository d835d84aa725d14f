"""Commands as Python methods, drawn from the schemas of the charge point's version."""

import asyncio
import inspect

import pytest

from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.ocpp.v16 import COMMANDS


async def booted(house):
    cp = await house.station()
    await cp.boot()
    return cp


async def test_a_method_waits_for_the_result(house):
    cp, csms = await booted(house), house.central_system
    asking = asyncio.create_task(csms.ask("CP-1").reset(type="Soft", wait_s=30))
    message_id, payload = await cp.asked("Reset")
    await cp.answer(message_id, {"status": "Accepted"})
    command = await asking
    assert (payload, command.state, command.result) == ({"type": "Soft"}, "accepted", {"status": "Accepted"})


async def test_without_waiting_the_command_comes_back_at_once(house):
    cp, csms = await booted(house), house.central_system
    command = await csms.ask("cp-1").remote_start_transaction(id_tag="TAG", connector_id=2)
    assert command.state == "queued"
    assert (await cp.asked())[1] == {"connectorId": 2, "idTag": "TAG"}


async def test_every_action_is_a_method_with_a_signature_and_a_sentence(house):
    ask = house.central_system.ask("CP-1")
    assert len(dir(ask)) == len(COMMANDS)
    for name in dir(ask):
        method = getattr(ask, name)
        assert {"wait_s", "timeout_s", "offline", "expires_s"} <= set(inspect.signature(method).parameters)
        assert method.__doc__.startswith("Send a ")


async def test_an_unknown_action_is_no_method_and_a_near_one_is_named(house):
    ask = house.central_system.ask("CP-1")
    assert not hasattr(ask, "boot_notification")
    with pytest.raises(Unprocessable, match=r"'rest' is no command of OCPP 1.6, did you mean reset"):
        ask.rest  # noqa: B018


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, r"reset\(\): missing a required .*argument: 'type'"),
        ({"type": "Soft", "kind": 1}, r"reset\(\): got an unexpected keyword argument 'kind'"),
    ],
)
async def test_arguments_that_are_missing_or_unknown_are_type_errors(house, given, why):
    with pytest.raises(TypeError, match=why):
        house.central_system.ask("CP-1").reset(**given)


async def test_values_that_do_not_fit_and_charge_points_that_are_away_are_refused(house):
    csms = house.central_system
    with pytest.raises(NotFound):
        await csms.ask("NOBODY").clear_cache()
    cp = await booted(house)
    with pytest.raises(Unprocessable, match="Medium"):
        await csms.ask("CP-1").reset(type="Medium")
    await cp.close()
    await house.post("charge-points", identifier="AWAY")
    with pytest.raises(Conflict, match="AWAY is not connected"):
        await csms.ask("AWAY").clear_cache()
    kept = await csms.ask("AWAY").clear_cache(offline="queue", expires_s=60)
    assert (kept.state, (kept.expires_at - kept.created_at).total_seconds()) == ("queued", 60)
    assert (await csms.cancel(kept.id)).state == "cancelled"
    with pytest.raises(Conflict, match="is cancelled"):
        await csms.cancel(kept.id)


async def test_a_deadline_of_its_own(house):
    await booted(house)
    command = await house.central_system.ask("CP-1").clear_cache(timeout_s=0.2, wait_s=30)
    assert command.state == "timed_out"


@pytest.mark.parametrize(
    "given",
    [{"timeout_s": 0}, {"timeout_s": 601}, {"timeout_s": float("nan")}, {"expires_s": 1e9}, {"offline": "perhaps"}],
)
async def test_a_delivery_that_makes_no_sense_is_refused(house, given):
    await booted(house)
    with pytest.raises(Unprocessable):
        await house.central_system.ask("CP-1").clear_cache(**given)


async def test_a_password_that_is_sent_lets_the_charge_point_in_afterwards(house):
    csms = house.central_system
    await house.post("charge-points", identifier="CP-1", password="the old password")
    cp = await house.station(password="the old password")
    await cp.boot()
    new = "ab" * 20
    asking = asyncio.create_task(csms.ask("CP-1").change_configuration(key="AuthorizationKey", value=new, wait_s=30))
    message_id, _ = await cp.asked("ChangeConfiguration")
    await cp.answer(message_id, {"status": "Accepted"})
    command = await asking
    assert (command.state, command.payload["value"]) == ("accepted", "***")
    again = await house.station(password=bytes.fromhex(new))
    assert (await again.boot())["status"] == "Accepted"
