"""Where charge points upload diagnostics and logs, and fetch firmware: the token in the link is the right to it."""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import Connection

from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.receiving import BrokenOff, ReceivedFile
from wattdeck.commands.files import hash_token
from wattdeck.domain.clock import now
from wattdeck.domain.events import FileJobChanged
from wattdeck.domain.file_jobs import (
    CANCELLED,
    FIRMWARE,
    REJECTED,
    STUCK_AFTER,
    FileJob,
    beginning_upload,
    broken_upload,
    takes_file,
    with_file,
)
from wattdeck.domain.records import replace
from wattdeck.store import file_jobs, files, firmware
from wattdeck.store.files import DiskFull, FileTooLarge, Kept
from wattdeck.telemetry import logger

UPLOAD = "/files/upload/"
router = APIRouter(include_in_schema=False)
_UNKNOWN = "no such link, or it has been used or has expired"
_LONGEST_S = STUCK_AFTER.total_seconds()  # 100 MiB by a slow modem take an hour
_log = logger("wattdeck.files")


@router.put(f"{UPLOAD}{{token}}")
@router.post(f"{UPLOAD}{{token}}")
@router.put(f"{UPLOAD}{{token}}/{{name:path}}")
@router.post(f"{UPLOAD}{{token}}/{{name:path}}")
async def upload(token: str, request: Request, house: House, name: str = "") -> Response:
    """A charge point uploads its file, once: 201. After a failure the link is still good."""
    job = await _linked(house, token)
    if job is None or not takes_file(job):
        raise HTTPException(404, _UNKNOWN)
    if job.id in house.uploading:
        raise HTTPException(409, "an upload by this link is under way")
    house.uploading.add(job.id)
    try:
        await _change(house, job.id, lambda current: beginning_upload(current, now()))
        file = ReceivedFile(request, name)
        kept = await _receive(house, job.id, file)
        done = await _change(house, job.id, lambda current: with_file(current, kept.size, file.name, now()), last=True)
    finally:
        house.uploading.discard(job.id)
    if not done.has_file:
        files.remove(files.upload(house.settings.data, job.id))
        raise HTTPException(404, _UNKNOWN)  # cancelled meanwhile
    return json_response({"bytes": kept.size}, 201)


async def _receive(house: ApiHouse, job_id: int, file: ReceivedFile) -> Kept:
    """The file on the disk; a failure is written into the job and becomes an HTTP status."""
    settings = house.settings
    try:
        async with asyncio.timeout(_LONGEST_S):
            return await files.keep(file.chunks(), files.upload(settings.data, job_id), settings.upload_limit_bytes)
    except TimeoutError:
        status, why = 408, f"the upload took too long, {file.size} bytes had arrived"
    except BrokenOff:
        status, why = 400, f"the upload broke off after {file.size} bytes"
    except HTTPException as error:
        status, why = error.status_code, str(error.detail)
    except FileTooLarge as error:
        status, why = 413, str(error)
    except DiskFull as error:
        status, why = 507, str(error)
    except OSError as error:
        _log.error("upload cannot be kept", job=job_id, reason=str(error))
        status, why = 503, "the file cannot be written now"
    await _change(house, job_id, lambda current: broken_upload(current, file.size, why))
    raise HTTPException(status, why)


@router.get("/files/firmware/{token}/{name:path}")
@router.head("/files/firmware/{token}/{name:path}")
async def fetch(token: str, name: str, request: Request, house: House) -> Response:
    """A charge point fetches firmware; again, or in parts, as often as it likes until the link expires."""
    job = await _linked(house, token)
    if job is None or job.kind != FIRMWARE or job.state in (CANCELLED, REJECTED):
        raise HTTPException(404, _UNKNOWN)
    wanted = job.firmware_id
    found = None if wanted is None else await house.store.read(lambda c: firmware.get(c, wanted))
    path = None if found is None else files.firmware(house.settings.data, found.sha256)
    if found is None or path is None or not path.is_file():
        raise HTTPException(404, "the firmware is not here any more")
    if job.fetched_at is None and request.method == "GET":
        at = now()
        await _change(house, job.id, lambda current: replace(current, fetched_at=current.fetched_at or at))
    return FileResponse(path, media_type="application/octet-stream", filename=found.name)


async def _linked(house: ApiHouse, token: str) -> FileJob | None:
    hashed, at = hash_token(token), now()
    return await house.store.read(lambda connection: file_jobs.by_link(connection, hashed, at))


async def _change(house: ApiHouse, id: int, change: Callable[[FileJob], FileJob], last: bool = False) -> FileJob:
    """Change the job as it is now; not one that takes no file any more. `last`: its link is spent."""

    def write(connection: Connection) -> FileJob:
        job = file_jobs.get(connection, id)
        assert job is not None
        if job.kind != FIRMWARE and not takes_file(job):
            return job
        if last:
            file_jobs.spend_link(connection, id)
        return file_jobs.save(connection, change(job))

    job = await house.store.write(write)
    house.events.publish(FileJobChanged(job))
    return job
