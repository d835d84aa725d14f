"""A charge point's local list: what is known of it, sending it, and asking for its version."""

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.parameters import Limit, Moment, find_charge_point
from wattdeck.api.sending import AskedOnce, Wait, command_response
from wattdeck.api.v1 import v1_router
from wattdeck.commands import send_local_list
from wattdeck.domain.charge_points import ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.commands import FINAL
from wattdeck.domain.errors import Conflict, Unprocessable
from wattdeck.domain.local_lists import LARGEST_VERSION, Entry
from wattdeck.domain.tags import LONGEST_ON_WIRE, same_tag
from wattdeck.live import shapes, tag_shapes
from wattdeck.live.shapes import CommandShape
from wattdeck.live.tag_shapes import LocalListEntriesShape, LocalListSentShape, LocalListShape
from wattdeck.store import local_lists

router = v1_router(prefix="/charge-points/{identifier}/local-list", tags=["local lists"])
Text20 = Annotated[str, Field(min_length=1, max_length=LONGEST_ON_WIRE)]
Cursor = Annotated[str | None, Query(max_length=255, description="`next` of the page before")]


class EntryBody(BaseModel):
    """With nothing but `id_tag` in a differential update: take it from the list."""

    model_config = ConfigDict(extra="forbid")
    id_tag: Text20
    status: Literal["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"] | None = None
    expires_at: Moment | None = None
    parent: Text20 | None = None


class LocalListBody(BaseModel):
    """One of three: `update_type` with `entries`; `from_tags`: all accepted tags as a full list; `sync`: what has
    changed in them, or all where what it holds is not known. `version` is the next one where it is not given.
    """

    model_config = ConfigDict(extra="forbid")
    version: int | None = Field(None, ge=1, le=LARGEST_VERSION)
    update_type: Literal["Full", "Differential"] | None = None
    entries: list[EntryBody] | None = None
    from_tags: bool = False
    sync: bool = False


@router.get("", response_model=LocalListEntriesShape)
async def read(identifier: str, person: Viewer, house: House, limit: Limit = 1000, cursor: Cursor = None) -> Response:
    """What is known of it, and the entries it holds as far as we know, by tag."""
    one = await find_charge_point(house, identifier)
    shown = await _shown(house, one)
    found = await house.store.read(
        lambda c: local_lists.page(c, one.id, limit + 1, None if cursor is None else same_tag(cursor))
    )
    entries = [tag_shapes.local_list_entry(each) for each in found[:limit]]
    return json_response({**shown, "entries": entries, "next": entries[-1]["id_tag"] if len(found) > limit else None})


@router.put("", status_code=202, response_model=LocalListSentShape)
async def send(identifier: str, body: LocalListBody, person: Operator, house: House, wait: Wait = 0) -> Response:
    """Send a list or what has changed in it. 409 where the charge point is offline or a list is under way already."""
    one = await _connected(house, identifier)
    wish = _wish(body)
    sent = await send_local_list.send(house.commands, house.store, one, wish, person.name, wait)
    answer: LocalListSentShape = {
        "command": None if sent.command is None else shapes.command(sent.command),
        "local_list": await _shown(house, one),
        "remaining": sent.plan.remaining,
        "left_out": list(sent.plan.left_out),
    }
    return json_response(answer, 200 if sent.command is None or (wait and sent.command.state in FINAL) else 202)


@router.post("/refresh", status_code=202, response_model=CommandShape)
async def refresh(identifier: str, person: Operator, house: House, once: AskedOnce, wait: Wait = 0) -> Response:
    """Ask for its version (GetLocalListVersion): it tells whether what we believe can be so."""
    one = await _connected(house, identifier)
    command = await house.commands.send(one, "GetLocalListVersion", {}, asked_by=person.name, wait_s=wait, once=once)
    return command_response(command, wait)


def _wish(body: LocalListBody) -> send_local_list.Wish:
    if [body.entries is not None, body.from_tags, body.sync].count(True) != 1:
        raise Unprocessable("give one of entries, from_tags and sync")
    if (body.entries is None) != (body.update_type is None):
        raise Unprocessable("entries and update_type belong together")
    entries = None if body.entries is None else tuple(_entry(each, body.update_type) for each in body.entries)
    is_full = body.from_tags or body.update_type == "Full"
    return send_local_list.Wish(is_full=is_full, entries=entries, version=body.version)


def _entry(body: EntryBody, update_type: str | None) -> Entry:
    says_more = body.expires_at is not None or body.parent is not None
    default = "Accepted" if says_more or update_type == "Full" else None
    return Entry(body.id_tag, body.status or default, body.expires_at, body.parent)


async def _shown(house: ApiHouse, one: ChargePoint) -> LocalListShape:
    def look(connection: Connection) -> LocalListShape:
        known, count = local_lists.get(connection, one.id), local_lists.count(connection, one.id)
        return tag_shapes.local_list(known, one.identifier, count)

    return await house.store.read(look)


async def _connected(house: ApiHouse, identifier: str) -> ChargePoint:
    one = await find_charge_point(house, identifier)
    if not is_connected(one, now()):
        raise Conflict(f"{one.identifier} is not connected")
    return one
