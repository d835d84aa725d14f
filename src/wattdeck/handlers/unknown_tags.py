"""Tags that were refused because nobody knows them are noted, so that a person can adopt them; never without bound."""

from datetime import datetime

from wattdeck.bus.events import Events
from wattdeck.domain.clock import to_ms
from wattdeck.domain.events import UnknownTagSeen
from wattdeck.domain.tags import same_tag
from wattdeck.store import unknown_tags
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

MOST_KEPT = 1_000
_LONGEST = 255


class UnknownTags:
    """Between two trims at most MOST_KEPT different tags are written, so the table holds twice that for a while."""

    def __init__(self, store: Store, events: Events, telemetry: Telemetry) -> None:
        self._store, self._events, self._telemetry = store, events, telemetry
        self._since_trim: set[str] = set()

    def note(self, id_tag: str, charge_point: str, connector_id: int | None, message: str, at: datetime) -> None:
        """Written with the next group commit; nobody waits for it."""
        self._events.publish(UnknownTagSeen(charge_point, connector_id, id_tag[:_LONGEST], at))
        key = same_tag(id_tag)
        if not key:
            return
        if len(key) > _LONGEST or len(id_tag) > _LONGEST:
            self._telemetry.dropped.labels("unknown_tag_too_long").inc()
        elif key not in self._since_trim and len(self._since_trim) >= MOST_KEPT:
            self._telemetry.dropped.labels("unknown_tags_full").inc()
        else:
            self._since_trim.add(key)
            self._store.add_quietly(
                (unknown_tags.NOTE, [(key, id_tag, to_ms(at), charge_point, connector_id, message)])
            )

    async def trim(self) -> None:
        """Keep the newest; run from time to time."""
        if not self._since_trim:
            return
        self._since_trim.clear()
        gone = await self._store.write(lambda connection: unknown_tags.trim(connection, MOST_KEPT))
        if gone:
            self._telemetry.dropped.labels("unknown_tags_full").inc(gone)
