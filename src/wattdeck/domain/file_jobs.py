"""File jobs: firmware updates, diagnostics and log uploads, from the command to the charge point's last word."""

from datetime import datetime, timedelta
from typing import Any

from wattdeck.domain import commands
from wattdeck.domain.records import Record, replace

FIRMWARE, DIAGNOSTICS, LOG = "firmware", "diagnostics", "log"

REQUESTED, ACCEPTED, RUNNING, STUCK = "requested", "accepted", "running", "stuck"
FINISHED, FAILED, REJECTED, CANCELLED = "finished", "failed", "rejected", "cancelled"
# What can still get on. A stuck one has only not been heard of for long.
OPEN = frozenset({REQUESTED, ACCEPTED, RUNNING, STUCK})
STATES = OPEN | {FINISHED, FAILED, REJECTED, CANCELLED}

STUCK_AFTER = timedelta(hours=6)
# A charge point that was told to try again reports anew after a failure.
_TRIES_AGAIN_WITHIN = timedelta(hours=1)

_DONE = frozenset({"Installed", "Uploaded"})
_FAILURES = frozenset(
    (
        *("DownloadFailed", "InstallationFailed", "InstallVerificationFailed", "InvalidSignature"),
        *("UploadFailed", "UploadFailure", "BadMessage", "NotSupportedOperation", "PermissionDenied"),
        # of the first edition of the security white paper
        *("InvalidCertificate", "RevokedCertificate"),
    )
)
_IDLE = "Idle"  # nothing under way; only in answer to a trigger


class FileJob(Record, frozen=True, kw_only=True):
    """One job. `status` is the last word reported; `location` where the file goes or comes from, secrets blanked.

    `file_name` is what the charge point calls the file: a text to show, never a path. `has_link`: the file goes by a
    link of ours. `fetched_at`: when firmware was first fetched there. `has_file`: we hold what was uploaded.
    """

    id: int
    charge_point_id: int
    charge_point: str
    kind: str
    state: str = REQUESTED
    status: str | None = None
    command_id: int | None = None
    request_id: int | None = None
    log_type: str | None = None
    firmware_id: int | None = None
    location: str
    file_name: str | None = None
    has_link: bool = False
    has_file: bool = False
    bytes_received: int = 0
    error: str | None = None
    created_at: datetime
    due_at: datetime
    fetched_at: datetime | None = None
    started_at: datetime | None = None
    reported_at: datetime | None = None
    finished_at: datetime | None = None


class FileReport(Record, frozen=True):
    """A status a charge point reported about a file. `job_id` is None where it belongs to no job of ours."""

    charge_point_id: int
    charge_point: str
    kind: str
    status: str
    request_id: int | None
    job_id: int | None
    at: datetime


def takes_reports(job: FileJob, at: datetime) -> bool:
    """Whether a report without a request id may be about this job."""
    if job.state in OPEN:
        return True
    if job.finished_at is None or at - job.finished_at > _TRIES_AGAIN_WITHIN:
        return False
    # a file can be here before the charge point has said its last word about it
    return job.state == FAILED or (job.state == FINISHED and job.status not in _DONE)


def after_report(job: FileJob, status: str, at: datetime) -> FileJob:
    """The job once the charge point has reported `status`. One that has ended well, or was given up, stays as it is."""
    job = replace(job, status=status, reported_at=at)
    if status == _IDLE or job.state in (FINISHED, CANCELLED, REJECTED):
        return job
    started_at = job.started_at or at
    if status in _FAILURES:
        return replace(job, state=FAILED, started_at=started_at, finished_at=at, error=f"reported as {status}")
    if status not in _DONE:
        return replace(job, state=RUNNING, started_at=started_at, finished_at=None, error=None)
    if job.has_link and job.kind != FIRMWARE and not job.has_file:
        # it may be ahead of the last bytes; the file's arrival ends the job
        error = f"reported as {status}, nothing has arrived yet"
        return replace(job, state=RUNNING, started_at=started_at, finished_at=None, error=error)
    return replace(job, state=FINISHED, started_at=started_at, finished_at=at, error=None)


def after_answer(job: FileJob, state: str, result: dict[str, Any] | None, error: str | None, at: datetime) -> FileJob:
    """The job once its command has ended in `state`. Reports may have come before the answer: those count more."""
    if job.state not in (REQUESTED, STUCK):
        return job
    if state in (commands.TIMED_OUT, commands.CONNECTION_LOST):
        # it may be doing it all the same; a report shows
        return replace(job, error="the charge point did not answer")
    if result is None or commands.state_of_result(result) != commands.ACCEPTED:
        said = error or (result or {}).get("status") or state
        return replace(job, state=REJECTED, finished_at=at, error=f"{said}"[:1000])
    name = result.get("fileName") or result.get("filename")  # GetDiagnostics.conf, GetLog.conf
    if job.kind == DIAGNOSTICS and not name:
        # no name means that there is nothing to upload (OCPP 1.6 §6.26)
        return replace(job, state=FAILED, finished_at=at, error="the charge point has nothing to upload")
    return replace(job, state=ACCEPTED, error=None, file_name=job.file_name or plain_name(name))


def cancel(job: FileJob, at: datetime, why: str) -> FileJob:
    """Given up by us, or by the charge point for a newer one."""
    return replace(job, state=CANCELLED, finished_at=at, error=why)


def takes_file(job: FileJob) -> bool:
    """Whether an upload may still come in."""
    return job.has_link and not job.has_file and job.kind != FIRMWARE and job.state not in (CANCELLED, REJECTED)


def beginning_upload(job: FileJob, at: datetime) -> FileJob:
    return replace(job, state=RUNNING, started_at=job.started_at or at, finished_at=None, error=None)


def broken_upload(job: FileJob, size: int, why: str) -> FileJob:
    """The upload ended before the file did. The link stays good: the charge point may try again."""
    return replace(job, bytes_received=size, error=why)


def with_file(job: FileJob, size: int, name: str | None, at: datetime) -> FileJob:
    """The whole file has arrived: that ends the job, whether or not the charge point says so."""
    name = job.file_name or plain_name(name)
    return replace(job, state=FINISHED, has_file=True, bytes_received=size, file_name=name, finished_at=at, error=None)


def plain_name(name: object) -> str | None:
    """A file's name as a text to show: without folders and control characters, at most 255 characters."""
    if not isinstance(name, str):
        return None
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip(" .")[:255] or None
