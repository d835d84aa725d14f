"""Charging profiles as far as a simulated charge point heeds them (OCPP 1.6 §3.13): the limit in force, in W."""

from dataclasses import dataclass
from math import inf
from typing import Any

from wattdeck.simulator.meter import MAINS_V, Supply
from wattdeck.simulator.voice16 import Payload, read_time


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


_REPEATS = {"Daily": 86_400.0, "Weekly": 604_800.0}


def read_limit(connector_id: int, profile: Payload, supply: Supply) -> Limit:
    """A profile off the wire. Raises KeyError, TypeError or ValueError where it is not one."""
    schedule = profile["chargingSchedule"]
    unit = schedule["chargingRateUnit"]
    starts_at = read_time(schedule["startSchedule"]) if "startSchedule" in schedule else None
    return Limit(
        connector_id=connector_id,
        profile_id=int(profile["chargingProfileId"]),
        purpose=str(profile["chargingProfilePurpose"]),
        stack_level=int(profile["stackLevel"]),
        starts_at=None if profile["chargingProfileKind"] == "Relative" else starts_at,
        repeats_s=_REPEATS.get(str(profile.get("recurrencyKind"))),
        duration_s=float(schedule.get("duration", inf)),
        periods=tuple(
            (float(period["startPeriod"]), _watts(float(period["limit"]), unit, period, supply))
            for period in schedule["chargingSchedulePeriod"]
        ),
    )


def limit_w(limits: list[Limit], connector_id: int, now: float, session_started_at: float) -> float:
    """W that the profiles allow now: per purpose the highest stack level that says something, of those the least.

    A profile for the transaction overrules the default for transactions (§3.13.4).
    """
    said: dict[str, float] = {}
    for limit in sorted(limits, key=lambda each: each.stack_level):
        watts = _in_force(limit, now, session_started_at) if limit.connector_id in (0, connector_id) else None
        if watts is not None:
            said[limit.purpose] = watts
    if "TxProfile" in said:
        said.pop("TxDefaultProfile", None)
    return min(said.values(), default=inf)


def install(limits: list[Limit], new: Limit) -> list[Limit]:
    """With the new one in: it replaces the one of its id, or of its purpose and level on the same connector (§5.16)."""

    def replaced(old: Limit) -> bool:
        same_place = (old.connector_id, old.purpose, old.stack_level) == (
            new.connector_id,
            new.purpose,
            new.stack_level,
        )
        return old.profile_id == new.profile_id or same_place

    return [*(old for old in limits if not replaced(old)), new]


def drop_tx_profiles(limits: list[Limit], connector_id: int) -> list[Limit]:
    """Without the profiles that were only for the session that ended on this connector (§3.13.1)."""
    return [each for each in limits if each.purpose != "TxProfile" or each.connector_id != connector_id]


def keeps(limit: Limit, wanted: Payload) -> bool:
    """Whether this one survives a ClearChargingProfile with these filters (§5.4)."""
    asked: dict[str, Any] = {
        "id": limit.profile_id,
        "connectorId": limit.connector_id,
        "chargingProfilePurpose": limit.purpose,
        "stackLevel": limit.stack_level,
    }
    return any(name in wanted and wanted[name] != value for name, value in asked.items())


def _in_force(limit: Limit, now: float, session_started_at: float) -> float | None:
    elapsed = now - (session_started_at if limit.starts_at is None else limit.starts_at)
    if limit.repeats_s is not None:
        elapsed %= limit.repeats_s
    if not 0 <= elapsed < limit.duration_s:
        return None
    begun = [watts for start, watts in limit.periods if start <= elapsed]
    return begun[-1] if begun else None


def _watts(limit: float, unit: str, period: Payload, supply: Supply) -> float:
    if unit == "W":
        return limit
    if supply.is_dc:
        return limit * 400
    return limit * MAINS_V * min(supply.phases, int(period.get("numberPhases", 3)))
