"""OCPP 1.6 MeterValues that were read by their schema into our message. What makes most of this system's work, so what
a value is of is looked up whole; whatever is special about one goes through `translate`.
"""

from datetime import datetime
from math import isfinite
from operator import attrgetter
from typing import Any

import msgspec

from wattdeck.domain.messages import MeterValues
from wattdeck.domain.meter_values import ENERGY, MEASURANDS, MeterValue
from wattdeck.domain.records import Record
from wattdeck.ocpp.dialect import Notes
from wattdeck.ocpp.units import to_base
from wattdeck.ocpp.v16 import translate

_MOST_KINDS = 2_000


class _Kind(Record, frozen=True, gc=False):
    """What a plain number beside these words is of, in base units."""

    measurand: str
    unit: str
    phase: str | None
    context: str
    location: str


# By measurand, phase, context, location, unit and format as they were sent.
_kinds: dict[tuple[str | None, ...], _Kind] = {}


_words = attrgetter("measurand", "phase", "context", "location", "unit", "format")


def meter_values(payload: Any, notes: Notes) -> MeterValues:
    values: list[MeterValue] = []
    for one in payload.meterValue:
        at = notes.time(one.timestamp)
        for sampled in one.sampledValue:
            try:
                kind = _kinds[_words(sampled)]
                number = float(sampled.value)
            except (KeyError, ValueError):
                values.append(_other(sampled, at, notes))
                continue
            if isfinite(number):
                values.append(
                    MeterValue(kind.measurand, number, kind.unit, kind.phase, kind.context, kind.location, at)
                )
            else:
                values.append(_other(sampled, at, notes))
    transaction_id = payload.transactionId
    return MeterValues(
        translate.connector(payload.connectorId, notes),
        None if transaction_id is None else str(transaction_id),
        tuple(values),
    )


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
        _kinds[words] = _Kind(measurand, base, phase, context or "Sample.Periodic", location or "Outlet")
