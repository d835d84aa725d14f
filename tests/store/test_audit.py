"""Who did what: found by who, about whom and when; forgotten by age, and beyond a number."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from wattdeck.domain.clock import to_ms
from wattdeck.store import audit
from wattdeck.store.writer import executemany


@pytest.fixture
def noted(connection: Connection, now: datetime) -> list[int]:
    """Five, a day apart, the newest of now."""
    rows = [
        (
            to_ms(now - timedelta(days=4 - number)),
            f"actor-{number % 2}",
            "user",
            "admin",
            "192.0.2.1",
            "PUT",
            "/api/v1/tags/{id_tag}",
            "/api/v1/tags/T",
            f"CP-{number}",
            200,
        )
        for number in range(5)
    ]
    executemany(connection, audit.INSERT, rows)
    return [entry.id for entry in audit.search(connection, limit=9).items]


def test_the_newest_comes_first_page_by_page(connection: Connection, noted: list[int]):
    assert noted == sorted(noted, reverse=True)
    page = audit.search(connection, limit=2)
    assert [entry.id for entry in audit.search(connection, limit=9, after=page.next).items] == noted[2:]


def test_it_is_sought_by_who_about_whom_and_when(connection: Connection, noted: list[int], now: datetime):
    def found(**asked):
        return [entry.charge_point for entry in audit.search(connection, limit=9, **asked).items]

    assert found(actor="actor-1") == ["CP-3", "CP-1"]
    assert found(charge_point="CP-2") == ["CP-2"]
    assert found(begin=now - timedelta(days=1)) == ["CP-4", "CP-3"]
    assert found(end=now - timedelta(days=2), actor="actor-0") == ["CP-0"]


def test_what_is_old_is_forgotten_in_steps(connection: Connection, noted: list[int], now: datetime):
    before = now - timedelta(days=1)
    assert [audit.forget(connection, before, 2) for _ in range(3)] == [2, 1, 0]
    assert [entry.charge_point for entry in audit.search(connection, limit=9).items] == ["CP-4", "CP-3"]


def test_beyond_a_number_the_oldest_go(connection: Connection, noted: list[int], now: datetime, monkeypatch):
    monkeypatch.setattr(audit, "MOST_ROWS", 2)
    assert audit.forget(connection, now - timedelta(days=99), 10) == 3
    assert [entry.charge_point for entry in audit.search(connection, limit=9).items] == ["CP-4", "CP-3"]
