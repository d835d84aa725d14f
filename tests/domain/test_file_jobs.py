"""File jobs: what a reported status makes of one."""

from datetime import UTC, datetime, timedelta

import pytest

from wattdeck.domain.file_jobs import (
    CANCELLED,
    DIAGNOSTICS,
    FAILED,
    FINISHED,
    FIRMWARE,
    LOG,
    REQUESTED,
    RUNNING,
    STUCK,
    FileJob,
    after_report,
    takes_reports,
)
from wattdeck.domain.records import replace

AT = datetime(2026, 9, 14, 12, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


def job(kind: str = FIRMWARE, **more) -> FileJob:
    base = {"id": 1, "charge_point_id": 1, "charge_point": "CP-1", "location": "ftp://x/", "created_at": AT}
    return FileJob(**{**base, "kind": kind, "due_at": AT, **more})


@pytest.mark.parametrize(
    ("kind", "statuses", "state"),
    [
        (FIRMWARE, ["Downloading", "Downloaded", "Installing"], RUNNING),
        (FIRMWARE, ["Downloading", "Downloaded", "Installing", "Installed"], FINISHED),
        (FIRMWARE, ["Downloading", "DownloadFailed"], FAILED),
        (FIRMWARE, ["DownloadScheduled", "SignatureVerified", "InstallRebooting"], RUNNING),
        (FIRMWARE, ["InvalidSignature"], FAILED),
        (DIAGNOSTICS, ["Uploading", "Uploaded"], FINISHED),
        (DIAGNOSTICS, ["UploadFailed"], FAILED),
        (LOG, ["Uploading", "PermissionDenied"], FAILED),
        (LOG, ["Idle"], REQUESTED),
        (FIRMWARE, ["DownloadFailed", "Downloading"], RUNNING),
        (FIRMWARE, ["Installed", "Installing"], FINISHED),
    ],
)
def test_the_state_follows_what_is_reported(kind: str, statuses: list[str], state: str):
    one = job(kind)
    for status in statuses:
        one = after_report(one, status, LATER)
    assert (one.state, one.status, one.reported_at) == (state, statuses[-1], LATER)
    assert (one.finished_at is not None) == (state in (FINISHED, FAILED))


def test_uploaded_without_a_file_here_is_not_the_end_of_an_upload_to_us():
    one = after_report(job(LOG, has_link=True), "Uploaded", LATER)
    assert (one.state, one.error) == (RUNNING, "reported as Uploaded, nothing has arrived yet")
    assert after_report(job(LOG, has_link=True, has_file=True), "Uploaded", LATER).state == FINISHED


def test_what_was_given_up_stays_so_and_the_status_is_kept():
    one = after_report(job(state=CANCELLED, finished_at=AT), "Installed", LATER)
    assert (one.state, one.status, one.finished_at) == (CANCELLED, "Installed", AT)


@pytest.mark.parametrize(
    ("one", "takes"),
    [
        (job(), True),
        (job(state=STUCK), True),
        (job(state=FINISHED, finished_at=AT, status="Uploading"), True),
        (job(state=FINISHED, finished_at=AT, status="Uploaded"), False),
        (job(state=CANCELLED, finished_at=AT), False),
        (job(state=FAILED, finished_at=AT), True),
        (job(state=FAILED, finished_at=AT - timedelta(hours=2)), False),
    ],
)
def test_a_report_without_a_request_id_is_about_what_is_open_or_failed_just_now(one: FileJob, takes: bool):
    assert takes_reports(one, LATER) is takes


def test_a_failure_says_which():
    assert after_report(job(), "InstallVerificationFailed", LATER).error == "reported as InstallVerificationFailed"
    again = after_report(replace(job(), state=FAILED, error="reported as x", finished_at=AT), "Downloading", LATER)
    assert (again.error, again.finished_at) == (None, None)
