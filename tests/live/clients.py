"""Who listens: an outbox of the hub read directly, a browser at the live socket, and one at the event stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect

from tests.houses import API_KEY, House
from wattdeck.live.hub import Hub
from wattdeck.live.outbox import Outbox

DEADLINE_S = 60.0


async def frame(outbox: Outbox) -> list[Any]:
    async with asyncio.timeout(DEADLINE_S):
        return json.loads(await outbox.take())


async def deltas(outbox: Outbox) -> list[Any]:
    return [one["data"] for one in await frame(outbox) if "kind" not in one]


async def watch(hub: Hub, *topics: str, since: int | None = None) -> tuple[Outbox, list[Any]]:
    """A client that has been handed its snapshots."""
    outbox = hub.attach()
    await hub.subscribe(outbox, topics, since, throttle_s=0)
    return outbox, await frame(outbox)


class Browser:
    """One live socket. `frames` keeps what came, as text; messages are taken from them in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[str] = []
        self._messages: list[Any] = []

    async def subscribe(self, *topics: str, **more: Any) -> None:
        await self.say(action="subscribe", topics=list(topics), **more)

    async def unsubscribe(self, *topics: str) -> None:
        await self.say(action="unsubscribe", topics=list(topics))

    async def say(self, **request: Any) -> None:
        await self.socket.send(json.dumps(request))

    async def take(self, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
        """The first message that fits; those before it are passed over, but for heartbeats nobody asked about."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                while self._messages:
                    message = self._messages.pop(0)
                    if wanted(message):
                        return message
                text = await self.socket.recv()
                self.frames.append(text)
                self._messages += [one for one in json.loads(text) if one.get("kind") != "heartbeat"]

    async def snapshot(self, topic: str, **more: Any) -> Any:
        """Subscribe; what the snapshot shows."""
        await self.subscribe(topic, **more)
        message = await self.take(lambda one: one["topic"] == topic)
        assert message["kind"] == "snapshot", message
        return message["data"]

    async def delta(self, topic: str, **fields: Any) -> Any:
        """The data of the next message of this topic whose fields are these."""
        message = await self.take(
            lambda one: (
                one["topic"] == topic
                and "kind" not in one
                and all(one["data"].get(name) == value for name, value in fields.items())
            )
        )
        return message["data"]

    async def closed(self) -> tuple[int | None, str | None]:
        async with asyncio.timeout(DEADLINE_S):
            await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason


@asynccontextmanager
async def browser(house: House, key: str | None = API_KEY, **options: Any) -> AsyncIterator[Browser]:
    """A browser at the house's live socket; without a key it sends no credentials."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    headers |= options.pop("headers", {})
    url = f"{house.http_url.replace('http', 'ws', 1)}/live"
    options = {"compression": None, "proxy": None, "open_timeout": DEADLINE_S} | options
    async with connect(url, additional_headers=headers, **options) as socket:
        yield Browser(socket)


class EventReader:
    """One event stream. `events` keeps what came: (id, messages); `comments` the rest."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self.events: list[tuple[int | None, list[Any]]] = []
        self.comments: list[str] = []
        self.retry_ms: int | None = None
        self._lines = response.aiter_lines()
        self._messages: list[Any] = []

    @property
    def last_id(self) -> int | None:
        """What a browser would send as Last-Event-ID."""
        return next((id for id, _ in reversed(self.events) if id is not None), None)

    async def read(self) -> bool:
        """The next event or comment; False at the end of the stream."""
        id = None
        async with asyncio.timeout(DEADLINE_S):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                match name:
                    case "":
                        self.comments += [value] if line else []
                        if not line:
                            return True
                    case "retry":
                        self.retry_ms = int(value)
                    case "id":
                        id = int(value)
                    case "data":
                        self.events.append((id, json.loads(value)))
                        self._messages += self.events[-1][1]
                    case _:
                        raise AssertionError(line)
        return False

    async def take(self, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
        """The first message that fits; those before it are passed over."""
        while True:
            while self._messages:
                message = self._messages.pop(0)
                if wanted(message):
                    return message
            assert await self.read(), "the stream has ended"

    async def snapshot(self, topic: str) -> Any:
        message = await self.take(lambda one: one["topic"] == topic)
        assert message["kind"] == "snapshot", message
        return message["data"]

    async def delta(self, topic: str, **fields: Any) -> Any:
        """The data of the next message of this topic whose fields are these."""
        message = await self.take(
            lambda one: (
                one["topic"] == topic
                and "kind" not in one
                and all(one["data"].get(name) == value for name, value in fields.items())
            )
        )
        return message["data"]

    async def ended(self) -> None:
        while await self.read():
            pass


@asynccontextmanager
async def event_stream(
    house: House, *topics: str, key: str | None = API_KEY, headers: dict[str, str] | None = None, **query: Any
) -> AsyncIterator[EventReader]:
    """A client at the house's event stream; without a key it sends no credentials."""
    sent = ({"Authorization": f"Bearer {key}"} if key else {}) | (headers or {})
    async with (
        httpx2.AsyncClient(base_url=house.http_url, headers=sent, timeout=DEADLINE_S, trust_env=False) as one,
        one.stream("GET", "/live/events", params={"topic": topics, **query}) as response,
    ):
        yield EventReader(response)
