"""The mobilityhouse `ocpp` package as a charge point, its own schema checks on: a whole session that we stop."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

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
    async with connect(f"{house.url}/TMH", subprotocols=["ocpp1.6"], proxy=None) as socket:
        charger = Charger("TMH", socket, response_timeout=10)
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
