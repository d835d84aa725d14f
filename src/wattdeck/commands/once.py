"""A request with an Idempotency-Key is carried out once: what was asked with the key before is shown again."""

from sqlalchemy import Connection

from wattdeck.domain.commands import Once
from wattdeck.domain.errors import Unprocessable
from wattdeck.store import idempotency
from wattdeck.store.idempotency import Kept


def earlier(connection: Connection, once: Once | None) -> Kept | None:
    """What this person asked for with this key before. Raises Unprocessable where that was something else."""
    kept = None if once is None else idempotency.find(connection, once)
    if once is not None and kept is not None and kept.request != once.request:
        raise Unprocessable("this Idempotency-Key was used for another request")
    return kept
