"""Charge points that never stop talking and write down what was acknowledged: what a crash must not lose."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.stations import Ended, Station, meter_values, open_station, start, stop

VALUES_PER_SESSION = 12


class Ledger:
    """One charge point's. What was not acknowledged is sent again, word for word, over the next connection."""

    def __init__(self, identifier: str) -> None:
        self.identifier = identifier
        self.starts: dict[int, dict[str, Any]] = {}  # transaction id → payload, acknowledged
        self.stops: dict[int, dict[str, Any]] = {}
        self.values: list[tuple[int, datetime, int]] = []  # (transaction, taken_at, Wh), acknowledged
        self.unanswered: tuple[str, dict[str, Any]] | None = None
        self._moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        self._wh = 0
        self._transaction: int | None = None
        self._in_session = 0

    def _next(self) -> tuple[str, dict[str, Any]]:
        self._moment += timedelta(seconds=7)
        self._wh += 10
        if self._transaction is None:
            return "StartTransaction", start(1, "TAG", self._wh, self._moment)
        if self._in_session == VALUES_PER_SESSION:
            return "StopTransaction", stop(self._transaction, self._wh, self._moment)
        return "MeterValues", meter_values(self._wh, transaction=self._transaction, taken_at=self._moment)

    async def talk(self, url: str, messages: int | None = None) -> None:
        """Send what is due, one after the other, until the line breaks or so many messages are acknowledged."""
        with suppress(OSError, InvalidHandshake, ConnectionClosed, Ended, TimeoutError):
            station = await open_station(url, self.identifier)
            try:
                while messages is None or messages > 0:
                    await self._one(station)
                    messages = None if messages is None else messages - 1
            finally:
                station.drop()
                with suppress(asyncio.CancelledError):
                    await station.close()

    async def _one(self, station: Station) -> None:
        self.unanswered = self.unanswered or self._next()
        action, payload = self.unanswered
        answer = await station.call(action, payload)
        self.unanswered = None
        if action == "StartTransaction":
            self._transaction, self._in_session = answer["transactionId"], 0
            self.starts[answer["transactionId"]] = payload
        elif action == "StopTransaction":
            self.stops[payload["transactionId"]], self._transaction = payload, None
        else:
            self._in_session += 1
            self.values.append((payload["transactionId"], self._moment, self._wh))

    @property
    def acknowledged(self) -> int:
        return len(self.starts) + len(self.stops) + len(self.values)
