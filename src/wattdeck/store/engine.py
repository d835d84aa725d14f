"""Opens the database and runs work on it: reads in a few threads, writes in group commits. SQLite, one file."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event

from wattdeck.store.migrate import migrate
from wattdeck.store.pages import Pages
from wattdeck.store.writer import Rows, Writer
from wattdeck.telemetry import Telemetry

T = TypeVar("T")

READERS = 3
_WRITER_BUSY_S = 1.0  # the writer tries again by itself
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # with group commit practically free, and an acknowledgement survives a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
    "PRAGMA wal_autocheckpoint=4000",
)


def open_sqlite(path: Path, begin: str, pool_size: int, busy_s: float = 10.0) -> Engine:
    """An engine on the file; `begin` is the statement that opens its transactions. `busy_s`: how long one waits where
    another process has the lock.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # an error is logged, and what was to be stored may be a secret
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": busy_s},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class Store:
    """The open database. `await open()` first; `await close()` writes what waits and lets go of the file."""

    def __init__(
        self, folder: Path, telemetry: Telemetry, linger_s: float = 0.01, hold_s: float = 20.0, quiet_s: float = 2.0
    ) -> None:
        self._path = folder / "wattdeck.sqlite3"
        self._telemetry = telemetry
        self._linger_s, self._hold_s, self._quiet_s = linger_s, hold_s, quiet_s
        self._settle: Callable[[], Awaitable[None]] | None = None

    async def open(self) -> None:
        await asyncio.to_thread(self._open)
        self._writer.start()

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        engine = open_sqlite(self._path, "BEGIN IMMEDIATE", 1)
        migrate(engine)
        engine.dispose()
        self._write_engine = open_sqlite(self._path, "BEGIN IMMEDIATE", 1, _WRITER_BUSY_S)
        self._read_engine = open_sqlite(self._path, "BEGIN", READERS)
        self._readers = ThreadPoolExecutor(READERS, "wattdeck-read")
        self.pages = Pages(self._path)
        self._writer = Writer(self._write_engine, self._telemetry, self._linger_s, self._hold_s, self._quiet_s)

    async def close(self) -> None:
        await self._writer.stop()
        self._readers.shutdown()
        await asyncio.to_thread(self._read_engine.dispose)
        await asyncio.to_thread(self._write_engine.dispose)
        self.pages.close()  # last: closing it lets go of SQLite's locks

    def before_reads(self, settle: Callable[[], Awaitable[None]]) -> None:
        """Somebody keeps rows that are acknowledged: `settle` has them written before anybody reads."""
        self._settle = settle

    @property
    def trouble(self) -> str | None:
        """In one word why nothing can be written now; None where it can."""
        return self._writer.trouble

    @property
    def waiting_rows(self) -> int:
        """Rows and calls that wait to be written."""
        return self._writer.waiting_rows

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a read transaction, in a thread. It sees all that was acknowledged."""
        self._writer.nudge()
        if self._settle is not None:
            await self._settle()
        return await self.glance(work)

    async def glance(self, work: Callable[[Connection], T]) -> T:
        """The same for what looks again and again: what waits to be written does not come sooner for its sake."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._read_engine.connect() as connection, connection.begin():
            return work(connection)

    async def write(self, work: Callable[[Connection], T], *rows: Rows) -> T:
        """Run `work` in the next group commit and write rows with it, all or nothing; returns once committed."""
        return await (await self._writer.hand_in(work, rows))

    async def write_last(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the next group commit, after all else that is in it: it sees their rows, too."""
        return await (await self._writer.hand_in(work, (), comes_last=True))

    async def add(self, *rows: Rows) -> None:
        """Write rows in bulk in the next group commit; returns once they are committed."""
        await (await self._writer.hand_in(None, rows))

    def hand_in(self, work: Callable[[Connection], Any] | None, *rows: Rows) -> Awaitable[asyncio.Future[Any]]:
        """Either of these without waiting for the commit: its result is there when that was made."""
        return self._writer.hand_in(work, rows)

    @property
    def has_room(self) -> bool:
        """Whether something may be handed in now, without waiting for room."""
        return self._writer.has_room

    def hand_in_now(self, work: Callable[[Connection], Any] | None, *rows: Rows) -> asyncio.Future[Any]:
        """`hand_in` for whoever has seen that there is room, and waits for nothing."""
        return self._writer.hand_in_now(work, rows)

    def keep(self, *rows: Rows) -> asyncio.Future[None]:
        """Write rows that were acknowledged already: before all that is handed in from now on."""
        return self._writer.keep(rows)

    def add_quietly(self, *rows: Rows) -> None:
        """The same for what nobody waits for; dropped and counted when the writer is far behind."""
        self._writer.add_quietly(rows)
