"""One message's values on their way into a charge point's meter and session."""

from datetime import datetime

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.meter_values import (
    CONTEXT_CODES,
    ENERGY,
    FELL_OR_JUMPED,
    FLAG_FROZEN,
    POWER,
    SOC,
    SUMMED_PHASES,
    MeterValue,
)
from wattdeck.domain.moments import Kind
from wattdeck.domain.quarters import News
from wattdeck.domain.records import Record, replace
from wattdeck.domain.sessions import FLAG_METER_ODD, REGISTER, SAMPLES, WITHOUT_REGISTER, Session
from wattdeck.metering.energy import BEGIN, END, Register, Step, advance, share, stands_still
from wattdeck.metering.layouts import EXPORT, INTERVAL, OFFERED, Key
from wattdeck.metering.meter import Meter
from wattdeck.metering.plausibility import Doubt, Flow
from wattdeck.metering.tallies import Tally

_EVER = 2**63
_OTHER = CONTEXT_CODES["Other"]
# Readings where a transaction begins and ends say nothing of whether samples come beside.
_BOUNDARIES = (BEGIN, END)


class Gain(Record, frozen=True):
    """Energy that flowed between two readings; times in ms."""

    since: int
    until: int
    wh: float


class Taking:
    """One message on its way into a meter."""

    __slots__ = (
        *(
            "at",
            "at_ms",
            "begins_anew",
            "charge",
            "connector_id",
            "doubt",
            "gains",
            "intervals",
            "late",
            "learned_w",
            "meter",
            "was_without_register",
        ),
        *("phases", "reckoned", "session", "stop_ms", "totals"),
    )

    def __init__(self, meter: Meter, session: Session | None, connector_id: int) -> None:
        self.meter, self.session, self.connector_id = meter, session, connector_id
        self.was_without_register = session is not None and session.energy_source in WITHOUT_REGISTER
        self.gains: list[Gain] = []
        self.late: list[tuple[Key, int, int]] = []
        self.doubt: Doubt | None = None
        self.learned_w: float | None = None
        self.begins_anew = False
        self.reckoned: News | None = None
        self.stop_ms: int | None = None
        self.totals: dict[datetime, float] = {}
        self.phases: dict[datetime, float] = {}
        self.intervals: list[tuple[datetime, bool, float]] = []
        self.charge: tuple[datetime, float] | None = None
        self.at: datetime | None = None
        self.at_ms = 0  # most values of a message share one time

    def ms(self, at: datetime) -> int:
        if at is not self.at:
            self.at, self.at_ms = at, to_ms(at)
        return self.at_ms

    def take(self, value: MeterValue | Kind, number: float, at: datetime) -> int:
        """One value, or what it is of; its flags."""
        measurand, phase = value.measurand, value.phase
        if measurand == ENERGY and phase is None and value.location == "Outlet" and value.unit == "Wh":
            context = CONTEXT_CODES.get(value.context, _OTHER)
            if context == END:
                self.stop_ms = self.ms(at)
            return self._read_total(number, at, context)
        if measurand == POWER:
            if phase is None:
                self.totals[at] = number
            elif phase in SUMMED_PHASES:
                self.phases[at] = self.phases.get(at, 0.0) + number
        elif measurand == SOC:
            self.charge = (at, number)
        elif measurand == OFFERED:
            self.learned_w = self.meter.learn(number) or self.learned_w
        elif measurand == INTERVAL:
            if value.location == "Outlet" and value.unit == "Wh" and (phase is None or phase in SUMMED_PHASES):
                self.intervals.append((at, phase is None, number))
        else:
            return self._read_other(value, number, at)
        return 0

    def end(self) -> None:
        """What is known only when all values are taken."""
        totals = self.totals or self.phases  # where no total was sent the phases add up
        at = max(totals) if totals else None
        if at is not None:
            self.learned_w = self.meter.learn(totals[at]) or self.learned_w
            flow = self.meter.flows.get(self.connector_id)
            if flow is not None:
                flow.power(totals[at], self.ms(at))
        if self.session is not None:
            self._end_session(self.session, totals, at)

    def _end_session(self, session: Session, totals: dict[datetime, float], at: datetime | None) -> None:
        meter = self.meter
        news: dict[str, float] = {}
        if at is not None and meter.is_news(session.id, POWER, at):
            news["power_w"] = totals[at]
        if self.charge is not None and meter.is_news(session.id, SOC, self.charge[0]):
            news["soc"] = self.charge[1]
        if news:
            session = replace(session, **news)
        tally = meter.tallies.get(session.id)
        if tally is not None:
            if not tally.has_register:
                session = self._tally(tally, session, totals)
            self.reckoned = tally.news(session.energy_source)
        else:
            if self.was_without_register and session.energy_source not in WITHOUT_REGISTER:
                self.reckoned = News(True, {})
            if not session.energy_wh or session.energy_source in WITHOUT_REGISTER:
                self._come_after_its_end(session, totals)
        self.session = session

    def _come_after_its_end(self, session: Session, totals: dict[datetime, float]) -> None:
        """A session that has ended has no tally any more: what its energy may come from is reckoned from the store."""
        began = to_ms(session.started_at)
        if self.intervals:
            self._judge_again(INTERVAL, "Wh", began)
        if totals:
            self._judge_again(POWER, "W", began)

    def _tally(self, tally: Tally, session: Session, totals: dict[datetime, float]) -> Session:
        """The session with the energy that is known without a register, if it has none."""
        in_order = True
        for at in sorted(totals) if len(totals) > 1 else totals:
            in_order = tally.power(totals[at], self.ms(at)) and in_order
        if self.intervals:
            has_total = any(is_total for _, is_total, _ in self.intervals)
            values = [(self.ms(at), wh) for at, is_total, wh in self.intervals if is_total or not has_total]
            if not tally.intervals(sorted(values)):
                self._judge_again(INTERVAL, "Wh", to_ms(session.started_at))
        if self.stop_ms is not None:
            tally.stop(self.stop_ms)
        if not in_order:
            self._judge_again(POWER, "W", to_ms(session.started_at))
        best = tally.best()
        # a register that was read where the session began and ended, and stands where it stood, says nothing
        has_moved = session.energy_source in (REGISTER, SAMPLES) and session.energy_wh
        if best is None or has_moved:
            return session
        if self.stop_ms is not None and stands_still(session.start_meter_wh, session.meter_wh, best[0]):
            return replace(session, energy_wh=0.0, energy_source=REGISTER)
        return replace(session, energy_wh=best[0], energy_source=best[1])

    def _judge_again(self, measurand: str, unit: str, at: int) -> None:
        """What was measured in all or by phase since `at` is to be reckoned from the store. What is measured for the
        first time becomes a series only when it is stored.
        """
        for phase in ("", *SUMMED_PHASES):
            self.late.append(((self.connector_id, measurand, phase, "Outlet", unit), at, at))

    def _read_total(self, wh: float, at: datetime, context: int) -> int:
        """A reading in the connector's chain, which gives the energy of the day and of the session; where it is late
        for that, in the session's own, which an offline replay reads again from its start.
        """
        meter, connector_id, session, at_ms = self.meter, self.connector_id, self.session, self.ms(at)
        last = meter.registers.get(connector_id)
        if last is not None and at_ms < last.at:
            self.late.append(((connector_id, ENERGY, "", "Outlet", "Wh"), at_ms, at_ms))
            return 0 if session is None else self._read_late(session, wh, at_ms, context)
        limits = meter.limits_on(connector_id)
        step = advance(last, wh, at_ms, context, limits)
        flow = meter.flows.get(connector_id)
        if flow is None:
            flow = meter.flows[connector_id] = Flow()
            flow.moved(at_ms)
        if last is None:
            meter.began[connector_id] = at_ms
        elif last.jumped_at is not None and at_ms <= last.jumped_at:
            self.late.append(((connector_id, ENERGY, "", "Outlet", "Wh"), at_ms, last.jumped_at))
        is_again = last is not None and wh == last.wh and at_ms > last.at and context not in _BOUNDARIES
        is_frozen = is_again and flow.stands_still(at_ms)
        flow.read_at = at_ms
        if is_frozen:
            return FLAG_FROZEN
        if context in _BOUNDARIES:
            flow.rest(at_ms)
        meter.registers[connector_id] = step.register
        if step.flags & FELL_OR_JUMPED:
            flow.began_wh = None
        elif not step.flags:
            if step.wh > 0:
                flow.moved(at_ms)
            self.doubt = flow.compare(wh, at_ms, limits) or self.doubt
            if last is not None and last.begins_anew and last.before is not None and wh < last.before:
                self.begins_anew = meter.note_anew(connector_id) or self.begins_anew
        if session is not None:
            own, chain = step, meter.chains.get(session.id) or _chain_of(session)
            if chain is not None and chain is not last and not _same_reading(chain, last):
                # its start, or what came since, was not among the readings of its connector
                own = advance(chain, wh, at_ms, context, limits)
                if (own.wh, own.flags) != (step.wh, step.flags):
                    self.late.append(((connector_id, ENERGY, "", "Outlet", "Wh"), chain.at, at_ms))
            is_within = chain is last and last is not None and (step.since or 0) >= last.at
            self._add(session, own, at, at_ms, context, is_within)
        if step.wh and step.since is not None:
            self.gains.append(Gain(step.since, at_ms, step.wh))
            ended_at = meter.ended_at.get(connector_id)
            # a part of it is of the session that has ended; or all, where that ended by a clock that had jumped
            if ended_at is not None and (step.since < ended_at or context == BEGIN):
                self.late.append(((connector_id, ENERGY, "", "Outlet", "Wh"), min(step.since, ended_at), at_ms))
        return step.flags

    def _add(
        self, session: Session, step: Step, at: datetime, at_ms: int, context: int, is_within: bool = False
    ) -> None:
        """What a step of the connector's chain gives to its session; all of it where it lies within."""
        wh = step.wh if is_within or not step.wh else _part(session, step, at_ms)
        tally, is_sample = self.meter.tallies.get(session.id), context not in _BOUNDARIES
        if tally is not None and is_sample:
            tally.has_register = True
        energy_wh, source = session.energy_wh, session.energy_source
        is_first = source not in (REGISTER, SAMPLES)
        if wh or (context == END and not source) or (is_sample and is_first):
            if is_first:
                energy_wh = 0.0  # what was reckoned for want of a register
            energy_wh, source = energy_wh + wh, SAMPLES if session.start_meter_wh is None else REGISTER
        self.meter.chains[session.id] = step.register
        self.session = replace(
            session,
            energy_wh=energy_wh,
            energy_source=source,
            meter_wh=step.register.wh,
            meter_at=at if step.register.at == at_ms else from_ms(step.register.at),
            flags=session.flags | FLAG_METER_ODD if step.flags & FELL_OR_JUMPED else session.flags,
        )

    def _read_late(self, session: Session, wh: float, at_ms: int, context: int) -> int:
        """The connector's chain has counted this energy already, except before it began. The last reading of a session
        is last whatever the clock says.
        """
        meter = self.meter
        chain = meter.chains.get(session.id) or _chain_of(session)
        own_at = max(at_ms, chain.at) if context == END and chain is not None else at_ms
        own = advance(chain, wh, own_at, context, meter.limits_on(self.connector_id))
        if session.id in meter.sessions:
            meter.chains[session.id] = own.register
        self.session = replace(
            session,
            energy_wh=session.energy_wh + own.wh,
            energy_source=session.energy_source
            if not own.wh
            else SAMPLES
            if session.start_meter_wh is None
            else REGISTER,
            meter_wh=own.register.wh,
            meter_at=from_ms(own.register.at),
            flags=session.flags | (FLAG_METER_ODD if own.flags & FELL_OR_JUMPED else 0),
        )
        if own.since is not None and own.wh and at_ms <= meter.began.get(self.connector_id, 0):
            self.gains.append(Gain(own.since, at_ms, own.wh))
        return own.flags

    def _read_other(self, value: MeterValue | Kind, number: float, at: datetime) -> int:
        """A register beside the total: export, reactive, of a phase, at another location; in a chain of its own."""
        meter, session, phase = self.meter, self.session, value.phase
        key = (self.connector_id, value.measurand, phase or "", value.location, value.unit)
        at_ms, last = self.ms(at), meter.others.get(key)
        if last is not None and (at_ms < last.at or (last.jumped_at is not None and at_ms <= last.jumped_at)):
            self.late.append((key, at_ms, last.jumped_at or at_ms))
            if at_ms < last.at:
                return 0
        context = CONTEXT_CODES.get(value.context, _OTHER)
        step = advance(last, number, at_ms, context, meter.limits_on(self.connector_id))
        meter.others[key] = step.register
        ended_at = meter.ended_at.get(self.connector_id)
        if step.wh and step.since is not None and ended_at is not None and step.since < ended_at:
            self.late.append((key, step.since, at_ms))  # a part of it is of the session that has ended
        if value.unit != "Wh" or value.location != "Outlet":
            return step.flags
        if value.measurand == ENERGY and phase in SUMMED_PHASES:
            tally = None if session is None else meter.tallies.get(session.id)
            if tally is not None and session is not None and step.wh and step.since is not None:
                since = max(step.since, min(_began(session), at_ms))
                tally.phases(since, at_ms, _part(session, step, at_ms))
            elif session is not None and tally is None:
                self.late.append((key, at_ms, at_ms))  # of a session that has ended: its stop may have been lost
        elif value.measurand == EXPORT and phase is None and session is not None:
            given = (session.energy_export_wh or 0.0) + (_part(session, step, at_ms) if step.wh else 0.0)
            self.session = replace(session, energy_export_wh=given)
        return step.flags


def _part(session: Session, step: Step, at_ms: int) -> float:
    """What of a step lies in a session; one that lasted no time does."""
    if step.since is None or step.since >= at_ms:
        return step.wh
    began = _began(session)
    return step.wh if step.since >= began else share(step.since, at_ms, step.wh, began, _EVER)


def _began(session: Session) -> int:
    began = to_ms(session.started_at)
    # by a clock that is ahead it begins later than it was read
    return began if session.meter_at is None else min(began, to_ms(session.meter_at))


def _same_reading(chain: Register, last: Register | None) -> bool:
    return last is not None and chain.wh == last.wh and chain.at == last.at


def _chain_of(session: Session) -> Register | None:
    """Its own chain, as its last believed reading in the store leaves it."""
    if session.meter_wh is None or session.meter_at is None:
        return None
    # where it has counted more than its register shows, that has fallen; the next reading may undo the fall
    counted_wh = (session.start_meter_wh or 0.0) + session.energy_wh
    has_fallen = session.flags & FLAG_METER_ODD and counted_wh > session.meter_wh
    return Register(session.meter_wh, to_ms(session.meter_at), counted_wh if has_fallen else None)
