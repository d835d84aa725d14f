"""Handlers and policies of an application that hang or fail: nobody is held up, and what comes once is stored."""

import asyncio

import pytest

from tests.stations import Refused, meter_values, start, status, stop
from wattdeck import Policies
from wattdeck.domain.errors import MessageRefused
from wattdeck.domain.messages import (
    Authorize,
    BootNotification,
    Heartbeat,
    MeterValues,
    StartTransaction,
    StatusNotification,
    StopTransaction,
)
from wattdeck.handlers import start_transaction

QUICK = {"guest_timeout_s": 0.2}


async def hangs(message, context):
    await asyncio.Event().wait()


async def hangs_on(message, context):
    """Does not end when it is told to, at first."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.Event().wait()


async def fails(message, context):
    raise RuntimeError("the guest's own fault")


@pytest.mark.covers("promise 16")
@pytest.mark.parametrize("guest", [hangs, hangs_on, fails])
async def test_what_comes_once_is_stored_by_us_where_the_guest_does_not(make_house, guest):
    kinds = (StartTransaction, StopTransaction, MeterValues, StatusNotification)
    house = await make_house(**QUICK, parts={"handlers": dict.fromkeys(kinds, guest)})
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start(wh=100)))["transactionId"]
    await cp.call("MeterValues", meter_values(300, transaction=transaction))
    await cp.call("StatusNotification", status("Charging"))
    await cp.call("StopTransaction", stop(transaction, 600))
    [session] = await house.items("sessions")
    assert (session["status"], session["energy_wh"], session["flags"]) == ("completed", 500, [])
    [connector] = await house.items("charge-points/CP-1/connectors")
    assert connector["status"] == "Charging"
    reason = "error" if guest is fails else "timeout"
    assert house.metric("wattdeck_policy_failures_total", policy="handler", reason=reason) == 4


@pytest.mark.parametrize("kind", [Heartbeat, Authorize, BootNotification])
async def test_what_is_asked_of_a_guest_that_hangs_is_refused_and_the_next_message_handled(make_house, kind):
    house = await make_house(**QUICK, parts={"handlers": {kind: hangs}})
    cp = await house.station()
    payload = {"Authorize": {"idTag": "TAG"}, "BootNotification": {"chargePointVendor": "V", "chargePointModel": "M"}}
    with pytest.raises(Refused) as error:
        await cp.call(kind.__name__, payload.get(kind.__name__, {}))
    assert error.value.code == "InternalError"
    assert await cp.call("StartTransaction", start())


async def test_a_guest_may_refuse_a_start_in_its_own_words(make_house):
    async def refuses(message, context):
        raise MessageRefused("security", "not today")

    house = await make_house(parts={"handlers": {StartTransaction: refuses}})
    cp = await house.station()
    with pytest.raises(Refused) as error:
        await cp.call("StartTransaction", start())
    assert (error.value.code, error.value.description) == ("SecurityError", "not today")
    assert await house.items("sessions") == []


async def test_a_guest_that_calls_ours_and_then_hangs_starts_one_session(make_house):
    async def wraps(message, context):
        await start_transaction.handle(message, context)
        await asyncio.Event().wait()

    house = await make_house(**QUICK, parts={"handlers": {StartTransaction: wraps}})
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start(wh=100)))["transactionId"]
    await cp.call("MeterValues", meter_values(300, transaction=transaction))
    [session] = await house.items("sessions")
    assert (session["id"], session["energy_wh"], session["status"]) == (transaction, 200, "active")


async def wrong(identifier, message):
    return "Perhaps"


@pytest.mark.parametrize("policy", [hangs, fails, wrong])
async def test_a_boot_that_the_policy_does_not_answer_is_answered_by_registration(make_house, policy):
    house = await make_house(**QUICK, unknown_charge_points="pending", parts={"policies": Policies(register=policy)})
    cp = await house.station()
    assert (await cp.boot())["status"] == "Pending"


async def test_a_data_transfer_that_the_application_never_answers_holds_up_nobody(make_house):
    house = await make_house(**QUICK, parts={"data_transfers": {"com.example": hangs}})
    cp = await house.station()
    with pytest.raises(Refused) as error:
        await cp.call("DataTransfer", {"vendorId": "com.example"})
    assert error.value.code == "InternalError"
    assert await cp.call("Heartbeat")
