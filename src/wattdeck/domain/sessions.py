"""Charging sessions: one record each, and the words for how one ended and what is odd about it."""

from datetime import datetime

from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.records import Record, replace

ACTIVE, COMPLETED, ABANDONED, RECOVERED = "active", "completed", "abandoned", "recovered"

FLAG_UNAUTHORISED, FLAG_STOP_LOST, FLAG_START_LOST, FLAG_METER_ODD = 1, 2, 4, 8
FLAG_NAMES = {
    FLAG_UNAUTHORISED: "unauthorised",
    FLAG_STOP_LOST: "stop_lost",
    FLAG_START_LOST: "start_lost",
    FLAG_METER_ODD: "meter_odd",
}

# Why a session ended: its stop came, or which sign told us that it never would (`domain.orphans`), or who said so.
STOPPED, NEXT_START, AVAILABLE, REBOOTED, SILENT, AWAY = (
    *("stopped", "next_start", "available", "rebooted", "silent", "away"),
)
BY_HAND, CHARGE_POINT_REMOVED = "by_hand", "charge_point_removed"
# What we only guessed: meter values of the session after all show that it goes on.
GUESSED = frozenset({AVAILABLE, REBOOTED, SILENT, AWAY})

# What a session's energy is reckoned from, the best first: the readings at its start and stop (and those between), only
# the samples' register, registers by phase, interval values, power over time.
REGISTER, SAMPLES, PHASES, INTERVAL, POWER_OVER_TIME = "register", "samples", "phases", "interval", "power"
ENERGY_SOURCES = (REGISTER, SAMPLES, PHASES, INTERVAL, POWER_OVER_TIME)
# In these no register of the total has moved: hours and days know of the energy by the session alone.
WITHOUT_REGISTER = frozenset({PHASES, INTERVAL, POWER_OVER_TIME})

# What charge points say where they have no transaction id (quirk Q60); none of them is ever given by us.
_NO_IDS = frozenset({"", "0", *(str(2**bits - 1) for bits in (31, 32, 63, 64))})


def is_an_id(transaction_id: str | None) -> bool:
    """Whether it can name a session."""
    return transaction_id is not None and transaction_id not in _NO_IDS and not transaction_id.startswith("-")


def flag_names(flags: int) -> list[str]:
    return [name for bit, name in FLAG_NAMES.items() if flags & bit]


def flag_bits(name: str) -> int:
    """The bit of a name; of `any`, and of a name that is none, all of them."""
    return next((bit for bit, known in FLAG_NAMES.items() if known == name), sum(FLAG_NAMES))


class Session(Record, frozen=True, kw_only=True):
    """One charging session (OCPP: transaction). Energy in Wh, power in W, SoC in percent.

    `meter_wh` and `meter_at` are the last believed register reading: where the next difference counts from.
    `energy_source`: what its energy was reckoned from (`ENERGY_SOURCES`); None while nothing says that any flowed.
    `energy_export_wh`: what the car gave back, by the register of that, which is never set against the other.
    `closed_by` and `note`: who closed it by hand, and what they had to say.
    """

    id: int
    transaction_id: str
    charge_point_id: int
    charge_point: str
    connector_id: int
    id_tag: str | None
    status: str = ACTIVE
    started_at: datetime
    stopped_at: datetime | None = None
    start_meter_wh: float | None = None
    stop_meter_wh: float | None = None
    meter_wh: float | None = None
    meter_at: datetime | None = None
    energy_wh: float = 0.0
    energy_source: str | None = None
    energy_export_wh: float | None = None
    power_w: float | None = None
    soc: float | None = None
    stop_reason: str | None = None
    end_reason: str | None = None
    closed_by: str | None = None
    note: str | None = None
    flags: int = 0


def finish(session: Session, *, stop_meter_wh: float, stopped_at: datetime, reason: str) -> Session:
    """The session after its stop. Its energy is what its meter values, the stop's register among them, added up to."""
    return replace(
        session,
        status=session.status if session.status == RECOVERED else COMPLETED,
        stopped_at=max(stopped_at, session.started_at),
        stop_meter_wh=stop_meter_wh,
        stop_reason=reason,
        end_reason=STOPPED,
        power_w=0.0,
        flags=session.flags & ~FLAG_STOP_LOST,
    )


def abandon(session: Session, at: datetime, why: str, last_at: datetime | None = None) -> Session:
    """A session whose stop never came: it ends with its last reading, be it that of its start; without any, at `at`.
    `last_at`: the last value that its energy was reckoned from for want of a register.
    """
    return replace(
        session,
        status=ABANDONED,
        stopped_at=max(session.meter_at or at, last_at or session.started_at, session.started_at),
        stop_meter_wh=session.meter_wh,
        end_reason=why,
        power_w=0.0,
        flags=session.flags | FLAG_STOP_LOST,
    )


def close(
    session: Session,
    at: datetime,
    *,
    by: str,
    stopped_at: datetime | None = None,
    stop_meter_wh: float | None = None,
    note: str | None = None,
    last_at: datetime | None = None,
) -> Session:
    """A session that a person ends: with its last reading (`last_at` as in `abandon`), or with the time and register
    they give.

    Raises Unprocessable where these cannot be: before its start, in the future, less than what is counted already.
    """
    if stopped_at is not None and not session.started_at <= stopped_at <= at:
        raise Unprocessable("stopped_at is not between the session's start and now")
    energy_wh = session.energy_wh
    if stop_meter_wh is not None:
        last = session.start_meter_wh if session.meter_wh is None else session.meter_wh
        if last is not None and stop_meter_wh < last:
            raise Unprocessable(f"stop_meter_wh is less than the last reading, {last:g} Wh")
        energy_wh += 0.0 if last is None else stop_meter_wh - last
    ended = abandon(session, at, BY_HAND, last_at)
    return replace(
        ended,
        stopped_at=stopped_at or ended.stopped_at,
        stop_meter_wh=ended.stop_meter_wh if stop_meter_wh is None else stop_meter_wh,
        energy_wh=energy_wh,
        closed_by=by,
        note=note,
    )


def resume(session: Session) -> Session:
    """An abandoned session of which more was heard: as it stood at its last reading. Who closed it stays noted."""
    guessed_wh = 0.0
    if session.stop_meter_wh is not None and session.meter_wh is not None:
        guessed_wh = session.stop_meter_wh - session.meter_wh  # a register given by hand, until the real one came
    return replace(
        session,
        status=ACTIVE,
        stopped_at=None,
        stop_meter_wh=None,
        end_reason=None,
        energy_wh=session.energy_wh - guessed_wh,
        power_w=None,
        flags=session.flags & ~FLAG_STOP_LOST,
    )


def with_start(
    session: Session, *, connector_id: int, id_tag: str, started_at: datetime, start_meter_wh: float, flags: int
) -> Session:
    """A recovered session whose start came after its stop: whole, and known by our number from now on."""
    begin = session.stop_meter_wh if session.start_meter_wh is None else session.start_meter_wh
    missed_wh = 0.0 if begin is None else max(0.0, begin - start_meter_wh)
    return replace(
        session,
        status=COMPLETED,
        transaction_id=str(session.id),
        connector_id=connector_id,
        id_tag=id_tag,
        started_at=started_at,
        start_meter_wh=start_meter_wh,
        energy_wh=session.energy_wh + missed_wh,
        flags=session.flags & ~FLAG_START_LOST | flags,
    )


def duration_s(session: Session, at: datetime) -> float:
    """Seconds from start to stop, or to `at` while the session runs."""
    return max(0.0, ((session.stopped_at or at) - session.started_at).total_seconds())
