"""Id tags: who may charge."""

from typing import Annotated, Literal

from fastapi import Path, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import Limit, Listed, Moment, listed
from wattdeck.api.v1 import v1_router
from wattdeck.domain.errors import NotFound
from wattdeck.domain.tags import Tag
from wattdeck.live import tag_shapes
from wattdeck.live.tag_shapes import TagShape
from wattdeck.store import tags

router = v1_router(prefix="/tags", tags=["tags"])
IdTag = Annotated[str, Path(min_length=1, max_length=255, pattern=r"\S")]
Status = Literal["accepted", "blocked"]
Parent = Annotated[str | None, Field(max_length=20), AfterValidator(lambda text: (text or "").strip() or None)]
Note = Annotated[str | None, Field(max_length=1000), AfterValidator(lambda text: text or None)]
Cursor = Annotated[str | None, Query(max_length=255, description="`next` of the page before")]


class TagBody(BaseModel):
    """`expires_at` may lie in the past: the tag has expired then. `parent`: the group it belongs to."""

    model_config = ConfigDict(extra="forbid")
    status: Status = "accepted"
    expires_at: Moment | None = None
    parent: Parent = None
    note: Note = None
    max_sessions: int | None = Field(default=None, ge=0, lt=2**31)


def tag_of(id_tag: str, body: TagBody) -> Tag:
    return Tag(id_tag=id_tag, **body.model_dump())


@router.get("", response_model=Listed[TagShape])
async def list_all(
    person: Viewer,
    house: House,
    search: Annotated[str | None, Query(max_length=255, description="in tag, parent and note")] = None,
    status: Status | None = None,
    parent: Annotated[str | None, Query(max_length=255)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Tags, by name."""
    found = await house.store.read(
        lambda c: tags.list_all(c, limit + 1, cursor, search=search, status=status, parent=parent)
    )
    shown = found[:limit]
    return listed([tag_shapes.tag(one) for one in shown], shown[-1].id_tag if len(found) > limit else None)


@router.get("/{id_tag:path}", response_model=TagShape)
async def read(id_tag: IdTag, person: Viewer, house: House) -> Response:
    found = await house.store.read(lambda connection: tags.find(connection, id_tag))
    if found is None:
        raise NotFound(f"no tag {id_tag!r}")
    return json_response(tag_shapes.tag(found))


@router.put("/{id_tag:path}", response_model=TagShape)
async def put(id_tag: IdTag, person: Operator, house: House, body: TagBody | None = None) -> Response:
    """Add the tag, or replace what is known of it."""
    made = tag_of(id_tag, body or TagBody())
    tag = await house.store.write(lambda connection: tags.put(connection, made))
    return json_response(tag_shapes.tag(tag))


@router.delete("/{id_tag:path}", status_code=204)
async def remove(id_tag: IdTag, person: Operator, house: House) -> Response:
    if not await house.store.write(lambda connection: tags.remove(connection, id_tag)):
        raise NotFound(f"no tag {id_tag!r}")
    return Response(status_code=204)
