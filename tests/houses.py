"""A central system inside the test's own process, behind both its doors on free ports of real sockets."""

import asyncio
import shutil
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

from tests.stations import Station, open_station, until
from wattdeck import CentralSystem, Settings
from wattdeck.gateway.uvicorn_door import UvicornDoor

API_KEY = "key-of-the-tests"
LISTENER, ASGI = "listener", "asgi"
DOORS = (LISTENER, ASGI)
TLS = "tls"  # the listener's other port, where the settings name a certificate


class House:
    """The central system, its doors, an HTTP client with the rights of an admin, and the stations of a test."""

    def __init__(self, central_system: CentralSystem, ocpp: str, http: str, prefix: str = "") -> None:
        self.central_system = central_system
        self.http_url = f"{http}{prefix}"
        self.doors = {LISTENER: f"ws://{ocpp}/ocpp", ASGI: f"{self.http_url.replace('http', 'ws', 1)}/ocpp"}
        headers = {"Authorization": f"Bearer {API_KEY}"}
        self.http = httpx2.AsyncClient(
            base_url=f"{self.http_url}/api/v1/", headers=headers, timeout=60, trust_env=False, verify=False
        )
        self.door = LISTENER
        self.tls: ssl.SSLContext | None = None  # of the stations of doors that speak TLS
        self._stations: list[Station] = []
        self._sends_nonsense = False  # asked for by `validate: false`

    @property
    def url(self) -> str:
        """Of the door that this test is about."""
        return self.doors[self.door]

    async def station(self, identifier: str = "CP-1", password: str | bytes | None = None, **options: Any) -> Station:
        """A charge point connected to this test's door, closed after the test at the latest."""
        if self.url.startswith("wss:"):
            options.setdefault("ssl", self.tls)
        one = await open_station(self.url, identifier, password, **options)
        self._stations.append(one)
        return one

    async def connected(self, identifier: str = "CP-1", **options: Any) -> Station:
        """A charge point that has had an answer: our API knows that it is there."""
        one = await self.station(identifier, **options)
        await one.call("Heartbeat")
        return one

    async def get(self, path: str, **query: Any) -> Any:
        """The JSON of a GET below /api/v1 that must succeed."""
        response = await self.http.get(path, params=query)
        response.raise_for_status()
        return response.json()

    async def items(self, path: str, **query: Any) -> list[Any]:
        return (await self.get(path, **query))["items"]

    async def post(self, path: str, **body: Any) -> httpx2.Response:
        self._sends_nonsense = self._sends_nonsense or body.get("validate") is False
        return await self.http.post(path, json=body)

    async def settled(self, command_id: int) -> Any:
        """The command, once it has a final state."""

        async def final() -> Any:
            command = await self.get(f"commands/{command_id}")
            return command if command["state"] not in ("queued", "sent") else None

        return await until(final)

    async def finding(self, kind: str, identifier: str = "CP-1") -> Any:
        """The counted deviation of this kind, once it is stored."""

        async def found() -> Any:
            return next(
                (one for one in await self.items(f"charge-points/{identifier}/findings") if one["kind"] == kind), None
            )

        return await until(found)

    async def knocked(self, reason: str, identifier: str | None = "CP-1") -> Any:
        """The row of the quarantine, once it is stored."""

        async def found() -> Any:
            rows = await self.items("quarantine")
            return next((row for row in rows if (row["reason"], row["identifier"]) == (reason, identifier)), None)

        return await until(found)

    def metric(self, name: str, **labels: str) -> float:
        return self.central_system.telemetry.registry.get_sample_value(name, labels) or 0.0

    async def close(self) -> None:
        for one in self._stations:
            await one.close()
        await self.http.aclose()
        # whatever a test is about: no frame of ours breaks its schema
        wrong = [wrong for one in self._stations for wrong in one.wrong_frames(calls=not self._sends_nonsense)]
        assert wrong == []


class _Server(uvicorn.Server):
    """Uvicorn that leaves the signals to pytest, and ends as soon as it is asked to: its own looks each 0.1 s."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ending = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)  # the Date header
        await self.ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await until(lambda: not self.server_state.connections and not self.server_state.tasks)
        await self.lifespan.shutdown()


@asynccontextmanager
async def serving_asgi(app: Any, **options: Any) -> AsyncIterator[str]:
    """Serve an ASGI application on a free port; its http:// URL."""
    # a client's connection that has idled must not be closed in the very moment in which it is used again
    options = {"ws": "websockets-sansio", "lifespan": "off", "log_config": None, "timeout_keep_alive": 600} | options
    config = uvicorn.Config(app, **options)
    server = _Server(config)
    with bound() as sock:
        task = asyncio.create_task(server.serve(sockets=[sock]))
        await until(lambda: server.started or task.done())
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.ending.set()
            await task


def bound() -> socket.socket:
    """A listening socket on a free port."""
    return socket.create_server(("127.0.0.1", 0), backlog=512)


def settings(folder: Path, **given: Any) -> Settings:
    """For tests: everyone may come in and charge unless said otherwise."""
    opened = {"unknown_charge_points": "accept", "unknown_tags": "accept", "command_hold_s": 0}
    return Settings(**{"data": folder, "api_key": API_KEY, "spread_heartbeats": False, **opened, **given})


_migrated: list[Path] = []


async def migrated_database(factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and first people, made once for all tests: copying it is quicker."""
    if not _migrated:
        folder = factory.mktemp("migrated")
        async with CentralSystem(settings(folder)).running():
            pass
        _migrated.append(folder / "wattdeck.sqlite3")
    return _migrated[0]


@asynccontextmanager
async def open_house(folder: Path, *, parts: dict[str, Any] | None = None, **given: Any) -> AsyncIterator[House]:
    """A running central system behind both doors. `parts`: CentralSystem's arguments; the rest are settings."""
    central_system = CentralSystem(settings(folder, **given), **(parts or {}))
    with bound() as sock, bound() as secure:
        async with central_system.running():
            listeners = [await central_system.listen(sock)]
            if (context := central_system.tls_context()) is not None:
                listeners.append(await central_system.listen(secure, context))
            async with serving_asgi(central_system.asgi, ws=UvicornDoor, ws_ping_interval=None) as http:
                house = House(central_system, f"127.0.0.1:{sock.getsockname()[1]}", http)
                house.doors[TLS] = f"wss://localhost:{secure.getsockname()[1]}/ocpp"
                try:
                    yield house
                finally:
                    for listener in listeners:
                        listener.close()
                    await central_system.close_charge_points()
                    await house.close()


# fixtures: a folder's conftest.py imports those it wants


@pytest.fixture
def door() -> str:
    """Which door `house.station()` knocks at; tests/gateway asks for both."""
    return LISTENER


@pytest.fixture
async def make_house(
    tmp_path_factory: pytest.TempPathFactory, door: str
) -> AsyncIterator[Callable[..., Awaitable[House]]]:
    """Open houses with settings of one's own: `await make_house(command_timeout_s=1)`."""
    async with AsyncExitStack() as stack:

        async def make(**given: Any) -> House:
            folder = tmp_path_factory.mktemp("house")
            shutil.copy(await migrated_database(tmp_path_factory), folder)
            house = await stack.enter_async_context(open_house(folder, **given))
            house.door = door
            return house

        yield make


@pytest.fixture
async def house(make_house: Callable[..., Awaitable[House]]) -> House:
    """A central system that lets everyone in."""
    return await make_house()
