"""One command to many charge points, at a measured pace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wattdeck.domain.commands import Command
from wattdeck.domain.records import Record

# Interrupted: the server ended before every charge point had its turn.
RUNNING, FINISHED, CANCELLED, INTERRUPTED = "running", "finished", "cancelled", "interrupted"
# States of an item that has no command: its turn has not come, will not come, or there was a reason against it.
WAITING, NOT_SENT, REFUSED = "waiting", "not_sent", "refused"


class BulkCommand(Record, frozen=True, kw_only=True):
    """`counts`: how many items are in which state, a command's or one of ours above."""

    id: int
    action: str
    payload: dict[str, Any]
    state: str
    per_second: float
    total: int
    counts: Mapping[str, int]
    asked_by: str | None
    created_at: datetime
    finished_at: datetime | None


class BulkItem(Record, frozen=True):
    """One charge point of the order; `problem`: why it has no command."""

    charge_point: str
    state: str
    problem: str | None
    command: Command | None


def state_of_item(order_state: str, command_state: str | None, problem: str | None) -> str:
    if command_state is not None:
        return command_state
    if problem is not None:
        return REFUSED
    return WAITING if order_state == RUNNING else NOT_SENT
