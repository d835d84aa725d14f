"""`wattdeck storage`: of a running server, and of a data folder."""

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE

import pytest
from typer.testing import CliRunner

from tests.houses import API_KEY, door, house, make_house
from tests.stations import meter_values, sampled, start
from wattdeck.cli import offer
from wattdeck.cli.data_folder import only_user_of

__all__ = ["door", "house", "make_house"]
command_line = offer("storage", "serve")  # one verb alone would not be a verb


async def storage(*words, key=API_KEY):
    environment = {"WATTDECK_API_KEY": key, "COLUMNS": "160"}
    return await asyncio.to_thread(CliRunner(env=environment).invoke, command_line, ["storage", *map(str, words)])


@pytest.fixture
def folder(tmp_path, empty_database):
    """A data folder with a database and a great deal that was deleted from it."""
    path = tmp_path / "data" / "wattdeck.sqlite3"
    path.parent.mkdir()
    path.write_bytes(empty_database.read_bytes())
    database = sqlite3.connect(path)
    row = (1, 1, "in", 0, b"x" * 900)
    database.executemany(
        "INSERT INTO messages (charge_point_id, at, direction, packing, frame) VALUES (?, ?, ?, ?, ?)", [row] * 2000
    )
    database.commit()
    database.execute("DELETE FROM messages WHERE id > 5")
    database.commit()
    database.close()
    return path.parent


def frames(folder):
    database = sqlite3.connect(folder / "wattdeck.sqlite3")
    count = database.execute("SELECT count(*) FROM messages").fetchone()[0]
    database.close()
    return count


async def test_a_server_says_what_its_data_takes(house):
    cp = await house.connected()
    await cp.call("StartTransaction", start())
    await cp.call("MeterValues", meter_values(sampled(7)))
    told = await storage("--url", house.http_url)
    assert told.exit_code == 0
    assert all(word in told.stdout for word in ("samples", "7 days", "for ever", "database", "at last"))


async def test_a_server_is_asked_what_another_setting_would_change(house):
    words = ("--with", "keep_samples_days=20", "--with", "keep_samples_days_of=Voltage=2", "--json")
    told = await storage("--url", house.http_url, *words)
    asked = json.loads(told.stdout)["asked"]["settings"]
    assert (asked["keep_samples_days"], asked["keep_samples_days_of"]) == (20, {"Voltage": 2})


async def test_charge_points_of_a_server_are_listed(house):
    told = await storage("--url", house.http_url, "--charge-points")
    assert (told.exit_code, "samples a day" in told.stdout) == (0, True)


async def test_a_folder_is_looked_at_without_a_server_and_left_as_it_is(folder):
    before = (folder / "wattdeck.sqlite3").read_bytes()
    told = await storage("--data", folder, "--with", "keep_frames_days=1", "--json")
    made = json.loads(told.stdout)
    assert {one["name"]: one["rows"] for one in made["tables"]}["messages"] == 5
    assert made["database"]["free_bytes"] > 1_000_000
    assert made["asked"]["settings"]["keep_frames_days"] == 1
    assert (folder / "wattdeck.sqlite3").read_bytes() == before


async def test_the_folder_of_a_running_server_can_be_looked_at(house):
    await house.connected()
    # another process: closing the file in ours would end the locks that SQLite has on it here
    words = ("storage", "--data", str(house.central_system.settings.data), "--json")
    program = await asyncio.create_subprocess_exec(sys.executable, "-m", "wattdeck", *words, stdout=PIPE)
    told, _ = await program.communicate()
    rows = {one["name"]: one["rows"] for one in json.loads(told)["tables"]}
    assert rows["charge_points"] == 1


async def test_compacting_gives_free_pages_back_and_keeps_every_row(folder):
    told = await storage("--data", folder, "--compact", "--json")
    sizes = json.loads(told.stdout)
    assert sizes["after_bytes"] < sizes["before_bytes"] - 1_000_000
    assert (folder / "wattdeck.sqlite3").stat().st_size == sizes["after_bytes"]
    assert frames(folder) == 5
    assert [one.name for one in folder.iterdir() if "compact" in one.name] == []


async def test_compacting_takes_what_a_killed_server_left_in_the_log(folder):
    database = sqlite3.connect(folder / "wattdeck.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("DELETE FROM messages WHERE id > 2")
    database.commit()
    log = (folder / "wattdeck.sqlite3-wal").read_bytes()
    database.close()
    (folder / "wattdeck.sqlite3-wal").write_bytes(log)
    (folder / "wattdeck.sqlite3.compact").write_bytes(b"half of a database")
    told = await storage("--data", folder, "--compact")
    assert (told.exit_code, frames(folder)) == (0, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--with", "keep_samples_days"), "--with keep_samples_days: not NAME=DAYS"),
        (("--data", "{folder}", "--with", "keep_nothing=2"), "--with: keep_nothing is none of keep_samples_days"),
        (("--data", "{folder}", "--with", "keep_samples_days=two"), "keep_samples_days=two is no number of days"),
        (("--data", "{folder}", "--with", "keep_samples_days_of=Volt=2"), "there is no measurand 'Volt'"),
        (("--data", "{folder}/none"), "there is no database in"),
        (("--data", "{folder}/none", "--compact"), "there is no database in"),
        (("--compact",), "--compact needs --data"),
        (("--charge-points", "--data", "{folder}"), "--charge-points needs a running server"),
    ],
)
async def test_what_cannot_be_is_said_in_one_line(folder, words, said):
    told = await storage(*(word.format(folder=folder) for word in words))
    [line] = told.stderr.splitlines()
    assert (told.exit_code, told.stdout, said in line, line.startswith("wattdeck: ")) == (2, "", True, True)


async def test_a_setting_that_the_server_does_not_know_is_said(house):
    told = await storage("--url", house.http_url, "--with", "keep_nothing=3")
    assert told.exit_code == 2
    assert told.stderr.startswith("wattdeck: query.keep_nothing: no such parameter; there are frames_limit_bytes, ")


async def test_a_file_that_is_no_database_is_said(folder):
    (folder / "wattdeck.sqlite3").write_bytes(b"no database at all" * 1000)
    told = await storage("--data", folder)
    assert (told.exit_code, "cannot be read" in told.stderr) == (2, True)


async def test_compacting_is_refused_while_a_server_holds_the_folder(folder):
    with only_user_of(folder):
        told = await storage("--data", folder, "--compact")
    assert (told.exit_code, "is in use by another wattdeck" in told.stderr) == (2, True)
