"""A charge point whose meter values go through a real pipeline into a real store."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wattdeck.bus.events import Events
from wattdeck.bus.memory import MemoryBus
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.events import Event
from wattdeck.domain.messages import MeterValues
from wattdeck.domain.meter_values import ENERGY, MeterValue
from wattdeck.domain.sessions import Session, finish
from wattdeck.metering.buffer import Limits
from wattdeck.metering.pipeline import Pipeline
from wattdeck.metering.recount import Recount
from wattdeck.metering.today import EnergyToday
from wattdeck.store import chains, samples, series, sessions
from wattdeck.store.engine import Store
from wattdeck.store.samples import Sample
from wattdeck.telemetry import Telemetry


class Plant:
    """A charge point, its pipeline, and what was published. Minutes count from `now`."""

    def __init__(self, store: Store, charge_point: ChargePoint, now: datetime, telemetry: Telemetry) -> None:
        self.store, self.cp, self.now, self.telemetry = store, charge_point, now, telemetry
        self.limits = Limits()
        self.published: list[Event] = []
        self.restart()

    def restart(self) -> None:
        """As after a restart of the process: nothing in memory."""
        events = Events(MemoryBus(), self.telemetry)
        events.tap(self.published.append)
        self.today = EnergyToday(ZoneInfo("UTC"), self.now)
        self.pipeline = Pipeline(self.store, events, self.today, self.telemetry, self.limits)
        self.recount = Recount(self.store, events, self.pipeline)

    def at(self, minute: float) -> datetime:
        return self.now + timedelta(minutes=minute)

    def value(self, minute: float, value: float | None, measurand: str = ENERGY, **said: Any) -> MeterValue:
        place = {"unit": "Wh", "phase": None, "context": "Sample.Periodic", "location": "Outlet"} | said
        return MeterValue(measurand=measurand, value=value, taken_at=self.at(minute), **place)

    async def begin(self, minute: float, wh: float = 1000.0, connector_id: int = 1) -> Session:
        at = self.at(minute)
        known = {"charge_point_id": self.cp.id, "charge_point": self.cp.identifier, "connector_id": connector_id}
        known |= {"id_tag": "A", "started_at": at, "start_meter_wh": wh, "meter_wh": wh, "meter_at": at}
        session = await self.store.write(lambda connection: sessions.add(connection, **known))
        meter = await self.pipeline.meter(self.cp.id)
        meter.begin(session)
        return session

    async def end(self, id: int, minute: float, wh: float) -> None:
        meter = await self.pipeline.meter(self.cp.id)
        ended = finish(meter.sessions[id], stop_meter_wh=wh, stopped_at=self.at(minute), reason="Local")
        await self.store.write(lambda connection: sessions.save(connection, ended))
        meter.end(ended)

    async def send(
        self, *values: MeterValue, transaction: str | None = None, connector_id: int = 1, received: float | None = None
    ) -> None:
        message = MeterValues(connector_id, transaction, values)
        latest = max((value.taken_at for value in values), default=self.now)
        received_at = latest if received is None else self.at(received)
        await self.pipeline.ingest(self.cp.id, self.cp.identifier, message, received_at)

    async def session(self, id: int) -> Session:
        found = await self.store.read(lambda connection: sessions.get(connection, id))
        assert found is not None
        return found

    async def stored(self) -> list[Sample]:
        return await self.store.read(
            lambda c: samples.read(c, series.of(c, self.cp.id), limit=1000)[::-1],
        )

    async def session_ids(self) -> list[int | None]:
        return [sample.session_id for sample in await self.stored()]

    async def rebuilt(self) -> float:
        """Today's energy as a new process finds it."""
        today = EnergyToday(ZoneInfo("UTC"), self.now)
        readings = await self.store.read(lambda c: list(chains.registers_since(c, today.midnight, self.at(600))))
        today.rebuild(readings, self.now)
        return today.total_wh(self.now)
