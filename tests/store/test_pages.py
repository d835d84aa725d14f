"""What tables take on the disk, against what SQLite's dbstat says."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from wattdeck.domain.clock import to_ms
from wattdeck.store import messages, samples
from wattdeck.store.engine import open_sqlite
from wattdeck.store.pages import Pages, TableSize
from wattdeck.store.writer import executemany


@pytest.fixture
def engine(empty_database: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = open_sqlite(shutil.copy(empty_database, tmp_path / "copy.sqlite3"), "BEGIN IMMEDIATE", 1)
    yield engine
    engine.dispose()


@pytest.fixture
def pages(engine: Engine, tmp_path: Path) -> Iterator[Pages]:
    pages = Pages(tmp_path / "copy.sqlite3")
    yield pages
    engine.dispose()
    pages.close()


def sizes(engine: Engine, pages: Pages) -> dict[str, TableSize]:
    with engine.begin() as connection:
        return {one.name: one for one in pages.table_sizes(connection)}


def bytes_by_dbstat(connection: Connection) -> dict[str, int]:
    query = "SELECT coalesce(tbl_name, name), sum(pgsize) FROM dbstat LEFT JOIN sqlite_schema USING (name) GROUP BY 1"
    return {row[0]: row[1] for row in connection.exec_driver_sql(query)}


def fill(connection: Connection, now: datetime, rows: int, frame: str = "[2,1]") -> None:
    at = to_ms(now)
    taken = [(at + number * 1000, number % 50, 0, 230.5, at, None, 0, None) for number in range(rows)]
    executemany(connection, samples.INSERT, taken)
    executemany(connection, messages.INSERT, [(number % 9, at, "in", frame) for number in range(rows)])


def test_bytes_and_rows_of_every_table_are_exact_where_they_are_few(engine: Engine, pages: Pages, now: datetime):
    with engine.begin() as connection:
        fill(connection, now, 1_000)
    with engine.begin() as connection:  # in the write-ahead log alone
        expected = bytes_by_dbstat(connection)
    found = sizes(engine, pages)
    assert {name: one.bytes for name, one in found.items()} == expected
    assert (found["samples_head"].rows, found["messages"].rows, found["tags"].rows) == (1_000, 1_000, 0)
    assert all(one.exact for one in found.values())


def test_what_is_in_the_file_and_in_its_log_counts_once(engine: Engine, pages: Pages, now: datetime):
    with engine.begin() as connection:
        fill(connection, now, 1_000)
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM samples_head WHERE series_id < 10")
        expected = bytes_by_dbstat(connection)
    found = sizes(engine, pages)
    assert found["samples_head"].rows == 800
    assert {name: one.bytes for name, one in found.items()} == expected


def test_of_large_tables_rows_are_estimated_from_some_leaves(engine: Engine, pages: Pages, now: datetime):
    with engine.begin() as connection:
        fill(connection, now, 60_000)
    with engine.begin() as connection:
        expected = bytes_by_dbstat(connection)
    head = sizes(engine, pages)["samples_head"]
    assert not head.exact
    assert head.bytes == expected["samples_head"]
    assert head.rows == pytest.approx(60_000, rel=0.02)


def test_rows_that_go_on_in_further_pages_count_with_them(engine: Engine, pages: Pages, now: datetime):
    frame = "".join(chr(200 + number * 7919 % 20_000) for number in range(9_000))  # deflates badly
    with engine.begin() as connection:
        fill(connection, now, 50, frame)
    with engine.begin() as connection:
        expected = bytes_by_dbstat(connection)["messages"]
    assert sizes(engine, pages)["messages"].bytes == expected > 2 * 16_384
