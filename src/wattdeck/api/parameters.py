"""Query parameters that many lists share: limit, cursor, from, to; and the shape of a list."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Response
from pydantic import AfterValidator, BeforeValidator
from typing_extensions import TypedDict

from wattdeck.api.house import ApiHouse, json_response
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import UTC
from wattdeck.domain.errors import NotFound
from wattdeck.domain.people import Scope
from wattdeck.store import charge_points

T = TypeVar("T")

_LARGEST_ROW_NUMBER = 2**63 - 1
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)

Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]
ConnectorId = Annotated[int | None, Query(ge=0, lt=2**31)]
Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,18}$", description="`next` of the page before")]
Site = Annotated[str | None, Query(max_length=100, description="of charge points that stand there")]


def _no_number(text: Any) -> Any:
    """A time as it is written; a bare number, which could be seconds of any kind, is none."""
    is_number = isinstance(text, int | float) or (
        isinstance(text, str) and text.strip().lstrip("+-").replace(".", "", 1).isdecimal()
    )
    if is_number:
        raise ValueError("a time in ISO 8601, not a number")
    return text


def _in_utc(at: datetime) -> datetime:
    """Without a zone it is UTC already. At the very ends of the calendar UTC would move it beyond them."""
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


# Of queries and bodies alike.
Moment = Annotated[datetime, BeforeValidator(_no_number), AfterValidator(_in_utc)]
From = Annotated[Moment | None, Query(alias="from", description="ISO 8601; without a zone it is UTC")]
To = Annotated[Moment | None, Query(description="ISO 8601, exclusive")]

# (time, series, number) of the last value seen; 14 digits of milliseconds reach to the year 5138
Place = Annotated[
    str | None, Query(pattern=r"^[0-9]{1,14}\.[0-9]{1,18}\.[0-9]{1,18}$", description="`next` of the page before")
]


class Listed(TypedDict, Generic[T]):
    """A page of a list; `next` is the cursor of the next page, or null."""

    items: list[T]
    next: str | None


def listed(items: list[Any], next_: object = None) -> Response:
    return json_response({"items": items, "next": None if next_ is None else str(next_)})


async def listed_aside(make: Callable[[], list[Any]], next_: object = None) -> Response:
    """The same where there may be thousands: made in a thread, for no charge point waits for somebody's list."""
    return await asyncio.to_thread(lambda: listed(make(), next_))


def number(cursor: str | None) -> int | None:
    """A cursor that is one number."""
    return None if cursor is None else int(cursor)


def dotted(place: tuple[int, ...]) -> str:
    """A place of several numbers, such as that of a meter value, as a cursor."""
    return ".".join(map(str, place))


def undotted(cursor: str | None) -> Any:
    return None if cursor is None else tuple(map(int, cursor.split(".")))


def before(at: datetime, length: timedelta) -> datetime:
    """The time so long before, but none before 1970, where the calendar might end."""
    return at - min(length, at - _FIRST) if at > _FIRST else at


def can_be_row(id: int) -> bool:
    """Whether a number fits what the database numbers its rows with."""
    return 0 < id <= _LARGEST_ROW_NUMBER


async def find_charge_point(
    house: ApiHouse, identifier: str, removed_too: bool = False, scope: Scope | None = None
) -> ChargePoint:
    """By identifier or number; one that a path names was looked for in the scope already. Raises NotFound."""
    found = await house.store.read(lambda connection: charge_points.find(connection, identifier, removed_too))
    if found is None or not (scope is None or scope.covers(found.identifier, found.site)):
        raise NotFound(f"no charge point {identifier!r}")
    return found
