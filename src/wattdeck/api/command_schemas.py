"""What may be asked of charge points: the official schema of each command, for forms and command lines."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from wattdeck.api.auth import Viewer
from wattdeck.api.house import House
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Listed, listed
from wattdeck.live.shapes import CommandSchemaShape

router = APIRouter(tags=["commands"])


@router.get("/command-schemas", response_model=Listed[CommandSchemaShape])
@in_scope
async def command_schemas(
    person: Viewer,
    house: House,
    version: Annotated[str | None, Query(max_length=8, description="of OCPP: 1.6")] = None,
    action: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """The JSON schema of every command that may be sent, by OCPP version and action."""
    shapes: list[CommandSchemaShape] = [
        {"action": name, "ocpp_version": spoken, "schema": schema}
        for spoken, schemas in house.command_schemas().items()
        for name, schema in schemas.items()
        if version in (None, spoken) and action in (None, name)
    ]
    return listed(shapes)
