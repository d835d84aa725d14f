"""Which charge points and alerts are in whose scope, for every message: what charge points are called and where they
stand, in memory.
"""

from sqlalchemy import Connection, select

from wattdeck.domain import events
from wattdeck.domain.alerts import RESOLVED, Alert
from wattdeck.domain.in_scope import without_others
from wattdeck.domain.people import Scope
from wattdeck.store import alerts
from wattdeck.store.engine import Store
from wattdeck.store.tables import charge_points as table

Place = tuple[str, str | None]
_MOST_SCOPES = 1_000  # whose answers are kept


class Places:
    """Empty until it is loaded; whom it does not know is in nobody's scope."""

    def __init__(self) -> None:
        self._known: dict[int, Place] = {}
        self._answers: dict[Scope, dict[int, bool]] = {}
        self._of_sites: set[int] = set()  # the numbers of open alerts of sites as a whole
        self._loaded = False

    def covers(self, scope: Scope, number: int) -> bool:
        answers = self._answers.get(scope)
        if answers is None:
            if len(self._answers) >= _MOST_SCOPES:
                self._answers.clear()
            answers = self._answers.setdefault(scope, {})
        answer = answers.get(number)
        if answer is None:
            place = self._known.get(number)
            answer = answers[number] = place is not None and scope.covers(*place)
        return answer

    def may_know(self, scope: Scope, alert: Alert) -> bool:
        """Whether an alert is theirs: of a charge point, of a site as a whole; those of this server are nobody's."""
        one = alert.subject.charge_point_id
        return scope.covers_site(alert.subject.site) if one is None else self.covers(scope, one)

    def as_seen(self, scope: Scope, alert: Alert) -> Alert:
        return without_others(alert, scope, self._of_sites)

    def hear_alert(self, event: events.AlertChanged) -> None:
        """What may hide others, as long as it is open."""
        if event.alert is None or event.alert.state == RESOLVED:
            self._of_sites.discard(event.id)
        elif event.alert.subject.charge_point_id is None:
            self._of_sites.add(event.id)

    def hear(self, event: events.ChargePointConnected | events.ChargePointChanged) -> None:
        one = event.charge_point
        # a connection brings what was read at its beginning, a change what was written
        if isinstance(event, events.ChargePointChanged) or one.id not in self._known:
            self._take(one.id, (one.identifier, one.site))

    async def load(self, store: Store) -> None:
        """What stands in the database now."""
        places, of_sites = await store.read(_read)
        for number, place in places.items():
            self._take(number, place)
        self._of_sites |= of_sites
        self._loaded = True

    async def require(self, store: Store) -> None:
        """Load it where it has not been."""
        if not self._loaded:
            await self.load(store)

    def _take(self, number: int, place: Place) -> None:
        if self._known.get(number) != place:
            self._known[number] = place
            for answers in self._answers.values():
                answers.pop(number, None)


def _read(connection: Connection) -> tuple[dict[int, Place], set[int]]:
    rows = connection.execute(select(table.c.id, table.c.identifier, table.c.site))
    return {row.id: (row.identifier, row.site) for row in rows}, set(alerts.open_of_sites(connection))
