"""Charging sessions: one record each, and the words for how one ended and what is odd about it."""

from datetime import datetime

from wattdeck.domain.records import Record, replace

ACTIVE, COMPLETED, ABANDONED, RECOVERED = "active", "completed", "abandoned", "recovered"

FLAG_UNAUTHORISED, FLAG_STOP_LOST, FLAG_START_LOST, FLAG_METER_ODD = 1, 2, 4, 8
FLAG_NAMES = {
    FLAG_UNAUTHORISED: "unauthorised",
    FLAG_STOP_LOST: "stop_lost",
    FLAG_START_LOST: "start_lost",
    FLAG_METER_ODD: "meter_odd",
}


def flag_names(flags: int) -> list[str]:
    return [name for bit, name in FLAG_NAMES.items() if flags & bit]


class Session(Record, frozen=True, kw_only=True):
    """One charging session (OCPP: transaction). Energy in Wh, power in W, SoC in percent.

    `meter_wh` and `meter_at` are the last believed register reading: where the next difference counts from.
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
    power_w: float | None = None
    soc: float | None = None
    stop_reason: str | None = None
    flags: int = 0


def finish(session: Session, *, stop_meter_wh: float, stopped_at: datetime, reason: str) -> Session:
    """The session after its stop. Its energy is what its meter values, the stop's register among them, added up to."""
    return replace(
        session,
        status=session.status if session.status == RECOVERED else COMPLETED,
        stopped_at=max(stopped_at, session.started_at),
        stop_meter_wh=stop_meter_wh,
        stop_reason=reason,
        power_w=0.0,
        flags=session.flags & ~FLAG_STOP_LOST,
    )


def abandon(session: Session, at: datetime) -> Session:
    """A session whose stop never came: it ends with its last reading, be it that of its start; without any, at `at`."""
    return replace(
        session,
        status=ABANDONED,
        stopped_at=max(session.meter_at or at, session.started_at),
        stop_meter_wh=session.meter_wh,
        power_w=0.0,
        flags=session.flags | FLAG_STOP_LOST,
    )


def duration_s(session: Session, at: datetime) -> float:
    """Seconds from start to stop, or to `at` while the session runs."""
    return max(0.0, ((session.stopped_at or at) - session.started_at).total_seconds())
