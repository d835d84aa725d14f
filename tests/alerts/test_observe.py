"""Which meter values the rules are shown: those out of order, and what a comparison needs."""

from datetime import timedelta

from tests.alerts.stories import ONE
from wattdeck.alerts.evaluator import Evaluator
from wattdeck.alerts.observe import Observer
from wattdeck.alerts.ready_made import BY_NAME
from wattdeck.domain import events
from wattdeck.domain.clock import from_ms
from wattdeck.domain.meter_values import MeterValue

POWER, OFFERED = "Power.Active.Import", "Power.Offered"
NOON = from_ms(1_789_000_000_000)


class Watched:
    def __init__(self):
        self.observer, self.evaluator = Observer(), Evaluator([BY_NAME["derated"], BY_NAME["power"]])
        self.observer.know(ONE)
        self.evaluator.know(ONE)
        self.seconds = 0

    def shown(self, **numbers):
        """The measurands that the rules are shown of one message."""
        self.seconds += 1
        at = NOON + timedelta(seconds=self.seconds)
        words = {"power": POWER, "offered": OFFERED}
        values = tuple(
            events.StoredValue(
                MeterValue(words[name], number, "W", None, "Sample.Periodic", "Outlet", at), session_id=None, flags=0
            )
            for name, number in numbers.items()
        )
        event = events.MeterValuesStored(ONE.id, ONE.identifier, 1, at, values)
        seen = self.observer.meters.observe(event, self.evaluator.plans.of(ONE.id), self.evaluator.held)
        return [one.signal for one in seen if one.signal in (POWER, OFFERED)]


def test_a_value_in_order_is_not_shown_for_a_comparison_until_the_other_value_was_seen():
    watched = Watched()
    assert watched.shown(power=11_000) == []
    assert watched.shown(power=11_000, offered=22_000) == [OFFERED]
    assert watched.shown(power=11_000) == [POWER]


def test_a_value_beyond_a_limit_is_shown_whatever_was_seen_before():
    watched = Watched()
    assert watched.shown(power=50_001) == [POWER]
    assert watched.shown(power=50_000) == []
