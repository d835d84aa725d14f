"""A session's energy from the samples that are stored: what its connector's register moved between its start and its
stop, else what the next best source says. Taken in whatever order they came, it is the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import Connection

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.meter_values import ENERGY, FELL_OR_JUMPED, FLAG_UNIT, LIFTED, POWER, SUMMED_PHASES, counts
from wattdeck.domain.quarters import by_quarter
from wattdeck.domain.records import Record, replace
from wattdeck.domain.registers import Limits
from wattdeck.domain.sessions import (
    BY_HAND,
    FLAG_METER_ODD,
    INTERVAL,
    PHASES,
    POWER_OVER_TIME,
    REGISTER,
    SAMPLES,
    WITHOUT_REGISTER,
    Session,
)
from wattdeck.metering.bounds import bounds
from wattdeck.metering.clocks import has_jumped
from wattdeck.metering.energy import BEGIN, END, Believed, Folded, Register, fold, share, stands_still
from wattdeck.metering.tallies import LONGEST_INTERVAL_MS, held_power
from wattdeck.store import series
from wattdeck.store.chains import EVER, Row, Source
from wattdeck.store.samples import DAY_MS
from wattdeck.store.series import Series

EXPORT, INTERVALS = "Energy.Active.Export.Register", "Energy.Active.Import.Interval"
# What a session is reckoned from where the register of the total is not there, or does not move.
_WITHOUT_TOTAL = frozenset({ENERGY, INTERVALS, POWER})
# How far is looked for the reading after an end that has none of its own.
_BEYOND = (3_600_000, DAY_MS, 36 * DAY_MS)


def _has_ended(rows: Sequence[Row], flags: Sequence[int], until: int, anew: bool) -> bool:
    """Whether what comes after these rows changes nothing up to `until`, and nothing after them."""
    for row, flag in zip(reversed(rows), reversed(flags), strict=True):
        if row.at < until or (anew and row.at == until):
            return False
        if counts(flag) and (not anew or counts(row.flags)):
            return True
    return False


def energy_between(steps: Iterable[Believed], since: int, until: int) -> float:
    """What of the steps lies in a session from `since` to `until`."""
    return sum(wh for *_, wh in steps_between(steps, since, until))


def steps_between(steps: Iterable[Believed], since: int, until: int) -> Iterator[Believed]:
    """The parts of steps that lie in a session: what flowed in no time at its end does, at its beginning does not."""
    for began, ended, wh in steps:
        if began < ended:
            part = share(began, ended, wh, since, until)
            if part:
                yield max(began, since), min(ended, until), part
        elif since < ended <= until or since == ended == until:
            yield began, ended, wh


def judged(
    source: Source, id: int, limits: Limits, since: int, until: int, begin_wh: float | None = None, anew: bool = False
) -> tuple[list[Row], Folded]:
    """A register's samples around [since, until] and what they fold to: from the last that counts before, to the first
    that counts at its end. `begin_wh`: a reading at `since` that is not among them. `anew`: because readings up to
    `until` have changed, so to the first after them that counts as it did: from there on the chain is what it was.
    """
    first = source.last_that_counts(id, since)
    rows: list[Row] = []
    for beyond in (0, *_BEYOND):
        rows = source.between(id, since if first is None else first.at, min(until + beyond, EVER))
        if first is not None:
            rows = [row for row in rows if row > first]
        if begin_wh is not None:
            rows = sorted([*rows, Row(since, since, BEGIN, begin_wh, 0)])
        folded = fold((row.reading for row in rows), None if first is None else Register(first.value, first.at), limits)
        if until >= EVER or _has_ended(rows, folded.flags, until, anew):
            break
    return rows, folded


class Reckoned(Record, frozen=True):
    """A session with the energy that its samples say. `quarters`: what of it no register has counted, Wh by quarter of
    an hour; None where that is as it was, for they are gone.
    """

    session: Session
    quarters: dict[int, float] | None


def reckon(source: Source, session: Session, known: Sequence[Series], limits: Limits) -> Reckoned:
    """The session with the energy that its connector's samples say, and where that comes from. As it is where they are
    gone. `known`: the series of its charge point.
    """
    mine = of_connector(known, session)
    total = total_of(mine)
    gone = {one.id for one in mine if one.samples_from > to_ms(session.started_at)}
    others_gone = any(one.id in gone for one in mine if one.measurand in _WITHOUT_TOTAL and one is not total)
    if others_gone if total is None else total.id in gone:
        return Reckoned(session, None)
    as_it_is = session
    found = bounds(source, None if total is None else total.id, session)
    since, until, begun, ended = found.since, found.until, found.begun, found.ended
    session = _with_corrected(session, begun, ended)
    wh, flags, source_word = 0.0, session.flags, session.energy_source
    quarters: dict[int, float] | None = {}
    without = None
    if total is not None:
        given = session.start_meter_wh if begun is None else None  # a start whose reading was lost
        rows, folded = judged(source, total.id, limits, since, until, given)
        inside = [(row, flag) for row, flag in zip(rows, folded.flags, strict=True) if since <= row.at <= until]
        wh = energy_between(folded.steps, since, until) + _by_hand(session, inside)
        is_odd = any(flag & FELL_OR_JUMPED and not flag & LIFTED for row, flag in inside if row.at > since)
        is_odd = is_odd or any(has_jumped(row) for row in (begun, ended) if row is not None)
        flags = flags | FLAG_METER_ODD if is_odd else flags & ~FLAG_METER_ODD
        session = _with_last(session, inside, folded.register)
        has_samples = any(row.context not in (BEGIN, END) for row, _ in inside)
        source_word = (SAMPLES if session.start_meter_wh is None else REGISTER) if wh or ended or has_samples else None
        if not wh and not has_samples:
            if others_gone:
                return Reckoned(as_it_is, None)
            without = _without_register(source, mine, limits, since, until)
            if without is not None and ended is not None:
                reckoned_wh = sum(step[2] for step in without[0])
                without = None if stands_still(session.start_meter_wh, ended.value, reckoned_wh) else without
    else:
        without = _without_register(source, mine, limits, since, until)
        wh, quarters = session.energy_wh, None
    if without is not None:
        steps, source_word = without
        wh, quarters = sum(step[2] for step in steps), by_quarter(steps)
    export = next((one for one in mine if _is(one, EXPORT, None)), None)
    returned = session.energy_export_wh
    if export is not None and export.id not in gone:
        rows, folded = judged(source, export.id, limits, since, until)
        flowed = energy_between(folded.steps, since, until)
        is_told = flowed or any(row.session_id == session.id for row in rows)
        returned = flowed if is_told else None  # by a car that cannot give back, where another one did
    after = replace(session, energy_wh=wh, energy_source=source_word, energy_export_wh=returned, flags=flags)
    return Reckoned(after, quarters)


def _is(one: Series, measurand: str, phase: str | None, unit: str = "Wh") -> bool:
    return one.measurand == measurand and one.phase == phase and one.unit == unit


def _with_corrected(session: Session, begun: Row | None, ended: Row | None) -> Session:
    """Its registers, where they were sent in another unit than they said."""
    if begun is not None and begun.flags & FLAG_UNIT:
        session = replace(session, start_meter_wh=begun.value)
    if ended is not None and ended.flags & FLAG_UNIT:
        session = replace(session, stop_meter_wh=ended.value)
    return session


def _with_last(session: Session, inside: Sequence[tuple[Row, int]], chain: Register | None) -> Session:
    """Where its next difference counts from: while it runs the chain as it is, then its last reading that counts."""
    if session.stopped_at is None:
        last = None if chain is None else (chain.wh, chain.at)
    else:
        last = next(((row.value, row.at) for row, flags in reversed(inside) if counts(flags)), None)
    return session if last is None else replace(session, meter_wh=last[0], meter_at=from_ms(last[1]))


def _by_hand(session: Session, inside: Sequence[tuple[Row, int]]) -> float:
    """What a register that a person gave at the end is above the last reading."""
    if session.end_reason != BY_HAND or session.stop_meter_wh is None:
        return 0.0
    last = next((row.value for row, flags in reversed(inside) if counts(flags)), session.start_meter_wh)
    return 0.0 if last is None else max(0.0, session.stop_meter_wh - last)


def _without_register(
    source: Source, mine: Sequence[Series], limits: Limits, since: int, until: int
) -> tuple[list[Believed], str] | None:
    """The steps of a session's energy, and their source, where no register of the total moved."""
    steps = [step for one in by_phase(mine) for step in _of_register(source, one.id, limits, since, until)]
    if sum(wh for *_, wh in steps) > 0:
        return steps, PHASES
    powers, intervals = _powers_and_intervals(mine)
    steps = [step for one in intervals for step in _of_intervals(source.between(one.id, since + 1, until), since)]
    if sum(wh for *_, wh in steps) > 0:
        return steps, INTERVAL
    steps = [step for one in powers for step in _over_time(source.between(one.id, since, until), until)]
    return (steps, POWER_OVER_TIME) if sum(wh for *_, wh in steps) > 0 else None


