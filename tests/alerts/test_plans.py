"""Which rules look at what of whom: worked out once for all that are alike, and anew when rules change."""

from tests.alerts.stories import ONE, heat
from wattdeck.alerts.plans import Plans
from wattdeck.alerts.ready_made import BY_NAME
from wattdeck.domain.alert_rules import Selector
from wattdeck.domain.moments import Kind, Shape
from wattdeck.domain.records import replace

TWO, OTHER = replace(ONE, id=2, identifier="CP-2"), replace(ONE, id=3, identifier="CP-3", model="Y")
VOLTAGE = BY_NAME["voltage"]
HEAT_OF_Y = heat(select=Selector(models=("Y",)))
SHAPE = Shape([Kind("Voltage", "V", None, "Sample.Periodic", "Outlet")])


def plans(*rules):
    made = Plans(rules)
    for one in (ONE, TWO, OTHER):
        made.know(one)
    return made


def test_charge_points_that_the_same_rules_are_for_share_what_is_worked_out():
    made = plans(VOLTAGE, HEAT_OF_Y)
    assert made.of(1) is made.of(2)
    assert made.of(1) is not made.of(3)
    assert (set(made.of(1)), set(made.of(3))) == ({"Voltage"}, {"Voltage", "Temperature"})


def test_numbers_of_its_own_are_only_for_the_charge_point_that_has_them():
    made = plans(replace(VOLTAGE, overrides={"CP-2": {"above": 300}}))
    assert [made.of(each).glance(SHAPE).is_in_order([260.0]) for each in (1, 2, 3)] == [False, True, False]


def test_when_a_rule_changes_nothing_of_before_is_left_and_the_others_go_on():
    made = plans(VOLTAGE, HEAT_OF_Y)
    assert not made.of(3).glance(SHAPE).is_in_order([260.0])
    made.set_rules([replace(VOLTAGE, above=300), HEAT_OF_Y])
    assert made.of(3).glance(SHAPE).is_in_order([260.0])
    assert set(made.of(3)) == {"Voltage", "Temperature"}
    made.set_rules([HEAT_OF_Y])
    assert set(made.of(3)) == {"Temperature"}


def test_what_is_kept_of_shapes_has_an_end():
    outlook = plans(VOLTAGE).of(1)
    for _ in range(10_000):
        outlook.glance(Shape(SHAPE.kinds))
    assert len(outlook._glances) <= 256
