"""Many charge points in one process: started staggered, watched, ended together."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any
from urllib.parse import quote

from wattdeck.simulator import troubles as trouble
from wattdeck.simulator.connection import HANDSHAKE_S, Address, Clock, Line
from wattdeck.simulator.ledger import Ledger
from wattdeck.simulator.scenario import Quirks, supply_for
from wattdeck.simulator.station import Station, make_station

_OPENING_AT_ONCE = 200


class Unreachable(Exception):
    """No charge point ever got a connection; the text says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play. `url` is that of the central system without the identifier; `registers_wh` by identifier."""

    url: str
    identifiers: tuple[str, ...]
    profile: str = "mixed"
    connectors: int = 1
    interval_s: float = 10.0
    speed: float = 1.0
    seed: int = 1
    password: str | None = None
    id_tag: str | None = None
    quirks: Quirks = field(default_factory=Quirks)
    cars_come: bool = True
    patience_s: float = 5.0
    last_words_s: float = 10.0
    first_back_off_s: float = 1.0
    registers_wh: dict[str, tuple[float, ...]] = field(default_factory=dict)
    troubles: tuple[trouble.Fit, ...] = ()
    trouble_pace_s: float = 2.0


def identifiers_for(identifier: str, count: int) -> tuple[str, ...]:
    """The identifier itself, or numbered from -001 on where there are several."""
    if count == 1:
        return (identifier,)
    width = max(3, len(str(count)))
    return tuple(f"{identifier}-{number:0{width}}" for number in range(1, count + 1))


def wall_clock() -> Clock:
    """Seconds since 1970 that never jump: the wall's time at the start, then the monotonic clock's."""
    offset = time.time() - time.perf_counter()
    return lambda: offset + time.perf_counter()


class Fleet:
    """The charge points of one plan and their common ledger."""

    def __init__(self, plan: Plan, clock: Clock | None = None) -> None:
        self.plan = plan
        self.ledger = Ledger()
        self._clock = clock or wall_clock()
        self.lines = [self._line(identifier) for identifier in plan.identifiers]
        self._ended = asyncio.Event()

    @property
    def stations(self) -> list[Station]:
        return [line.station for line in self.lines]

    @property
    def connected(self) -> int:
        return sum(line.is_connected for line in self.lines)

    @property
    def charging(self) -> int:
        """Connectors with a running session."""
        return sum(each.session is not None for station in self.stations for each in station.connectors.values())

    @property
    def power_w(self) -> float:
        sessions = [each.session for station in self.stations for each in station.connectors.values()]
        return sum(session.reading.power_w for session in sessions if session is not None)

    @property
    def registers_wh(self) -> dict[str, tuple[float, ...]]:
        """Where the meters stand, by identifier."""
        return {
            station.identifier: tuple(each.register_wh for each in station.connectors.values())
            for station in self.stations
        }

    @property
    def is_ending(self) -> bool:
        return self._ended.is_set()

    def get_into(self, name: str) -> None:
        """Let all of them get into a trouble now."""
        for line in self.lines:
            line.act(partial(trouble.begin, line.station, name))

    def get_out_of(self, name: str) -> None:
        for line in self.lines:
            line.act(partial(trouble.end, line.station, name))

    def end(self) -> None:
        """Let `run` come to its end."""
        self._ended.set()

    async def run(self, duration_s: float | None = None) -> None:
        """Play until `duration_s` is over or `end` was called. Raises Unreachable where nobody ever got through."""
        gate = asyncio.Semaphore(_OPENING_AT_ONCE)
        keepers = [asyncio.create_task(line.keep(gate)) for line in self.lines]
        try:
            await self._wait(min(self.plan.patience_s, duration_s or self.plan.patience_s), self._has_connected)
            # a server that is slow to answer is there; only what was refused, or never answered, is not
            await self._wait(HANDSHAKE_S, lambda: self._has_connected() or bool(self._complaint()))
            if not self._has_connected() and not self._ended.is_set():
                raise Unreachable(self._complaint() or "no answer in time")
            await self._wait(duration_s)
            for line in self.lines:
                line.finish()
                await asyncio.sleep(0)  # not all of them in one breath
            waiters = [asyncio.create_task(line.closed.wait()) for line in self.lines]
            patience = self.plan.last_words_s if self.connected else min(3.0, self.plan.last_words_s)
            _, late = await asyncio.wait(waiters, timeout=patience)
            for waiting in late:
                waiting.cancel()
        finally:
            for line in self.lines:
                line.close()
            _, slow = await asyncio.wait(keepers, timeout=2)
            for keeper in slow:
                keeper.cancel()
            ends = await asyncio.gather(*keepers, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def summary(self) -> dict[str, Any]:
        """The ledger as plain JSON with the number of charge points in front."""
        self.ledger.meter_values_dropped = sum(station.outbox.dropped for station in self.stations)
        left = sum(len(station.outbox.transaction) for station in self.stations)
        return {"charge_points": len(self.lines), "unsent": left, **self.ledger.summary()}

    def _line(self, identifier: str) -> Line:
        plan = self.plan
        random = Random(f"{plan.seed} {identifier}")
        station = make_station(
            identifier,
            # the hardware goes by the name alone: the same charge point in the next run
            supply_for(plan.profile, Random(identifier)),
            self.ledger,
            random,
            connectors=plan.connectors,
            interval_s=plan.interval_s,
            speed=plan.speed,
            quirks=plan.quirks,
            id_tag=plan.id_tag,
            cars_come=plan.cars_come,
            registers_wh=plan.registers_wh.get(identifier, ()),
        )
        trouble.expect_troubles(station, plan.troubles, self._clock(), plan.trouble_pace_s)
        url = f"{plan.url.rstrip('/')}/{quote(identifier, safe='')}"
        return Line(station, Address(url, plan.password, plan.first_back_off_s), self._clock)

    def _has_connected(self) -> bool:
        return self.ledger.connects > 0

    def _complaint(self) -> str:
        """Why a charge point of the fleet could not connect; empty while none was told so."""
        return next((line.last_error for line in self.lines if line.last_error), "")

    async def _wait(self, seconds: float | None, until: Callable[[], bool] = lambda: False) -> None:
        """Wait for the end of the play, that many seconds or until something is so, whichever is first."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self._ended.is_set() and not until():
            left = 0.1 if deadline is None else min(0.1, deadline - time.monotonic())
            if left <= 0:
                return
            try:
                async with asyncio.timeout(left):
                    await self._ended.wait()
            except TimeoutError:
                continue
