"""Silences: nobody is told of some alerts for a while; one that is yet to begin is a maintenance window."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import ApiHouse, House, json_response
from wattdeck.api.in_scope import in_scope, own_of
from wattdeck.api.parameters import Cursor, Limit, Listed, Moment, can_be_row, listed, number
from wattdeck.api.v1 import v1_router
from wattdeck.domain.alert_rules import Selector
from wattdeck.domain.clock import from_ms, now, to_ms
from wattdeck.domain.errors import NotFound
from wattdeck.domain.in_scope import Own
from wattdeck.domain.people import Person
from wattdeck.domain.silences import OVER, Silence
from wattdeck.domain.silences import state as state_of
from wattdeck.live.silence_shapes import SilenceShape, silence
from wattdeck.store import silences

router = v1_router(prefix="/silences", tags=["alerts"])
Severity = Literal["info", "warning", "critical"]
Pattern = Annotated[str, Field(min_length=1, max_length=255)]
NOT_YOURS_ALONE = "a silence of yours names charge points or sites that you see, and no others"
Patterns = Annotated[list[Pattern], Field(max_length=100)]


class Select(BaseModel):
    """About whom: each list of patterns (`*`, `?`) must match; an empty one matches all."""

    model_config = ConfigDict(extra="forbid")
    charge_points: Patterns = []
    sites: Patterns = []
    vendors: Patterns = []
    models: Patterns = []
    firmware: Patterns = []
    connectors: list[Annotated[int, Field(ge=0, lt=2**31)]] = Field([], max_length=100)
    phases: Patterns = []


class Wish(BaseModel):
    """What is to be silent, from when (now, if not said) to when. `repeats_until`: each week anew until then."""

    model_config = ConfigDict(extra="forbid")
    rules: Patterns = []
    severities: list[Severity] = Field([], max_length=3)
    select: Select = Select()
    starts_at: Moment | None = None
    ends_at: Moment
    repeats_until: Moment | None = None
    comment: str = Field(min_length=1, max_length=1000)


@router.get("", response_model=Listed[SilenceShape])
@in_scope
async def of_all(
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    state: Literal["active", "planned", "over"] | None = None,
) -> Response:
    """Newest first; of those who see but some charge points, what names nobody else."""
    after, at, zone, own = number(cursor), now(), house.settings.zone, await own_of(house, person)
    if state in (None, OVER):
        over_by = at if state == OVER else None
        page = await house.store.read(lambda connection: silences.search(connection, limit, after, over_by))
        return listed([_shape(house, one) for one in page.items if _may_see(own, one)], page.next)
    there = [one for one in reversed(house.watch.silences) if state_of(one, at, zone) == state and _may_see(own, one)]
    found = [one for one in there if after is None or one.id < after]
    return listed([_shape(house, one) for one in found[:limit]], found[limit - 1].id if len(found) > limit else None)


@router.get("/{silence_id}", response_model=SilenceShape)
@in_scope
async def read(silence_id: int, person: Viewer, house: House) -> Response:
    """One silence."""
    return json_response(_shape(house, await _find(house, person, silence_id)))


@router.post("", response_model=SilenceShape, status_code=201)
@in_scope
async def make(wish: Wish, person: Operator, house: House) -> Response:
    """Make one. Alerts go on being raised and listed (`silenced`); nobody is told of them. 422 with what is wrong."""
    at, own = _whole(now()), await own_of(house, person)
    select = {name: tuple(each) for name, each in wish.select}
    if own is not None and not own.is_theirs_alone(Selector(**select)):
        raise HTTPException(403, NOT_YOURS_ALONE)
    wished = Silence(
        id=0,
        rules=tuple(wish.rules),
        severities=tuple(wish.severities),
        select=Selector(**select),
        starts_at=at if wish.starts_at is None else _whole(wish.starts_at),
        ends_at=_whole(wish.ends_at),
        repeats_until=None if wish.repeats_until is None else _whole(wish.repeats_until),
        comment=wish.comment,
        created_by=person.name,
        created_at=at,
    )
    return json_response(_shape(house, await house.watch.silence(wished)), 201)


@router.post("/{silence_id}/end", response_model=SilenceShape)
@in_scope
async def end(silence_id: int, person: Operator, house: House) -> Response:
    """End one before its time: what still fires is told. 409 where it is over."""
    found, own = await _find(house, person, silence_id), await own_of(house, person)
    if own is not None and not own.is_theirs_alone(found.select):
        raise HTTPException(403, NOT_YOURS_ALONE)
    return json_response(_shape(house, await house.watch.end_silence(silence_id, person.name)))


async def _find(house: ApiHouse, person: Person, id: int) -> Silence:
    """Raises NotFound, also for one that names others than theirs."""
    found = await house.store.read(lambda connection: silences.get(connection, id)) if can_be_row(id) else None
    if found is None or not _may_see(await own_of(house, person), found):
        raise NotFound(f"no silence {id}")
    return found


def _may_see(own: Own | None, one: Silence) -> bool:
    return own is None or own.names_nobody_else(one.select)


def _whole(at: datetime) -> datetime:
    """In whole milliseconds, as it is stored."""
    return from_ms(to_ms(at))


def _shape(house: ApiHouse, one: Silence) -> Any:
    return silence(one, now(), house.settings.zone)