def measured_last(connection: Connection, session: Session, before: datetime) -> datetime | None:
    """When the last value before `before` was taken that a running session's energy is reckoned from for want of a
    register.
    """
    if session.energy_source not in WITHOUT_REGISTER:
        return None
    mine = of_connector(series.of(connection, session.charge_point_id), session)
    some = {
        PHASES: by_phase(mine),
        INTERVAL: _powers_and_intervals(mine)[1],
        POWER_OVER_TIME: _powers_and_intervals(mine)[0],
    }[session.energy_source]
    source = Source(connection, [one.id for one in some])
    last = [source.last_that_counts(one.id, to_ms(before)) for one in some]
    return max((from_ms(row.at) for row in last if row is not None), default=None)


def without_total(known: Sequence[Series], session: Session) -> tuple[list[Series], list[Series]]:
    """The powers and the intervals that a session's energy is reckoned from where it has no register."""
    return _powers_and_intervals(of_connector(known, session))


def of_connector(known: Sequence[Series], session: Session) -> list[Series]:
    return [one for one in known if one.connector_id == session.connector_id and one.location == "Outlet"]


def total_of(mine: Sequence[Series]) -> Series | None:
    """The register that a connector's energy is counted by."""
    return next((one for one in mine if _is(one, ENERGY, None)), None)


