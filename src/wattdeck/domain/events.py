"""What has happened, in the past tense; published after the commit that made it true."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from wattdeck.domain.alerts import Alert, Change
from wattdeck.domain.certificates import CertificateRequest
from wattdeck.domain.charge_points import ChargePoint, Known
from wattdeck.domain.commands import Command
from wattdeck.domain.connectors import Connector
from wattdeck.domain.file_jobs import FileJob, FileReport
from wattdeck.domain.meter_values import MeterValue
from wattdeck.domain.records import Record
from wattdeck.domain.reservations import Reservation
from wattdeck.domain.security import SecurityEvent
from wattdeck.domain.sessions import Session


class ChargePointConnected(Record, frozen=True):
    charge_point: ChargePoint
    at: datetime


class ChargePointDisconnected(Record, frozen=True):
    charge_point: ChargePoint
    at: datetime
    reason: str


class ChargePointChanged(Record, frozen=True):
    """It booted, or what is kept of it was edited."""

    charge_point: ChargePoint


class ChargePointRegistered(Record, frozen=True):
    """What the doors must know of it from now on: registered by hand, or its registration, password or security
    profile changed.
    """

    charge_point: Known


class ChargePointRemoved(Record, frozen=True):
    charge_point: ChargePoint


class StatusChanged(Record, frozen=True):
    charge_point: str
    connector: Connector


class SessionStarted(Record, frozen=True):
    session: Session


class SessionUpdated(Record, frozen=True):
    """New energy, power or state of charge of a running session."""

    session: Session


class SessionStopped(Record, frozen=True):
    session: Session


class StoredValue(Record, frozen=True, gc=False):
    """A meter value as it was stored: with its session and flags."""

    value: MeterValue
    session_id: int | None
    flags: int


class MeterValuesStored(Record, frozen=True):
    charge_point_id: int
    charge_point: str
    connector_id: int
    received_at: datetime
    values: Sequence[StoredValue]  # most often a `moments.StoredMoment`


class CommandChanged(Record, frozen=True):
    command: Command


class FileStatusReported(Record, frozen=True):
    """A charge point said how far it is with firmware, diagnostics or a log; also what belongs to no job of ours."""

    report: FileReport


class FileJobChanged(Record, frozen=True):
    job: FileJob


class SecurityEventReported(Record, frozen=True):
    security_event: SecurityEvent


class UnknownTagSeen(Record, frozen=True):
    """A tag that is in no list was refused."""

    charge_point: str
    connector_id: int | None
    id_tag: str
    at: datetime


class AlertChanged(Record, frozen=True):
    """An alert began, fired, goes on with newer figures, was acknowledged, ended. `alert` None: it went by before it
    fired, and is no more.
    """

    id: int
    alert: Alert | None
    change: Change


class CertificateRequested(Record, frozen=True):
    """A charge point asked to have its certificate signed."""

    request: CertificateRequest


class CertificateRequestChanged(Record, frozen=True):
    request: CertificateRequest


class ReservationChanged(Record, frozen=True):
    """Accepted, refused, used, cancelled, replaced, dropped, expired, or nobody knows."""

    reservation: Reservation


Event = (
    ChargePointConnected
    | ChargePointDisconnected
    | ChargePointChanged
    | ChargePointRegistered
    | ChargePointRemoved
    | StatusChanged
    | SessionStarted
    | SessionUpdated
    | SessionStopped
    | MeterValuesStored
    | CommandChanged
    | FileStatusReported
    | FileJobChanged
    | SecurityEventReported
    | UnknownTagSeen
    | AlertChanged
    | CertificateRequested
    | CertificateRequestChanged
    | ReservationChanged
)
KINDS: tuple[type, ...] = get_args(Event)
