"""In which circumstances things are seen: who is connected since when, which sessions run, which connectors say that
nothing flows. Pure but for what it remembers.
"""

from collections.abc import Iterable

from wattdeck.domain.alert_rules import CHARGING, CONNECTED, SESSION, Rule, covers_tag
from wattdeck.domain.signals import Observation


class Circumstances:
    def __init__(self) -> None:
        self._online: dict[int, int] = {}  # charge point → since when, in ms
        # charge point → connector → session → tag
        self._sessions: dict[int | None, dict[int | None, dict[int | None, str | None]]] = {}
        self._paused: dict[int | None, set[int | None]] = {}  # connectors that say something else than Charging

    def online_since(self, charge_point_id: int | None) -> int | None:
        """None: it is not connected, as far as is known."""
        return None if charge_point_id is None else self._online.get(charge_point_id)

    def came(self, charge_point_id: int, at: int) -> None:
        self._online[charge_point_id] = at

    def went(self, charge_point_id: int) -> None:
        self._online.pop(charge_point_id, None)

    def charging_at(self, charge_point_id: int | None) -> Iterable[int | None]:
        """The connectors at which sessions run."""
        return sorted(self._sessions.get(charge_point_id, ()), key=lambda each: each or 0)

    def runs(self, charge_point_id: int | None, connector_id: int | None) -> bool:
        """Whether a session does."""
        return connector_id in self._sessions.get(charge_point_id, ())

    def session_began(self, seen: Observation) -> None:
        here = self._sessions.setdefault(seen.subject.charge_point_id, {})
        here.setdefault(seen.subject.connector_id, {})[seen.session_id] = seen.id_tag

    def session_ended(self, seen: Observation) -> bool:
        """Whether none is left there: of two, one that was lost may end while the next goes on."""
        here = self._sessions.get(seen.subject.charge_point_id, {})
        running = here.get(seen.subject.connector_id, {})
        running.pop(seen.session_id, None)
        if running:
            return False
        here.pop(seen.subject.connector_id, None)
        return True

    def says(self, seen: Observation) -> bool:
        """A connector's status; whether it is paused now and was not."""
        paused = self._paused.setdefault(seen.subject.charge_point_id, set())
        if seen.word == "Charging":
            paused.discard(seen.subject.connector_id)
            return False
        was_paused = seen.subject.connector_id in paused
        paused.add(seen.subject.connector_id)
        return not was_paused

    def forget(self, charge_point_id: int) -> None:
        self._online.pop(charge_point_id, None)
        self._sessions.pop(charge_point_id, None)
        self._paused.pop(charge_point_id, None)

    def is_time(self, rule: Rule, seen: Observation) -> bool:
        """Whether a rule looks at what is seen, as things stand there."""
        one, connector_id = seen.subject.charge_point_id, seen.subject.connector_id
        if rule.select.id_tags:
            tags = self._sessions.get(one, {}).get(connector_id, {}).values()
            if not any(covers_tag(rule, tag) for tag in tags):
                return False
        if rule.during in (SESSION, CHARGING):
            if rule.during == CHARGING and connector_id in self._paused.get(one, ()):
                return False
            return seen.session_id is not None or self.runs(one, connector_id)
        return rule.during != CONNECTED or one in self._online
