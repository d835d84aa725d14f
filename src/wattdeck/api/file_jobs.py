"""File jobs: firmware updates, diagnostics and log uploads, how far they are, and what was uploaded."""

from fastapi import APIRouter, Response

from wattdeck.api.auth import Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import Cursor, Limit, Listed, can_be_row, find_charge_point, listed, number
from wattdeck.domain.errors import NotFound
from wattdeck.domain.file_jobs import FileJob
from wattdeck.live import file_shapes as shapes
from wattdeck.live.file_shapes import FileJobShape, FileJobWithReportsShape
from wattdeck.store import file_jobs

router = APIRouter(tags=["files"])


@router.get("/charge-points/{identifier}/file-jobs", response_model=Listed[FileJobShape])
async def of_charge_point(
    identifier: str, person: Viewer, house: House, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Its firmware updates, diagnostics and log uploads, newest first."""
    one, after = await find_charge_point(house, identifier), number(cursor)
    page = await house.store.read(lambda connection: file_jobs.of(connection, one.id, limit, after))
    return listed([shapes.file_job(each) for each in page.items], page.next)


@router.get("/file-jobs/{job_id}", response_model=FileJobWithReportsShape)
async def read(job_id: int, person: Viewer, house: House) -> Response:
    """One job, with every status that was reported about it."""
    job = await _find(house, job_id)
    reports = await house.store.read(lambda connection: file_jobs.reports(connection, job))
    return json_response(shapes.file_job_with_reports(job, reports))


async def _find(house: ApiHouse, job_id: int) -> FileJob:
    found = None
    if can_be_row(job_id):
        found = await house.store.read(lambda connection: file_jobs.get(connection, job_id))
    if found is None:
        raise NotFound(f"no file job {job_id}")
    return found
