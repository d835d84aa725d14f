"""File jobs: firmware updates, diagnostics and log uploads: begun here, how far they are, and what was uploaded."""

from contextlib import suppress
from typing import Annotated, Literal

from fastapi import Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.firmware import find as find_firmware
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import Cursor, Limit, Listed, Moment, can_be_row, find_charge_point, listed, number
from wattdeck.api.paths import prefix_of
from wattdeck.api.sending import Asked as AskedWith
from wattdeck.api.sending import DeliveryBody, Wait
from wattdeck.api.v1 import v1_router
from wattdeck.commands import files as ways
from wattdeck.commands.files import Asked, Signing, Tries
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.commands import FINAL, Command, Delivery, Once
from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.domain.events import FileJobChanged
from wattdeck.domain.file_jobs import OPEN, FileJob, cancel
from wattdeck.domain.people import Person
from wattdeck.live import file_shapes as shapes
from wattdeck.live.file_shapes import FileJobShape, FileJobWithReportsShape
from wattdeck.store import file_jobs, files

router = v1_router(tags=["files"])
Location = Annotated[str | None, Field(max_length=2048)]
Number = Annotated[int | None, Field(ge=0, lt=2**31)]


class _Transfer(DeliveryBody):
    """`retries`: how often the charge point tries, `retry_interval`: seconds between; without them as it likes."""

    location: Location = None
    retries: Number = None
    retry_interval: Number = None


class FirmwareSigning(BaseModel):
    """`certificate`: PEM; `signature`: Base64."""

    model_config = ConfigDict(extra="forbid")
    certificate: str = Field(min_length=1, max_length=5500)
    signature: str = Field(min_length=1, max_length=800)


class UpdateFirmware(_Transfer):
    """Either `location` or `firmware_id` (a file kept here). With `signing` it is a SignedUpdateFirmware."""

    firmware_id: int | None = None
    retrieve_at: Moment | None = None
    install_at: Moment | None = None
    signing: FirmwareSigning | None = None


class Diagnostics(_Transfer):
    """Without `location` the charge point uploads to us."""

    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None


class Log(Diagnostics):
    type: Literal["DiagnosticsLog", "SecurityLog"] = "DiagnosticsLog"


@router.post("/charge-points/{identifier}/update-firmware", status_code=202, response_model=FileJobShape)
async def update_firmware(
    identifier: str,
    body: UpdateFirmware,
    person: Operator,
    request: Request,
    house: House,
    once: AskedWith,
    wait: Wait = 0,
) -> Response:
    """Ask it to fetch and install firmware. 409 where the charge point is offline."""
    one = await find_charge_point(house, identifier)
    link, name = None, None
    if (body.location is None) == (body.firmware_id is None):
        raise Unprocessable("either location or firmware_id")
    if body.firmware_id is not None:
        name = (await find_firmware(house, body.firmware_id)).name
        link = ways.firmware_link(_base_url(request, house), name)
    location = link.url if link is not None else ways.check_location(body.location or "")
    signing = None if body.signing is None else Signing(body.signing.certificate, body.signing.signature)
    asked = ways.update_firmware(
        location,
        link,
        body.retrieve_at or now(),
        _tries(body),
        signing,
        body.install_at,
        body.firmware_id,
        name,
    )
    return await _begin(house, one, asked, person, body.delivery(), once, wait)


@router.post("/charge-points/{identifier}/diagnostics", status_code=202, response_model=FileJobShape)
async def get_diagnostics(
    identifier: str,
    person: Operator,
    request: Request,
    house: House,
    once: AskedWith,
    body: Diagnostics | None = None,
    wait: Wait = 0,
) -> Response:
    """Ask it to upload its diagnostics."""
    body = body or Diagnostics()
    one = await find_charge_point(house, identifier)
    location, link = _where_to(body, request, house)
    asked = ways.get_diagnostics(location, link, _tries(body), body.from_, body.to)
    return await _begin(house, one, asked, person, body.delivery(), once, wait)


@router.post("/charge-points/{identifier}/logs", status_code=202, response_model=FileJobShape)
async def get_log(
    identifier: str,
    person: Operator,
    request: Request,
    house: House,
    once: AskedWith,
    body: Log | None = None,
    wait: Wait = 0,
) -> Response:
    """Ask it to upload a log (of the security extension)."""
    body = body or Log()
    one = await find_charge_point(house, identifier)
    location, link = _where_to(body, request, house)
    asked = ways.get_log(body.type, location, link, _tries(body), body.from_, body.to)
    return await _begin(house, one, asked, person, body.delivery(), once, wait)


