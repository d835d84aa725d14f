"""Many rows by one statement: each is there once, however many there are."""

import sqlite3
from collections.abc import Iterator

import pytest

from wattdeck.store import together

INSERT = "INSERT OR IGNORE INTO things (id, name) VALUES"
COUNTS = [0, 1, 7, 8, 9, 63, 64, 65, 71, 72, 73, 1000]


def one(first: int) -> str:
    return "(?, ?)"


def three_of_a_name(first: int) -> str:
    return ", ".join(f"(?{first + place}, ?{first})" for place in (1, 2, 3))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE things (place INTEGER PRIMARY KEY, id INTEGER UNIQUE, name TEXT)")
    yield connection
    connection.close()


def things(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    return connection.execute("SELECT id, name FROM things ORDER BY place").fetchall()


@pytest.mark.parametrize("count", COUNTS)
def test_all_rows_are_there_in_order(connection: sqlite3.Connection, count: int):
    rows = [(number, f"thing {number}") for number in range(count)]
    assert together.run(connection, f"{INSERT} {one(1)}", one, rows) == count
    assert things(connection) == rows


@pytest.mark.parametrize("count", COUNTS)
def test_rows_of_several_share_what_they_have_in_common(connection: sqlite3.Connection, count: int):
    rows = [(f"thing {id}", id, id + 1, id + 2) for id in range(0, count * 3, 3)]
    assert together.run(connection, f"{INSERT} {three_of_a_name(1)}", three_of_a_name, rows, each=3) == count * 3
    assert things(connection) == [(id, name) for name, *ids in rows for id in ids]


def test_rows_that_were_there_are_not_counted(connection: sqlite3.Connection):
    rows = [(number, "thing") for number in range(100)]
    sql = f"{INSERT} {one(1)}"
    assert together.run(connection, sql, one, rows[::2]) == 50
    assert together.run(connection, sql, one, rows) == 50


def test_of_rows_of_several_only_those_count_that_are_new(connection: sqlite3.Connection):
    sql = f"{INSERT} {three_of_a_name(1)}"
    assert together.run(connection, sql, three_of_a_name, [("old", 1, 2, 3)], each=3) == 3
    assert together.run(connection, sql, three_of_a_name, [("new", 3, 4, 5), ("new", 6, 7, 8)], each=3) == 5
    assert things(connection)[:4] == [(1, "old"), (2, "old"), (3, "old"), (4, "new")]
