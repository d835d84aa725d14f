"""Receivers of messages about alerts, real ones on real sockets, and short ways to make something to be told."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.houses import House, serving_asgi
from tests.stations import meter_values, sampled, until
from wattdeck.domain.records import replace

QUICK = {"wait_s": 0, "interval_s": 0, "default": True}


class Receiver:
    """An HTTP server that keeps what it is sent. `answers`: the statuses of the next answers; then 204."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.hangs = False
        self.asked = 0
        self.released = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            event = await receive()
            body, more = body + event.get("body", b""), event.get("more_body", False)
        self.asked += 1
        if self.hangs:
            await self.released.wait()
        status = self.answers.pop(0) if self.answers else 204
        if 200 <= status < 300:
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            self.got.append(({**headers, ":path": scope["path"]}, body))
        location = [(b"location", f"{self.url}/elsewhere".encode())] if status in (301, 302, 307) else []
        await send({"type": "http.response.start", "status": status, "headers": location})
        await send({"type": "http.response.body", "body": b""})

    @property
    def messages(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]

    async def message(self, number: int = 1) -> Any:
        """The so-and-so-manieth, once it has come."""
        await until(lambda: len(self.got) >= number)
        return self.messages[number - 1]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    one = Receiver()
    async with serving_asgi(one) as url:
        one.url = url
        yield one
        one.released.set()


async def put_channel(house: House, name: str = "ops", kind: str = "webhook", **more: Any) -> Any:
    """A channel that must be taken."""
    answer = await house.http.put(f"alert-channels/{name}", json={"kind": kind, **QUICK, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def hook(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"url": f"{receiver.url}/alerts", "allow_private": True, **more}


async def watt(house: House, value: float = 60_000, identifier: str = "CP-1", connector: int = 1) -> Any:
    """A charge point that draws so much; more than 50 kW fires."""
    cp = await house.station(identifier)
    await cp.call("MeterValues", meter_values(sampled(value, "Power.Active.Import"), connector=connector))
    return cp


async def deliveries(house: House, **query: Any) -> list[Any]:
    return await house.items("alert-deliveries", **query)


async def delivery(house: House, **wanted: Any) -> Any:
    """The delivery that is so, once there is one."""

    async def found() -> Any:
        return next((one for one in await deliveries(house) if wanted.items() <= one.items()), None)

    return await until(found)


def release(house: House) -> None:
    """What waits for company goes out now."""
    groups = house.central_system._notices._groups
    for one in list(groups.waiting.values()):
        groups.put(replace(one, next_at=0))
