"""What may be asked of charge points: the official schema of each command, for forms and command lines."""

from typing import Annotated

from fastapi import Query, Response

from wattdeck.api.auth import Viewer
from wattdeck.api.house import House
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Listed, listed
from wattdeck.api.v1 import v1_router
from wattdeck.api.words import either, unfit
from wattdeck.live.shapes import CommandSchemaShape

router = v1_router(tags=["commands"])


@router.get("/command-schemas", response_model=Listed[CommandSchemaShape])
@in_scope
async def command_schemas(
    person: Viewer,
    house: House,
    version: Annotated[str | None, Query(max_length=8, description="of OCPP: 1.6")] = None,
    action: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """The JSON schema of every command that may be sent, by OCPP version and action."""
    schemas = house.command_schemas()
    if version not in (None, *schemas):
        raise unfit("version", f"Input should be {either(schemas)}")
    actions = {name for one in schemas.values() for name in one}
    if action not in (None, *actions):
        raise unfit("action", f"Input should be {either(sorted(actions))}")
    shapes: list[CommandSchemaShape] = [
        {"action": name, "ocpp_version": spoken, "schema": schema}
        for spoken, ours in schemas.items()
        for name, schema in ours.items()
        if version in (None, spoken) and action in (None, name)
    ]
    return listed(shapes)
