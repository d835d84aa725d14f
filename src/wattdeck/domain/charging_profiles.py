"""Charging profiles: what one says, the rules their schema does not hold, which replaces and which clears which.

OCPP 1.6 §3.13, §5.5, §5.16, §7.8 to §7.14, with the errata sheet. A profile is kept as it goes over the wire.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from wattdeck.domain.clock import from_iso
from wattdeck.domain.records import Record

CHARGE_POINT_MAX, TX_DEFAULT, TX = "ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"
RECURRING, RELATIVE = "Recurring", "Relative"
RECURS_EVERY_S = {"Daily": 86_400, "Weekly": 604_800}
LARGEST_NUMBER = 2**31 - 1


class Period(Record, frozen=True):
    """From `start_s` after the schedule's start on at most `limit`. Without a number of phases it is three (§7.12)."""

    start_s: int
    limit: float
    phases: int | None = None


class Profile(Record, frozen=True, kw_only=True):
    """What a profile says. `starts_at` is None where the schedule counts from the start of charging (§7.13)."""

    id: int
    purpose: str
    stack_level: int
    kind: str
    recurs_every_s: int | None
    valid_from: datetime | None
    valid_to: datetime | None
    starts_at: datetime | None
    duration_s: int | None
    unit: str
    periods: tuple[Period, ...]
    transaction_id: int | None


class Installed(Record, frozen=True, kw_only=True):
    """A profile that a charge point is believed to hold. Connector 0: the charge point, or all its connectors.

    `session_id` and `session_started_at`: of the session a TxProfile belongs to; it ends with it (§3.13.1).
    `action` and `asked_by`: of the command that brought it, as long as that is kept.
    """

    id: int
    connector_id: int
    profile: Profile
    sent: dict[str, Any]
    command_id: int
    session_id: int | None
    session_started_at: datetime | None
    installed_at: datetime
    action: str | None = None
    asked_by: str | None = None


def read(sent: Any) -> Profile | None:
    """What a profile says, as it was sent; None where it is no profile by its schema."""
    try:
        schedule = sent["chargingSchedule"]
        kind, starts_at = str(sent["chargingProfileKind"]), schedule.get("startSchedule")
        return Profile(
            id=_whole(sent["chargingProfileId"]),
            purpose=str(sent["chargingProfilePurpose"]),
            stack_level=_whole(sent["stackLevel"]),
            kind=kind,
            recurs_every_s=RECURS_EVERY_S.get(str(sent.get("recurrencyKind"))) if kind == RECURRING else None,
            valid_from=from_iso(sent.get("validFrom")),
            valid_to=from_iso(sent.get("validTo")),
            starts_at=None if kind == RELATIVE else from_iso(starts_at),
            duration_s=_perhaps(schedule.get("duration")),
            unit=str(schedule["chargingRateUnit"]),
            periods=tuple(
                Period(_whole(each["startPeriod"]), float(each["limit"]), _perhaps(each.get("numberPhases")))
                for each in schedule["chargingSchedulePeriod"]
            ),
            transaction_id=_perhaps(sent.get("transactionId")),
        )
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None


def _whole(value: Any) -> int:
    """Raises ValueError for what no charge point can hold."""
    number = int(value)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError(number)
    return number


def _perhaps(value: Any) -> int | None:
    return None if value is None else _whole(value)


def complaints(sent: Mapping[str, Any]) -> list[str]:
    """What is wrong with a profile that fits its schema, one sentence each; empty when nothing is."""
    profile = read(sent)
    if profile is None:
        return [f"it is no charging profile, or a number in it is larger than {LARGEST_NUMBER}"]
    said = [
        (profile.stack_level < 0, "stackLevel: the lowest is 0 (§7.8)"),
        (
            profile.transaction_id is not None and profile.purpose != TX,
            "transactionId: only a TxProfile is for a transaction (§7.8)",
        ),
        *_about_recurrence(sent, profile),
        *_about_times(sent, profile),
        *_about_periods(profile.periods),
    ]
    return [sentence for is_so, sentence in said if is_so]


Said = tuple[bool, str]


def _about_recurrence(sent: Mapping[str, Any], profile: Profile) -> list[Said]:
    has_one = "recurrencyKind" in sent
    return [
        (has_one and profile.kind != RECURRING, "recurrencyKind: only where chargingProfileKind is Recurring (§7.8)"),
        (not has_one and profile.kind == RECURRING, "recurrencyKind: a Recurring profile says Daily or Weekly (§7.8)"),
    ]


def _about_times(sent: Mapping[str, Any], profile: Profile) -> list[Said]:
    schedule = sent["chargingSchedule"]
    given = {name: sent.get(name) for name in ("validFrom", "validTo")}
    given["chargingSchedule.startSchedule"] = schedule.get("startSchedule")
    ends = profile.valid_to
    return [
        *(
            (text is not None and from_iso(text) is None, f"{name}: {text!r} is no time")
            for name, text in given.items()
        ),
        (
            ends is not None and profile.valid_from is not None and ends <= profile.valid_from,
            "validTo: it ends before it begins",
        ),
        (
            profile.duration_s is not None and profile.duration_s <= 0,
            "chargingSchedule.duration: it is longer than 0 seconds",
        ),
        (float(schedule.get("minChargingRate") or 0) < 0, "chargingSchedule.minChargingRate: it is not negative"),
    ]


def _about_periods(periods: Sequence[Period]) -> list[Said]:
    where = "chargingSchedule.chargingSchedulePeriod"
    starts = [each.start_s for each in periods]
    return [
        (not periods, f"{where}: there is at least one (§7.13)"),
        (bool(periods) and starts[0] != 0, f"{where}[0].startPeriod: the first period begins at 0 (§7.13)"),
        (
            any(later <= earlier for earlier, later in pairwise(starts)),
            f"{where}: each period begins later than the one before",
        ),
        (any(each.limit < 0 for each in periods), f"{where}: a limit is not negative"),
        (
            any(each.phases is not None and not 1 <= each.phases <= 3 for each in periods),
            f"{where}: numberPhases is 1, 2 or 3",
        ),
    ]


def complaint_about_connector(profile: Profile, connector_id: int) -> str | None:
    """Why a profile cannot be for this connector (§3.13.1); None where it can."""
    if profile.purpose == CHARGE_POINT_MAX and connector_id != 0:
        return "a ChargePointMaxProfile is for connector 0, the charge point as a whole (§3.13.1)"
    if profile.purpose == TX and connector_id == 0:
        return "a TxProfile is for the connector its session runs on, not for connector 0 (§3.13.1)"
    return None


def replaces(connector_id: int, new: Profile, old: Installed) -> bool:
    """Whether a charge point drops the old profile for the new one (§5.16.3, §5.16.4)."""
    if new.id == old.profile.id:
        # a connector's own default leaves the one for all connectors to the others (§3.13.1)
        return not (new.purpose == old.profile.purpose == TX_DEFAULT and old.connector_id == 0 != connector_id)
    same = (new.purpose, new.stack_level) == (old.profile.purpose, old.profile.stack_level)
    return same and connector_id == old.connector_id


def is_cleared(asked: Mapping[str, Any], one: Installed) -> bool:
    """Whether a ClearChargingProfile of these members is about it: by id alone, else by all members together (§5.5)."""
    if "id" in asked:
        return bool(asked["id"] == one.profile.id)
    held = {
        "connectorId": one.connector_id,
        "chargingProfilePurpose": one.profile.purpose,
        "stackLevel": one.profile.stack_level,
    }
    return all(asked.get(name, value) == value for name, value in held.items())
