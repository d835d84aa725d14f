"""Registers judged again, and what follows: flags, the energy of sessions and of today. For readings that came late,
flags that a person lifted, another rated power.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from wattdeck.bus.events import Events
from wattdeck.domain.clock import now
from wattdeck.domain.events import SessionUpdated
from wattdeck.domain.meter_values import (
    ENERGY,
    FELL_OR_JUMPED,
    FLAG_CLOCK,
    FLAG_DECREASE,
    FLAG_SPIKE,
    FLAG_UNIT,
    REGISTERS,
)
from wattdeck.domain.records import replace
from wattdeck.domain.registers import Limits
from wattdeck.domain.sessions import Session
from wattdeck.metering import clocks
from wattdeck.metering.bounds import around
from wattdeck.metering.buffer import SESSION
from wattdeck.metering.energy import BEGIN, END
from wattdeck.metering.lost_stops import prolonged
from wattdeck.metering.pipeline import Pipeline
from wattdeck.metering.plausibility import is_certain
from wattdeck.metering.reckon import INTERVALS, judged, reckon
from wattdeck.store import chains, flag_changes, late_readings, reckoned, rollups, series, sessions
from wattdeck.store.chains import Row, Source
from wattdeck.store.engine import Store
from wattdeck.store.late_readings import Late
from wattdeck.store.series import Series
from wattdeck.store.writer import executemany

# In one transaction: others wait for it.
_AT_ONCE = 5
_COUNTED = REGISTERS | {INTERVALS, "Power.Active.Import"}


class Recount:
    """The job that judges again what has to be."""

    def __init__(self, store: Store, events: Events, pipeline: Pipeline) -> None:
        self._store, self._events, self._pipeline = store, events, pipeline

    async def sweep(self) -> None:
        """Judge all that is marked, each once: what more was measured of meanwhile stays marked, for the next time."""
        judged: set[int] = set()
        while marked := await self._store.glance(lambda connection: late_readings.some(connection, _AT_ONCE, judged)):
            judged.update(late.series_id for late in marked)
            await self.judge(marked)

    async def change_flags(
        self,
        charge_point_id: int,
        *,
        measurand: str,
        connector_id: int,
        phase: str | None,
        location: str,
        since: datetime,
        until: datetime,
        action: str,
        by: str,
        note: str | None,
    ) -> int:
        """Lift the flags of samples taken in [since, until], or set them again (`flag_changes.LIFT`, `FLAG`), and make
        all that follows from them agree; how many were changed.
        """
        at = now()

        def change(connection: Connection) -> int:
            known = series.find(connection, charge_point_id, measurand, phase or "", connector_id)
            wanted = [one for one in known if one.location == location]
            changed = flag_changes.change(connection, wanted, since, until, action=action, by=by, note=note, at=at)
            for id, rows in changed.items():
                rollups.mark(connection, [(id, row.at) for row in rows])
                times = [row.at for row in rows]
                late_readings.mark(connection, [Late(id, min(times), max(times))])
            return sum(map(len, changed.values()))

        self._pipeline.buffer.flush(SESSION)
        count = await self._store.write_last(change)
        if count:
            await self.sweep()
        return count

    async def judge(self, marked: Sequence[Late]) -> None:
        owners = {late.charge_point_id for late in marked}
        before = {id: self._pipeline.quiet(id) for id in owners}
        changed = await self._store.write_last(partial(rejudge, marked=marked))
        settled: set[int] = set()
        for id in owners:
            await self._pipeline.recount(id)
            if await self._pipeline.refresh(id, before[id]):
                settled.add(id)
            for session in changed.get(id, ()):
                self._events.publish(SessionUpdated(session))
        # only now: until its meter is read again, a stop writes its session as the meter knew it
        done = [late for late in marked if late.charge_point_id in settled]
        await self._store.write(partial(late_readings.unmark, done=done))


def rejudge(connection: Connection, marked: Sequence[Late]) -> dict[int, list[Session]]:
    """Judge the registers that are marked; the sessions that change are written: as they are now, by charge point."""
    changed: dict[int, list[Session]] = {}
    known: dict[int, list[Series]] = {}
    at = round(now().timestamp() * 1000)
    ones = [(late, one) for late in marked if (one := series.get(connection, late.series_id)) is not None]
    for owner in {one.charge_point_id for _, one in ones}:
        known[owner] = series.of(connection, owner)
    beside = [id for _, one in ones for id in _beside(one, known[one.charge_point_id])]
    source = Source(connection, beside)  # one look through the head for all of them
    for late, one in ones:
        owner = one.charge_point_id
        limits = series.limits(connection, [one.id])[one.id]
        since = max(late.since, one.samples_from)
        first, last = since, late.until
        rows: list[Row] = []
        is_wrong_unit = is_certain(one.factor_confidence) and one.measurand in REGISTERS
        if is_wrong_unit and _rescale(connection, source, one):
            source = Source(connection, beside)
        if one.measurand in REGISTERS:
            rows, folded = judged(source, one.id, limits, since, late.until, anew=True)
            fell = any(flags & FLAG_DECREASE for flags in folded.flags)
            turned = _clocks(connection, source, one, rows[0].at, rows[-1].at) if fell else []
            if turned:
                source = Source(connection, beside)
                first, last = min(first, turned[0].at), max(last, turned[-1].at)
                rows, folded = judged(source, one.id, limits, first, last, anew=True)
            others = [(row, flags) for row, flags in zip(rows, folded.flags, strict=True) if row.flags != flags]
            chains.flag(connection, one.id, others)
            rollups.mark(connection, [(one.id, row.at) for row, _ in others])
            if others:
                source = Source(connection, beside)
            if rows:
                before = source.last_that_counts(one.id, first)
                first, last = min(first, rows[0].at if before is None else before.at), max(last, rows[-1].at)
        changed.setdefault(owner, [])
        for session in _sessions(connection, one, first, min(last, at), rows):
            whole = prolonged(connection, source, session, known[owner])
            found = reckon(source, whole, known[owner], _limits(connection, known[owner], session, limits))
            after = found.session
            if after.stopped_at != session.stopped_at:
                after = sessions.save(connection, replace(after, stop_meter_wh=after.meter_wh))
            if found.quarters is not None:  # also where it has a register by now: a stop may not know of these
                reckoned.replace(connection, after, found.quarters)
            if after != session:
                executemany(connection, sessions.RECKONED, [sessions.reckoned_row(after)])
                changed[owner] = [*(each for each in changed[owner] if each.id != after.id), after]
    return changed


def _beside(one: Series, known: Sequence[Series]) -> list[int]:
    """The series of its connector that energy is reckoned from, itself among them."""
    return [each.id for each in known if each.connector_id == one.connector_id and each.measurand in _COUNTED]


def _sessions(connection: Connection, one: Series, first: int, last: int, rows: Iterable[Row]) -> Iterable[Session]:
    """Those of its connector that were under way, and those that the readings name: by a clock that jumped they may
    have begun or ended at another time.
    """
    found = {
        session.id: session
        for session in sessions.touching(connection, one.charge_point_id, one.connector_id, first, last)
    }
    for id in {row.session_id for row in rows if row.session_id is not None}.difference(found):
        named = sessions.get(connection, id)
        if named is not None and named.connector_id == one.connector_id:
            found[id] = named
    return found.values()


def _clocks(connection: Connection, source: Source, one: Series, since: int, until: int) -> list[Row]:
    """Flag readings whose clock had jumped, and no others; those that are flagged otherwise now."""
    rows = around(source, one.id, since, until)
    if len(rows) > clocks.MOST:
        return []
    odd = clocks.jumped(rows)
    turned = [
        row
        for row in rows
        if since - clocks.FURTHEST_MS <= row.at <= until + clocks.FURTHEST_MS
        and (row in odd) is not clocks.has_jumped(row)
    ]
    chains.flag(connection, one.id, [(row, (row.flags ^ FLAG_CLOCK) & ~FELL_OR_JUMPED) for row in turned])
    rollups.mark(connection, [(one.id, row.at) for row in turned])
    return turned


def _rescale(connection: Connection, source: Source, one: Series) -> bool:
    """Correct the readings of a register that were stored before it was known that they are sent in another unit: each
    that comes nearer to the one beside it. Starts and stops may have been right. It is known of the newest reading that
    was corrected when it came, else of the newest between a start and a stop, for it was told by these.
    """
    rows, factor = source.between(one.id, one.samples_from, chains.EVER), one.factor or 1.0
    known = [place for place, row in enumerate(rows) if row.flags & FLAG_UNIT]
    samples = [place for place, row in enumerate(rows) if row.context not in (BEGIN, END)]
    if not known and not samples:
        return False
    place = known[-1] if known else samples[-1]
    changes = [] if known else [(rows[place], rows[place].value * factor)]
    beside = rows[place].value if known else rows[place].value * factor
    changes += _nearer(reversed(rows[:place]), beside, factor)
    changes += _nearer(rows[place + 1 :], beside, factor)
    told = [(row, value, row.flags | FLAG_UNIT, f"{row.value:.15g} {one.unit}") for row, value in changes]
    chains.correct(connection, one.id, told)
    rollups.mark(connection, [(one.id, row.at) for row, _ in changes])
    return bool(changes)


def _nearer(rows: Iterable[Row], beside: float, factor: float) -> Iterator[tuple[Row, float]]:
    """Those that come nearer to the one beside them when they are corrected, as they are then."""
    for row in rows:
        value = row.value
        if not row.flags & FLAG_UNIT and abs(value * factor - beside) < abs(value - beside):
            value *= factor
            yield row, value
        if not row.flags & FLAG_SPIKE:
            beside = value


def _limits(connection: Connection, known: Sequence[Series], session: Session, limits: Limits) -> Limits:
    """Those of the register that its energy is counted by."""
    total = next(
        (
            one.id
            for one in known
            if (one.connector_id, one.measurand, one.phase, one.location, one.unit)
            == (session.connector_id, ENERGY, None, "Outlet", "Wh")
        ),
        None,
    )
    return limits if total is None else series.limits(connection, [total])[total]
