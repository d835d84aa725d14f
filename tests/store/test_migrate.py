"""Migrations: an empty file gets the tables of `tables.metadata`, however often they run."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from wattdeck.domain.clock import from_ms
from wattdeck.store import api_keys, users
from wattdeck.store.engine import open_sqlite
from wattdeck.store.migrate import migrate
from wattdeck.store.tables import metadata


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_sqlite(tmp_path / "empty.sqlite3", "BEGIN IMMEDIATE", 1)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)


def layout(engine: Engine) -> dict[str, str]:
    """The statements that made the tables, whitespace apart."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").all()
    return {name: " ".join(sql.split()) for name, sql in rows if not name.startswith("alembic")}


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # cannot be compared so
def test_an_empty_file_gets_the_tables_as_they_are_written_down(engine: Engine):
    migrate(engine)
    assert differences(engine) == []


def test_the_tables_are_those_that_create_all_would_make(engine: Engine, tmp_path: Path):
    migrate(engine)
    made = open_sqlite(tmp_path / "made.sqlite3", "BEGIN IMMEDIATE", 1)
    with made.begin() as connection:
        metadata.create_all(connection)
    names = {name for name in layout(made) if not name.startswith("sqlite_")}
    assert names == {name for name in layout(engine) if not name.startswith("sqlite_")}
    for word in ("WITHOUT ROWID", "AUTOINCREMENT", "id >> 12"):
        assert {n for n, sql in layout(made).items() if word in sql} == {
            n for n, sql in layout(engine).items() if word in sql
        }
    made.dispose()


def test_foreign_keys_are_as_they_are_written_down(engine: Engine):
    migrate(engine)
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        wanted = {(key.parent.name, key.ondelete) for key in table.foreign_keys}
        found = {
            (key["constrained_columns"][0], key["options"].get("ondelete"))
            for key in inspector.get_foreign_keys(table.name)
        }
        assert found == wanted


def test_migrating_twice_changes_nothing(engine: Engine):
    migrate(engine)
    before = layout(engine)
    migrate(engine)
    assert layout(engine) == before


