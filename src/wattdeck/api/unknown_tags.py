"""Tags that were refused because nobody knows them: look at them, adopt them, let them go."""

from typing import Annotated

from fastapi import Query, Response
from sqlalchemy import Connection

from wattdeck.api.auth import Operator
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import Limit, Listed, dotted, listed, undotted
from wattdeck.api.tags import IdTag, TagBody, tag_of
from wattdeck.api.v1 import v1_router
from wattdeck.domain.errors import NotFound
from wattdeck.domain.tags import Tag
from wattdeck.live import tag_shapes
from wattdeck.live.tag_shapes import TagShape, UnknownTagShape
from wattdeck.store import tags, unknown_tags

router = v1_router(prefix="/unknown-tags", tags=["tags"])
Place = Annotated[str | None, Query(pattern=r"^[0-9]{1,14}\.[0-9]{1,18}$", description="`next` of the page before")]


@router.get("", response_model=Listed[UnknownTagShape])
async def recent(person: Operator, house: House, limit: Limit = 100, cursor: Place = None) -> Response:
    """Tags that were refused because nobody knows them, the one seen last first."""
    after = undotted(cursor)
    seen = await house.store.read(lambda connection: unknown_tags.recent(connection, limit, after))
    return listed([tag_shapes.unknown_tag(one) for one in seen.items], seen.next and dotted(seen.next))


@router.post("/{id_tag:path}/adopt", response_model=TagShape)
async def adopt(id_tag: IdTag, person: Operator, house: House, body: TagBody | None = None) -> Response:
    """Make it a tag, spelled as it was seen."""
    body = body or TagBody()

    def make(connection: Connection) -> Tag | None:
        seen = unknown_tags.find(connection, id_tag)
        return None if seen is None else tags.put(connection, tag_of(seen.id_tag.strip(), body))

    tag = await house.store.write(make)
    if tag is None:
        raise NotFound(f"no unknown tag {id_tag!r}")
    return json_response(tag_shapes.tag(tag))


@router.delete("/{id_tag:path}", status_code=204)
async def remove(id_tag: IdTag, person: Operator, house: House) -> Response:
    """Let it go; it is noted again when it is seen again."""
    if not await house.store.write(lambda connection: unknown_tags.remove(connection, id_tag)):
        raise NotFound(f"no unknown tag {id_tag!r}")
    return Response(status_code=204)
