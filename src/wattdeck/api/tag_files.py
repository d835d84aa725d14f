"""Tags as a CSV file: imported, tried out first if you like, and exported."""

import asyncio
from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy import Connection

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.problems import problem
from wattdeck.api.v1 import v1_router
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.tag_files import ERROR, Planned, WrongFile, plan, read, write
from wattdeck.live import tag_shapes
from wattdeck.live.tag_shapes import ImportShape
from wattdeck.store import tags

router = v1_router(prefix="/tags", tags=["tags"])
_CSV: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _CSV}}
DryRun = Annotated[bool, Query(description="only say what would be done")]
SkipErrors = Annotated[bool, Query(description="leave out lines that are wrong instead of refusing the file")]


@router.post("/import", response_model=ImportShape, openapi_extra=_BODY)
async def import_(
    request: Request, person: Operator, house: House, dry_run: DryRun = False, skip_errors: SkipErrors = False
) -> Response:
    """Add and change tags from a CSV file: all of its lines or, where one is wrong, none."""
    body = await request.body()
    try:
        lines = await asyncio.to_thread(read, body)
    except WrongFile as error:
        raise Unprocessable(str(error)) from None
    id_tags = [line.id_tag for line in lines]

    def look(connection: Connection) -> list[Planned]:
        return plan(lines, tags.find_many(connection, id_tags))

    def take_over(connection: Connection) -> list[Planned]:
        planned = look(connection)
        if skip_errors or not _wrong(planned):
            tags.put_many(connection, [one.tag for one in planned if one.tag is not None])
        return planned

    planned = await (house.store.read(look) if dry_run else house.store.write(take_over))
    if not dry_run and not skip_errors and (wrong := _wrong(planned)):
        errors = [{"where": f"line {one.number}", "what": one.what} for one in wrong]
        return problem(422, f"wrong lines: {len(wrong)}; nothing was stored", errors=errors)
    return json_response(tag_shapes.imported(planned, dry_run))


@router.get(".csv", response_class=Response, responses={200: {"content": _CSV, "description": "all tags"}})
async def export(person: Viewer, house: House) -> Response:
    """All tags as CSV in UTF-8, by name; can be imported again as it is."""
    everyone = await house.store.read(tags.list_all)
    text = await asyncio.to_thread(lambda: "".join(write(everyone)))
    return Response(text, media_type="text/csv", headers={"Content-Disposition": 'attachment; filename="tags.csv"'})


def _wrong(planned: list[Planned]) -> list[Planned]:
    return [one for one in planned if one.action == ERROR]
