"""A central system as a library: handlers replaced, decisions taken, two of them in one process."""

import asyncio

import pytest
from websockets.exceptions import InvalidStatus

from tests.houses import DOORS
from tests.stations import Refused, meter_values, start, status
from wattdeck import Knock, Policies
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.domain.messages import (
    Authorize,
    AuthorizeAnswer,
    DataTransferAnswer,
    Heartbeat,
    StatusNotification,
)
from wattdeck.domain.tags import Authorization
from wattdeck.handlers import HANDLERS


async def test_two_central_systems_in_one_process_do_not_mix(make_house):
    one, other = await make_house(), await make_house()
    first, second = await one.station("SAME"), await other.station("SAME")
    await first.boot(firmwareVersion="1")
    await second.boot(firmwareVersion="2")
    transaction = (await first.call("StartTransaction", start(1, "A", 0)))["transactionId"]
    await first.call("MeterValues", meter_values(500, transaction=transaction))
    assert await first.call("Heartbeat")
    assert await second.call("Heartbeat")
    versions = [(await house.get("charge-points/SAME"))["firmware_version"] for house in (one, other)]
    assert versions == ["1", "2"]
    assert [(await house.get("stats"))["active_sessions"] for house in (one, other)] == [1, 0]
    assert [house.metric("wattdeck_connections") for house in (one, other)] == [1, 1]
    await other.post("charge-points/SAME/commands", action="ClearCache")
    await second.asked("ClearCache")
    await first.call("Heartbeat")
    assert [frame for frame in first.received if frame[0] == 2] == []


async def test_a_handler_may_wrap_the_default_one(make_house):
    seen = []

    async def mine(message, context):
        seen.append((context.charge_point, message.status))
        return await HANDLERS[StatusNotification](message, context)

    house = await make_house(parts={"handlers": {StatusNotification: mine}})
    cp = await house.station()
    await cp.call("StatusNotification", status("Charging"))
    assert seen == [("CP-1", "Charging")]
    [connector] = await house.items("charge-points/CP-1/connectors")
    assert connector["status"] == "Charging"


async def test_a_handler_that_fails_gets_the_charge_point_a_reference_and_nothing_else(make_house, caplog):
    async def mine(message, context):
        raise RuntimeError("a secret of the house")

    house = await make_house(parts={"handlers": {Heartbeat: mine}})
    cp = await house.station()
    with pytest.raises(Refused) as error:
        await cp.call("Heartbeat")
    assert error.value.code == "InternalError"
    assert "secret" not in str(error.value)
    assert "RuntimeError" not in str(error.value)
    assert error.value.description.rsplit(" ", 1)[1] in caplog.text
    assert "a secret of the house" in caplog.text
    assert await cp.boot()


async def test_an_authorize_policy_decides_about_tags_at_authorize_start_and_stop(make_house):
    async def ours(charge_point, id_tag):
        return Authorization("Accepted" if id_tag == "FRIEND" else "Blocked", parent="GROUP")

    house = await make_house(parts={"policies": Policies(authorize=ours)})
    cp = await house.station()
    assert (await cp.call("Authorize", {"idTag": "FRIEND"}))["idTagInfo"] == {
        "parentIdTag": "GROUP",
        "status": "Accepted",
    }
    answer = await cp.call("StartTransaction", start(1, "STRANGER"))
    assert answer["idTagInfo"]["status"] == "Blocked"
    [session] = await house.items("sessions")
    assert session["flags"] == ["unauthorised"]


@pytest.mark.parametrize("door", DOORS)
async def test_an_authenticate_policy_sees_the_knock_and_lets_in_or_not(make_house, door):
    def ours(knock: Knock) -> bool:
        return knock.headers.get("x-token") == f"let {knock.identifier} in"

    house = await make_house(unknown_charge_points="refuse", parts={"policies": Policies(authenticate=ours)})
    cp = await house.station("A", additional_headers={"X-Token": "let A in"})
    assert (await cp.boot())["status"] == "Accepted"
    with pytest.raises(InvalidStatus) as refused:
        await house.station("B", additional_headers={"X-Token": "let A in"})
    assert refused.value.response.status_code == 401


async def test_a_register_policy_says_the_word_at_boot(make_house):
    async def ours(identifier, message):
        return "Rejected" if message.vendor == "Vendor" else "Accepted"

    house = await make_house(parts={"policies": Policies(register=ours)})
    cp = await house.station()
    assert (await cp.boot())["status"] == "Rejected"
    assert (await cp.boot(chargePointVendor="Other"))["status"] == "Accepted"


async def test_data_transfer_of_a_registered_vendor_is_the_applications(make_house):
    async def ours(identifier, message):
        return DataTransferAnswer("Accepted", f"{identifier} said {message.data}")

    house = await make_house(parts={"data_transfers": {"com.example": ours}})
    cp = await house.station()
    answer = await cp.call("DataTransfer", {"vendorId": "com.example", "data": "hello"})
    assert answer == {"status": "Accepted", "data": "CP-1 said hello"}


async def test_an_application_sends_commands_and_gets_results_in_python(house):
    cp = await house.station()
    await cp.boot()
    sending = asyncio.create_task(house.central_system.send("CP-1", "ClearCache", wait_s=10))
    message_id, _ = await cp.asked("ClearCache")
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await sending).state == "accepted"
    with pytest.raises(NotFound):
        await house.central_system.send("NOBODY", "ClearCache")
    with pytest.raises(Unprocessable):
        await house.central_system.send("CP-1", "Reset", {"type": "Gentle"})
    await cp.close()
    await house.central_system.close_charge_points()
    with pytest.raises(Conflict):
        await house.central_system.send("CP-1", "ClearCache")


async def test_a_handler_may_answer_by_itself(make_house):
    async def nobody(message: Authorize, context) -> AuthorizeAnswer:
        return AuthorizeAnswer(Authorization("Invalid"))

    house = await make_house(parts={"handlers": {Authorize: nobody}})
    cp = await house.station()
    assert await cp.call("Authorize", {"idTag": "TAG"}) == {"idTagInfo": {"status": "Invalid"}}


async def test_an_application_closes_a_session_whose_stop_is_lost(house):
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start(1, "TAG", 1000)))["transactionId"]
    ended = await house.central_system.close_session(transaction, by="billing", stop_meter_wh=1500)
    assert (ended.status, ended.energy_wh, ended.closed_by) == ("abandoned", 500, "billing")
    with pytest.raises(Conflict):
        await house.central_system.close_session(transaction, by="billing")
    with pytest.raises(NotFound):
        await house.central_system.close_session(987654, by="billing")
