"""What hides alerts from people: silences, and alerts of something above them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.alerts.stories import ONE, PLUG, SEEN_AT, WHOLE, heat
from wattdeck.alerts.evaluator import Evaluator
from wattdeck.alerts.overlays import Overlays
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import is_for_people
from wattdeck.domain.clock import to_ms
from wattdeck.domain.records import replace
from wattdeck.domain.signals import Observation, Subject
from wattdeck.domain.silences import Silence

START = to_ms(SEEN_AT)
OTHER_PLUG = Subject(1, "CP-1", 2)
SITE = Subject(site="Garage")
SILENT = Rule(name="silent", kind="word", signal="connection", words=("offline",), for_s=300)
DARK = Rule(name="dark", kind="word", signal="site_connection", words=("offline",), for_s=120)
BROKEN = Rule(name="broken", kind="word", signal="status", words=("Faulted",))
STALLED = Rule(name="stalled", kind="limit", signal="session_age_s", above=10)
EVENT = Rule(name="event", kind="count", signal="security_event", times=1, within_s=3600)
SILENCE = Silence(
    id=3,
    rules=("heat",),
    starts_at=SEEN_AT + timedelta(seconds=10),
    ends_at=SEEN_AT + timedelta(seconds=20),
    comment="known",
    created_by="ann",
    created_at=SEEN_AT,
)


class Story:
    """An evaluator with its overlays; seconds in, `(rule, what)` of what is hidden out."""

    def __init__(self, *rules, silences=()):
        self.evaluator = Evaluator(rules)
        self.evaluator.know(ONE)
        self.overlays = Overlays(self.evaluator.alerts, self.evaluator.plans.charge_point, ZoneInfo("UTC"))
        self.overlays.set_silences(silences)
        self.happened = []
        self.see(0, "connection", "online", WHOLE)

    def see(self, second, signal, what=None, subject=PLUG):
        value, word = (what, None) if isinstance(what, int) else (None, what)
        at = START + second * 1000
        self.overlays.note(self.evaluator.tick(at))
        self.overlays.note(self.evaluator.take(Observation(signal, subject, at, value, word)))
        return self.look(second)

    def look(self, second):
        at = START + second * 1000
        self.overlays.note(self.evaluator.tick(at))
        for one in self.overlays.look(at):
            assert one.after
            self.evaluator.put((one.after.rule, one.after.subject), one.after)
            self.happened.append((second, one.after.rule, one.change.what))
        return self

    def told(self):
        return sorted(one.rule for one in self.evaluator.alerts.values() if is_for_people(one))


def test_while_a_silence_is_in_force_nobody_is_told_and_afterwards_they_are():
    story = Story(heat(), silences=[SILENCE]).see(1, "Temperature", 71)
    assert story.told() == ["heat"]
    assert story.look(10).told() == []
    assert story.see(11, "Temperature", 60).see(12, "Temperature", 90).told() == []
    assert story.look(20).told() == ["heat"]
    assert story.happened == [(10, "heat", "silenced"), (20, "heat", "unsilenced")]


def test_what_fires_while_it_is_silent_is_silent_at_once():
    story = Story(heat(), BROKEN, silences=[SILENCE]).see(11, "Temperature", 71).see(12, "status", "Faulted")
    assert story.happened == [(11, "heat", "silenced")]
    assert story.told() == ["broken"]


def test_a_silence_that_is_ended_early_hides_nothing_any_more():
    story = Story(heat(), silences=[SILENCE]).see(11, "Temperature", 71)
    story.overlays.put_silence(replace(SILENCE, ended_at=SEEN_AT + timedelta(seconds=12)))
    assert story.look(12).told() == ["heat"]
    assert story.overlays.silences == []


def test_a_silence_follows_a_charge_point_to_where_it_stands():
    there = replace(SILENCE, select=replace(SILENCE.select, sites=("Yard",)))
    story = Story(heat(), silences=[there]).see(11, "Temperature", 71)
    assert story.told() == ["heat"]
    story.evaluator.know(replace(ONE, site="Yard"))
    story.overlays.touch(ONE.id)
    assert story.look(12).told() == []


def test_a_charge_point_that_may_be_silent_hides_its_values_and_not_what_is_known_all_the_same():
    story = Story(heat(), SILENT, EVENT, STALLED).see(1, "Temperature", 71).see(2, "security_event", "x", WHOLE)
    story.see(3, "session_age_s", 11)
    assert story.told() == ["event", "heat", "stalled"]
    assert story.see(5, "connection", "offline", WHOLE).told() == ["event", "stalled"]
    assert story.look(305).told() == ["event", "silent", "stalled"]
    assert story.see(306, "connection", "online", WHOLE).told() == ["event", "heat", "stalled"]
    assert story.happened == [(5, "heat", "inhibited"), (306, "heat", "uninhibited")]


def test_a_site_that_is_silent_hides_the_silence_of_its_charge_points_and_of_no_others():
    story = Story(SILENT, DARK)
    story.evaluator.know(replace(ONE, id=2, identifier="CP-2", site="Yard"))
    story.see(1, "connection", "online", Subject(2, "CP-2"))
    for whom in (WHOLE, Subject(2, "CP-2")):
        story.see(10, "connection", "offline", whom)
    story.see(10, "site_connection", "offline", SITE)
    assert story.look(130).told() == ["dark"]
    assert story.look(310).told() == ["dark", "silent"]
    hidden = {one.subject.charge_point: one.hidden_by for one in story.evaluator.alerts.values()}
    [dark] = [one.id for one in story.evaluator.alerts.values() if one.rule == "dark"]
    assert hidden == {"CP-1": dark, "CP-2": None, None: None}
    assert story.see(311, "site_connection", "online", SITE).told() == ["silent", "silent"]


def test_a_fault_hides_the_sessions_of_its_connector_and_of_the_charge_point_the_whole():
    story = Story(STALLED, BROKEN).see(1, "session_age_s", 11).see(1, "session_age_s", 11, OTHER_PLUG)
    assert story.see(2, "status", "Faulted").told() == ["broken", "stalled"]
    assert story.see(3, "status", "Faulted", Subject(1, "CP-1", 0)).told() == ["broken", "broken"]
    assert story.see(4, "status", "Available", Subject(1, "CP-1", 0)).told() == ["broken", "stalled"]


def test_nothing_hides_itself_or_what_stands_above_it():
    story = Story(SILENT, BROKEN).see(1, "status", "Faulted").see(2, "connection", "offline", WHOLE).look(400)
    assert story.told() == ["silent"]
    assert {one.hidden_by is None for one in story.evaluator.alerts.values() if one.rule == "silent"} == {True}
