"""The JSON shapes of bulk commands: the order with its progress, and what became of each charge point."""

from typing import Any

from typing_extensions import TypedDict

from wattdeck.domain.bulk import BulkCommand, BulkItem
from wattdeck.domain.clock import iso


class BulkCommandShape(TypedDict):
    """`counts`: how many charge points are in which state, states with none left out."""

    id: int
    action: str
    payload: dict[str, Any]
    state: str
    per_second: float
    total: int
    counts: dict[str, int]
    created_at: str
    finished_at: str | None


class BulkItemShape(TypedDict):
    """`command_id` is null where there is none: its turn has not come, or `problem` says why."""

    charge_point: str
    state: str
    problem: str | None
    command_id: int | None
    result: dict[str, Any] | None
    error: dict[str, str] | None
    effect: str | None


def bulk_command(one: BulkCommand) -> BulkCommandShape:
    return {
        "id": one.id,
        "action": one.action,
        "payload": one.payload,
        "state": one.state,
        "per_second": one.per_second,
        "total": one.total,
        "counts": dict(one.counts),
        "created_at": iso(one.created_at),
        "finished_at": None if one.finished_at is None else iso(one.finished_at),
    }


def bulk_item(one: BulkItem) -> BulkItemShape:
    command = one.command
    return {
        "charge_point": one.charge_point,
        "state": one.state,
        "problem": one.problem,
        "command_id": None if command is None else command.id,
        "result": None if command is None else command.result,
        "error": None if command is None else command.error,
        "effect": None if command is None else command.effect,
    }
