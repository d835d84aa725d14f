"""A charge point as a test writes one: OCPP-J frames as text over a real socket, nothing checked, nothing mended."""

import asyncio
import inspect
import itertools
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidState

from tests.schemas import wrong_with

DEADLINE_S = 60.0
CALL, CALL_RESULT, CALL_ERROR = 2, 3, 4
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}


async def until(condition: Callable[[], Any], deadline_s: float = DEADLINE_S) -> Any:
    """Wait until `condition()`, plain or a coroutine function, is true; what it gave."""
    async with asyncio.timeout(deadline_s):
        while True:
            found = condition()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.01)


def at(text: str) -> datetime:
    """An aware time from what our API or a frame says."""
    return datetime.fromisoformat(text)


def iso(moment: datetime | None = None) -> str:
    """Now, or a moment, as charge points write it."""
    return (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sampled(value: Any, measurand: str | None = None, **more: str) -> dict[str, Any]:
    return {"value": str(value), **({"measurand": measurand} if measurand else {}), **more}


def meter_values(*values: Any, connector: int = 1, transaction: Any = None, taken_at: datetime | str | None = None):
    """The payload of a MeterValues: plain numbers are register readings in Wh, dictionaries go in as they are."""
    samples = [value if isinstance(value, dict) else sampled(value) for value in values]
    moment = taken_at if isinstance(taken_at, str) else iso(taken_at)
    payload = {"connectorId": connector, "meterValue": [{"timestamp": moment, "sampledValue": samples}]}
    return payload if transaction is None else {**payload, "transactionId": transaction}


def start(connector: int = 1, tag: str = "TAG", wh: Any = 0, started_at: datetime | str | None = None):
    """The payload of a StartTransaction."""
    moment = started_at if isinstance(started_at, str) else iso(started_at)
    return {"connectorId": connector, "idTag": tag, "meterStart": wh, "timestamp": moment}


def stop(transaction: Any, wh: Any, stopped_at: datetime | str | None = None, **more: Any):
    """The payload of a StopTransaction."""
    moment = stopped_at if isinstance(stopped_at, str) else iso(stopped_at)
    return {"transactionId": transaction, "meterStop": wh, "timestamp": moment, **more}


def status(word: str = "Available", connector: int = 1, taken_at: datetime | str | None = None, **more: Any):
    """The payload of a StatusNotification."""
    moment = taken_at if isinstance(taken_at, str) else iso(taken_at)
    return {"connectorId": connector, "errorCode": "NoError", "status": word, "timestamp": moment, **more}


class Refused(Exception):
    """A CALLERROR came."""

    def __init__(self, code: str, description: str, details: Any) -> None:
        super().__init__(f"{code}: {description}")
        self.code, self.description, self.details = code, description, details


class Ended(Exception):
    """The connection was closed while a frame was expected."""

    def __init__(self, code: int | None, reason: str | None) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Station:
    """One socket. What arrives is kept until a test takes it; `received` and `sent` keep everything."""

    def __init__(self, identifier: str, socket: ClientConnection) -> None:
        self.identifier, self.socket = identifier, socket
        self.received: list[Any] = []
        self.sent: list[Any] = []
        self._inbox: list[Any] = []
        self._news = asyncio.Condition()
        self._numbers = itertools.count(1)
        self._over = False
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                frame = json.loads(text)
                self.received.append(frame)
                self._inbox.append(frame)
                async with self._news:
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        finally:
            self._over = True
            async with self._news:
                self._news.notify_all()

    # frames

    async def send(self, frame: Any) -> None:
        """Text and bytes go out as they are, anything else as JSON."""
        self.sent.append(frame)
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def take(self, wanted: Callable[[Any], bool] = lambda _: True, deadline_s: float = DEADLINE_S) -> Any:
        """The first frame that fits; frames that do not fit stay for others."""
        async with asyncio.timeout(deadline_s), self._news:
            while True:
                for number, frame in enumerate(self._inbox):
                    if wanted(frame):
                        return self._inbox.pop(number)
                if self._over:
                    raise Ended(self.socket.close_code, self.socket.close_reason)
                await self._news.wait()

    async def answer_to(self, message_id: Any, deadline_s: float = DEADLINE_S) -> Any:
        """The answer frame with this id."""
        return await self.take(
            lambda frame: frame[0] in (CALL_RESULT, CALL_ERROR) and frame[1] == message_id, deadline_s
        )

    async def exchange(self, frame: Any) -> Any:
        """Send a frame, take the next one that comes."""
        await self.send(frame)
        return await self.take()

    # conversation

    async def say(self, action: str, payload: Any = None) -> str:
        """Send a CALL and do not wait; its id."""
        message_id = f"{self.identifier}-{next(self._numbers)}"
        await self.send([CALL, message_id, action, payload or {}])
        return message_id

    async def call(self, action: str, payload: Any = None, deadline_s: float = DEADLINE_S) -> Any:
        """Send a CALL; the payload of its answer. Raises Refused on a CALLERROR."""
        kind, _, *rest = await self.answer_to(await self.say(action, payload), deadline_s)
        if kind == CALL_ERROR:
            raise Refused(*rest)
        return rest[0]

    async def boot(self, **more: Any) -> Any:
        return await self.call("BootNotification", {**BOOT, **more})

    async def asked(self, action: str | None = None, deadline_s: float = DEADLINE_S) -> tuple[str, Any]:
        """The next CALL of the central system: its id and payload."""
        frame = await self.take(lambda one: one[0] == CALL and action in (None, one[2]), deadline_s)
        return frame[1], frame[3]

    async def answer(self, message_id: str, payload: Any) -> None:
        await self.send([CALL_RESULT, message_id, payload])

    async def refuse(self, message_id: str, code: str, description: str = "") -> None:
        await self.send([CALL_ERROR, message_id, code, description, {}])

    def wrong_frames(self, calls: bool) -> list[str]:
        """Which of the answers it got break their schema, and how; `calls`: which of the CALLs, too."""
        actions = {
            frame[1]: frame[2]
            for frame in self.sent
            if isinstance(frame, list) and len(frame) > 2 and frame[0] == CALL and isinstance(frame[1], str)
        }
        wrong = []
        for frame in self.received:
            name = ""
            if frame[0] == CALL and calls:
                name = frame[2]
            elif frame[0] == CALL_RESULT and isinstance(frame[1], str) and frame[1] in actions:
                name = f"{actions[frame[1]]}Response"
            wrong += [f"{frame}: {fault}" for fault in (wrong_with(name, frame[-1]) if name else ())]
        return wrong

    # the end

    async def closed(self, deadline_s: float = DEADLINE_S) -> tuple[int | None, str | None]:
        """Wait until the other side has closed; code and reason."""
        async with asyncio.timeout(deadline_s):
            await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason

    def drop(self) -> None:
        """Cut the line without a word."""
        self.socket.transport.abort()

    async def close(self) -> None:
        with suppress(InvalidState):  # the other side is closing it at this very moment
            await self.socket.close()
        await self._reader


def basic(username: str, password: str | bytes) -> dict[str, str]:
    """The header of HTTP Basic."""
    secret = password.encode() if isinstance(password, str) else password
    return {"Authorization": f"Basic {b64encode(username.encode() + b':' + secret).decode()}"}


async def open_station(
    url: str, identifier: str = "CP-1", password: str | bytes | None = None, **options: Any
) -> Station:
    """Connect to `url`/`identifier`; options are those of websockets' `connect`."""
    ours = {"subprotocols": ["ocpp1.6"], "compression": None, "max_size": None, "ping_interval": None}
    options = ours | {"open_timeout": DEADLINE_S} | options
    if password is not None:
        options["additional_headers"] = basic(identifier, password)
    return Station(identifier, await connect(f"{url}/{identifier}", proxy=None, **options))


@asynccontextmanager
async def station(
    url: str, identifier: str = "CP-1", password: str | bytes | None = None, **options: Any
) -> AsyncIterator[Station]:
    """A connected charge point; closed after the block."""
    one = await open_station(url, identifier, password, **options)
    try:
        yield one
    finally:
        await one.close()
