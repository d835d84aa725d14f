"""The socket of one charge point: opened, kept, opened again with a jittered back-off; the station decides."""

import asyncio
import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import inf

from picows import WSCloseCode, WSError, WSFrame, WSHandshakeError, WSListener, WSMsgType, WSTransport, ws_connect

from wattdeck.simulator import conversation
from wattdeck.simulator.agenda import Deed
from wattdeck.simulator.station import Station
from wattdeck.simulator.transfers import Transfer, carry_out
from wattdeck.simulator.voice16 import SUBPROTOCOL

Clock = Callable[[], float]
MOST_BACK_OFF_S = 10.0
HANDSHAKE_S = 30.0
_LAST_BACK_OFF_S = 0.5


@dataclass(frozen=True, slots=True)
class Address:
    """Where the central system is and what a charge point shows at its door."""

    url: str
    password: str | None = None
    first_back_off_s: float = 1.0


class Line:
    """One charge point's line to the central system; it outlives sockets and wakes the station when it is time."""

    def __init__(self, station: Station, address: Address, clock: Clock) -> None:
        self.station = station
        self.closed = asyncio.Event()
        self._hurry = asyncio.Event()
        self._woken = asyncio.Event()
        self._address = address
        self._clock = clock
        self._transport: WSTransport | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._connected_before = False
        self._away_s: float | None = None
        self._carrying: set[asyncio.Task[None]] = set()
        self.last_error = ""

    @property
    def is_connected(self) -> bool:
        return self._transport is not None

    async def keep(self, gate: asyncio.Semaphore) -> None:
        """Connect, and connect again whenever the connection is lost, until cancelled or finished."""
        failures = 0
        while not self.closed.is_set():
            try:
                async with gate:
                    transport = await self._connect()
                if self.closed.is_set():
                    transport.disconnect()
                await transport.wait_disconnected()
                pause = self._away_s
                if self.station.registration == "Accepted" or pause is not None:
                    failures = 0  # one that only opens the door and shuts it again is not tried ever faster
            except (OSError, WSError, TimeoutError) as error:
                self.last_error = describe(error)
                self.station.ledger.errors[f"connect: {self.last_error}"] += 1
                pause = None
            if pause is None:
                pause = back_off(failures, self.station.random.random(), self._address.first_back_off_s)
                failures += 1
            await self._pause(pause)
            while self.station.stays_away and not self.closed.is_set():
                self._woken.clear()
                await self._woken.wait()

    def act(self, deed: Deed) -> None:
        """Let the station do something now."""
        deed(self._clock())
        conversation.woken(self.station, self._clock())
        self._flush()

    def finish(self) -> None:
        """End the sessions, say what is left to say (connecting again for it if need be), then hang up for good."""
        conversation.finish(self.station, self._clock())
        self._hurry.set()
        self._flush()

    def close(self) -> None:
        """Hang up now."""
        self.closed.set()
        self._hurry.set()
        self._woken.set()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        for task in self._carrying:
            task.cancel()
        if self._transport is not None:
            self._transport.send_close(WSCloseCode.OK)
            self._transport.disconnect()

    async def _connect(self) -> WSTransport:
        headers = [("Sec-WebSocket-Protocol", SUBPROTOCOL)]
        password = self.station.configuration.text("AuthorizationKey") or self._address.password
        if password is not None:
            plain = f"{self.station.identifier}:{password}".encode()
            headers.append(("Authorization", f"Basic {base64.b64encode(plain).decode()}"))
        ping_s = self.station.configuration.number("WebSocketPingInterval")
        transport, _ = await ws_connect(
            lambda: _Listener(self),
            self._address.url,
            extra_headers=headers,
            websocket_handshake_timeout=HANDSHAKE_S,
            enable_auto_ping=ping_s > 0,
            auto_ping_idle_timeout=max(1.0, ping_s),
            auto_ping_reply_timeout=max(1.0, ping_s),
            max_redirects=0,
        )
        return transport

    async def _pause(self, seconds: float) -> None:
        """Wait, not much longer once the play is to end and not at all when it has ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
            async with asyncio.timeout(min(seconds, _LAST_BACK_OFF_S)):
                await self.closed.wait()

    def opened(self, transport: WSTransport) -> None:
        self._transport = transport
        self.station.ledger.reconnects += self._connected_before
        self._connected_before = True
        conversation.opened(self.station, self._clock())
        self._flush()

    def received(self, text: bytes) -> None:
        conversation.received(self.station, text, self._clock())
        self._flush()

    def lost(self) -> None:
        self._transport = None
        self._away_s = conversation.lost(self.station, self._clock())
        self._set_alarm()

    def _flush(self) -> None:
        """Send what the station has ready; hang up where it wants that."""
        self._woken.set()
        outgoing, self.station.outgoing = self.station.outgoing, []
        waiting, self.station.transfers = self.station.transfers, []
        for transfer in waiting:
            task = asyncio.create_task(self._carry(transfer))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)
        if self._transport is not None:
            for text in outgoing:
                self._transport.send(WSMsgType.TEXT, text.encode())
        if conversation.is_done(self.station):
            self.close()
            return
        if self._transport is not None and conversation.wants_to_hang_up(self.station, self._clock()):
            self._transport.send_close(WSCloseCode.OK)
            self._transport.disconnect()
        self._set_alarm()

    async def _carry(self, transfer: Transfer) -> None:
        """Bring a file there, or fetch it, while the conversation goes on."""
        worked = await carry_out(transfer)
        now = self._clock()
        transfer.done(worked, now)
        conversation.woken(self.station, now)
        self._flush()

    def _set_alarm(self) -> None:
        """Wake the station when its next entry is due; an alarm that rings too early does no harm."""
        next_at = self.station.agenda.next_at
        if next_at == inf or self.closed.is_set():
            return
        loop = asyncio.get_running_loop()
        when = loop.time() + max(0.0, next_at - self._clock())
        if self._alarm is not None:
            if self._alarm.when() <= when:
                return
            self._alarm.cancel()
        self._alarm = loop.call_at(when, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        conversation.woken(self.station, self._clock())
        self._flush()


class _Listener(WSListener):
    """One socket of a line. Joins fragments; answers a closing handshake."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._parts = b""

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._line.opened(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION):
            self._parts += frame.get_payload_as_bytes()
            if frame.fin:
                text, self._parts = self._parts, b""
                self._line.received(text)
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._line.lost()


def back_off(failures: int, chance: float, first_s: float = 1.0) -> float:
    """Seconds to wait before the next attempt: doubled each time up to ten, half of it up or down."""
    return float(min(MOST_BACK_OFF_S, first_s * 2 ** min(failures, 10)) * (0.5 + chance))


def describe(error: Exception) -> str:
    """One line for a person: why a connection did not come about."""
    if isinstance(error, WSHandshakeError) and error.response is not None:
        return f"refused with HTTP {int(error.response.status)}"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0] if str(error) else type(error).__name__
