"""Charging profiles as far as a simulated charge point heeds them (OCPP 1.6 §3.13): the limit in force, in W."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from wattdeck.simulator.meter import MAINS_V, Supply
from wattdeck.simulator.voice16 import Payload, read_time

WHOLE, DEFAULT, TX = "ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"


@dataclass(frozen=True, slots=True)
class Limit:
    """One installed profile. `starts_at` is None where the schedule counts from the start of the session."""

    connector_id: int
    profile_id: int
    purpose: str
    stack_level: int
    starts_at: float | None
    repeats_s: float | None
    duration_s: float
    periods: tuple[tuple[float, float], ...]
    valid_from: float = -inf
    valid_to: float = inf
    transaction_id: int | None = None


_REPEATS = {"Daily": 86_400.0, "Weekly": 604_800.0}


def read_limit(connector_id: int, profile: Payload, supply: Supply) -> Limit:
    """A profile off the wire. Raises KeyError, TypeError or ValueError where it is not one."""
    schedule = profile["chargingSchedule"]
    unit = schedule["chargingRateUnit"]
    recurring = profile["chargingProfileKind"] == "Recurring"
    return Limit(
        connector_id=connector_id,
        profile_id=int(profile["chargingProfileId"]),
        purpose=str(profile["chargingProfilePurpose"]),
        stack_level=int(profile["stackLevel"]),
        starts_at=None if profile["chargingProfileKind"] == "Relative" else read_time(schedule.get("startSchedule")),
        repeats_s=_REPEATS.get(str(profile.get("recurrencyKind"))) if recurring else None,
        duration_s=float(schedule.get("duration", inf)),
        periods=tuple(
            (float(period["startPeriod"]), _watts(float(period["limit"]), unit, period, supply))
            for period in schedule["chargingSchedulePeriod"]
        ),
        valid_from=_time(profile.get("validFrom"), -inf),
        valid_to=_time(profile.get("validTo"), inf),
        transaction_id=profile.get("transactionId"),
    )


def _time(text: Any, otherwise: float) -> float:
    at = None if text is None else read_time(text)
    return otherwise if at is None else at


def limit_w(limits: list[Limit], connector_id: int, now: float, session_started_at: float, sharing: int = 1) -> float:
    """W that the profiles allow now: per purpose the highest stack level that says something, of those the least.

    A profile for the transaction overrules the default for transactions, a connector's own default the one for all
    on the same level (§3.13.1). `sharing`: how many sessions the limit of the whole charge point is for (§3.13.3).
    """
    said: dict[str, float] = {}
    for limit in sorted(limits, key=lambda each: (each.stack_level, each.connector_id)):
        watts = _in_force(limit, now, session_started_at) if _concerns(limit, connector_id) else None
        if watts is not None:
            said[limit.purpose] = watts / max(1, sharing) if limit.purpose == WHOLE else watts
    if TX in said:
        said.pop(DEFAULT, None)
    return min(said.values(), default=inf)


def _concerns(limit: Limit, connector_id: int) -> bool:
    if connector_id == 0:
        return limit.purpose == WHOLE
    return limit.connector_id in (0, connector_id)


def moments(
    limits: list[Limit], connector_id: int, now: float, session_started_at: float, duration_s: float
) -> list[float]:
    """When, from now on, the limit may change; now is the first."""
    until = now + duration_s
    changes = {
        at
        for limit in limits
        if _concerns(limit, connector_id)
        for at in (limit.valid_from, limit.valid_to, *_turns(limit, now, until, session_started_at))
    }
    return [now, *sorted(at for at in changes if now < at < until)]


def _turns(limit: Limit, now: float, until: float, session_started_at: float) -> Iterator[float]:
    began = session_started_at if limit.starts_at is None else limit.starts_at
    if limit.repeats_s is not None and began < now:
        began += (now - began) // limit.repeats_s * limit.repeats_s
    while began < until:
        for start in (*(start for start, _ in limit.periods), limit.duration_s):
            if limit.repeats_s is None or start < limit.repeats_s:
                yield began + start
        if limit.repeats_s is None:
            return
        began += limit.repeats_s


def install(limits: list[Limit], new: Limit) -> list[Limit]:
    """With the new one in: it replaces the one of its id, or of its purpose and level on the same connector (§5.16);
    a default for one connector leaves the one for all to the others (§3.13.1).
    """

    def replaced(old: Limit) -> bool:
        if old.profile_id == new.profile_id:
            return not (old.purpose == new.purpose == DEFAULT and old.connector_id == 0 != new.connector_id)
        same_place = (old.connector_id, old.purpose, old.stack_level) == (
            new.connector_id,
            new.purpose,
            new.stack_level,
        )
        return same_place

    return [*(old for old in limits if not replaced(old)), new]


def drop_tx_profiles(limits: list[Limit], connector_id: int) -> list[Limit]:
    """Without the profiles that were only for the session that ended on this connector (§3.13.1)."""
    return [each for each in limits if each.purpose != TX or each.connector_id != connector_id]


def keeps(limit: Limit, wanted: Payload) -> bool:
    """Whether this one survives a ClearChargingProfile: by its id alone, else by all members together (§5.5, §6.13)."""
    if "id" in wanted:
        return bool(wanted["id"] != limit.profile_id)
    asked: dict[str, Any] = {
        "connectorId": limit.connector_id,
        "chargingProfilePurpose": limit.purpose,
        "stackLevel": limit.stack_level,
    }
    return any(name in wanted and wanted[name] != value for name, value in asked.items())


def _in_force(limit: Limit, now: float, session_started_at: float) -> float | None:
    elapsed = now - (session_started_at if limit.starts_at is None else limit.starts_at)
    if elapsed < 0 or not limit.valid_from <= now < limit.valid_to:
        return None
    if limit.repeats_s is not None:
        elapsed %= limit.repeats_s
    if elapsed >= limit.duration_s:
        return None
    begun = [watts for start, watts in limit.periods if start <= elapsed]
    return begun[-1] if begun else None


def _watts(limit: float, unit: str, period: Payload, supply: Supply) -> float:
    if unit == "W":
        return limit
    return limit * volts_times_phases(supply, int(period.get("numberPhases", 3)))


def volts_times_phases(supply: Supply, phases: int = 3) -> float:
    """W per ampere."""
    return 400.0 if supply.is_dc else MAINS_V * min(supply.phases, phases)
