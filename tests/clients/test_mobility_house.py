"""The mobilityhouse `ocpp` package as a charge point, its own schema checks on: a whole session that we stop, every
message, every command.
"""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from ocpp.charge_point import camel_to_snake_case
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.clients import speech
from wattdeck.ocpp.v16 import V16

REGISTER = "Energy.Active.Import.Register"


def now() -> str:
    return datetime.now(UTC).isoformat()


class Charger(ChargePoint):
    """It charges until it is asked to stop, then says StopTransaction."""

    transaction_id = 0
    meter_wh = 1000
    stopped: asyncio.Future[None]

    @on("RemoteStartTransaction")
    async def remote_start(self, id_tag, connector_id=None, **more):
        return call_result.RemoteStartTransaction("Accepted")

    @on("RemoteStopTransaction")
    async def remote_stop(self, transaction_id):
        if transaction_id != self.transaction_id:
            return call_result.RemoteStopTransaction("Rejected")
        self.stopping = asyncio.create_task(self.stop())
        return call_result.RemoteStopTransaction("Accepted")

    async def stop(self):
        await self.call(
            call.StopTransaction(self.meter_wh, now(), self.transaction_id, reason="Remote"), suppress=False
        )
        self.stopped.set_result(None)

    async def charge(self, minutes: int) -> None:
        for _ in range(minutes):
            self.meter_wh += 120
            values = [
                {"value": str(self.meter_wh), "measurand": REGISTER, "unit": "Wh"},
                {"value": "7.2", "measurand": "Power.Active.Import", "unit": "kW"},
                {"value": "231.5", "measurand": "Voltage", "phase": "L1-N", "unit": "V"},
            ]
            await self.call(
                call.MeterValues(1, [{"timestamp": now(), "sampled_value": values}], self.transaction_id),
                suppress=False,
            )


async def test_the_mobilityhouse_package_runs_a_whole_session(house):
    async with connect(f"{house.url}/TMH", subprotocols=["ocpp1.6"], proxy=None, open_timeout=60) as socket:
        charger = Charger("TMH", socket, response_timeout=60)
        charger.stopped = asyncio.get_running_loop().create_future()
        listening = asyncio.create_task(listen(charger))

        boot = await charger.call(call.BootNotification("Model", "Vendor"), suppress=False)
        assert (boot.status, boot.interval) == ("Accepted", 300)
        await charger.call(call.StatusNotification(1, "NoError", "Preparing", now()), suppress=False)
        authorized = await charger.call(call.Authorize("TAG"), suppress=False)
        assert authorized.id_tag_info == {"status": "Accepted"}
        assert (await house.post("charge-points/TMH/remote-start?wait=10", id_tag="TAG")).json()["state"] == "accepted"
        started = await charger.call(call.StartTransaction(1, "TAG", 1000, now()), suppress=False)
        charger.transaction_id = started.transaction_id
        await charger.charge(10)
        assert (await charger.call(call.Heartbeat(), suppress=False)).current_time.endswith("Z")

        running = await house.get("charge-points/TMH/current-session")
        assert (running["energy_wh"], running["power_w"]) == (1200, 7200)
        response = await house.post("charge-points/TMH/remote-stop?wait=10")
        assert (response.status_code, response.json()["state"]) == (200, "accepted")
        await asyncio.wait_for(charger.stopped, 40)
        await charger.stopping

    await listening
    [session] = await house.items("sessions")
    assert (session["status"], session["stop_reason"], session["energy_wh"]) == ("completed", "Remote", 1200)
    assert (session["start_meter_wh"], session["stop_meter_wh"], session["flags"]) == (1000, 2200, [])
    voltages = await house.items(f"sessions/{session['id']}/meter-values", measurand="Voltage")
    assert [value["value"] for value in voltages] == [231.5] * 10


async def listen(charger: Charger) -> None:
    with suppress(ConnectionClosed):
        await charger.start()


def answering(action: str, result: dict):
    """A handler that keeps what it was asked and answers with a result."""

    def answer(self, **payload):
        self.asked[action] = payload
        return getattr(call_result, action)(**camel_to_snake_case(result))

    answer.__name__ = action  # by which the package finds it
    return on(action)(answer)


Obedient = type("Obedient", (ChargePoint,), {name: answering(name, one) for name, (one, _) in speech.ANSWERS.items()})


@pytest.fixture
async def obedient(make_house):
    """The house, and a charge point that knows every command."""
    house = await make_house(unknown_tags="refuse")
    for id_tag, body in speech.TAGS.items():
        await house.http.put(f"tags/{id_tag}", json=body)
    async with connect(f"{house.url}/TMH", subprotocols=["ocpp1.6"], proxy=None, open_timeout=60) as socket:
        charger = Obedient("TMH", socket, response_timeout=60)
        charger.asked = {}
        listening = asyncio.create_task(listen(charger))
        yield house, charger
    await listening


async def test_the_mobilityhouse_package_says_every_message_and_takes_our_answers(obedient):
    house, charger = obedient
    answers, transaction = [], None
    for action, payload in speech.MESSAGES:
        if payload.get("transactionId") == speech.TRANSACTION:
            payload = payload | {"transactionId": transaction}
        # raises where we answer with an error, or with what does not fit its schemas
        answer = await charger.call(getattr(call, action)(**camel_to_snake_case(payload)), suppress=False)
        transaction = getattr(answer, "transaction_id", transaction)
        answers.append((action, answer))
    assert {action for action, _ in answers} == set(V16.incoming)
    tags = [answer.id_tag_info["status"] for action, answer in answers if action == "Authorize"]
    assert tags == ["Accepted", "Expired", "Blocked", "Invalid"]
    [session] = await house.items("sessions")
    assert (session["energy_wh"], session["stop_reason"], session["flags"]) == (400, "Local", [])


async def test_the_mobilityhouse_package_answers_every_command(obedient):
    house, charger = obedient
    await charger.call(call.BootNotification("Model", "Vendor"), suppress=False)
    for action, payload in speech.COMMANDS.items():
        response = await house.post("charge-points/TMH/commands?wait=20", action=action, payload=payload)
        command = response.json()
        assert (command["state"], command["result"]) == (speech.ANSWERS[action][1], speech.ANSWERS[action][0]), action
        asked = json.loads(json.dumps(charger.asked[action], default=float))  # it reads limits as decimals
        assert asked == camel_to_snake_case(payload)
    assert set(charger.asked) == V16.commands
