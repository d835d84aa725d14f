"""Raw frames on their way to those who watch a charge point's: told as they pass the wiretap, for nobody at no cost."""

from collections.abc import Callable, Collection
from contextlib import suppress

from sqlalchemy import Connection

from wattdeck.domain.clock import from_ms
from wattdeck.domain.errors import StoreUnavailable
from wattdeck.domain.records import to_json
from wattdeck.live.messages import MESSAGES, Draft, frame
from wattdeck.store import messages
from wattdeck.store.engine import Store

_MOST_IN_SNAPSHOT = 50


class Frames:
    """`watched`: number → identifier of the charge points whose frames somebody wants."""

    def __init__(self, store: Store, publish: Callable[[Draft], None]) -> None:
        self._store, self._publish = store, publish
        self.watched: dict[int, str] = {}
        self.flush: Callable[[], None] = _nothing
        """Hands the frames that have passed to the store; set by whoever keeps them."""

    def hear(self, charge_point_id: int, at_ms: int, direction: str, text: str) -> None:
        """A frame of a charge point that is watched, its secrets blanked."""
        identifier = self.watched[charge_point_id]
        data = frame(identifier, from_ms(at_ms), direction, text)
        self._publish(Draft(MESSAGES, charge_point_id, identifier, None, data))

    async def latest(self, charge_point_id: int, told: Callable[[], Collection[bytes]]) -> list[object]:
        """Those that passed before, newest first. `told`: those that have passed since, as JSON; they are left out."""
        identifier = self.watched[charge_point_id]
        self.flush()
        with suppress(StoreUnavailable):  # then without the newest
            await self._store.write_last(_nothing_of)
        page = await self._store.read(lambda c: messages.of(c, charge_point_id, _MOST_IN_SNAPSHOT))
        since = set(told())
        shapes = [frame(identifier, each.at, each.direction, each.frame) for each in page.items]
        return [shape for shape in shapes if to_json(shape) not in since]


def _nothing() -> None:
    pass


def _nothing_of(connection: Connection) -> None:
    pass
