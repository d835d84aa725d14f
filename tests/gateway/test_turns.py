"""Many claim to be the same charge point: none of them can keep the others out (contract §6.14)."""

import asyncio
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.stations import Ended, meter_values, until
from wattdeck.gateway.turns import MOST_TAKEOVERS, TENURE_S, WINDOW_S, Turns


def contested(turns: Turns, address: str | None = "flood") -> float:
    """Let the name change hands until it is contested; when."""
    for second in range(MOST_TAKEOVERS + 1):
        assert turns.wait_s("CP", address, True, second / 10) == 0
    return MOST_TAKEOVERS / 10


def test_invented_names_are_forgotten_and_a_contested_one_is_not():
    turns = Turns()
    at = contested(turns)
    for number in range(25_000):
        assert turns.wait_s(f"X{number}", "flood", False, at) == 0
    assert len(turns._claims) <= 20_000
    assert turns.wait_s("CP", "real", True, at) > 0


def test_the_newest_wins_while_a_name_changes_hands_seldom():
    turns = Turns()
    for number in range(20):
        assert turns.wait_s("CP", "one", True, number * WINDOW_S / MOST_TAKEOVERS) == 0


def test_who_has_a_contested_name_keeps_it_for_a_while():
    turns = Turns()
    since = contested(turns)
    assert turns.wait_s("CP", "real", True, since + 1) == pytest.approx(TENURE_S - 1)
    assert turns.wait_s("CP", "real", True, since + TENURE_S) == 0


def test_an_address_that_had_its_turn_lets_another_go_first():
    turns = Turns()
    since = contested(turns)
    assert turns.wait_s("CP", "real", True, since + 1) > 0
    assert turns.wait_s("CP", "flood", True, since + TENURE_S + 0.1) > 0
    assert turns.wait_s("CP", "real", True, since + TENURE_S + 20) == 0
    assert turns.wait_s("CP", "flood", True, since + TENURE_S + 21) > 0


def test_a_name_that_nobody_waits_for_can_be_taken_again_from_the_same_address():
    turns = Turns()
    since = contested(turns)
    assert turns.wait_s("CP", "flood", True, since + TENURE_S) == 0


def test_one_whose_connection_is_gone_comes_back_at_once():
    turns = Turns()
    since = contested(turns)
    assert turns.wait_s("CP", "flood", False, since + 2) == 0


def test_other_names_are_not_touched():
    turns = Turns()
    since = contested(turns)
    assert turns.wait_s("OTHER", "real", True, since) == 0


def test_a_contested_name_is_free_again_when_it_has_been_quiet():
    turns = Turns()
    since = contested(turns)
    assert turns.wait_s("CP", "real", True, since + WINDOW_S + 1) == 0
    assert turns.wait_s("CP", "flood", True, since + WINDOW_S + 1.1) == 0


@pytest.mark.covers("promise 14")
async def test_a_flood_of_claimants_without_a_password_does_not_keep_the_real_one_from_its_answers(house):
    done = asyncio.Event()

    async def claim() -> None:
        while not done.is_set():
            with suppress(OSError, InvalidStatus, ConnectionClosed, Ended):
                await house.station("CP-1", local_addr=("127.0.0.1", 0))

    async def insist() -> None:
        while True:
            with suppress(InvalidStatus, ConnectionClosed, Ended):
                real = await house.station("CP-1", local_addr=("127.0.0.2", 0))
                for number in range(5):
                    await real.call("MeterValues", meter_values(number))
                return
            await asyncio.sleep(0.1)

    claiming = [asyncio.create_task(claim()) for _ in range(8)]
    try:
        async with asyncio.timeout(120):
            await until(lambda: house.metric("wattdeck_connections_refused_total", reason="contested"))
            await insist()
    finally:
        done.set()
        await asyncio.gather(*claiming)
    stored = await house.items("charge-points/CP-1/meter-values")
    assert {one["value"] for one in stored} == {0, 1, 2, 3, 4}
