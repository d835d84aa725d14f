"""For the functions of the store: an open transaction on a real file with the present layout."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.store import charge_points
from wattdeck.store.engine import open_sqlite


@pytest.fixture
def connection(empty_database: Path, tmp_path: Path) -> Iterator[Connection]:
    """A transaction on a copy of its own."""
    engine = open_sqlite(shutil.copy(empty_database, tmp_path / "copy.sqlite3"), "BEGIN IMMEDIATE", 1)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def cp(connection: Connection, now: datetime) -> ChargePoint:
    """A registered charge point in that transaction."""
    return charge_points.register(connection, "CP-1", "accepted", now)
