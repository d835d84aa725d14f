"""Firmware files: kept here, so that charge points can fetch them from us."""

import asyncio
import secrets
from typing import Annotated

from fastapi import HTTPException, Query, Request, Response

from wattdeck.api.auth import Admin, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Cursor, Limit, Listed, can_be_row, listed, number
from wattdeck.api.receiving import BrokenOff, ReceivedFile
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import now
from wattdeck.domain.errors import NotFound
from wattdeck.live import file_shapes as shapes
from wattdeck.live.file_shapes import FirmwareShape
from wattdeck.store import files, firmware
from wattdeck.store.files import DiskFull, FileTooLarge
from wattdeck.store.firmware import Firmware
from wattdeck.telemetry import logger

_log = logger("wattdeck.api")
router = v1_router(prefix="/firmware", tags=["files"])


@router.post("", status_code=201, response_model=FirmwareShape)
async def upload(
    person: Admin,
    request: Request,
    house: House,
    name: Annotated[str | None, Query(max_length=255, description="of the file; else the form's or header's")] = None,
) -> Response:
    """Keep a firmware file: the body as it is, or a form with the file in it."""
    data, file = house.settings.data, ReceivedFile(request, name)
    path = files.incoming(data, secrets.token_hex(8))
    try:
        kept = await files.keep(file.chunks(), path, house.settings.upload_limit_bytes)
        known_as = file.name
        if known_as is None:
            files.remove(path)
            raise HTTPException(422, "name: the file needs one")
        await files.move(path, files.firmware(data, kept.sha256))
    except BrokenOff:
        raise HTTPException(400, "the upload broke off") from None
    except FileTooLarge as error:
        raise HTTPException(413, str(error)) from None
    except DiskFull as error:
        raise HTTPException(507, str(error)) from None
    except OSError as error:
        _log.error("firmware cannot be kept", reason=str(error))
        raise HTTPException(503, "the file cannot be written now") from None
    at = now()
    made = await house.store.write(lambda c: firmware.add(c, known_as, kept.size, kept.sha256, at, person.name))
    return json_response(shapes.firmware(made), 201)


@router.get("", response_model=Listed[FirmwareShape])
@in_scope
async def list_all(person: Viewer, house: House, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """All firmware files, newest first."""
    after = number(cursor)
    page = await house.store.read(lambda connection: firmware.list_all(connection, limit, after))
    return listed([shapes.firmware(one) for one in page.items], page.next)


@router.delete("/{firmware_id}", status_code=204)
async def remove(firmware_id: int, person: Admin, house: House) -> Response:
    """Forget a firmware file: charge points cannot fetch it any more."""
    one = await find(house, firmware_id)
    await house.store.write(lambda connection: firmware.remove(connection, one.id))
    if one.sha256 not in await house.store.read(firmware.hashes):
        await asyncio.to_thread(files.remove, files.firmware(house.settings.data, one.sha256))
    return Response(status_code=204)


async def find(house: ApiHouse, firmware_id: int) -> Firmware:
    """Raises NotFound."""
    found = None
    if can_be_row(firmware_id):
        found = await house.store.read(lambda connection: firmware.get(connection, firmware_id))
    if found is None:
        raise NotFound(f"no firmware {firmware_id}")
    return found
