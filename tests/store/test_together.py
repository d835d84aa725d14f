"""Many rows by one statement: each is there once, however many there are."""

import sqlite3

import pytest

from wattdeck.store import together

SQL = "INSERT OR IGNORE INTO things (id, name) VALUES (?, ?)"


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 63, 64, 65, 71, 72, 73, 1000])
def test_all_rows_are_there_in_order(count: int):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE things (place INTEGER PRIMARY KEY, id INTEGER UNIQUE, name TEXT)")
    rows = [(number, f"thing {number}") for number in range(count)]
    assert together.run(connection, SQL, rows) == count
    assert connection.execute("SELECT id, name FROM things ORDER BY place").fetchall() == rows
    connection.close()


def test_rows_that_were_there_are_not_counted():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE things (id INTEGER UNIQUE, name TEXT)")
    rows = [(number, "thing") for number in range(100)]
    assert together.run(connection, SQL, rows[::2]) == 50
    assert together.run(connection, SQL, rows) == 50
    connection.close()
