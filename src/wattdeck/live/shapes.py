"""The JSON shapes of the public contract (§2, §3): one definition for REST and live streams.

Numbers are numbers, times ISO 8601 in UTC with Z; energies say their unit in the field name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from wattdeck.domain import meter_values, sessions
from wattdeck.domain.charge_points import ChargePoint, is_available, is_connected, summary_status, whole_status
from wattdeck.domain.clock import iso, iso_or_none
from wattdeck.domain.commands import Command
from wattdeck.domain.connectors import Connector
from wattdeck.domain.sessions import Session
from wattdeck.store.samples import Sample
from wattdeck.store.statistics import Statistics
from wattdeck.store.totals import Totals


class StatsShape(TypedDict):
    total_charge_points: int
    connected: int
    available: int
    charging: int
    active_sessions: int
    total_energy_today: float


class ConnectorShape(TypedDict):
    connector_id: int
    evse_id: int | None
    status: str
    error_code: str
    info: str | None
    vendor_id: str | None
    vendor_error_code: str | None
    updated_at: str


class SessionShape(TypedDict):
    id: int
    transaction_id: str
    charge_point: str
    connector_id: int
    id_tag: str | None
    status: str
    started_at: str
    stopped_at: str | None
    duration_s: float
    energy_wh: float
    energy_kwh: float
    energy_source: str | None
    energy_export_wh: float | None
    power_w: float | None
    soc: float | None
    start_meter_wh: float | None
    stop_meter_wh: float | None
    stop_reason: str | None
    end_reason: str | None
    closed_by: str | None
    note: str | None
    flags: list[str]


class ChargePointShape(TypedDict):
    id: int
    identifier: str
    vendor: str | None
    model: str | None
    serial_number: str | None
    firmware_version: str | None
    iccid: str | None
    imsi: str | None
    meter_type: str | None
    meter_serial_number: str | None
    ocpp_version: str | None
    site: str | None
    registration: str
    has_password: bool
    password_changing: bool
    security_profile: int
    rated_power_w: float | None
    time_zone: str | None
    learned_power_w: float | None
    connected: bool
    deaf: bool
    available: bool
    status: str | None
    summary_status: str | None
    registered_at: str | None
    booted_at: str | None
    connected_at: str | None
    last_seen_at: str | None
    last_heartbeat_at: str | None
    connectors: list[ConnectorShape]
    current_session: SessionShape | None


class MeterValueShape(TypedDict):
    charge_point: str
    connector_id: int
    session_id: int | None
    measurand: str
    value: float | str | None
    unit: str
    phase: str | None
    context: str
    location: str
    taken_at: str
    received_at: str
    flags: list[str]
    original: str | None


class StatisticsShape(TypedDict):
    measurand: str
    unit: str
    phase: str | None
    connector_id: int
    location: str
    count: int
    min: float
    max: float
    mean: float
    time_weighted_mean: float
    sum: float
    last: float
    last_at: str


class CommandShape(TypedDict):
    id: int
    charge_point: str
    action: str
    payload: dict[str, Any]
    state: str
    result: dict[str, Any] | None
    error: dict[str, str] | None
    effect: str | None
    created_at: str
    expires_at: str
    sent_at: str | None
    finished_at: str | None


class CommandSchemaShape(TypedDict):
    action: str
    ocpp_version: str
    schema: dict[str, Any]


def stats(totals: Totals, energy_today_wh: float) -> StatsShape:
    return {
        "total_charge_points": totals.total_charge_points,
        "connected": totals.connected,
        "available": totals.available,
        "charging": totals.charging,
        "active_sessions": totals.active_sessions,
        "total_energy_today": round(energy_today_wh / 1000, 3),
    }


def connector(one: Connector) -> ConnectorShape:
    return {
        "connector_id": one.connector_id,
        "evse_id": one.evse_id,
        "status": one.status,
        "error_code": one.error_code,
        "info": one.info,
        "vendor_id": one.vendor_id,
        "vendor_error_code": one.vendor_error_code,
        "updated_at": iso(one.updated_at),
    }


def session(one: Session, at: datetime) -> SessionShape:
    """`at`: until when a running session has lasted."""
    return {
        "id": one.id,
        "transaction_id": one.transaction_id,
        "charge_point": one.charge_point,
        "connector_id": one.connector_id,
        "id_tag": one.id_tag,
        "status": one.status,
        "started_at": iso(one.started_at),
        "stopped_at": iso_or_none(one.stopped_at),
        "duration_s": round(sessions.duration_s(one, at), 3),
        "energy_wh": round(one.energy_wh, 3),
        "energy_kwh": round(one.energy_wh / 1000, 6),
        "energy_source": one.energy_source,
        "energy_export_wh": one.energy_export_wh,
        "power_w": one.power_w,
        "soc": one.soc,
        "start_meter_wh": one.start_meter_wh,
        "stop_meter_wh": one.stop_meter_wh,
        "stop_reason": one.stop_reason,
        "end_reason": one.end_reason,
        "closed_by": one.closed_by,
        "note": one.note,
        "flags": sessions.flag_names(one.flags),
    }


def charge_point(
    one: ChargePoint, connectors: Sequence[Connector], running: Session | None, at: datetime
) -> ChargePointShape:
    connected = is_connected(one, at)
    return {
        "id": one.id,
        "identifier": one.identifier,
        "vendor": one.vendor,
        "model": one.model,
        "serial_number": one.serial_number,
        "firmware_version": one.firmware_version,
        "iccid": one.iccid,
        "imsi": one.imsi,
        "meter_type": one.meter_type,
        "meter_serial_number": one.meter_serial_number,
        "ocpp_version": one.ocpp_version,
        "site": one.site,
        "registration": one.registration,
        "has_password": one.has_password,
        "password_changing": one.password_changing,
        "security_profile": one.security_profile,
        "rated_power_w": one.rated_power_w,
        "time_zone": one.time_zone,
        "learned_power_w": one.learned_power_w,
        "connected": connected,
        "deaf": one.deaf_since is not None,
        "available": is_available(one.registration, connected, connectors),
        "status": whole_status(connectors),
        "summary_status": summary_status(connectors),
        "registered_at": iso_or_none(one.registered_at),
        "booted_at": iso_or_none(one.booted_at),
        "connected_at": iso_or_none(one.connected_at) if connected else None,
        "last_seen_at": iso_or_none(one.last_seen_at),
        "last_heartbeat_at": iso_or_none(one.last_heartbeat_at),
        "connectors": [connector(each) for each in connectors],
        "current_session": None if running is None else session(running, at),
    }


def meter_value(one: Sample, charge_point: str) -> MeterValueShape:
    return {
        "charge_point": charge_point,
        "connector_id": one.series.connector_id,
        "session_id": one.session_id,
        "measurand": one.series.measurand,
        "value": one.text if one.value is None else one.value,
        "unit": one.series.unit,
        "phase": one.series.phase,
        "context": one.context,
        "location": one.series.location,
        "taken_at": iso(one.taken_at),
        "received_at": iso(one.received_at),
        "flags": meter_values.flag_names(one.flags),
        "original": None if one.value is None else one.text,
    }


def statistics(one: Statistics) -> StatisticsShape:
    return {
        "measurand": one.series.measurand,
        "unit": one.series.unit,
        "phase": one.series.phase,
        "connector_id": one.series.connector_id,
        "location": one.series.location,
        "count": one.count,
        "min": one.min,
        "max": one.max,
        "mean": one.mean,
        "time_weighted_mean": one.time_weighted_mean,
        "sum": one.sum,
        "last": one.last,
        "last_at": iso(one.last_at),
    }


def command(one: Command) -> CommandShape:
    return {
        "id": one.id,
        "charge_point": one.charge_point,
        "action": one.action,
        "payload": one.payload,
        "state": one.state,
        "result": one.result,
        "error": one.error,
        "effect": one.effect,
        "created_at": iso(one.created_at),
        "expires_at": iso(one.expires_at),
        "sent_at": iso_or_none(one.sent_at),
        "finished_at": iso_or_none(one.finished_at),
    }
