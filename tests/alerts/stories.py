"""Short stories for the evaluator: what is seen when, in seconds, and what becomes of alerts."""

from datetime import UTC, datetime

from wattdeck.alerts.evaluator import Evaluator
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.signals import Observation, Subject

SEEN_AT = datetime(2026, 9, 14, tzinfo=UTC)
ONE = ChargePoint(id=1, identifier="CP-1", site="Garage", vendor="Vendor", model="X-22", last_seen_at=SEEN_AT)
WHOLE = Subject(1, "CP-1")
PLUG = Subject(1, "CP-1", 1)


class Story:
    """Seconds in, `(second, what)` out."""

    def __init__(self, *rules: Rule, online: bool = True) -> None:
        self.evaluator = Evaluator(rules)
        self.evaluator.know(ONE)
        self.happened: list[tuple[float, str]] = []
        self.moved = []
        if online:
            self.see(0, "connection", "online", WHOLE)

    def see(self, second, signal, what=None, subject=PLUG, *, session=None, raises=True, id_tag=None):
        """An observation; numbers are values, texts words."""
        value = what if isinstance(what, int | float) else None
        word = what if isinstance(what, str) else None
        seen = Observation(signal, subject, round(second * 1000), value, word, session, raises, id_tag)
        self._note(self.evaluator.take(seen))
        return self

    def value(self, second, number, **more):
        return self.see(second, "Temperature", number, Subject(1, "CP-1", 1, "Temperature", None, "Outlet"), **more)

    def until(self, second):
        self._note(self.evaluator.tick(round(second * 1000)))
        return self

    def restart(self, rules=None, *, keep=None):
        """The evaluator as it is made anew from what the store has."""
        alerts = list(self.evaluator.alerts.values())
        self.evaluator = Evaluator(rules or keep, max((one.id for one in alerts), default=0) + 1)
        self.evaluator.know(ONE)
        self.evaluator.load(alerts)
        return self

    def _note(self, moved):
        self.moved += moved
        self.happened += [(one.change.at / 1000, one.change.what) for one in moved if one.change.what != "updated"]

    @property
    def alert(self):
        [alert] = self.evaluator.alerts.values()
        return alert


def heat(**more):
    return Rule(**{"name": "heat", "kind": "limit", "signal": "Temperature", "above": 70, "clear_above": 68, **more})
