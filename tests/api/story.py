"""What happened in a house before it is asked about it: three charge points, a session that ended, one that runs."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.houses import House
from tests.stations import Station, iso, meter_values, sampled, start, status, stop, until

BOOT = {
    "chargePointVendor": "Alfa",
    "chargePointModel": "One",
    "chargePointSerialNumber": "A-1",
    "firmwareVersion": "1.2.3",
    "iccid": "8949",
    "imsi": "2620",
    "meterType": "MID",
    "meterSerialNumber": "M-1",
}
SIGNED = 'OCMF|{"FV":"1.0","RD":[{"RV":2.500}]}|{"SD":"30 45+/="} '
PHASES = ("L1", "L2", "L3")


@dataclass
class Story:
    """The house, its charge points' sockets, and what can be asked for."""

    house: House
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    stations: dict[str, Station] = field(default_factory=dict)
    ended: int = 0
    running: int = 0

    def ago(self, minutes: float) -> str:
        return iso(self.now - timedelta(minutes=minutes))

    async def get(self, path: str, **query: Any) -> Any:
        return await self.house.get(path, **query)

    async def items(self, path: str, **query: Any) -> list[Any]:
        return await self.house.items(path, **query)

    async def every(self, path: str, **query: Any) -> list[Any]:
        """All items of a list, page by page."""
        found, cursor = [], None
        while True:
            page = await self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            assert set(page) == {"items", "next"}
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found
            assert len(page["items"]) == query.get("limit", len(page["items"]))


async def tell(house: House) -> Story:
    story = Story(house)
    await _alfa(story)
    await _bravo(story)
    (await house.post("charge-points", identifier="CP-3", registration="pending")).raise_for_status()
    return story


async def _alfa(story: Story) -> None:
    """CP-1, connected: a session of 1500 Wh that ended two hours ago, another that has run for twenty minutes."""
    cp = story.stations["CP-1"] = await story.house.station("CP-1")
    await cp.call("BootNotification", BOOT)
    await cp.call("Heartbeat")
    await cp.call("StatusNotification", status(connector=0, taken_at=story.ago(240)))
    odd = {"errorCode": "OverCurrentFailure", "info": "breaker", "vendorId": "alfa", "vendorErrorCode": "E7"}
    await cp.call("StatusNotification", status("Faulted", 2, story.ago(230), **odd))
    await cp.call("StatusNotification", status("Available", 1, story.ago(200)))
    story.ended = (await cp.call("StartTransaction", start(1, "TAG-1", 1000, story.ago(180))))["transactionId"]
    for minutes, wh in ((170, 1200), (160, 1700), (150, 2000)):
        values = (sampled(wh), sampled(wh / 1000, "Power.Active.Import", unit="kW"))
        await cp.call("MeterValues", meter_values(*values, transaction=story.ended, taken_at=story.ago(minutes)))
    signed = sampled(SIGNED, context="Transaction.End", format="SignedData")
    last = {"timestamp": story.ago(120), "sampledValue": [sampled(2500, context="Transaction.End"), signed]}
    reason = {"reason": "EVDisconnected", "transactionData": [last], "idTag": "TAG-1"}
    await cp.call("StopTransaction", stop(story.ended, 2500, story.ago(120), **reason))
    story.running = (await cp.call("StartTransaction", start(1, "tag-2", 2500, story.ago(20))))["transactionId"]
    await cp.call("StatusNotification", status("Charging", 1, story.ago(20)))
    for minutes in (15, 10, 5):
        volts = [sampled(230 + number, "Voltage", phase=phase) for number, phase in enumerate(PHASES, 1)]
        values = (
            sampled(2500 + 100 * (20 - minutes)),
            sampled(6000, "Power.Active.Import"),
            sampled(40, "SoC"),
            *volts,
        )
        await cp.call("MeterValues", meter_values(*values, transaction=story.running, taken_at=story.ago(minutes)))
    clock = sampled(7, "Temperature", context="Sample.Clock", location="Body")
    await cp.call("MeterValues", meter_values(clock, connector=0, taken_at=story.ago(4)))


async def _bravo(story: Story) -> None:
    """CP-2, gone again."""
    cp = await story.house.station("CP-2")
    await cp.call("BootNotification", {"chargePointVendor": "Bravo", "chargePointModel": "Two", "unknownMember": 1})
    await cp.call("StatusNotification", status("Available", 1))
    await cp.close()

    async def is_gone() -> bool:
        return not (await story.get("charge-points/CP-2"))["connected"]

    await until(is_gone)
