"""OCPP 1.6 MeterValues that were read by their schema into our message. What makes most of this system's work, so what
a value is of is looked up whole; whatever is special about one goes through `translate`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import isfinite
from operator import attrgetter
from typing import Any

import msgspec

from wattdeck.domain.messages import MeterValues
from wattdeck.domain.meter_values import ENERGY, MEASURANDS, MeterValue
from wattdeck.domain.moments import MOST, Kind, Moment, Shape
from wattdeck.ocpp.dialect import Notes
from wattdeck.ocpp.times import believable, parse
from wattdeck.ocpp.units import to_base
from wattdeck.ocpp.v16 import translate

_MOST_KINDS = _MOST_SHAPES = 2_000
_Words = tuple[str | None, ...]

# By measurand, phase, context, location, unit and format as they were sent: what a plain number beside them is of. And
# of several numbers that were sent together.
_kinds: dict[_Words, Kind] = {}
_shapes: dict[tuple[_Words, ...], Shape] = {}


_words = attrgetter("measurand", "phase", "context", "location", "unit", "format")


def meter_values(payload: Any, notes: Notes) -> MeterValues:
    values: Sequence[MeterValue] | None = None
    if len(payload.meterValue) == 1:
        values = _moment(payload.meterValue[0], notes)
    if values is None:
        times = notes.taken((one.timestamp, [each.value for each in one.sampledValue]) for one in payload.meterValue)
        moments = zip(payload.meterValue, times, strict=True)
        values = tuple(value for one, at in moments for value in _each(one, at, notes))
    transaction_id = payload.transactionId
    return MeterValues(
        translate.connector(payload.connectorId, notes),
        None if transaction_id is None else str(transaction_id),
        values,
    )


def _moment(one: Any, notes: Notes) -> Moment | None:
    """None where one of them is no plain number, or of a kind that is new, or of a time that cannot be believed; and
    where there are none, or very many.
    """
    sampled = one.sampledValue
    if not 0 < len(sampled) <= MOST:
        return None
    words = tuple(map(_words, sampled))
    shape = _shapes.get(words) or _shape(words)
    if shape is None:
        return None
    try:
        numbers = [float(each.value) for each in sampled]
    except ValueError:
        return None
    at = parse(one.timestamp)
    if at is None or not believable(at, notes.received_at):
        return None
    return Moment(shape, numbers, at) if all(map(isfinite, numbers)) else None


def _shape(words: tuple[_Words, ...]) -> Shape | None:
    kinds = [kind for each in words if (kind := _kinds.get(each)) is not None]
    if len(kinds) < len(words):
        return None
    if len(_shapes) >= _MOST_SHAPES:
        _shapes.clear()
    shape = _shapes[words] = Shape(kinds)
    return shape


def _each(one: Any, at: datetime, notes: Notes) -> Iterator[MeterValue]:
    """Values of one moment, one by one."""
    for sampled in one.sampledValue:
        try:
            kind = _kinds[_words(sampled)]
            number = float(sampled.value)
        except (KeyError, ValueError):
            yield _other(sampled, at, notes)
            continue
        if isfinite(number):
            yield MeterValue(kind.measurand, number, kind.unit, kind.phase, kind.context, kind.location, at)
        else:
            yield _other(sampled, at, notes)


def _other(sampled: Any, at: datetime, notes: Notes) -> MeterValue:
    """A value whose words are new, or that is no plain number in base units."""
    _learn(_words(sampled))
    said = {name: word for name, word in msgspec.structs.asdict(sampled).items() if word is not None}
    return translate.value(said, at, notes)


def _learn(words: tuple[str | None, ...]) -> None:
    measurand, phase, context, location, unit, format = words
    measurand = measurand or ENERGY
    _, base, changed = to_base(measurand, 1.0, unit)
    if measurand in MEASURANDS and format != "SignedData" and not changed:
        if len(_kinds) >= _MOST_KINDS:
            _kinds.clear()
        _kinds[words] = Kind(measurand, base, phase, context or "Sample.Periodic", location or "Outlet")
