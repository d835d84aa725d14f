"""Energy from register readings: a chain of believed readings, the steps between them, the share a time span holds.

`advance` is the one judge, `fold` what it makes of many readings. Times are milliseconds since 1970, so that the rows
of the database need no conversion. Differences count only forwards in time. A lower reading begins a new segment
(reset, swap), unless the register ran over; one that is lower by no more than rounding takes back what was counted too
much. A reading far above the last, or much faster than what the charge point can give, is not believed until the next
one confirms it. Taken in order of time, the chain after a reading that counts is that reading and its time, no more.
"""

from collections.abc import Iterable, Sequence
from operator import sub

from wattdeck.domain.meter_values import (
    CONTEXT_CODES,
    FLAG_CLOCK,
    FLAG_COARSE,
    FLAG_DECREASE,
    FLAG_FROZEN,
    FLAG_JUMP,
    FLAG_SPIKE,
    LIFTED,
    Reading,
)
from wattdeck.domain.records import Record, replace
from wattdeck.domain.registers import ANY, Limits

JUMP_WH = 1_000_000.0
# The same meter read as 12.35 kWh and as 12346 Wh (a stop's register is a whole number): no fall.
ROUNDING_WH = 10.0
# What a register of whole Wh may have counted without moving.
_STANDING_WH = 1.0
# What one car takes at most, where the times of its start and stop are those at which they came.
_ONE_CHARGE_WH, _UNTIMED_MS = 250_000.0, 60_000
# Readings further apart say nothing about when their energy flowed: it lies where the later one does.
LONGEST_MS = 35 * 86_400_000
BEGIN, END = CONTEXT_CODES["Transaction.Begin"], CONTEXT_CODES["Transaction.End"]

_CHAIN = (
    FLAG_DECREASE | FLAG_JUMP | FLAG_COARSE
)  # judged here; the other flags are facts that were noted when a sample came
_NOTED = FLAG_FROZEN | FLAG_SPIKE | FLAG_CLOCK
_JUDGED = _CHAIN | _NOTED | LIFTED
# Where registers begin again at zero, in Wh: five to nine digits of kWh or Wh, and counters of 31 and 32 bits.
_MODULI = (1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 2.0**31, 2.0**32)
_STEPS_WH = (10.0, 100.0, 1_000.0)
_NEAR = 0.01  # of the modulus: no further from it before and after

Believed = tuple[int, int, float]  # since, until, Wh that flowed between


class Register(Record, frozen=True, gc=False):
    """The last believed reading in Wh; all else is None unless the last reading was not believed.

    `before`, `before_at`: the reading before a fall that the next one may undo. `jumped_to`, `jumped_at`: a reading
    that was too high to believe and waits to be confirmed. `begins_anew`: it fell where a transaction began.
    """

    wh: float
    at: int
    before: float | None = None
    before_at: int | None = None
    jumped_to: float | None = None
    jumped_at: int | None = None
    begins_anew: bool = False


class Step(Record, frozen=True, gc=False):
    """What a reading does: the chain after it, its flags, and the energy since the last believed reading."""

    register: Register
    flags: int = 0
    wh: float = 0.0
    since: int | None = None  # None where it adds nothing: the first reading, a late one, a flagged one


class Folded(Record, frozen=True):
    """Readings folded: the steps in which energy flowed, in order; each reading's flags; the chain after the last."""

    steps: list[Believed]
    flags: list[int]
    register: Register | None


def fold(readings: Iterable[Reading], register: Register | None = None, limits: Limits = ANY) -> Folded:
    """Take the readings of one register, in order of (at, context), into its chain.

    `at` is no later than when the reading was received: `min(taken_at, received_at)`. `register`: the last reading
    before them that counts, `Register(wh, at)`; None where there is none. Frozen readings, spikes and those of a clock
    that jumped are passed over, lifted ones believed. Energy at a time t is what the steps hold of everything before it
    (`share`).
    """
    known = list(readings)
    plain = _plain(known, register, limits)
    if plain is not None:
        return plain
    steps, flags = [], []
    for at, wh, context, noted in known:
        if noted & LIFTED:
            step = believe(register, wh, at)
            flags.append(noted)
        elif noted & _NOTED:
            flags.append(noted)
            continue
        else:
            step = advance(register, wh, at, context, limits)
            flags.append(noted & ~_CHAIN | step.flags)
        register = step.register
        if step.wh and step.since is not None:
            steps.append((step.since, at, step.wh))
    return Folded(steps, flags, register)


def _plain(readings: Sequence[Reading], register: Register | None, limits: Limits) -> Folded | None:
    """The same, all at once, where each reading is later than the one before, no lower, and not much higher: most are.
    None where one is to be judged by itself.
    """
    if not readings or (register is not None and register != Register(register.wh, register.at)):
        return None
    times, whs, _, noted = zip(*readings, strict=True)
    if any(noted) and any(flags & _JUDGED for flags in noted):
        return None
    if register is not None:
        times, whs = (register.at, *times), (register.wh, *whs)
    lasted, flowed = list(map(sub, times[1:], times)), list(map(sub, whs[1:], whs))
    if lasted and (min(lasted) <= 0 or max(lasted) > LONGEST_MS or min(flowed) < 0 or max(flowed) > limits.much_wh):
        return None
    steps = [step for step in zip(times, times[1:], flowed, strict=False) if step[2]]
    return Folded(steps, list(noted), Register(whs[-1], times[-1]))


