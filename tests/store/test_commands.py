"""Commands: settled exactly once, a late answer as late."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.commands import FINAL, Command
from wattdeck.store import commands

FIRST_ENDS = sorted(FINAL - {"late"})
UNSENT_ENDS = ["cancelled", "expired", "offline"]
SENT_ENDS = [state for state in FIRST_ENDS if state not in UNSENT_ENDS]


@pytest.fixture
def command(connection: Connection, cp: ChargePoint, now: datetime) -> Command:
    return add(connection, cp, now)


def add(connection: Connection, cp: ChargePoint, now: datetime, **values: Any) -> Command:
    known = {"charge_point_id": cp.id, "charge_point": cp.identifier, "action": "Reset", "payload": {"type": "Soft"}}
    known |= {"asked_by": "admin", "created_at": now, "expires_at": now + timedelta(seconds=60)}
    return commands.add(connection, **{**known, **values})


def test_a_new_command_is_queued(connection: Connection, command: Command, cp: ChargePoint, now: datetime):
    assert commands.get(connection, command.id) == command
    assert (command.state, command.charge_point, command.asked_by) == ("queued", cp.identifier, "admin")
    assert (command.created_at, command.expires_at) == (now, now + timedelta(seconds=60))


def test_the_payload_keeps_its_order_of_members(connection: Connection, cp: ChargePoint, now: datetime):
    payload = {"z": 1, "a": {"y": [1.5, None], "b": "ä"}}
    stored = add(connection, cp, now, payload=payload).payload
    assert (stored, list(stored)) == (payload, ["z", "a"])


def test_an_unknown_command_is_none(connection: Connection):
    assert commands.get(connection, 1) is None


def test_a_sent_command_says_when(connection: Connection, command: Command, now: datetime):
    sent = commands.sent(connection, command.id, now)
    assert (sent.state, sent.sent_at) == ("sent", now)


def test_a_command_is_sent_once(connection: Connection, command: Command, now: datetime):
    commands.sent(connection, command.id, now)
    assert commands.sent(connection, command.id, now) is None


@pytest.mark.parametrize(
    ("state", "was_sent"), [*((state, True) for state in SENT_ENDS), *((state, False) for state in FIRST_ENDS)]
)
def test_a_command_is_settled(connection: Connection, command: Command, now: datetime, state: str, was_sent: bool):
    if was_sent:
        commands.sent(connection, command.id, now)
    settled = commands.settle(connection, command.id, state, now, {"status": "x"}, {"code": "c", "description": "d"})
    assert (settled.state, settled.finished_at) == (state, now)
    assert (settled.result, settled.error) == ({"status": "x"}, {"code": "c", "description": "d"})


@pytest.mark.parametrize("state", FIRST_ENDS)
def test_a_command_is_settled_exactly_once(connection: Connection, command: Command, now: datetime, state: str):
    first = commands.settle(connection, command.id, state, now)
    for other in FIRST_ENDS:
        assert commands.settle(connection, command.id, other, now + timedelta(seconds=1)) is None
    assert commands.get(connection, command.id) == first


@pytest.mark.parametrize("state", UNSENT_ENDS)
def test_a_command_that_was_sent_can_neither_be_cancelled_nor_expire(
    connection: Connection, command: Command, now: datetime, state: str
):
    commands.sent(connection, command.id, now)
    assert commands.settle(connection, command.id, state, now) is None
    assert commands.get(connection, command.id).state == "sent"


def test_a_settled_command_is_not_sent_any_more(connection: Connection, command: Command, now: datetime):
    commands.settle(connection, command.id, "expired", now)
    assert commands.sent(connection, command.id, now) is None


def test_an_answer_after_the_time_out_is_recorded_as_late(connection: Connection, command: Command, now: datetime):
    commands.settle(connection, command.id, "timed_out", now)
    late = commands.settle(connection, command.id, "late", now, {"status": "Accepted"})
    assert (late.state, late.result) == ("late", {"status": "Accepted"})
    assert commands.settle(connection, command.id, "late", now, {"status": "Rejected"}) is None


@pytest.mark.parametrize("state", sorted(FINAL - {"timed_out", "late"}))
def test_only_a_command_that_timed_out_can_be_late(connection: Connection, command: Command, now: datetime, state: str):
    commands.settle(connection, command.id, state, now)
    assert commands.settle(connection, command.id, "late", now) is None


def test_commands_under_way_are_those_not_settled(connection: Connection, cp: ChargePoint, now: datetime):
    queued, sent, done = (add(connection, cp, now).id for _ in range(3))
    commands.sent(connection, sent, now)
    commands.settle(connection, done, "accepted", now)
    assert [command.id for command in commands.unsettled(connection)] == [queued, sent]


def test_commands_come_in_pages_newest_first(connection: Connection, cp: ChargePoint, now: datetime):
    made = [add(connection, cp, now).id for _ in range(5)]
    first = commands.of(connection, cp.id, 3)
    rest = commands.of(connection, cp.id, 3, first.next)
    assert [one.id for one in first.items + rest.items] == made[::-1]
    assert (rest.next, commands.of(connection, cp.id + 1, 3).items) == (None, [])
