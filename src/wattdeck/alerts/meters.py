"""Meter values into observations. Those that are in order, and not held, are passed over here, for they are nearly
all.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import repeat

from wattdeck.alerts.lateness import ChargePointClock
from wattdeck.alerts.outlook import BALANCE, CURRENT, Outlook, known_context
from wattdeck.domain.clock import to_ms
from wattdeck.domain.events import MeterValuesStored, StoredValue
from wattdeck.domain.meter_values import FELL_OR_JUMPED, MeterValue, counts
from wattdeck.domain.moments import Kind, StoredMoment
from wattdeck.domain.signals import OF_FLOW, REGISTER_ODD, SAMPLED, Observation, Subject, phase_balance

Held = Collection[tuple[int | None, str]]
Seen = Iterable[Observation]
OFTEN_MS = 500  # what only stands still or stays out need not be told more often
_OFFSET_MS = 5_000  # a clock is told of when it has moved by so much
_RIGHT = ChargePointClock()  # for all that is known
# A value as it is looked at: what it is of, when it was taken, its session and its flags.
_Row = tuple[Kind | MeterValue, float | None, datetime, int | None, int]


class _Meter:
    """Of one charge point. `newest`: connector → context, measurand or `sampled` → when it was seen last."""

    __slots__ = ("clock", "newest", "told_lag_ms")

    def __init__(self) -> None:
        self.clock = ChargePointClock()
        self.newest: dict[int, dict[str, int]] = {}
        self.told_lag_ms: int | None = None


class Meters:
    """What must be remembered of charge points to see what is odd in their values. `running`: sessions that go on."""

    def __init__(self, running: Container[int]) -> None:
        self._running = running
        self._meters: dict[int, _Meter] = {}

    def clock(self, charge_point_id: int) -> ChargePointClock:
        meter = self._meters.get(charge_point_id)
        return _RIGHT if meter is None else meter.clock

    def forget(self, charge_point_id: int) -> None:
        self._meters.pop(charge_point_id, None)

    def glance(self, event: MeterValuesStored, outlook: Outlook, held: Callable[[int], Held]) -> Seen | None:
        """What is to be seen of it where it is in order, mostly nothing; None: `observe` has to look at each value."""
        values, one, connector_id = event.values, event.charge_point_id, event.connector_id
        if not isinstance(values, StoredMoment) or values.flags:
            return None
        moment = values.moment
        glance = outlook.glance(moment.shape)
        for held_at, signal in held(one):
            if held_at == connector_id and signal in glance.signals:
                return None
        if not glance.is_in_order(moment.numbers):
            return None
        meter = self._meter(one)
        newest = meter.newest.get(connector_id, {})
        if not newest or glance.always or not newest.keys().isdisjoint(glance.against):
            kinds, numbers = moment.shape.kinds, moment.numbers
            rows = ((kinds[at], numbers[at], moment.taken_at, values.session_id, 0) for at in glance.wanted)
            return self._look(event, rows, outlook, held)
        received = to_ms(event.received_at)
        at, late = meter.clock.when(moment.taken_ms, received)
        if not late and at > newest.get(glance.context, 0):
            newest[glance.context] = at
        came = _came(event, newest, received, values.session_id) if glance.counts_samples else ()
        return came if meter.clock.lag_ms == meter.told_lag_ms else came + _drift(event, meter, received)

    def observe(self, event: MeterValuesStored, outlook: Outlook, held: Callable[[int], Held]) -> Seen:
        seen = self.glance(event, outlook, held)
        return self._look(event, _rows(event.values), outlook, held) if seen is None else seen

    def _meter(self, charge_point_id: int) -> _Meter:
        meter = self._meters.get(charge_point_id)
        if meter is None:
            meter = self._meters[charge_point_id] = _Meter()
        return meter

    def _look(
        self, event: MeterValuesStored, rows: Iterable[_Row], outlook: Outlook, held: Callable[[int], Held]
    ) -> Iterator[Observation]:
        one, identifier, connector_id = event.charge_point_id, event.charge_point, event.connector_id
        received, meter = to_ms(event.received_at), self._meter(one)
        newest_of = meter.newest.setdefault(connector_id, {})
        last_taken, at, raises = None, received, True
        newest, session_id, odd = 0, None, False
        mine = held(one)
        lines: dict[str, float] = {}
        for kind, number, taken_at, its_session, flags in rows:
            if taken_at is not last_taken:
                last_taken = taken_at
                at, late = meter.clock.when(to_ms(taken_at), received)
                newest = max(newest, at)
                # out of order: a newer one may have been in order and passed over
                context = known_context(kind.context)
                raises = not late and at >= newest_of.get(context, 0)
                if raises:
                    newest_of[context] = at
            session_id = its_session or session_id
            if flags:
                odd = odd or flags & FELL_OR_JUMPED != 0
                if not counts(flags):
                    continue
            if number is None:
                continue
            measurand = kind.measurand
            if measurand == CURRENT and kind.phase is not None:
                lines[kind.phase] = number
            plan = outlook.get(measurand)
            if plan is None:
                continue
            if (
                not plan.low <= number <= plan.high
                or (plan.others and (not plan.against or not newest_of.keys().isdisjoint(plan.against)))
                or (mine and (connector_id, measurand) in mine)
            ):
                subject = Subject(one, identifier, connector_id, measurand, kind.phase, kind.location)
                # of a session that is over already, nothing would follow
                is_over = its_session is not None and its_session not in self._running
                now_too = raises and not (is_over and measurand in OF_FLOW)
                yield Observation(measurand, subject, at, number, None, its_session, now_too)
                newest_of[measurand] = at
                mine = held(one)  # the next value may be what ends this
        if SAMPLED in outlook:
            yield from _came(event, newest_of, received, session_id)
        if odd:
            subject = Subject(one, identifier, connector_id)
            yield Observation(REGISTER_ODD, subject, newest or received, None, None, session_id, raises)
        plan = outlook.get(BALANCE) if lines else None
        balance = None if plan is None else phase_balance(lines)
        is_uneven = plan is not None and balance is not None and balance < plan.low
        if is_uneven or (balance is not None and (connector_id, BALANCE) in mine):
            subject = Subject(one, identifier, connector_id)
            yield Observation(BALANCE, subject, at, balance, None, session_id, raises)
        yield from _drift(event, meter, received)


def _came(
    event: MeterValuesStored, newest: dict[str, int], received: int, session_id: int | None
) -> tuple[Observation, ...]:
    """That there were values, and when they came: what is missed is that they come."""
    if session_id is None or received - newest.get(SAMPLED, 0) < OFTEN_MS:
        return ()
    newest[SAMPLED] = received
    subject = Subject(event.charge_point_id, event.charge_point, event.connector_id)
    return (Observation(SAMPLED, subject, received, None, None, session_id),)


def _drift(event: MeterValuesStored, meter: _Meter, received: int) -> tuple[Observation, ...]:
    """How far its clock is ahead, where that has changed."""
    clock, told = meter.clock, meter.told_lag_ms
    if not clock.is_known or (told is not None and abs(clock.lag_ms - told) < _OFFSET_MS):
        return ()
    meter.told_lag_ms = clock.lag_ms
    subject = Subject(event.charge_point_id, event.charge_point)
    return (Observation("clock_offset_s", subject, received, -clock.lag_ms / 1000),)


def _rows(values: Sequence[StoredValue]) -> Iterable[_Row]:
    """The values one by one; those in columns are not made records for it."""
    if not isinstance(values, StoredMoment):
        return ((one.value, one.value.value, one.value.taken_at, one.session_id, one.flags) for one in values)
    moment, flags = values.moment, values.flags or repeat(0)
    return zip(moment.shape.kinds, moment.numbers, repeat(moment.taken_at), repeat(values.session_id), flags)
