"""What is bad, kind by kind."""

from math import inf

import pytest

from tests.alerts.stories import ONE, PLUG, WHOLE, Story, heat
from wattdeck.domain.alert_rules import Rule, Selector
from wattdeck.domain.records import replace
from wattdeck.domain.signals import Subject

POWER = Subject(1, "CP-1", 1, "Power.Active.Import")
OFFERED = Subject(1, "CP-1", 1, "Power.Offered")


def rule(kind, signal, **more):
    return Rule(name="rule", kind=kind, signal=signal, **more)


def whats(story):
    return [what for _, what in story.happened]


def test_a_rate_is_change_by_the_second():
    story = Story(rule("rate", "Power.Active.Import", above=1000))
    for second, watts in ((0, 0), (10, 10_000), (20, 20_001), (30, 20_001)):
        story.see(second, "Power.Active.Import", watts, POWER)
    assert story.happened == [(20, "fired"), (30, "resolved")]
    assert story.moved[0].after.value == pytest.approx(1000.1)


def test_a_stall_is_noticed_by_the_clock_and_ends_with_the_next_movement():
    story = Story(rule("stall", "session_energy_wh", within_s=600, tolerance=5))
    story.see(0, "session_energy_wh", 0).see(100, "session_energy_wh", 4).see(300, "session_energy_wh", 5).until(599)
    assert story.happened == []
    story.until(600).see(700, "session_energy_wh", 5).see(800, "session_energy_wh", 6)
    assert story.happened == [(600, "fired"), (800, "resolved")]


def test_a_stall_at_the_top_is_none():
    story = Story(rule("stall", "SoC", within_s=60, above=98))
    story.see(0, "SoC", 98).until(1000)
    assert story.happened == []


def test_a_stall_is_not_blamed_on_a_line_that_is_down():
    story = Story(rule("stall", "session_energy_wh", within_s=600)).see(0, "session_energy_wh", 0)
    story.see(300, "connection", "offline", WHOLE).until(5000).see(5000, "connection", "online", WHOLE)
    story.see(5001, "session_energy_wh", 0).until(5600)
    assert story.happened == []
    assert whats(story.until(5601)) == ["fired"]


def test_missing_data_is_noticed_after_its_usual_intervals():
    story = Story(rule("missing", "sampled", within_s=30, times=3, during="session"))
    story.see(0, "session", "began")
    for second in (60, 120, 180):
        story.see(second, "sampled", session=7)
    story.until(359)
    assert story.happened == []
    story.until(360).see(400, "sampled", session=7)
    assert story.happened == [(360, "fired"), (400, "resolved")]


def test_missing_data_of_a_session_that_never_sent_any():
    story = Story(rule("missing", "sampled", within_s=30, times=3, during="session"))
    assert story.see(0, "session", "began").until(30).happened == [(30, "fired")]
    assert whats(story.see(40, "session", "ended")) == ["fired", "resolved"]
    assert whats(story.until(5000)) == ["fired", "resolved"]


def test_so_many_times_in_so_long_and_it_ends_when_the_first_is_long_ago():
    story = Story(rule("count", "booted", times=3, within_s=100))
    for second in (0, 60, 101):
        story.see(second, "booted", subject=WHOLE)
    assert story.happened == []
    story.see(150, "booted", subject=WHOLE).until(159)
    assert story.happened == [(150, "fired")]
    assert story.until(160).happened[-1] == (160, "resolved")


def test_a_count_goes_on_after_a_restart_and_ends():
    rules = [rule("count", "booted", times=2, within_s=100)]
    story = Story(*rules).see(0, "booted", subject=WHOLE).see(1, "booted", subject=WHOLE).restart(rules)
    assert whats(story.until(102)) == ["fired", "resolved"]


def test_a_word_and_the_next_one():
    story = Story(rule("word", "status", words=("Faulted",), for_s=60))
    story.see(0, "status", "Faulted").until(60).see(70, "status", "Available")
    assert story.happened == [(0, "began"), (60, "fired"), (70, "resolved")]


def test_words_one_after_the_other_whatever_is_said_between():
    sequence = rule("sequence", "status", words=("Available", "Faulted", "Available"), within_s=100)
    story = Story(sequence)
    for second, word in ((0, "Available"), (10, "Preparing"), (20, "Faulted"), (30, "Available")):
        story.see(second, "status", word)
    assert story.happened == [(30, "fired")]
    assert whats(story.until(130)) == ["fired", "resolved"]
    story = Story(sequence)
    for second, word in ((0, "Available"), (20, "Faulted"), (101, "Available"), (102, "Faulted"), (103, "Available")):
        story.see(second, "status", word)
    assert story.happened == [(103, "fired")]