def test_parents_of_tags_from_before_there_were_groups_make_groups(engine: Engine):
    migrate(engine, "0004")
    with engine.begin() as connection:
        rows = [("a", "A", " Fleet"), ("b", "B", "FLEET"), ("c", "C", ""), ("d", "D", None)]
        for row in rows:
            connection.exec_driver_sql(
                "INSERT INTO tags (tag_key, id_tag, status, parent) VALUES (?, ?, 'blocked', ?)", row
            )
    migrate(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT id_tag, parent, parent_key FROM tags ORDER BY id_tag").all()
    assert [tuple(row) for row in found] == [
        ("A", "Fleet", "fleet"),
        ("B", "FLEET", "fleet"),
        ("C", None, None),
        ("D", None, None),
    ]


def test_samples_from_before_there_were_rollups_are_to_be_folded(engine: Engine):
    migrate(engine, "0008")
    hour = 3_600_000
    with engine.begin() as connection:
        # the third by a clock that was ahead: it counts when it came
        for taken_at, received_at in ((5, 5), (hour - 1, hour), (3 * hour, 2 * hour + 1)):
            connection.exec_driver_sql(
                "INSERT INTO samples (day, series_id, taken_at, context, value, received_at, flags)"
                " VALUES (0, 7, ?, 0, 1.0, ?, 0)",
                (taken_at, received_at),
            )
    migrate(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT series_id, hour FROM stale_rollups ORDER BY hour").all()
    assert [tuple(row) for row in found] == [(7, 0), (7, 2 * hour)]


def test_hours_of_power_whose_samples_are_still_there_are_folded_again_for_their_quarters(engine: Engine):
    migrate(engine, "0022")
    hour, day = 3_600_000, 86_400_000
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO charge_points (id, identifier, identifier_key, registration, registered_at)"
            " VALUES (1, 'CP', 'cp', 'accepted', 0)"
        )
        for row in ((7, "Power.Active.Import", 26 * hour), (8, "Energy.Active.Import.Register", 0)):
            connection.exec_driver_sql(
                "INSERT INTO series (id, charge_point_id, connector_id, measurand, phase, location, unit, last_day,"
                " samples_from) VALUES (?, 1, 1, ?, '', 'Outlet', 'W', 1, ?)",
                row,
            )
        connection.exec_driver_sql(
            "INSERT INTO samples (day, series_id, taken_at, context, value, delay_ms, flags)"
            " VALUES (1, 7, ?, 0, 1.0, 0, 0)",
            (day,),
        )
        for series_id, bucket in ((7, 23 * hour), (7, 25 * hour), (7, 26 * hour), (7, 27 * hour), (8, 26 * hour)):
            connection.exec_driver_sql(
                "INSERT INTO rollups (period, series_id, bucket, length_s, count, flagged, covered_ms)"
                " VALUES (1, ?, ?, 3600, 1, 0, 0)",
                (series_id, bucket),
            )
    migrate(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT series_id, hour FROM stale_rollups ORDER BY hour").all()
    assert [tuple(row) for row in found] == [(7, 26 * hour), (7, 27 * hour)]


def test_hours_of_power_in_which_sessions_of_more_than_a_week_ended_are_folded_again(engine: Engine):
    migrate(engine, "0023")
    hour, day = 3_600_000, 86_400_000
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO charge_points (id, identifier, identifier_key, registration, registered_at)"
            " VALUES (1, 'CP', 'cp', 'accepted', 0)"
        )
        for id, measurand, connector in (
            (7, "Power.Active.Import", 1),
            (8, "Energy.Active.Import.Register", 1),
            (9, "Power.Active.Import", 2),
        ):
            connection.exec_driver_sql(
                "INSERT INTO series (id, charge_point_id, connector_id, measurand, phase, location, unit, last_day,"
                " samples_from) VALUES (?, 1, ?, ?, '', 'Outlet', 'W', 1, ?)",
                (id, connector, measurand, 9 * day),
            )
        # one of eight days, one whose samples are gone, one of a day, one that still runs
        for began, ended in ((2 * day, 10 * day + hour + 5), (0, 8 * day), (10 * day, 11 * day), (12 * day, None)):
            connection.exec_driver_sql(
                "INSERT INTO sessions (charge_point_id, charge_point, connector_id, transaction_id, status, started_at,"
                " stopped_at, energy_wh, flags) VALUES (1, 'CP', 1, ?, 'any', ?, ?, 0, 0)",
                (str(began), began, ended),
            )
    migrate(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT series_id, hour FROM stale_rollups").all()
    assert [tuple(row) for row in found] == [(7, 10 * day + hour)]


HOUR = 3_600_000
# (day, series, taken, context, value, received, session, flags, text): on time, late, early, by clocks far ahead
SAMPLES = [
    (0, 1, 5, 0, 230.4, 5, None, 0, None),
    (0, 1, 5, 4, 230.5, 355, 7, 4, "230.5 V"),
    (0, 2, 6, 0, 1 / 3, 40 * 24 * HOUR, 2**40, 0, None),
    (1, 1, 25 * HOUR, 0, -1e300, 25 * HOUR - 60_000, 7, 1 | 16384, None),
    (2, 1, 50 * HOUR, 0, 7360.0, 3 * HOUR, 7, 0, None),
]
BEFORE = "SELECT day, series_id, taken_at, context, value, received_at, session_id, flags, text FROM samples"


def samples_of_before(engine: Engine) -> None:
    migrate(engine, "0019")
    with engine.begin() as connection:
        for row in SAMPLES:
            connection.exec_driver_sql("INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        assert [tuple(row) for row in connection.exec_driver_sql(BEFORE)] == SAMPLES


def samples_now(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(BEFORE.replace("received_at", "taken_at + delay_ms"))]


def test_samples_are_the_same_in_fewer_bytes(engine: Engine, caplog: pytest.LogCaptureFixture):
    samples_of_before(engine)
    with caplog.at_level("INFO", "wattdeck.store"):
        migrate(engine)
    assert samples_now(engine) == SAMPLES
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT taken_at FROM samples INDEXED BY samples_far_ahead WHERE delay_ms < -60000"
        )
        assert [at for (at,) in found] == [50 * HOUR]
    assert [
        record.message.partition(" samples=")[2] for record in caplog.records if record.name == "wattdeck.store"
    ] == [
        "3 days_left=2",
        "4 days_left=1",
        "5 days_left=0",
    ]


_KILLED = """
import logging, os, pathlib, signal, sys
from wattdeck.store.engine import open_sqlite
from wattdeck.store.migrate import migrate

class Killer(logging.Handler):
    def emit(self, record):
        if "days_left=1" in record.getMessage():
            os.kill(os.getpid(), signal.SIGKILL)

logging.getLogger("wattdeck.store").addHandler(Killer())
logging.getLogger("wattdeck.store").setLevel("INFO")
migrate(open_sqlite(pathlib.Path(sys.argv[1]), "BEGIN IMMEDIATE", 1))
"""


@pytest.mark.covers("promise 2")
def test_samples_of_a_migration_that_was_killed_are_as_they_were(engine: Engine, tmp_path: Path):
    samples_of_before(engine)
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path / "empty.sqlite3")], check=False)
    assert killed.returncode == -signal.SIGKILL
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql(BEFORE)] == SAMPLES
    migrate(engine)
    assert samples_now(engine) == SAMPLES


def test_keys_and_log_ins_from_before_keys_had_numbers_still_count(engine: Engine):
    migrate(engine, "0012")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO users (username, password_hash, role) VALUES ('ana', 'h', 'admin')")
        for token in (("a", "login", "ana", 9), ("b", "api_key", "billing", None)):
            connection.exec_driver_sql(
                "INSERT INTO tokens (token_hash, kind, name, role, created_at, expires_at)"
                " VALUES (?, ?, ?, 'admin', 1, ?)",
                token,
            )
    migrate(engine)
    with engine.begin() as connection:
        found = [users.find_token(connection, token, from_ms(5)) for token in ("a", "b")]
        assert [one and (one.name, one.role, one.scope) for one in found] == [
            ("ana", "admin", None),
            ("billing", "admin", None),
        ]
        assert [key.name for key in api_keys.list_all(connection, 9, None).items] == ["billing"]
