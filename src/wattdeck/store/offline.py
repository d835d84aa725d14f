"""The database file without a store: read only, also beside a running server; or written anew while none runs."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

from wattdeck.domain.errors import WattdeckError
from wattdeck.store.pages import Pages

NAME = "wattdeck.sqlite3"
_MARGIN = 1.1


class DatabaseUnusable(WattdeckError):
    """The file is not there, or not what is expected; the message says it in one line."""


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[tuple[Connection, Pages]]:
    """A read transaction on the database in a folder. Raises DatabaseUnusable."""
    path = folder / NAME
    if not path.is_file():
        raise DatabaseUnusable(f"there is no database in {folder}")
    engine = create_engine(f"sqlite:///file:{path.resolve()}?mode=ro&uri=true")
    try:
        with engine.connect() as connection, contextlib.closing(Pages(path)) as pages:
            connection.exec_driver_sql("BEGIN")
            yield connection, pages
    except DBAPIError as error:
        raise DatabaseUnusable(f"{path} cannot be read: {error.orig}") from None
    finally:
        engine.dispose()


def compact(folder: Path) -> tuple[int, int]:
    """Write the file anew without its free pages, while nobody else has it open; its bytes before and after.

    The new one is complete on the disk before it takes the place of the old one: whenever this ends, there is a whole
    database. Raises DatabaseUnusable.
    """
    path, fresh = folder / NAME, folder / f"{NAME}.compact"
    if not path.is_file():
        raise DatabaseUnusable(f"there is no database in {folder}")
    engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})
    try:
        fresh.unlink(missing_ok=True)  # of one that was killed
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            before = path.stat().st_size
            _check_room(folder, driver.execute(_LIVE_BYTES).fetchone()[0])
            driver.execute("VACUUM INTO ?", (str(fresh),))
        engine.dispose()  # the last connection takes the write-ahead log away
        shutil.copymode(path, fresh)
        _sync(fresh)
        fresh.replace(path)
        _sync(folder)
    except DBAPIError as error:
        raise DatabaseUnusable(f"{path} cannot be written anew: {error.orig}") from None
    except OSError as error:
        raise DatabaseUnusable(f"{path} cannot be written anew: {error.strerror}") from None
    finally:
        engine.dispose()
        fresh.unlink(missing_ok=True)
    return before, path.stat().st_size


_LIVE_BYTES = (
    "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
)


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed * _MARGIN:
        raise DatabaseUnusable(f"{folder} needs {needed * _MARGIN:.0f} bytes free for that, and has {free}")


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
