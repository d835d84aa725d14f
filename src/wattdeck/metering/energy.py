"""Energy from register readings: a chain of believed readings, and the share of a difference that a time span holds.

Differences count only forwards in time. A lower reading begins a new segment (reset, swap); one that is lower by no
more than rounding takes back what was counted too much. A reading more than `JUMP_WH` above the last, or much faster
than anything charges, is not believed until the next one confirms it.
"""

from datetime import datetime

from wattdeck.domain.meter_values import FLAG_DECREASE, FLAG_JUMP
from wattdeck.domain.records import Record, replace

JUMP_WH = 1_000_000.0
# The same meter read as 12.35 kWh and as 12346 Wh (a stop's register is a whole number): no fall.
ROUNDING_WH = 10.0
# No connector gives more than a megawatt; steps that are smaller than MUCH_WH are not looked at, for clocks are coarse.
FASTEST_W, MUCH_WH = 1_000_000.0, 100_000.0
BEGIN, END = "Transaction.Begin", "Transaction.End"


class Register(Record, frozen=True, gc=False):
    """The last believed reading in Wh, and since when the chain runs without a break.

    `before`: the reading before a fall that the next one may undo. `jumped_to`, `jumped_at`: a reading that was too
    high to believe and waits to be confirmed. `rounded_from`: a higher reading of the same moment.
    `begins_anew`: it fell where a transaction began.
    """

    wh: float
    at: datetime
    began_at: datetime
    before: float | None = None
    jumped_to: float | None = None
    jumped_at: datetime | None = None
    rounded_from: float | None = None
    begins_anew: bool = False


class Step(Record, frozen=True, gc=False):
    """What a reading does: the chain after it, its flags, and the energy since the last believed reading."""

    register: Register
    flags: int = 0
    wh: float = 0.0
    since: datetime | None = None  # None where it adds nothing: the first reading, a late one, a flagged one


def advance(register: Register | None, wh: float, at: datetime, context: str = "") -> Step:
    """Take one reading of a register into its chain. Taken a second time, a reading changes nothing.

    `context` is the standard's word for why it was read: a register that falls where a transaction begins may be one
    that counts each from zero (quirk Q42), and where one ends there is no next reading to confirm a high one.
    """
    if register is None:
        return Step(Register(wh, at, at))
    is_rounding = 0 < wh < register.wh <= wh + ROUNDING_WH
    highest = max(register.wh, register.before or 0.0, register.rounded_from or 0.0)
    if at < register.at or (at == register.at and wh <= highest and not is_rounding):
        return Step(register)  # late, or known: the difference around it is counted already
    base = register.wh
    is_anew = register.begins_anew and _can_flow(wh - register.wh, register.at, at)
    if register.before is not None and wh >= register.before and not is_anew:
        base = register.before  # the fall was a single bad reading
    step = wh - base
    if step < 0 and not is_rounding:
        fallen = Register(wh, at, register.began_at, before=register.wh, begins_anew=context == BEGIN)
        return Step(fallen, FLAG_DECREASE)
    too_fast = step > MUCH_WH and context != END and not _can_flow(step, register.at, at)
    if step > JUMP_WH or too_fast:
        waiting, waiting_at = register.jumped_to, register.jumped_at
        if waiting is None or waiting_at is None or not 0 <= wh - waiting <= JUMP_WH or at <= waiting_at:
            return Step(replace(register, jumped_to=wh, jumped_at=at), FLAG_JUMP)
        step = wh - waiting  # confirmed: the meter was swapped for one that stands higher
    rounded_from = highest if is_rounding and at == register.at else None
    return Step(Register(wh, at, register.began_at, rounded_from=rounded_from), 0, step, register.at)


def _can_flow(wh: float, since: datetime, until: datetime) -> bool:
    return wh <= FASTEST_W * (until - since).total_seconds() / 3600


def share_after(since: datetime, until: datetime, wh: float, moment: datetime) -> float:
    """The part of `wh`, spread evenly over [since, until], that lies after `moment`."""
    if since >= moment:
        return wh
    if until <= moment:
        return 0.0
    return wh * ((until - moment) / (until - since))
