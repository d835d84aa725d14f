"""File jobs in the database: which one a report is about."""

from datetime import datetime, timedelta

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.file_jobs import DIAGNOSTICS, FAILED, FINISHED, FIRMWARE, LOG, FileJob
from wattdeck.store import file_jobs
from wattdeck.store.engine import Store


def new(one: ChargePoint, at: datetime, kind: str = LOG, **more) -> FileJob:
    base = {"id": 0, "charge_point_id": one.id, "charge_point": one.identifier, "location": "http://x/"}
    return FileJob(**{**base, "kind": kind, "created_at": at, "due_at": at, **more})


async def add(store: Store, job: FileJob) -> FileJob:
    return await store.write(lambda connection: file_jobs.add(connection, job))


async def report(store: Store, one: ChargePoint, kind: str, status: str, at: datetime, request_id: int | None = None):
    return await store.write(lambda c: file_jobs.report(c, one.id, one.identifier, kind, status, request_id, at))


async def test_a_job_comes_back_as_it_was_put_in(store: Store, charge_point: ChargePoint, now: datetime):
    job = await add(store, new(charge_point, now, log_type="SecurityLog", request_id=7, has_link=True))
    again = await store.read(lambda connection: file_jobs.get(connection, job.id))
    assert again == job
    assert (job.id, job.has_link, job.has_file, job.created_at) == (1, True, False, now)


async def test_a_report_with_a_request_id_moves_that_job_alone(store: Store, charge_point: ChargePoint, now: datetime):
    first = await add(store, new(charge_point, now, request_id=1))
    second = await add(store, new(charge_point, now, request_id=2))
    said, moved = await report(store, charge_point, LOG, "Uploaded", now, 1)
    assert moved is not None
    assert (said.job_id, moved.id, moved.state) == (first.id, first.id, FINISHED)
    assert await store.read(lambda connection: file_jobs.get(connection, second.id)) == second


async def test_a_report_with_an_unknown_request_id_moves_nothing_and_is_kept(
    store: Store, charge_point: ChargePoint, now: datetime
):
    await add(store, new(charge_point, now, request_id=1))
    said, moved = await report(store, charge_point, LOG, "Uploaded", now, 99)
    assert (said.job_id, moved) == (None, None)


async def test_a_report_without_one_moves_the_newest_open_job_of_its_kind(
    store: Store, charge_point: ChargePoint, now: datetime
):
    older = await add(store, new(charge_point, now, FIRMWARE))
    newer = await add(store, new(charge_point, now, FIRMWARE))
    await add(store, new(charge_point, now, DIAGNOSTICS))
    _, moved = await report(store, charge_point, FIRMWARE, "Installed", now)
    assert moved is not None
    assert moved.id == newer.id
    _, moved = await report(store, charge_point, FIRMWARE, "Downloading", now)
    assert moved is not None
    assert moved.id == older.id


async def test_a_failed_job_that_is_tried_again_goes_on(store: Store, charge_point: ChargePoint, now: datetime):
    job = await add(store, new(charge_point, now, DIAGNOSTICS))
    await report(store, charge_point, DIAGNOSTICS, "UploadFailed", now)
    _, moved = await report(store, charge_point, DIAGNOSTICS, "Uploading", now + timedelta(minutes=2))
    assert moved is not None
    assert (moved.id, moved.state) == (job.id, "running")
    said = await store.read(lambda connection: file_jobs.reports(connection, moved))
    assert [one.status for one in said] == ["UploadFailed", "Uploading"]


async def test_the_same_status_over_and_over_is_one_line_and_a_sign_of_life(
    store: Store, charge_point: ChargePoint, now: datetime
):
    await add(store, new(charge_point, now, FIRMWARE))
    for seconds in range(3):
        _, moved = await report(store, charge_point, FIRMWARE, "Downloading", now + timedelta(seconds=seconds))
    assert moved is not None
    assert (moved.started_at, moved.reported_at) == (now, now + timedelta(seconds=2))
    said = await store.read(lambda connection: file_jobs.reports(connection, moved))
    assert [one.at for one in said] == [now]


async def test_an_old_failure_is_not_about_what_is_reported_today(
    store: Store, charge_point: ChargePoint, now: datetime
):
    await add(store, new(charge_point, now, FIRMWARE, state=FAILED, finished_at=now - timedelta(days=1)))
    said, moved = await report(store, charge_point, FIRMWARE, "Downloading", now)
    assert (said.job_id, moved) == (None, None)
