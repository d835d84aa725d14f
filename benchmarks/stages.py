"""How long each stage of the hot path takes by itself: the functions that a MeterValues frame goes through, timed one
by one on the same frame. They do not add up to the whole: tasks, futures and threads come on top.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from benchmarks import frames
from wattdeck.gateway.wiretap import redact
from wattdeck.ocpp.dialect import readers, understand
from wattdeck.ocpp.frames import Call, CallResult, decode, decode_typed, encode
from wattdeck.ocpp.schemas import validator
from wattdeck.ocpp.versions import BY_VERSION
from wattdeck.store import messages

ROUNDS, TIMES = 5, 400
TOGETHER = 16  # messages whose frames are packed by one call


def cost_us(work: Callable[[], Any]) -> float:
    """The least of some rounds, in µs of this thread's time."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.thread_time()
        for _ in range(TIMES):
            work()
        best = min(best, (time.thread_time() - began) / TIMES * 1e6)
    return best


def stages(template: bytes) -> dict[str, float]:
    at = time.time()
    text = frames.fill_meter_values(template, b"0123456789-12345", at, 60.0, 1).decode()
    call, dialect, received_at = decode(text), BY_VERSION["1.6"], datetime.now(UTC)
    assert isinstance(call, Call)
    schema = validator(dialect.folder, call.action)
    assert schema is not None
    by_schema, prepare = readers(dialect), messages.INSERT.prepare
    assert prepare is not None
    logged = [row for number in range(TOGETHER) for row in _logged(template, at, number)]
    typed = decode_typed(text, by_schema)
    assert typed is not None
    return {
        "read the frame by its schema": cost_us(lambda: decode_typed(text, by_schema)),
        "understand it": cost_us(lambda: understand(dialect, typed, received_at)),
        "the long way: read the frame": cost_us(lambda: decode(text)),
        "the long way: check it by the schema": cost_us(lambda: schema.is_valid(call.payload)),
        "the long way: understand it, check included": cost_us(lambda: understand(dialect, call, received_at)),
        "write the answer": cost_us(lambda: encode(CallResult(call.message_id, {}))),
        "look for secrets": cost_us(lambda: redact(text)),
        "pack it and its answer for the frame log": cost_us(lambda: prepare(logged)) / TOGETHER,
    }


def _logged(template: bytes, at: float, number: int) -> list[tuple[Any, ...]]:
    """Rows of the frame log: a message and its answer."""
    id = b"0123456789-%d" % number
    asked = frames.fill_meter_values(template, id, at + number, 60.0 + number, number).decode()
    return [(1, 1, "in", asked), (1, 1, "out", encode(CallResult(id.decode(), {})))]
