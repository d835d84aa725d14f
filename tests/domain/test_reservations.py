"""Reservations: what a charge point's answer makes of one, and which of them a start uses up (OCPP 1.6 §5.13)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from wattdeck.domain import commands
from wattdeck.domain.clock import from_ms
from wattdeck.domain.commands import Command
from wattdeck.domain.reservations import ACCEPTED, CANCELLED, REFUSED, UNKNOWN, Reservation, Start, state_after, used_by

NOON = from_ms(1_790_000_000_000)


def ended(state: str, sent: bool = True, **more: Any) -> Command:
    known = {"charge_point_id": 1, "charge_point": "CP", "action": "ReserveNow", "payload": {}}
    sent_at = NOON if sent else None
    return Command(id=1, **known, state=state, created_at=NOON, expires_at=NOON, sent_at=sent_at, **more)


@pytest.mark.parametrize(
    ("command", "state", "word"),
    [
        (ended(commands.ACCEPTED, result={"status": "Accepted"}), ACCEPTED, "Accepted"),
        (ended(commands.LATE, result={"status": "Accepted"}), ACCEPTED, "Accepted"),
        (ended(commands.REJECTED, result={"status": "Occupied"}), REFUSED, "Occupied"),
        (ended(commands.LATE, result={"status": "Faulted"}), REFUSED, "Faulted"),
        (ended(commands.ERROR, error={"code": "NotSupported", "description": ""}), REFUSED, "NotSupported"),
        (ended(commands.ACCEPTED, result={}), UNKNOWN, None),
        (ended(commands.TIMED_OUT), UNKNOWN, None),
        (ended(commands.CONNECTION_LOST), UNKNOWN, None),
        (ended(commands.CONNECTION_LOST, sent=False), REFUSED, None),
        (ended(commands.OFFLINE, sent=False), REFUSED, None),
        (ended(commands.EXPIRED, sent=False), REFUSED, None),
        (ended(commands.CANCELLED, sent=False), CANCELLED, None),
    ],
)
def test_how_a_command_ended_is_what_becomes_of_its_reservation(command: Command, state: str, word: str | None):
    assert state_after(command) == (state, word)


def reservation(number: int, connector_id: int = 1, id_tag: str = "TAG", **more: Any) -> Reservation:
    times = {"created_at": NOON, "expires_at": NOON + timedelta(hours=1)}
    known = {"id": number, "charge_point_id": 1, "charge_point": "CP", "command_id": number, "state": ACCEPTED}
    return Reservation(number=number, connector_id=connector_id, id_tag=id_tag, **{**known, **times, **more})


def start(connector_id: int = 1, id_tag: str = "TAG", number: int | None = None, at: datetime = NOON, **more: Any):
    return Start(connector_id=connector_id, id_tag=id_tag, number=number, started_at=at, **{"parent": None, **more})


def used(one: Start, *known: Reservation) -> tuple[int | None, str | None]:
    found, finding = used_by(one, known)
    return None if found is None else found.number, None if finding is None else finding.kind


def test_the_reservation_that_is_named_is_used_wherever_it_was_made_for():
    assert used(start(2, number=5), reservation(6, 2), reservation(5, 1)) == (5, None)
    assert used(start(1, "OTHER", number=5), reservation(5)) == (5, "reservation_of_another_tag")
    assert used(start(number=9), reservation(5)) == (None, "reservation_unknown")


def test_the_newest_of_a_number_is_meant():
    newest, older = reservation(5, id=8), reservation(5, id=3)
    assert used_by(start(number=5), [newest, older])[0] is newest


def test_one_that_is_not_named_is_used_by_its_tag_and_that_is_noted():
    assert used(start(1, "tag "), reservation(5)) == (5, "reservation_not_named")
    assert used(start(1, "OTHER"), reservation(5)) == (None, None)
    assert used(start(2), reservation(5)) == (None, None)


def test_one_of_the_group_need_not_name_it():
    family = reservation(5, parent_id_tag="FAMILY")
    assert used(start(1, "SIBLING", parent="family"), family) == (5, None)
    assert used(start(1, "SIBLING", number=5, parent="family"), family) == (5, None)
    assert used(start(1, "STRANGER", parent="OTHERS"), family) == (None, None)


def test_the_parent_itself_is_one_of_the_group():
    assert used(start(1, "FAMILY"), reservation(5, parent_id_tag="FAMILY")) == (5, None)


def test_the_reservation_of_the_connector_comes_before_that_of_any():
    assert used(start(), reservation(6, 0), reservation(5, 1))[0] == 5
    assert used(start(2), reservation(6, 0), reservation(5, 1))[0] == 6


@pytest.mark.parametrize(("after_s", "is_used"), [(-3600, False), (-50, True), (0, True), (3600, True), (3601, False)])
def test_one_that_is_not_named_is_used_only_in_its_time_give_or_take_a_clock(after_s: float, is_used: bool):
    assert (used(start(at=NOON + timedelta(seconds=after_s)), reservation(5))[0] == 5) == is_used
