"""The JSON shapes of charging profiles, composite schedules and reservations."""

from typing import Any

from typing_extensions import TypedDict

from wattdeck.domain.charging_profiles import Installed
from wattdeck.domain.clock import iso, iso_or_none
from wattdeck.domain.commands import Command
from wattdeck.domain.composite_schedules import Composite
from wattdeck.domain.reservations import Reservation
from wattdeck.live import shapes
from wattdeck.live.shapes import CommandShape
from wattdeck.store.charging_profiles import NamedProfile


class ChargingProfileShape(TypedDict):
    name: str
    profile: dict[str, Any]
    updated_at: str


class InstalledProfileShape(TypedDict):
    connector_id: int
    charging_profile_id: int
    purpose: str
    stack_level: int
    session_id: int | None
    command_id: int
    action: str | None
    asked_by: str | None
    installed_at: str
    profile: dict[str, Any]


class ScheduleStepShape(TypedDict):
    start_period: int
    limit: float | None
    number_phases: int | None
    charging_profile_id: int | None


class CompositeScheduleShape(TypedDict):
    schedule_start: str
    duration: int
    unit: str
    converted: bool
    periods: list[ScheduleStepShape]


class CompositeSchedulesShape(TypedDict):
    command: CommandShape
    ours: CompositeScheduleShape


class ReservationShape(TypedDict):
    id: int
    charge_point: str
    reservation_id: int
    connector_id: int
    id_tag: str
    parent_id_tag: str | None
    state: str
    answer: str | None
    cancel_answer: str | None
    session_id: int | None
    command_id: int
    created_at: str
    expires_at: str
    ended_at: str | None


class AskedReservationShape(ReservationShape):
    command: CommandShape


def charging_profile(one: NamedProfile) -> ChargingProfileShape:
    return {"name": one.name, "profile": one.profile, "updated_at": iso(one.updated_at)}


def installed_profile(one: Installed) -> InstalledProfileShape:
    return {
        "connector_id": one.connector_id,
        "charging_profile_id": one.profile.id,
        "purpose": one.profile.purpose,
        "stack_level": one.profile.stack_level,
        "session_id": one.session_id,
        "command_id": one.command_id,
        "action": one.action,
        "asked_by": one.asked_by,
        "installed_at": iso(one.installed_at),
        "profile": one.sent,
    }


def composite_schedule(one: Composite) -> CompositeScheduleShape:
    return {
        "schedule_start": iso(one.start),
        "duration": one.duration_s,
        "unit": one.unit,
        "converted": one.is_converted,
        "periods": [
            {
                "start_period": step.start_s,
                "limit": step.limit,
                "number_phases": step.phases,
                "charging_profile_id": step.profile_id,
            }
            for step in one.steps
        ],
    }


def reservation(one: Reservation) -> ReservationShape:
    return {
        "id": one.id,
        "charge_point": one.charge_point,
        "reservation_id": one.number,
        "connector_id": one.connector_id,
        "id_tag": one.id_tag,
        "parent_id_tag": one.parent_id_tag,
        "state": one.state,
        "answer": one.answer,
        "cancel_answer": one.cancel_answer,
        "session_id": one.session_id,
        "command_id": one.command_id,
        "created_at": iso(one.created_at),
        "expires_at": iso(one.expires_at),
        "ended_at": iso_or_none(one.ended_at),
    }


def asked_reservation(one: Reservation, command: Command) -> AskedReservationShape:
    """With the command that asks for it, or for its end."""
    return {**reservation(one), "command": shapes.command(command)}
