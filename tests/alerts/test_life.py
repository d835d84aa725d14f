"""What becomes of alerts: pending, firing, acknowledged, resolved; and when."""

from hypothesis import given
from hypothesis import strategies as some

from tests.alerts.stories import WHOLE, Story, heat

NEVER = 10_000


def test_without_for_it_fires_at_once_and_ends_below_the_limit_to_clear():
    story = Story(heat()).value(1, 71).value(2, 70).value(3, 69).value(4, 68)
    assert story.happened == [(1, "fired"), (4, "resolved")]


def test_with_for_it_waits_and_the_clock_alone_makes_it_fire():
    story = Story(heat(for_s=60)).value(1, 71)
    assert story.alert.state == "pending"
    story.until(60.9)
    assert story.alert.state == "pending"
    story.until(61)
    assert story.happened == [(1, "began"), (61, "fired")]


def test_what_is_over_before_it_fired_went_by_and_leaves_nothing():
    story = Story(heat(for_s=60)).value(1, 71).value(30, 69).until(NEVER)
    assert story.happened == [(1, "began"), (30, "went_by")]
    assert not story.evaluator.alerts


def test_it_must_be_good_for_clear_for_and_bad_again_begins_that_anew():
    story = Story(heat(clear_for_s=60)).value(0, 71).value(10, 60).value(60, 75).value(70, 60).until(129)
    assert story.happened == [(0, "fired")]
    story.until(130)
    assert story.happened[-1] == (130, "resolved")


def test_it_fires_for_at_least_so_long():
    story = Story(heat(least_s=300)).value(0, 71).value(1, 20).until(299)
    assert story.alert.state == "firing"
    story.until(300)
    assert story.alert.state == "resolved"


def test_bad_again_while_it_cools_down_is_the_same_alert_and_later_another():
    story = Story(heat(cool_down_s=100)).value(0, 71).value(1, 20).value(100, 71).value(101, 20)
    first = story.alert
    assert (first.count, first.raised_at, first.fired_at) == (2, 0, 100_000)
    story.until(201).value(202, 71)
    assert story.alert.id != first.id
    assert [what for _, what in story.happened] == ["fired", "resolved", "fired_again", "resolved", "fired"]


def test_bad_again_for_less_than_for_is_nothing():
    story = Story(heat(for_s=60)).value(0, 71).until(60).value(61, 20).value(100, 71).value(130, 20).until(NEVER)
    assert [what for _, what in story.happened] == ["began", "fired", "resolved"]


def test_what_somebody_took_up_stays_with_them_while_it_comes_and_goes():
    story = Story(heat()).value(0, 71)
    [key] = story.evaluator.alerts
    story.evaluator.acknowledge(key, 1000, "ann", "on my way")
    story.value(2, 20).value(3, 71)
    assert (story.alert.state, story.alert.acknowledged_by, story.alert.count) == ("acknowledged", "ann", 2)


def test_the_peak_is_the_value_furthest_beyond_its_limit():
    story = Story(heat(below=-10, clear_below=-8)).value(0, -11).value(1, -30).value(2, -12)
    assert (story.alert.peak, story.alert.value, story.alert.limit, story.alert.readings) == (-30, -12, -10, 3)


def test_pending_and_clearing_go_on_after_a_restart():
    rules = [heat(for_s=60, clear_for_s=60)]
    story = Story(*rules).value(0, 71).restart(rules).value(30, 72).until(59)
    assert story.alert.state == "pending"
    story.until(60)
    assert story.alert.state == "firing"
    story.value(70, 20).restart(rules).until(129)
    assert story.alert.state == "firing"
    assert story.until(130).alert.state == "resolved"


def test_an_alert_cools_down_over_a_restart():
    rules = [heat(cool_down_s=100)]
    story = Story(*rules).value(0, 71).value(1, 20).restart(rules).value(50, 71)
    assert story.alert.count == 2


def test_what_came_late_ends_an_alert_and_raises_none():
    assert Story(heat()).value(0, 99, raises=False).until(NEVER).happened == []
    assert Story(heat()).value(0, 99).value(5, 20, raises=False).happened == [(0, "fired"), (5, "resolved")]


def test_older_than_what_is_known_changes_nothing():
    story = Story(heat()).value(10, 71).value(5, 20)
    assert (story.alert.state, story.alert.value) == ("firing", 71)


def test_a_rule_that_is_changed_is_looked_at_anew_and_one_that_is_gone_ends_its_alerts():
    story = Story(heat()).value(0, 75)
    story._note(story.evaluator.set_rules([heat(above=80, clear_above=78)], 1000))
    assert story.happened[-1] == (1, "resolved")
    story.value(2, 85)
    story._note(story.evaluator.set_rules([], 3000))
    assert story.moved[-1].change.detail == "the rule is no more"
    assert not story.evaluator.alerts


VALUES = some.lists(some.sampled_from([20, 69, 71, 90]), min_size=1, max_size=12)


@given(values=VALUES, order=some.randoms(use_true_random=False))
def test_in_whatever_order_values_come_an_alert_is_raised_once_and_ended_once(values, order):
    numbered = list(enumerate(values))
    order.shuffle(numbered)
    story = Story(heat(cool_down_s=0))
    for second, value in numbered:
        story.value(second, value)
    is_raised = False
    for _, what in story.happened:
        assert is_raised == (what == "resolved")
        is_raised = what == "fired"


@given(
    values=VALUES,
    for_s=some.sampled_from([0, 2, 5]),
    clear_for_s=some.sampled_from([0, 2, 5]),
    stops=some.sets(some.integers(0, 12)),
)
def test_restarts_change_nothing(values, for_s, clear_for_s, stops):
    """Whenever it is restarted, what becomes of alerts is the same as without, once it is told again how things are."""
    rules = [heat(for_s=for_s, clear_for_s=clear_for_s, cool_down_s=7)]
    steady, restarted = Story(*rules), Story(*rules)
    for second, value in enumerate(values):
        steady.value(second, value)
        restarted.value(second, value)
        if second in stops:
            restarted.restart(rules).see(second, "connection", "online", WHOLE).value(second, value)
        steady.until(second + 0.5)
        restarted.until(second + 0.5)
    steady.until(NEVER)
    restarted.until(NEVER)
    assert restarted.happened == steady.happened


@given(values=VALUES, steps=some.lists(some.integers(-50, 50), min_size=12, max_size=12))
def test_a_clock_that_steps_loses_no_alert_for_good(values, steps):
    """Times may jump back and forth: the alert of the newest bad value is there in the end, no other."""
    story = Story(heat(cool_down_s=0))
    moment = 1000
    for value, step in zip(values, steps, strict=False):
        moment = max(moment + step, 1)
        story.value(moment, value)
    far = 1_000_000
    story.value(far, 90)
    assert story.alert.state == "firing"
    story.value(far + 1, 20).until(far + NEVER)
    assert not [one for one in story.evaluator.alerts.values() if one.state == "firing"]