def test_one_measurand_against_another():
    story = Story(rule("compare", "Power.Active.Import", against="Power.Offered", below=0.5, floor=1000))
    story.see(0, "Power.Active.Import", 4000, POWER).see(1, "Power.Offered", 900, OFFERED)
    assert story.happened == []  # next to nothing is offered
    story.see(2, "Power.Offered", 11_000, OFFERED)
    assert story.happened == [(2, "fired")]
    story.see(3, "Power.Active.Import", 6000, POWER)
    assert story.happened[-1] == (3, "resolved")


def test_a_comparison_that_cannot_be_made_after_a_restart_keeps_what_it_said_last():
    half = rule("compare", "Power.Active.Import", against="Power.Offered", below=0.5)
    story = Story(half).see(0, "Power.Offered", 10_000, OFFERED).see(1, "Power.Active.Import", 2_500, POWER)
    story.restart([half]).see(2, "Power.Active.Import", 2_600, POWER)
    assert (story.alert.value, story.alert.word, story.alert.state) == (0.25, "Power.Offered", "firing")
    story.see(3, "Power.Offered", 10_000, OFFERED)
    assert story.alert.value == 0.26


def test_while_charging_is_over_when_the_connector_says_so():
    story = Story(rule("stall", "session_energy_wh", within_s=60, during="charging"))
    story.see(0, "session", "began").see(0, "session_energy_wh", 0, session=7).until(60)
    story.see(70, "status", "SuspendedEV")
    assert whats(story) == ["fired", "resolved"]
    story.see(80, "session_energy_wh", 0, session=7).until(1000)
    assert whats(story) == ["fired", "resolved"]


def test_a_line_that_is_down_leaves_alerts_without_data_until_it_is_up():
    story = Story(rule("limit", "Temperature", above=70)).value(0, 80).see(5, "connection", "offline", WHOLE)
    assert story.alert.lacks_data
    story.see(9, "connection", "online", WHOLE).value(10, 81)
    assert not story.alert.lacks_data
    assert whats(story) == ["fired", "no_data", "data_again"]


def test_only_what_has_an_alert_is_held():
    story = Story(rule("limit", "Temperature", above=70, clear_above=68))
    plan = story.evaluator.plans.of(1)["Temperature"]
    assert (plan.low, plan.high, plan.others) == (-inf, 70, ())
    assert not story.evaluator.held(1)
    story.value(0, 71)
    assert (1, "Temperature") in story.evaluator.held(1)
    assert (2, "Temperature") not in story.evaluator.held(1)
    story.value(1, 20).until(5000)
    assert not story.evaluator.held(1)


def test_rules_are_for_whom_they_select_with_the_numbers_they_have_there():
    hot = rule("limit", "Temperature", above=70, clear_above=65, overrides={"cp-*": {"above": 80}})
    assert Story(hot).value(0, 79).happened == []
    assert whats(Story(hot).value(0, 81).value(1, 76).value(2, 75)) == ["fired", "resolved"]
    for select in ({"sites": ("Roof",)}, {"connectors": (2,)}, {"models": ("Y*",)}):
        story = Story(Rule(name="rule", kind="limit", signal="Temperature", above=70, select=Selector(**select)))
        assert story.value(0, 99).happened == []


def test_numbers_for_a_model_go_for_those_that_have_none_of_their_own():
    limit = rule("limit", "Power.Active.Import", above=50_000, model_overrides={"x-*": {"above": 150_000}})
    plain, own = Story(limit), Story(replace(limit, overrides={"CP-1": {"above": 70_000}}))
    for story in (plain, own):
        story.see(0, "Power.Active.Import", 100_000, POWER)
    assert (plain.happened, whats(own)) == ([], ["fired"])
    plain.see(1, "Power.Active.Import", 150_001, POWER)
    assert plain.alert.limit == 150_000


