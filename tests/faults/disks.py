"""Databases that cannot be written: locked by another process, on a full disk, on a slow one."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from wattdeck.store.engine import Store

_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
"""


class Lock:
    """Another process that has the database for itself, until it lets go."""

    def __init__(self, database: Path) -> None:
        command = [sys.executable, "-c", _LOCK, str(database)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "locked\n"

    def let_go(self) -> None:
        self._process.communicate()
        assert self._process.returncode == 0


@contextmanager
def locked(database: Path) -> Iterator[None]:
    lock = Lock(database)
    try:
        yield
    finally:
        lock.let_go()


async def fill(store: Store) -> None:
    """From now on the database cannot grow by a page: SQLite says SQLITE_FULL, as it does on a full disk."""
    await store.write(_fill)


def _fill(connection: Connection) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


async def make_room(store: Store) -> None:
    """The disk has room again."""
    await store.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1000000").scalar_one())


class Stuck:
    """A piece of work during which the disk does not answer, until it does: the writer's thread waits for it."""

    def __init__(self) -> None:
        self._answers = threading.Event()

    def __call__(self, connection: Connection) -> None:
        assert self._answers.wait(60)

    def answer(self) -> None:
        self._answers.set()
