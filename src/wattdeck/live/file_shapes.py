"""The JSON shapes of file jobs, what was reported about them, and firmware files."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from wattdeck.domain.clock import iso
from wattdeck.domain.file_jobs import FileJob, FileReport
from wattdeck.store.firmware import Firmware


class FileReportShape(TypedDict):
    status: str
    at: str


class FileJobShape(TypedDict):
    id: int
    charge_point: str
    kind: str
    state: str
    status: str | None
    command_id: int | None
    request_id: int | None
    log_type: str | None
    firmware_id: int | None
    location: str
    file_name: str | None
    has_file: bool
    bytes_received: int
    error: str | None
    created_at: str
    due_at: str
    fetched_at: str | None
    started_at: str | None
    reported_at: str | None
    finished_at: str | None


class FileJobWithReportsShape(FileJobShape):
    reports: list[FileReportShape]


class FirmwareShape(TypedDict):
    id: int
    name: str
    bytes: int
    sha256: str
    uploaded_at: str
    uploaded_by: str | None


def file_job(one: FileJob) -> FileJobShape:
    return {
        "id": one.id,
        "charge_point": one.charge_point,
        "kind": one.kind,
        "state": one.state,
        "status": one.status,
        "command_id": one.command_id,
        "request_id": one.request_id,
        "log_type": one.log_type,
        "firmware_id": one.firmware_id,
        "location": one.location,
        "file_name": one.file_name,
        "has_file": one.has_file,
        "bytes_received": one.bytes_received,
        "error": one.error,
        "created_at": iso(one.created_at),
        "due_at": iso(one.due_at),
        "fetched_at": None if one.fetched_at is None else iso(one.fetched_at),
        "started_at": None if one.started_at is None else iso(one.started_at),
        "reported_at": None if one.reported_at is None else iso(one.reported_at),
        "finished_at": None if one.finished_at is None else iso(one.finished_at),
    }


def file_job_with_reports(one: FileJob, reports: Sequence[FileReport]) -> FileJobWithReportsShape:
    said: list[FileReportShape] = [{"status": report.status, "at": iso(report.at)} for report in reports]
    return {**file_job(one), "reports": said}


def firmware(one: Firmware) -> FirmwareShape:
    return {
        "id": one.id,
        "name": one.name,
        "bytes": one.bytes,
        "sha256": one.sha256,
        "uploaded_at": iso(one.uploaded_at),
        "uploaded_by": one.uploaded_by,
    }
