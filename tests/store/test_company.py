"""Who can be expected for the next commit, and that a commit of a few waits for nobody else."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.store.test_writer import put
from wattdeck.store.company import FEW, Company
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry


def company(*works: int) -> Company:
    made = Company()
    for number in works:
        made.came(number)
    return made


def test_as_many_as_came_together_lately_are_expected():
    assert company(10, 10, 10).is_here(10)
    assert not company(10, 10, 10).is_here(9)


def test_at_first_nobody_knows():
    assert not company().is_here(1000)
    assert not company(10, 10).is_here(1000)


def test_two_fuller_commits_do_not_count():
    assert company(10, 90, 10, 50, 9).size == 10


def test_what_was_long_ago_is_forgotten():
    assert company(*[30] * 40, *[4] * 32).size == 4


def test_of_many_more_are_always_to_come():
    assert company(*[FEW] * 3).is_here(FEW)
    assert not company(*[FEW + 1] * 3).is_here(10_000)


@pytest.mark.parametrize("few", [2, 10])
async def test_a_few_who_all_wait_do_not_wait_for_others(
    tmp_path: Path, telemetry: Telemetry, empty_database: Path, few: int
):
    shutil.copy(empty_database, tmp_path / "wattdeck.sqlite3")
    store = Store(tmp_path, telemetry, linger_s=3600)
    await store.open()

    async def together(what: str) -> None:
        await asyncio.gather(*(store.write(put(f"{what}-{number}")) for number in range(few)))

    for number in range(4):  # so often it is not known yet
        waiting = asyncio.create_task(together(f"known-{number}"))
        while not waiting.done():
            await store.read(lambda connection: None)  # whoever looks does not wait, either
    for number in range(20):
        await together(f"round-{number}")  # would take an hour each
    await store.close()
