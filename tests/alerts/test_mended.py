"""What once went wrong: alerts that never ended, came twice, or came when they should not have."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.alerts.stories import ONE, PLUG, WHOLE, Story, heat
from tests.houses import open_house
from tests.stations import meter_values, sampled, start, status, stop, until
from wattdeck.alerts import keeping, watch
from wattdeck.alerts.evaluator import Evaluator
from wattdeck.alerts.observe import Observer
from wattdeck.alerts.ready_made import BY_NAME as READY
from wattdeck.domain import events
from wattdeck.domain.alert_rules import Rule, Selector
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.errors import CommitFailed
from wattdeck.domain.meter_values import MeterValue
from wattdeck.domain.records import replace
from wattdeck.domain.signals import Observation, Subject

THEN = to_ms(datetime(2026, 9, 14, tzinfo=UTC))
SECOND, HOUR = 1_000, 3_600_000
TWO = replace(ONE, id=2, identifier="CP-2")
NEVER = 100_000


class Two:
    """An observer and an evaluator, told of events."""

    def __init__(self, *rules, after=None):
        self.observer, self.evaluator = Observer(), Evaluator(rules, 100)
        for one in (ONE, TWO):
            self.observer.know(one)
            self.evaluator.know(one)
        if after is not None:
            self.evaluator.load(after.evaluator.alerts.values())
        self.happened = []

    def hear(self, event, second):
        at = THEN + round(second * SECOND)
        if isinstance(event, events.MeterValuesStored):
            seen = self.observer.meters.observe(event, self.evaluator.plans.of(1), self.evaluator.held)
        else:
            seen = self.observer.observe(event, at)
        for one in seen:
            self._note(self.evaluator.take(one))
        return self.until(second)

    def until(self, second):
        self._note(self.evaluator.tick(THEN + round(second * SECOND)))
        return self

    def come(self, one, second):
        return self.hear(events.ChargePointConnected(one, from_ms(THEN + second * SECOND)), second)

    def go(self, one, second):
        return self.hear(events.ChargePointDisconnected(one, from_ms(THEN + second * SECOND), ""), second)

    def _note(self, moved):
        self.happened += [one.change.what for one in moved if one.change.what != "updated"]

    @property
    def open(self):
        return [one.rule for one in self.evaluator.alerts.values() if one.state != "resolved"]


def volts(number, taken, received, context="Sample.Periodic"):
    value = MeterValue("Voltage", number, "V", None, context, "Outlet", from_ms(taken))
    return events.MeterValuesStored(1, "CP-1", 1, from_ms(received), (events.StoredValue(value, None, 0),))


def whats(story):
    return [what for _, what in story.happened]


# while the line is down, and after a restart


@pytest.mark.parametrize("rule", ["connector-faulted", "not-charging"])
def test_what_waited_when_the_line_went_down_does_not_fire(rule):
    word = READY[rule].words[0]
    story = Story(READY[rule]).see(0, "status", word).see(30, "connection", "offline", WHOLE).until(NEVER)
    assert whats(story) == ["began", "went_by"]


def test_bad_again_while_it_cools_down_and_offline_is_forgotten():
    story = Story(READY["connector-faulted"]).see(0, "status", "Faulted").until(61)
    story.see(70, "status", "Available").see(100, "status", "Faulted").see(110, "connection", "offline", WHOLE)
    assert "fired_again" not in whats(story.until(NEVER))


def test_what_was_pending_waits_after_a_restart_until_something_is_said_of_it():
    rules = [READY["connector-faulted"]]
    story = Story(*rules).see(0, "status", "Faulted").restart(rules).until(NEVER)
    assert whats(story) == ["began"]
    story.see(NEVER, "connection", "online", WHOLE).see(0, "status", "Faulted").until(NEVER + 1)
    assert whats(story) == ["began", "fired"]


@pytest.mark.parametrize("rule", ["session-without-energy", "samples-missing"])
def test_what_was_over_before_a_restart_does_not_fire_after_it(rule):
    story = Story(READY[rule]).see(0, "session", "began", session=1).see(0, "session_energy_wh", 0, session=1)
    story.until(700).see(710, "session", "ended", session=1).until(720)
    before = list(story.happened)
    assert story.restart([READY[rule]]).until(NEVER).happened == before


def test_what_ends_it_counts_though_somebody_took_it_up_later_than_that():
    rules = [READY["connector-faulted"]]
    story = Story(*rules).see(0, "status", "Faulted").until(61)
    [key] = story.evaluator.alerts
    story.evaluator.acknowledge(key, 1_000_000, "ann", None)
    story.restart(rules).see(1200, "connection", "online", WHOLE).see(900, "status", "Available")
    assert story.alert.state == "resolved"


def test_a_site_that_comes_back_after_a_restart_is_no_longer_silent():
    before = Two(READY["site-silent"]).come(ONE, 0).come(TWO, 0).go(ONE, 1).go(TWO, 1).until(200)
    assert before.open == ["site-silent"]
    after = Two(READY["site-silent"], after=before)
    assert after.come(ONE, 300).open == []


def test_a_site_that_is_no_more_is_not_silent_for_ever():
    two = Two(READY["site-silent"]).come(ONE, 0).come(TWO, 0).go(ONE, 1).go(TWO, 1).until(200)
    for one in (ONE, TWO):
        two.hear(events.ChargePointChanged(replace(one, site="Elsewhere")), 201)
    assert two.open == []


def test_one_that_left_and_others_that_never_came_back_yet_are_no_dark_site():
    assert Two(READY["site-silent"]).come(ONE, 0).go(ONE, 10).until(NEVER).happened == []


# sessions


def test_the_next_customer_is_not_blamed_for_the_last():
    story = Story(READY["session-without-energy"])
    story.see(0, "session", "began", session=1).see(0, "session_energy_wh", 0, session=1).until(700)
    story.see(710, "session", "ended", session=1)
    story.see(800, "session", "began", session=2).see(800, "session_energy_wh", 0, session=2).until(801)
    assert "fired_again" not in whats(story)


def test_a_session_that_was_lost_ends_and_the_alerts_of_the_next_go_on():
    power = Subject(1, "CP-1", 1, "Power.Active.Import", None, "Outlet")
    story = Story(READY["power"]).see(0, "session", "began", session=1).see(10, "session", "began", session=2)
    story.see(20, "Power.Active.Import", 51_000, power, session=2).see(30, "session", "ended", session=1)
    assert story.alert.state == "firing"
    assert story.see(40, "session", "ended", session=2).alert.state == "resolved"


def test_samples_are_not_missed_while_nothing_flows_nor_while_it_is_away():
    charging = Rule(name="m", kind="missing", signal="sampled", within_s=60, during="charging")
    story = Story(charging).see(0, "status", "Preparing").see(1, "session", "began", session=1).until(NEVER)
    assert story.happened == []
    story = Story(READY["samples-missing"], online=False).see(0, "session", "began", session=1).until(NEVER)
    assert story.happened == []


def ago(**more):
    return datetime.now(UTC) - timedelta(**more)


async def turns(house, count=8):
    for _ in range(count):
        await house.central_system._watch.work()


async def test_a_session_that_ended_in_the_last_moment_before_a_stop_leaves_no_alert(tmp_path):
    async with open_house(tmp_path) as house:
        cp = await house.station()
        transaction = (await cp.call("StartTransaction", start(1, "TAG", 0, ago(seconds=30))))["transactionId"]
        await cp.call("MeterValues", meter_values(sampled(60_000, "Power.Active.Import"), transaction=transaction))
        await until(lambda: house.items("alerts", state="open", rule="power"))
        await cp.call("StopTransaction", stop(transaction, 500))
    async with open_house(tmp_path) as house:
        [alert] = await house.items("alerts", rule="power")
        assert alert["state"] == "resolved"


async def test_a_replayed_session_raises_nothing(tmp_path):
    async with open_house(tmp_path) as house:
        cp = await house.station()
        began = ago(hours=20)
        transaction = (await cp.call("StartTransaction", start(1, "TAG", 0, began)))["transactionId"]
        for minutes in range(1, 5):
            values = meter_values(
                sampled(minutes * 1000), transaction=transaction, taken_at=began + timedelta(minutes=minutes)
            )
            await cp.call("MeterValues", values)
            await turns(house, 2)
        await cp.call("StopTransaction", stop(transaction, 5000, ago(hours=1)))
        await turns(house)
        assert await house.items("alerts") == []


async def test_a_session_is_not_missed_at_once_after_a_restart(tmp_path):
    async with open_house(tmp_path) as house:
        cp = await house.station()
        transaction = (await cp.call("StartTransaction", start(1, "TAG", 0, ago(hours=2))))["transactionId"]
        await cp.call("MeterValues", meter_values(sampled(1000), transaction=transaction))
    async with open_house(tmp_path) as house:
        await house.connected()
        await turns(house)
        assert await house.items("alerts") == []


# values and clocks


def test_a_long_replay_raises_no_old_alarm_and_says_nothing_of_the_clock():
    two = Two(READY["voltage"], READY["clock-drift"]).come(ONE, 0)
    for number in range(1_800):
        received = THEN + SECOND + number * 100
        number_v = 300.0 if number == 1000 else 230.0
        two.hear(volts(number_v, THEN - 8 * HOUR + number * 15 * SECOND, received), 1 + number / 10)
    assert two.until(NEVER).happened == []


def test_a_clock_that_is_right_after_a_restart_drifts_no_more():
    rule = replace(READY["clock-drift"], for_s=0)
    before = Two(rule).come(ONE, 0)
    for second in (0, 30):
        now = THEN + second * SECOND
        before.hear(volts(230.0, now - HOUR, now), second)
    assert before.open == ["clock-drift"]
    after = Two(rule, after=before).come(ONE, 100)
    assert after.hear(volts(230.0, THEN + 101 * SECOND, THEN + 101 * SECOND), 101).open == []


def test_contexts_that_charge_points_make_up_take_no_room():
    two = Two(READY["voltage"]).come(ONE, 0)
    for number in range(1_000):
        two.hear(volts(230.0, THEN + number, THEN + number, f"made up {number}"), 1)
    assert len(two.observer.meters._meters[1].newest[1]) < 10


def test_a_rule_that_is_not_for_it_any_more_ends_its_alerts():
    rule = heat(select=Selector(firmware=("1.*",)))
    evaluator = Evaluator([rule])
    evaluator.know(replace(ONE, firmware_version="1.0"))
    seen = Observation("Temperature", Subject(1, "CP-1", 1, "Temperature", None, "Outlet"), 1000, 80.0)
    assert [one.change.what for one in evaluator.take(seen)] == ["fired"]
    assert [one.change.what for one in evaluator.know(replace(ONE, firmware_version="2.0"), 2000)] == ["resolved"]


async def test_bad_and_good_in_one_message_is_over(tmp_path):
    async with open_house(tmp_path) as house:
        cp = await house.station()
        message = meter_values(sampled(300, "Voltage"), taken_at=ago(seconds=20))
        message["meterValue"] += meter_values(sampled(230, "Voltage"), taken_at=ago(seconds=10))["meterValue"]
        await cp.call("MeterValues", message)
        [alert] = await until(lambda: house.items("alerts", rule="voltage"))
        await until(lambda: house.items("alerts", rule="voltage", state="resolved"))
        assert alert["count"] == 1


# the house around it


async def test_one_that_is_refused_is_not_missed(tmp_path):
    async with open_house(tmp_path) as house:
        body = {"kind": "word", "signal": "connection", "words": ["offline"], "for_s": 0.2}
        await house.http.put("alert-rules/charge-point-silent", json=body)
        cp = await house.connected()
        await cp.close()
        await until(lambda: house.items("alerts", state="open", rule="charge-point-silent"))
        assert (await house.http.patch("charge-points/CP-1", json={"registration": "refused"})).is_success
        await until(lambda: house.items("alerts", state="resolved", rule="charge-point-silent"))


async def test_what_was_let_go_is_made_up_for(tmp_path, monkeypatch):
    async with open_house(tmp_path) as house:
        body = {"kind": "word", "signal": "connection", "words": ["offline"], "for_s": 0.2}
        await house.http.put("alert-rules/charge-point-silent", json=body)
        cp = await house.connected()
        await cp.close()
        await until(lambda: house.items("alerts", state="open", rule="charge-point-silent"))
        monkeypatch.setattr(watch, "MOST_WAITING", 0)
        await house.connected()
        monkeypatch.setattr(watch, "MOST_WAITING", 50_000)
        await until(lambda: house.items("alerts", state="resolved", rule="charge-point-silent"))


async def test_one_alert_that_cannot_be_stored_takes_no_other_with_it(tmp_path, monkeypatch):
    save = keeping.alerts.save

    def refuse_voltage(connection, savings):
        if any(one.alert is not None and one.alert.rule == "voltage" for one in savings):
            raise CommitFailed("as if it could not be stored")
        save(connection, savings)

    async with open_house(tmp_path) as house:
        monkeypatch.setattr(keeping.alerts, "save", refuse_voltage)
        cp = await house.station()
        await cp.call("MeterValues", meter_values(sampled(300, "Voltage"), sampled(99, "Temperature")))
        await until(lambda: house.items("alerts", rule="temperature"))
        assert house.metric("wattdeck_dropped_total", reason="alerts_failed") == 1


async def test_the_number_of_an_alert_is_never_given_twice(tmp_path):
    async with open_house(tmp_path) as house:
        cp = await house.station()
        await cp.call("StatusNotification", status("Preparing"))  # pending, and gone by
        [first] = await until(lambda: house.items("alerts", state="pending"))
        await cp.call("StatusNotification", status("Available"))
        await until(lambda: _none_pending(house))
    async with open_house(tmp_path) as house:
        cp = await house.station()
        await cp.call("StatusNotification", status("Preparing", PLUG.connector_id))
        [second] = await until(lambda: house.items("alerts", state="pending"))
        assert second["id"] > first["id"]


async def _none_pending(house):
    return await house.items("alerts", state="pending") == []