def advance(register: Register | None, wh: float, at: int, context: int = 0, limits: Limits = ANY) -> Step:
    """Take one reading of a register into its chain. Taken a second time, a reading changes nothing.

    `context` is the code of why it was read: a register that falls where a transaction begins may be one that counts
    each from zero (quirk Q42), and where one ends there is no next reading to confirm a high one.
    """
    if register is None:
        return Step(Register(wh, at))
    if at < register.at:
        return Step(register)  # late: the difference around it is counted already
    if at == register.at and wh == register.wh:
        return _known(register)
    base, since, before = register.wh, register.at, register.before
    if before is not None and wh >= before and not (register.begins_anew and _can_flow(wh - base, since, at, limits)):
        base = before  # the fall was a single bad reading
        since = since if register.before_at is None else register.before_at
    step = wh - base
    if step < 0 and context not in (BEGIN, END) and _is_rounded(wh, base):
        return Step(register, FLAG_COARSE)
    if step < 0 and not (0 < wh < base <= wh + ROUNDING_WH or (context == END and _was_rounded_up(base, wh))):
        if limits.begins_anew and context == BEGIN and wh <= ROUNDING_WH:
            return Step(Register(wh, at))
        step = _run_over(register, wh, at, context, limits)
        if not step:
            return Step(_fallen(register, wh, at, context), FLAG_DECREASE)
    elif _is_confirmed(register, wh, at, context, limits):
        step, since = wh - (register.jumped_to or 0.0), register.jumped_at or at
    elif _is_jump(step, since, at, context, limits):
        return Step(replace(register, jumped_to=wh, jumped_at=at), FLAG_JUMP)
    return Step(Register(wh, at), 0, step, since if at - since <= LONGEST_MS else at)


def believe(register: Register | None, wh: float, at: int) -> Step:
    """Take a reading that a person said is right: what it is above the last one flowed, below it a segment begins."""
    if register is None or at < register.at:
        return Step(register or Register(wh, at))
    base, since = register.wh, register.at
    if register.before is not None and wh >= register.before:
        base, since = register.before, since if register.before_at is None else register.before_at
    step = max(0.0, wh - base)
    return Step(Register(wh, at), 0, step, since if at - since <= LONGEST_MS else at)


def _known(register: Register) -> Step:
    """The last reading once more, for another reason: it counts as that one does, and is all that the chain holds."""
    if register.before is not None:
        return Step(register, FLAG_DECREASE)
    if register.jumped_at is not None and register.jumped_at <= register.at:
        return Step(Register(register.wh, register.at))
    return Step(register)


def _fallen(register: Register, wh: float, at: int, context: int) -> Register:
    if at == register.at:
        return register  # of one moment the higher one counts
    # where a transaction begins or ends, what is counted when the fall is undone flowed after it
    before_at = at if context in (BEGIN, END) else register.at
    return Register(wh, at, register.wh, before_at, begins_anew=context == BEGIN)


def _is_rounded(wh: float, base: float) -> bool:
    """Whether a lower reading is the same register, shown in steps of 10 Wh, 100 Wh or 1 kWh: starts and stops are
    often told more exactly than samples, which then say nothing that is not known.
    """
    return wh > 0 and any(base - wh < step and _is_multiple(wh, step) for step in _STEPS_WH)


def _was_rounded_up(base: float, wh: float) -> bool:
    """Whether a stop's exact register is lower because the sample before it was rounded to the nearest step."""
    return wh > 0 and any(base - wh <= step / 2 and _is_multiple(base, step) for step in _STEPS_WH)


def _is_multiple(wh: float, step: float) -> bool:
    return abs(wh / step - round(wh / step)) < 1e-9


def _run_over(register: Register, wh: float, at: int, context: int, limits: Limits) -> float:
    """What flowed where the register ran over its last digit; 0.0 where it did not: then it was reset."""
    if register.before is not None or (context == BEGIN and not wh):
        return 0.0
    for modulus in _MODULI:
        step = modulus - register.wh + wh
        if register.wh < modulus and step <= modulus * _NEAR:
            return step if _can_flow(step - ROUNDING_WH, register.at, at, limits) else 0.0
    return 0.0


def _is_confirmed(register: Register, wh: float, at: int, context: int, limits: Limits) -> bool:
    """Whether a reading goes on from one that was too high: the meter was swapped for one that stands higher."""
    waiting, waiting_at = register.jumped_to, register.jumped_at
    if waiting is None or waiting_at is None or wh < waiting or at <= waiting_at:
        return False
    return not _is_jump(wh - waiting, waiting_at, at, context, limits)


def _is_jump(step: float, since: int, at: int, context: int, limits: Limits) -> bool:
    if step <= limits.much_wh:
        return False
    can_flow = _can_flow(step, since, at, limits)
    if step > JUMP_WH and not (limits.by_rate_alone and can_flow):
        return True
    # a clock that was never set has start and stop at the times of receipt
    is_untimed = context == END and step <= _ONE_CHARGE_WH and at - since <= _UNTIMED_MS
    return not can_flow and not is_untimed


def _can_flow(wh: float, since: int, until: int, limits: Limits) -> bool:
    return wh <= limits.fastest_w * (until - since) / 3_600_000


def share(since: int, until: int, wh: float, a: int, b: int) -> float:
    """The part of `wh`, spread evenly over [since, until], that lies in [a, b). What flowed in no time lies where it
    is.
    """
    if since >= until:
        return wh if a <= until < b else 0.0
    return wh * (max(0, min(until, b) - max(since, a)) / (until - since))


def stands_still(start_wh: float | None, stop_wh: float | None, reckoned_wh: float) -> bool:
    """Whether a register is right that did not move while so little was reckoned; at zero there may be none."""
    if not start_wh or stop_wh is None:
        return False
    return abs(stop_wh - start_wh) < _STANDING_WH and reckoned_wh < _STANDING_WH
