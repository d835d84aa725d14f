"""Making silences and ending them before their time, in the database."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from wattdeck.domain.errors import Conflict, NotFound, Unprocessable
from wattdeck.domain.records import replace
from wattdeck.domain.silences import MOST_AT_A_TIME, OVER, Silence, check, over_at, state
from wattdeck.store import silences
from wattdeck.store.engine import Store


async def make(store: Store, zone: ZoneInfo, wished: Silence) -> Silence:
    """With its number. Raises Unprocessable, or Conflict where there are too many."""
    complaint = check(wished)
    if complaint is not None:
        raise Unprocessable(complaint)
    ends_at = over_at(wished, zone)

    def add(connection: Connection) -> Silence:
        if silences.count_not_over(connection, wished.created_at) >= MOST_AT_A_TIME:
            raise Conflict(f"there are {MOST_AT_A_TIME} silences that are not over")
        return silences.add(connection, wished, ends_at)

    return await store.write(add)


async def end(store: Store, zone: ZoneInfo, id: int, at: datetime, by: str) -> Silence:
    """As it is now. Raises NotFound, or Conflict where it is over."""

    def write(connection: Connection) -> Silence:
        found = silences.get(connection, id)
        if found is None:
            raise NotFound(f"no silence {id}")
        if state(found, at, zone) == OVER:
            raise Conflict(f"silence {id} is over")
        silences.end(connection, id, at, by)
        return replace(found, ended_at=at, ended_by=by)

    return await store.write(write)