def by_phase(mine: Sequence[Series]) -> list[Series]:
    return [one for one in mine if one.measurand == ENERGY and one.phase in SUMMED_PHASES and one.unit == "Wh"]


def _powers_and_intervals(mine: Sequence[Series]) -> tuple[list[Series], list[Series]]:
    powers = _total_or_phases([one for one in mine if one.measurand == POWER and one.unit == "W"])
    intervals = _total_or_phases([one for one in mine if one.measurand == INTERVALS and one.unit == "Wh"])
    return powers, intervals


def _total_or_phases(some: Sequence[Series]) -> list[Series]:
    total = [one for one in some if one.phase is None]
    return total or [one for one in some if one.phase in SUMMED_PHASES]


def _of_register(source: Source, id: int, limits: Limits, since: int, until: int) -> Iterator[Believed]:
    rows, folded = judged(source, id, limits, since, until)
    # without a reading of its own a session has no part in what lies between those of its neighbours
    if any(since <= row.at <= until for row in rows):
        yield from steps_between(folded.steps, since, until)


def _of_intervals(rows: Iterable[Row], since: int) -> Iterator[Believed]:
    """Each lies between the one before it, or the session's start, and itself."""
    for row in rows:
        if counts(row.flags):
            yield max(since, row.at - LONGEST_INTERVAL_MS), row.at, row.value
            since = row.at


def _over_time(rows: Sequence[Row], until: int) -> Iterator[Believed]:
    """Power held until the next value, and no longer than it is believed to."""
    powers = [row for row in rows if counts(row.flags)]
    for row, following in zip_longest(powers, powers[1:]):
        end = (min(until, row.at) if until >= EVER else until) if following is None else following.at
        yield held_power(row.value, row.at, end)
