"""Values that come by columns are seen as the same ones one by one: by a glance where they are in order, yet no rule
can tell.
"""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.stories import ONE
from wattdeck.alerts.evaluator import Evaluator
from wattdeck.alerts.observe import Observer
from wattdeck.alerts.ready_made import BY_NAME, RULES
from wattdeck.domain import events
from wattdeck.domain.alert_rules import Rule, Selector
from wattdeck.domain.clock import from_ms
from wattdeck.domain.connectors import Connector
from wattdeck.domain.meter_values import FLAG_COARSE, FLAG_DECREASE, FLAG_SPIKE, FLAG_UNIT, LIFTED
from wattdeck.domain.moments import Kind, Moment, Shape, StoredMoment
from wattdeck.domain.records import Record
from wattdeck.domain.sessions import Session

NOON = 1_789_000_000_000
RULE_SETS = (
    RULES,
    (),
    (*RULES, Rule(name="surge", kind="rate", signal="Current.Import", above=5)),
    tuple(each for each in RULES if each.name not in ("soc-stalled", "current", "samples-missing")),
    (BY_NAME["derated"], BY_NAME["phase-missing"]),
    (Rule(name="warm", kind="limit", signal="Temperature", above=40, select=Selector(connectors=(2,))),),
)


def kinds(*words, context="Sample.Periodic"):
    named = (word.partition(" ") for word in words)
    return [Kind(measurand, "", phase or None, context, "Outlet") for measurand, _, phase in named]


CURRENTS = [f"Current.Import {phase}" for phase in ("L1", "L2", "L3")]
VOLTAGES = [f"Voltage {phase}" for phase in ("L1-N", "made up")]
SHAPES = tuple(
    map(
        Shape,
        (
            kinds("Energy.Active.Import.Register", "Power.Active.Import", *CURRENTS, *VOLTAGES),
            kinds(*reversed(CURRENTS), "Current.Import L1", "Current.Import N", "Temperature"),
            kinds(*CURRENTS[:2], "SoC", "Voltage"),
            kinds("Power.Offered", "Power.Active.Import"),
            kinds("Power.Active.Import", "Power.Offered"),
            kinds("Voltage", context="made up"),
            kinds("Voltage", context="made up, too"),
            [*kinds("Voltage", context="Trigger"), *kinds("Temperature")],
        ),
    )
)
# Of each measurand some that are in order (the second is), at a limit, and beyond it.
NUMBERS = {
    "Current.Import": (0.0, 16.0, 4.0, 22.0, 80.0, 80.5),
    "Voltage": (206.9, 207.0, 230.0, 253.0, 254.0),
    "Temperature": (20.0, 45.0, 69.0, 71.0),
    "SoC": (50.0, 51.0, 99.0),
}
FLAGS = (0, 0, FLAG_DECREASE, FLAG_SPIKE, FLAG_COARSE, FLAG_UNIT, FLAG_DECREASE | LIFTED)
SECONDS, HOUR = 1_000, 3_600_000


class Message(Record, frozen=True):
    """`after`: how long after what came before, `late`: how long it was under way, in ms."""

    connector_id: int
    shape: Shape
    numbers: tuple[float, ...]
    flags: tuple[int, ...] | None
    session_id: int | None
    after: int
    late: int

    def stored(self, at):
        return StoredMoment(Moment(self.shape, self.numbers, from_ms(at - self.late)), self.session_id, self.flags)


def message(random, shapes):
    shape = random.choice(shapes)
    odd = random.choice((None, *(kind.measurand for kind in shape.kinds)))
    numbers = [NUMBERS.get(kind.measurand, (9_000.0, 40_000.0, 50_001.0)) for kind in shape.kinds]
    return Message(
        random.choice((1, 1, 1, 2)),
        shape,
        tuple(
            random.choice(each) if kind.measurand == odd else each[1]
            for kind, each in zip(shape.kinds, numbers, strict=True)
        ),
        random.choice((None, None, None, tuple(random.choices(FLAGS, k=len(numbers))))),
        random.choice((None, 7, 7, 7, 8)),
        random.choice((0, 20, 600, 600, 2_000, 25 * SECONDS, HOUR)),
        random.choice((50, 50, 50, 50, 10 * SECONDS, 20 * SECONDS, 400 * SECONDS, HOUR, -HOUR)),
    )


def story(random):
    """Messages of a few shapes, and now and then something else: other rules, a session, a status."""
    shapes = random.choices(SHAPES, k=random.randint(1, 3))
    else_ = (*RULE_SETS, "begins", "ends", "SuspendedEV")
    return [random.choice(else_) if random.random() < 0.1 else message(random, shapes) for _ in range(60)]


class World:
    def __init__(self, columns):
        self.columns = columns
        self.observer, self.evaluator = Observer(), Evaluator(RULES)
        self.told = []
        self.evaluator.know(ONE)
        self.hear(events.ChargePointConnected(ONE, from_ms(NOON)), NOON)
        self.hear(events.SessionStarted(session(NOON)), NOON)

    def hear(self, event, at):
        for seen in self.observer.observe(event, at):
            self.told.append((seen, self.evaluator.take(seen)))

    def measure(self, message, at):
        stored = message.stored(at)
        values = stored if self.columns else tuple(stored.records)
        event = events.MeterValuesStored(ONE.id, ONE.identifier, message.connector_id, from_ms(at), values)
        for seen in self.observer.meters.observe(event, self.evaluator.plans.of(ONE.id), self.evaluator.held):
            self.told.append((seen, self.evaluator.take(seen)))
        assert not self.columns or stored._records is None  # making them would cost more than looking

    def play(self, steps):
        at = NOON
        for step in steps:
            if isinstance(step, Message):
                at += step.after
                self.measure(step, at)
            elif isinstance(step, tuple):
                self.told.append(self.evaluator.set_rules(step, at))
            elif step in ("begins", "ends"):
                self.hear((events.SessionStarted if step == "begins" else events.SessionStopped)(session(at)), at)
            else:
                plug = Connector(
                    charge_point_id=1, connector_id=1, status=step, updated_at=from_ms(at), received_at=from_ms(at)
                )
                self.hear(events.StatusChanged(ONE.identifier, plug), at)
            self.told.append(self.evaluator.tick(at))
        return self.told


def session(at):
    return Session(
        id=7,
        transaction_id="7",
        charge_point_id=ONE.id,
        charge_point=ONE.identifier,
        connector_id=1,
        id_tag="TAG",
        started_at=from_ms(at),
    )


@given(st.integers(min_value=0))
@settings(deadline=None, max_examples=200)
def test_rules_see_the_same_of_columns_as_of_records(seed):
    steps = story(Random(seed))
    assert World(columns=True).play(steps) == World(columns=False).play(steps)
