"""What this installation must know of how its data was made."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from wattdeck.store.tables import facts

ROLLUPS_ZONE = "rollups_zone"  # in which the days of charge points begin that have no zone of their own


def get(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
    return value


def put(connection: Connection, name: str, value: str) -> None:
    connection.execute(insert(facts).values(name=name, value=value).on_conflict_do_update(set_={"value": value}))
