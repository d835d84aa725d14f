"""What charge points say, in our words, and what we answer. Named after the OCPP 1.6 action each comes from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wattdeck.domain.meter_values import MeterValue
from wattdeck.domain.records import Record
from wattdeck.domain.tags import Authorization


class BootNotification(Record, frozen=True, kw_only=True):
    vendor: str
    model: str
    serial_number: str | None = None
    firmware_version: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial_number: str | None = None


class BootNotificationAnswer(Record, frozen=True):
    """`status`: Accepted, Pending or Rejected; `interval_s` is never 0 (charge points then beat without pause)."""

    status: str
    current_time: datetime
    interval_s: int


class Heartbeat(Record, frozen=True):
    pass


class HeartbeatAnswer(Record, frozen=True):
    current_time: datetime


class StatusNotification(Record, frozen=True, kw_only=True):
    connector_id: int
    status: str
    error_code: str = "NoError"
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None
    taken_at: datetime | None = None


class StatusNotificationAnswer(Record, frozen=True):
    pass


class Authorize(Record, frozen=True):
    id_tag: str


class AuthorizeAnswer(Record, frozen=True):
    authorization: Authorization


class StartTransaction(Record, frozen=True, kw_only=True):
    connector_id: int
    id_tag: str
    start_meter_wh: float
    started_at: datetime
    reservation_id: int | None = None


class StartTransactionAnswer(Record, frozen=True):
    transaction_id: int
    authorization: Authorization


class StopTransaction(Record, frozen=True, kw_only=True):
    """`values`: the transactionData that came with it."""

    transaction_id: str
    stop_meter_wh: float
    stopped_at: datetime
    id_tag: str | None = None
    reason: str = "Local"
    values: tuple[MeterValue, ...] = ()


class StopTransactionAnswer(Record, frozen=True):
    authorization: Authorization | None = None


class MeterValues(Record, frozen=True):
    connector_id: int
    transaction_id: str | None
    values: Sequence[MeterValue]  # most often a `moments.Moment`


class MeterValuesAnswer(Record, frozen=True):
    pass


class DataTransfer(Record, frozen=True):
    vendor_id: str
    message_id: str | None = None
    data: str | None = None


class DataTransferAnswer(Record, frozen=True):
    """`status`: Accepted, Rejected, UnknownMessageId or UnknownVendorId."""

    status: str
    data: str | None = None


class FirmwareStatusNotification(Record, frozen=True):
    status: str


class FirmwareStatusNotificationAnswer(Record, frozen=True):
    pass


class SignedFirmwareStatusNotification(Record, frozen=True):
    """`request_id`: of the SignedUpdateFirmware it is about."""

    status: str
    request_id: int | None = None


class SignedFirmwareStatusNotificationAnswer(Record, frozen=True):
    pass


class DiagnosticsStatusNotification(Record, frozen=True):
    status: str


class DiagnosticsStatusNotificationAnswer(Record, frozen=True):
    pass


class LogStatusNotification(Record, frozen=True):
    """`request_id`: of the GetLog it is about."""

    status: str
    request_id: int | None = None


class LogStatusNotificationAnswer(Record, frozen=True):
    pass


class SecurityEventNotification(Record, frozen=True):
    type: str
    taken_at: datetime
    tech_info: str | None = None


class SecurityEventNotificationAnswer(Record, frozen=True):
    pass


class SignCertificate(Record, frozen=True):
    """`csr`: a signing request as PEM."""

    csr: str


class SignCertificateAnswer(Record, frozen=True):
    """`status`: Accepted or Rejected."""

    status: str


Message = (
    BootNotification
    | Heartbeat
    | StatusNotification
    | Authorize
    | StartTransaction
    | StopTransaction
    | MeterValues
    | DataTransfer
    | FirmwareStatusNotification
    | SignedFirmwareStatusNotification
    | DiagnosticsStatusNotification
    | LogStatusNotification
    | SecurityEventNotification
    | SignCertificate
)
Answer = Any
