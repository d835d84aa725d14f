"""The words of a charge point: connected, status, summary status, available (contract §1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from wattdeck.domain.charge_points import (
    ACCEPTED,
    PENDING,
    REFUSED,
    TELLING_ORDER,
    ChargePoint,
    is_available,
    is_connected,
    summary_status,
    whole_status,
)
from wattdeck.domain.clock import from_ms
from wattdeck.domain.connectors import STARTABLE, STATUSES, UNUSABLE, Connector


def connectors(*words: str, whole: str | None = None) -> list[Connector]:
    """Connectors 1, 2, … in these states, and connector 0 where it said something."""
    said = ([(0, whole)] if whole else []) + list(enumerate(words, start=1))
    at = from_ms(0)
    return [
        Connector(charge_point_id=1, connector_id=number, status=word, updated_at=at, received_at=at)
        for number, word in said
    ]


@pytest.mark.parametrize(("lease_s", "expected"), [(None, False), (-1, False), (0, False), (0.001, True), (75, True)])
def test_a_charge_point_is_connected_while_its_lease_runs(lease_s: float | None, expected: bool, now: datetime):
    until = None if lease_s is None else now + timedelta(seconds=lease_s)
    assert is_connected(ChargePoint(id=1, identifier="CP", online_until=until), now) is expected


@pytest.mark.parametrize("word", STATUSES)
def test_connector_0_says_the_status_of_the_whole(word: str):
    assert whole_status(connectors("Charging", "Faulted", whole=word)) == word


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), None),
        (("Faulted",), "Faulted"),
        (("Faulted", "Faulted"), "Faulted"),
        (("Unavailable", "Unavailable"), "Unavailable"),
        (("Faulted", "Available"), "Available"),
        (("Charging", "Charging"), "Available"),
        (("Preparing",), "Available"),
        (("Unavailable", "Charging"), "Available"),
    ],
)
def test_without_connector_0_the_whole_is_unusable_only_where_all_are(words: Sequence[str], expected: str | None):
    assert whole_status(connectors(*words)) == expected


def test_the_whole_is_not_available_where_one_is_faulted_and_the_other_unavailable():
    assert whole_status(connectors("Faulted", "Unavailable")) in UNUSABLE


def test_the_telling_order_knows_the_nine_words():
    assert sorted(TELLING_ORDER) == sorted(STATUSES)
    assert set(STATUSES) >= STARTABLE | UNUSABLE


@pytest.mark.parametrize("place", range(len(TELLING_ORDER) - 1))
def test_the_badge_shows_the_most_telling_connector(place: int):
    assert summary_status(connectors(*reversed(TELLING_ORDER[place:]))) == TELLING_ORDER[place]


def test_a_badge_of_nothing_reported_is_none():
    assert summary_status([]) is None


@pytest.mark.parametrize("word", STATUSES)
def test_connector_0_alone_is_the_badge(word: str):
    assert summary_status(connectors(whole=word)) == word


def test_a_fault_of_the_whole_is_on_the_badge():
    assert summary_status(connectors("Charging", whole="Faulted")) == "Faulted"


def test_an_available_whole_does_not_hide_what_its_connectors_do():
    assert summary_status(connectors("Unavailable", whole="Available")) == "Unavailable"


def test_a_charge_point_with_an_available_connector_is_available():
    assert is_available(ACCEPTED, True, connectors("Charging", "Available"))


def test_a_charge_point_that_reported_nothing_yet_is_available():
    assert is_available(ACCEPTED, True, [])


def test_a_charge_point_of_which_only_connector_0_reported_is_available():
    assert is_available(ACCEPTED, True, connectors(whole="Available"))


def test_a_charge_point_that_is_away_is_not_available():
    assert not is_available(ACCEPTED, False, connectors("Available"))


@pytest.mark.parametrize("registration", [PENDING, REFUSED])
def test_a_charge_point_that_is_not_accepted_is_not_available(registration: str):
    assert not is_available(registration, True, connectors("Available"))


@pytest.mark.parametrize("whole", sorted(UNUSABLE))
def test_an_unusable_whole_makes_its_connectors_unavailable(whole: str):
    assert not is_available(ACCEPTED, True, connectors("Available", whole=whole))


@pytest.mark.parametrize("word", sorted(set(STATUSES) - {"Available"}))
def test_a_charge_point_without_an_available_connector_is_not_available(word: str):
    assert not is_available(ACCEPTED, True, connectors(word, word, whole="Available"))