def test_other_rules_are_in_force_at_once_for_whoever_is_looked_at():
    story = Story(rule("limit", "Voltage", above=253), heat()).value(0, 60)
    story.evaluator.set_rules([heat(above=80, clear_above=75)], 1000)
    story.value(1, 75).see(1, "Voltage", 300, POWER)
    assert story.happened == []
    story.evaluator.set_rules([heat(), replace(heat(above=50, clear_above=45), name="warm")], 2000)
    assert whats(story.value(2, 75)) == ["fired", "fired"]
    story.evaluator.know(replace(ONE, model="other"))
    story.evaluator.set_rules([heat(select=Selector(models=("x-*",)))], 3000)
    assert story.value(3, 75).evaluator.plans.of(1) == {}


def test_a_rule_for_tags_holds_while_their_session_runs():
    heat = Rule(name="rule", kind="limit", signal="Temperature", above=70, select=Selector(id_tags=("VIP-*",)))
    story = Story(heat).value(0, 99)
    story.see(1, "session", "began", id_tag="other").value(2, 99).see(3, "session", "ended")
    assert story.happened == []
    story.see(4, "session", "began", id_tag="vip-1").value(5, 99).see(6, "session", "ended").value(7, 99)
    assert story.happened == [(5, "fired"), (6, "resolved")]


def test_a_charge_point_that_is_removed_takes_its_alerts_with_it():
    story = Story(rule("limit", "Temperature", above=70)).value(0, 99)
    story._note(story.evaluator.forget(1, 1000))
    assert whats(story) == ["fired", "resolved"]
    assert not story.evaluator._book.rules
    assert story.see(2, "status", "Faulted", PLUG).happened[-1] == (1, "resolved")


def test_samples_that_are_missed_are_so_after_a_restart_and_a_reconnect_until_one_comes():
    rule = Rule(name="samples", kind="missing", signal="sampled", during="session", times=3, within_s=600)
    story = Story(rule).see(0, "session", "began", session=1).until(600)
    assert story.happened == [(600, "fired")]
    story.restart([rule]).see(0, "session", "began", session=1).until(605)
    story.see(610, "connection", "online", WHOLE).until(700)
    assert story.alert.state == "firing"
    story.see(700, "connection", "offline", WHOLE).see(710, "connection", "online", WHOLE)
    assert (story.alert.state, story.alert.lacks_data) == ("firing", True)
    story.see(720, "sampled", session=1)
    assert story.happened[-1] == (720, "resolved")


def test_what_is_measured_no_more_lacks_data_and_ends_at_last():
    story = Story(heat()).value(0, 71).value(60, 75).until(60 + 15 * 60 - 1)
    assert story.happened == [(0, "fired")]
    story.until(60 + 15 * 60)
    assert story.happened[-1] == (960, "no_data")
    story.until(60 + 7200)
    assert story.happened[-1] == (7260, "resolved")
    assert story.moved[-1].change.detail == "nothing more was measured"


def test_what_is_measured_seldom_goes_on_with_the_next_value():
    story = Story(heat())
    for hour in range(4):
        story.until(hour * 3600).value(hour * 3600, 75)
    assert [what for _, what in story.happened] == ["fired", *["no_data", "data_again"] * 3]


def test_while_a_charge_point_is_away_its_alerts_wait_for_it_and_two_hours_more():
    story = Story(heat()).value(0, 71).see(60, "connection", "offline", WHOLE).until(90_000)
    assert whats(story) == ["fired", "no_data"]
    story.see(90_000, "connection", "online", WHOLE).until(90_000 + 7199)
    assert whats(story) == ["fired", "no_data"]
    assert story.until(90_000 + 7200 + 900).happened[-1] == (97_200, "resolved")


def test_samples_that_were_kept_for_later_are_no_stall_while_they_come():
    story = Story(rule("stall", "session_energy_wh", within_s=60)).until(200)
    for second in range(30, 200, 10):  # they come one after the other, three quarters of a minute at last
        story.see(second, "session_energy_wh", second).until(200 + second / 10)
    assert story.happened == []
    story.until(220).see(220, "session_energy_wh", 220).until(279)
    assert story.happened == []
    assert whats(story.until(280)) == ["fired"]


def test_phases_that_charge_points_make_up_are_one():
    story = Story(rule("limit", "Voltage", above=253))
    for number in range(50):
        story.see(number, "Voltage", 260, Subject(1, "CP-1", 1, "Voltage", f"phase {number}", "Outlet"))
    assert story.alert.subject.phase == "other"
    story.see(50, "Voltage", 260, Subject(1, "CP-1", 1, "Voltage", "L1-N", "Outlet"))
    assert len(story.evaluator.alerts) == 2
