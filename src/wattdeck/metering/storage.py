"""What the data folder takes, measured now and then, and the watch on the disk it lies on."""

import asyncio
import os
import shutil
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from wattdeck.domain.clock import now
from wattdeck.domain.records import Record
from wattdeck.domain.retention import Keep
from wattdeck.domain.storage import Forecast, forecast
from wattdeck.settings import Settings
from wattdeck.store import storage, storage_rates
from wattdeck.store.engine import Store
from wattdeck.store.pages import Pages
from wattdeck.store.storage import DatabaseFigures
from wattdeck.store.storage_rates import OfDay
from wattdeck.telemetry import Telemetry, logger

# Measuring takes milliseconds, of a database of 10 GB seconds: it must not be more than a hundredth of a reader's time.
_YOUNG_S, _TIMES = 10.0, 100
_log = logger("wattdeck.storage")


class StorageFigures(Record, frozen=True):
    """All that is known of what is stored, at one moment."""

    measured_at: datetime
    database: DatabaseFigures
    charge_points: int
    wal_bytes: int
    files_bytes: int
    disk_free_bytes: int
    disk_total_bytes: int
    low_disk_bytes: int

    @property
    def is_low(self) -> bool:
        return self.disk_free_bytes < self.low_disk_bytes

    def forecast(self, keep: Keep) -> Forecast:
        """How large the database becomes with these days."""
        return forecast(self.database.amounts, self.database.others, keep, self.measured_at)


def figures(connection: Connection, pages: Pages, folder: Path, low_disk_bytes: int, at: datetime) -> StorageFigures:
    """Measure now."""
    disk = shutil.disk_usage(folder)
    return StorageFigures(
        measured_at=at,
        database=storage.measure(connection, pages, at),
        charge_points=storage.charge_points_that_measure(connection),
        wal_bytes=size_of(folder / "wattdeck.sqlite3-wal"),
        files_bytes=_folder_bytes(folder / "files"),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
        low_disk_bytes=low_disk_bytes,
    )


class Storage:
    """The figures of the open store, measured again when they are old; `watch` is a job."""

    def __init__(self, store: Store, settings: Settings, telemetry: Telemetry) -> None:
        self._store, self._settings, self._telemetry = store, settings, telemetry
        self._measuring = asyncio.Lock()
        self._figures: StorageFigures | None = None
        self._good_until = 0.0
        self._by_charge_point: dict[int, tuple[float, Sequence[OfDay]]] = {}
        self.is_low = False
        self.free_bytes = 0

    async def figures(self) -> StorageFigures:
        """At most some seconds old, of a large database some minutes."""
        async with self._measuring:  # who asks meanwhile waits for the same answer
            if self._figures is None or time.monotonic() > self._good_until:
                began, at = time.monotonic(), now()
                folder, low = self._settings.data, self._settings.low_disk_bytes
                self._figures = await self._store.read(lambda c: figures(c, self._store.pages, folder, low, at))
                self._good_until = _good_until(began)
            return self._figures

    async def by_charge_point(self, days: int) -> Sequence[OfDay]:
        """Samples of each charge point in each of its last whole days."""
        async with self._measuring:
            good_until, found = self._by_charge_point.get(days, (0.0, ()))
            if time.monotonic() > good_until:
                began, at = time.monotonic(), now()
                found = await self._store.read(lambda c: storage_rates.by_charge_point(c, at, days))
                self._by_charge_point[days] = (_good_until(began), found)
            return found

    async def watch(self) -> None:
        """Show how much there is and how much room is left, and warn where it is little."""
        free = await asyncio.to_thread(self._look)
        self.free_bytes = free
        low = free < self._settings.low_disk_bytes
        if low and not self.is_low:
            _log.warning("the disk is nearly full", free_bytes=free, low_disk_bytes=self._settings.low_disk_bytes)
        elif self.is_low and not low:
            _log.info("the disk has room again", free_bytes=free)
        self.is_low = low
        self._telemetry.disk_low.set(low)

    def _look(self) -> int:
        folder, gauges = self._settings.data, self._telemetry
        gauges.database_bytes.set(size_of(folder / "wattdeck.sqlite3"))
        gauges.wal_bytes.set(size_of(folder / "wattdeck.sqlite3-wal"))
        free = shutil.disk_usage(folder).free
        gauges.disk_free_bytes.set(free)
        return free


def _good_until(began: float) -> float:
    took = time.monotonic() - began
    return began + max(_YOUNG_S, took * _TIMES)


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _folder_bytes(folder: Path) -> int:
    return sum(size_of(Path(where) / name) for where, _, names in os.walk(folder) for name in names)
