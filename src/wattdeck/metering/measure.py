"""What meter values do to a charge point's meter and session: pure, in memory; the pipeline stores the outcome."""

from collections.abc import Sequence
from datetime import datetime

from wattdeck.domain.events import StoredValue
from wattdeck.domain.meter_values import FLAG_SPIKE, FLAG_UNIT, MeterValue
from wattdeck.domain.moments import Moment, StoredMoment
from wattdeck.domain.quarters import News
from wattdeck.domain.records import Record, replace
from wattdeck.domain.sessions import Session
from wattdeck.metering.energy import JUMP_WH, ROUNDING_WH
from wattdeck.metering.layouts import RECKONED, Key, Layout
from wattdeck.metering.meter import Meter, is_register, taken_at
from wattdeck.metering.plausibility import Doubt
from wattdeck.metering.taking import Gain, Taking

__all__ = ["Gain", "Measured", "can_be_of", "measure"]


class Measured(Record, frozen=True):
    """The outcome: the session with its new figures, each value with its flags, and the energy gained.

    `late`: registers whose chain is to be judged again, from when to when (ms). `doubt`: of a unit; `learned_w`: what
    the charge point can give, where it showed more than was known; `begins_anew`: that its register is known now to
    count each transaction from zero; `reckoned`: energy of the session that no register has counted.
    """

    session: Session | None
    values: Sequence[StoredValue]
    gains: tuple[Gain, ...]
    late: tuple[tuple[Key, int, int], ...] = ()
    doubt: Doubt | None = None
    learned_w: float | None = None
    begins_anew: bool = False
    reckoned: News | None = None


def measure(
    meter: Meter,
    session: Session | None,
    connector_id: int,
    values: Sequence[MeterValue],
    received_at: datetime | None = None,
) -> Measured:
    """Take values into the registers of `meter`, in order of their time, and into the session's energy. A time ahead
    of `received_at` counts as that: a clock that is set back afterwards must not make later readings look old.
    """
    meter.taken += 1
    meter.open += 1
    taking = Taking(meter, session, connector_id)
    session_id = None if session is None else session.id
    stored: Sequence[StoredValue]
    if isinstance(values, Moment) and (layout := meter.layout(connector_id, values.shape)) is not None:
        stored = _moment(taking, layout, values, session_id, received_at)
    else:
        stored = _each(taking, values, session_id, received_at)
    taking.end()
    return Measured(
        taking.session,
        stored,
        tuple(taking.gains),
        tuple(taking.late),
        taking.doubt,
        taking.learned_w,
        taking.begins_anew,
        taking.reckoned,
    )


def _moment(
    taking: Taking, layout: Layout, moment: Moment, session_id: int | None, received_at: datetime | None
) -> StoredMoment:
    """Plain numbers of one moment, at once."""
    numbers, at = moment.numbers, moment.taken_at
    flags: list[int] | None = None
    if not layout.can_be(numbers):
        bounds = zip(layout.lows, numbers, layout.highs, strict=True)
        flags = [0 if low <= number <= high else FLAG_SPIKE for low, number, high in bounds]
    if received_at is not None and at > received_at:
        at = received_at
    else:
        taking.at, taking.at_ms = at, moment.taken_ms
    for place, kind in layout.reckoned:
        if flags is None or not flags[place]:
            odd = taking.take(kind, numbers[place], at)
            if odd:
                flags = flags or [0] * len(numbers)
                flags[place] = odd
    return StoredMoment(moment, session_id, flags)


def _each(
    taking: Taking, values: Sequence[MeterValue], session_id: int | None, received_at: datetime | None
) -> tuple[StoredValue, ...]:
    """Values one by one, in order of their time."""
    meter, stored = taking.meter, []
    bounds, factors = meter.bounds, meter.factors
    for value in values if len(values) == 1 else sorted(values, key=taken_at):
        flags = 0
        if value.value is not None:
            if factors:
                value, flags = _corrected(meter, taking.connector_id, value)
            measurand, number = value.measurand, value.value or 0.0
            allowed = bounds.get(measurand)
            if allowed is not None and not allowed[0] <= number <= allowed[1]:
                flags |= FLAG_SPIKE
            elif measurand in RECKONED:
                at = value.taken_at
                flags |= taking.take(value, number, received_at if received_at is not None and at > received_at else at)
        stored.append(StoredValue(value, session_id, flags))
    return tuple(stored)


def _corrected(meter: Meter, connector_id: int, value: MeterValue) -> tuple[MeterValue, int]:
    """A value of a series that is sent in another unit than it says, in the right one. A register only where that
    brings it nearer to its last reading: starts and stops may be right.
    """
    factor = meter.factors.get((connector_id, value.measurand, value.phase or "", value.location, value.unit))
    if factor is None or value.value is None:
        return value, 0
    number = value.value * factor
    last = meter.registers.get(connector_id)
    if is_register(value) and last is not None and abs(number - last.wh) >= abs(value.value - last.wh):
        return value, 0
    return replace(value, value=number, text=value.text or f"{value.value:.15g} {value.unit}"), FLAG_UNIT


def can_be_of(session: Session, values: Sequence[MeterValue]) -> bool:
    """Whether values that name another transaction can be this session's all the same: its register goes on in them."""
    if session.meter_wh is None:
        return True
    readings = (value.value for value in values if is_register(value) and value.value is not None)
    low = (session.start_meter_wh or 0.0) - ROUNDING_WH
    return all(low <= wh <= session.meter_wh + JUMP_WH for wh in readings)