@router.get("/charge-points/{identifier}/file-jobs", response_model=Listed[FileJobShape])
async def of_charge_point(
    identifier: str, person: Viewer, house: House, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Its firmware updates, diagnostics and log uploads, newest first."""
    one, after = await find_charge_point(house, identifier, removed_too=True), number(cursor)
    page = await house.store.read(lambda connection: file_jobs.of(connection, one.id, limit, after))
    return listed([shapes.file_job(each) for each in page.items], page.next)


@router.get("/file-jobs/{job_id}", response_model=FileJobWithReportsShape)
async def read(job_id: int, person: Viewer, house: House) -> Response:
    """One job, with every status that was reported about it."""
    job = await _find(house, job_id)
    reports = await house.store.read(lambda connection: file_jobs.reports(connection, job))
    return json_response(shapes.file_job_with_reports(job, reports))


@router.get("/file-jobs/{job_id}/file", response_class=FileResponse)
async def read_file(job_id: int, person: Operator, house: House) -> Response:
    """What the charge point uploaded."""
    job = await _find(house, job_id)
    path = files.upload(house.settings.data, job.id)
    if not job.has_file or not path.is_file():
        raise NotFound(f"file job {job_id} has no file")
    name = job.file_name or f"{job.charge_point}-{job.kind}-{job.id}"
    return FileResponse(path, media_type="application/octet-stream", filename=name)


@router.post("/file-jobs/{job_id}/cancel", response_model=FileJobShape)
async def cancel_job(job_id: int, person: Operator, house: House) -> Response:
    """Give a job up: its link opens nothing any more, and a command that was not sent yet is taken back. OCPP 1.6 has
    no word for more, so the charge point may go on.
    """
    command_id = (await _find(house, job_id)).command_id
    at = now()

    def write(connection: Connection) -> FileJob:
        job = file_jobs.get(connection, job_id)
        assert job is not None
        if job.state not in OPEN:
            raise Conflict(f"file job {job_id} is {job.state}")
        file_jobs.spend_link(connection, job_id)
        return file_jobs.save(connection, cancel(job, at, f"cancelled by {person.name}"))

    job = await house.store.write(write)
    house.events.publish(FileJobChanged(job))
    if command_id is not None:
        with suppress(Conflict, NotFound):
            await house.commands.cancel(command_id)
    return json_response(shapes.file_job(job))


def _tries(body: _Transfer) -> Tries:
    return Tries(body.retries, body.retry_interval)


def _where_to(body: Diagnostics, request: Request, house: ApiHouse) -> tuple[str, ways.Link | None]:
    """The location given, or a link of ours."""
    if body.location is not None:
        return ways.check_location(body.location), None
    link = ways.upload_link(_base_url(request, house))
    return link.url, link


def _base_url(request: Request, house: ApiHouse) -> str:
    """How charge points reach us: as set, else as whoever asks did."""
    here = f"{request.url.scheme}://{request.url.netloc}{prefix_of(request.scope)}"  # base_url does not know the prefix
    return house.settings.public_url or here


async def _begin(
    house: ApiHouse,
    one: ChargePoint,
    asked: Asked,
    person: Person,
    delivery: Delivery,
    once: Once | None,
    wait_s: float,
) -> Response:
    """202 with the job; 200 where the charge point's answer was waited for and came."""

    def also(connection: Connection, command: Command) -> None:
        ways.write_job(connection, command, asked, house.settings.file_link_s)

    command = await house.commands.send(
        one,
        asked.action,
        asked.payload,
        asked_by=person.name,
        wait_s=wait_s,
        delivery=delivery,
        once=once,
        also=also,
    )
    job = await house.store.read(lambda connection: file_jobs.by_command(connection, command.id))
    assert job is not None
    house.events.publish(FileJobChanged(job))
    return json_response(shapes.file_job(job), 200 if wait_s and command.state in FINAL else 202)


async def _find(house: ApiHouse, job_id: int) -> FileJob:
    found = None
    if can_be_row(job_id):
        found = await house.store.read(lambda connection: file_jobs.get(connection, job_id))
    if found is None:
        raise NotFound(f"no file job {job_id}")
    return found
