"""A small central system on real sockets, made of the mobilityhouse package: what the simulator is tried against."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result


class Counterpart(ChargePoint):
    """One charge point's connection as the central system sees it; schemas are checked both ways."""

    def __init__(self, identifier: str, connection: Any, house: "House") -> None:
        super().__init__(identifier, connection, response_timeout=60)
        self.house = house

    def note(self, action: str, payload: dict[str, Any]) -> None:
        self.house.note(self.id, action, payload)

    @on("BootNotification")
    def boot(self, **payload: Any) -> Any:
        self.note("BootNotification", payload)
        now = datetime.now(UTC).isoformat()
        return call_result.BootNotification(now, self.house.heartbeat_s, self.house.registration)

    @on("Heartbeat")
    def heartbeat(self, **payload: Any) -> Any:
        self.note("Heartbeat", payload)
        return call_result.Heartbeat(datetime.now(UTC).isoformat())

    @on("StatusNotification")
    def status(self, **payload: Any) -> Any:
        self.note("StatusNotification", payload)
        return call_result.StatusNotification()

    @on("Authorize")
    def authorize(self, **payload: Any) -> Any:
        self.note("Authorize", payload)
        return call_result.Authorize({"status": self.house.tag_status})

    @on("StartTransaction")
    async def start_transaction(self, **payload: Any) -> Any:
        await self.house.before_start(self)
        self.house.transactions += 1
        self.note("StartTransaction", payload)
        return call_result.StartTransaction(self.house.transactions, {"status": self.house.tag_status})

    @on("MeterValues")
    async def meter_values(self, **payload: Any) -> Any:
        await self.house.before_meter_values(self)
        self.note("MeterValues", payload)
        return call_result.MeterValues()

    @on("StopTransaction")
    def stop_transaction(self, **payload: Any) -> Any:
        self.note("StopTransaction", payload)
        return call_result.StopTransaction()

    @on("DiagnosticsStatusNotification")
    def diagnostics(self, **payload: Any) -> Any:
        self.note("DiagnosticsStatusNotification", payload)
        return call_result.DiagnosticsStatusNotification()

    @on("FirmwareStatusNotification")
    def firmware(self, **payload: Any) -> Any:
        self.note("FirmwareStatusNotification", payload)
        return call_result.FirmwareStatusNotification()


class House:
    """The central system: who is connected, what was said, and switches for its moods."""

    def __init__(self) -> None:
        self.url = ""
        self.heartbeat_s = 300
        self.registration = "Accepted"
        self.tag_status = "Accepted"
        self.transactions = 0
        self.said: list[tuple[str, str, dict[str, Any]]] = []
        self.counterparts: dict[str, Counterpart] = {}
        self.connections = 0
        self.headers: list[Any] = []
        self.cut_at_meter_values = 0
        self.cut_at_start = False
        self._news = asyncio.Condition()
        self._notes: set[asyncio.Task[None]] = set()

    def note(self, identifier: str, action: str, payload: dict[str, Any]) -> None:
        self.said.append((identifier, action, payload))
        self._announce()

    def _announce(self) -> None:
        async def announce() -> None:
            async with self._news:
                self._news.notify_all()

        task = asyncio.create_task(announce())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    def all(self, action: str, identifier: str | None = None) -> list[dict[str, Any]]:
        return [payload for who, what, payload in self.said if what == action and identifier in (None, who)]

    async def until(self, action: str, count: int = 1, **fields: Any) -> list[dict[str, Any]]:
        """Wait until so many messages of this action, with these fields, were answered; all of them."""

        def found() -> list[dict[str, Any]]:
            return [said for said in self.all(action) if all(said.get(name) == value for name, value in fields.items())]

        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(found()) >= count), 60)
        return found()

    async def until_connected(self, count: int) -> None:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: self.connections >= count), 60)

    async def before_start(self, counterpart: Counterpart) -> None:
        if self.cut_at_start:
            self.cut_at_start = False
            await cut(counterpart)

    async def before_meter_values(self, counterpart: Counterpart) -> None:
        """Cut the line instead of answering, as often as wanted."""
        if self.cut_at_meter_values:
            self.cut_at_meter_values -= 1
            await cut(counterpart)

    async def ask(self, identifier: str, request: Any) -> Any:
        return await self.counterparts[identifier].call(request, suppress=False)

    async def serve(self, connection: Any) -> None:
        identifier = connection.request.path.rsplit("/", 1)[1]
        self.headers.append(connection.request.headers)
        counterpart = Counterpart(identifier, connection, self)
        self.counterparts[identifier] = counterpart
        self.connections += 1
        self._announce()
        with suppress(websockets.ConnectionClosed):
            await counterpart.start()


async def cut(counterpart: Counterpart) -> None:
    """Drop the TCP connection without a word and never answer."""
    counterpart._connection.transport.abort()
    await counterpart._connection.wait_closed()


@asynccontextmanager
async def open_house() -> AsyncIterator[House]:
    house = House()
    async with websockets.serve(house.serve, "127.0.0.1", 0, subprotocols=["ocpp1.6"]) as server:
        port = server.sockets[0].getsockname()[1]
        house.url = f"ws://127.0.0.1:{port}/ocpp"
        yield house


__all__ = ["House", "call", "open_house"]
