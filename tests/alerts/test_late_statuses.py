"""A status that comes late says how things stand all the same, but nobody is woken for what is over by now."""

from datetime import UTC, datetime, timedelta

from tests.alerts.stories import PLUG, Story
from tests.alerts.test_mended import HOUR, SECOND, THEN, Two
from tests.houses import open_house
from tests.stations import meter_values, sampled, status, until
from wattdeck.alerts.ready_made import BY_NAME as READY
from wattdeck.domain import events
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.clock import from_ms
from wattdeck.domain.connectors import Connector
from wattdeck.domain.records import replace

FAULTED = READY["connector-faulted"]
AT_ONCE = replace(FAULTED, for_s=0)


def late(word, taken, received):
    """Both in seconds; what is before THEN is negative."""
    at, heard = (from_ms(THEN + second * SECOND) for second in (taken, received))
    return events.StatusChanged(
        "CP-1", Connector(charge_point_id=1, connector_id=1, status=word, updated_at=at, received_at=heard)
    )


def back(rule=FAULTED):
    """A charge point that has just come back."""
    two = Two(rule)
    return two.come(two.observer._known[1], 0)


def test_a_fault_an_hour_old_that_is_over_raises_nothing():
    for rule in (FAULTED, AT_ONCE):
        two = back(rule).hear(late("Faulted", -3600, 1), 1).hear(late("Available", -1800, 2), 2)
        assert two.until(HOUR).happened == []


def test_a_fault_an_hour_old_that_lasts_fires_a_minute_after_it_was_heard():
    for rule in (FAULTED, AT_ONCE):
        two = back(rule).hear(late("Faulted", -3600, 1), 1).until(59)
        assert two.happened == []
        two.until(62)
        assert two.happened == ["fired"]
        [alert] = two.evaluator.alerts.values()
        assert (alert.began_at, alert.word) == (THEN - HOUR, "Faulted")
        assert alert.fired_at >= THEN + 60 * SECOND


def test_what_has_to_last_longer_still_counts_from_when_it_was_so():
    """Suspended ten minutes ago, and nobody is called before thirty are over."""
    rule = Rule(name="suspended", kind="word", signal="status", words=("SuspendedEV",), for_s=1800)
    two = back(rule).hear(late("SuspendedEV", -600, 1), 1).until(1199)
    assert two.happened == ["began"]
    assert two.until(1201).happened == ["began", "fired"]


def test_a_late_fault_of_a_charge_point_that_is_gone_again_is_not_waited_for():
    two = back().hear(late("Faulted", -3600, 1), 1)
    assert two.go(two.observer._known[1], 5).until(HOUR).happened == []


def test_a_late_end_still_ends_an_alert():
    two = back().hear(late("Faulted", 0, 1), 1).until(100).hear(late("Available", 200, 1000), 1000)
    assert two.happened == ["began", "fired", "resolved"]


def test_a_fault_that_comes_back_late_while_it_cools_down_fires_again_if_it_lasts():
    story = (
        Story(replace(FAULTED, cool_down_s=600)).see(0, "status", "Faulted").until(70).see(80, "status", "Available")
    )
    story.until(450).see(100, "status", "Faulted", PLUG, raises=False).until(520)
    assert [what for _, what in story.happened] == ["began", "fired", "resolved", "fired_again"]


def test_bad_again_while_it_cools_down_is_another_alert_when_that_is_over_first():
    story = Story(replace(FAULTED, cool_down_s=30)).see(0, "status", "Faulted").until(70).see(80, "status", "Available")
    story.see(100, "status", "Faulted").until(300)
    assert [what for _, what in story.happened] == ["began", "fired", "resolved", "began", "fired"]


async def test_a_fault_delivered_with_its_end_wakes_nobody(tmp_path):
    """An offline queue: the fault of an hour ago, and that it was over half an hour later."""
    async with open_house(tmp_path) as house:
        written = {**(await house.get("alert-rules/connector-faulted"))["rule"], "for_s": 0}
        (await house.http.put("alert-rules/connector-faulted", json=written)).raise_for_status()
        cp = await house.station()
        now = datetime.now(UTC)
        for word, ago in (("Faulted", 60), ("Available", 30)):
            await cp.call("StatusNotification", status(word, taken_at=now - timedelta(minutes=ago)))
            await house.central_system._watch.work()
        await cp.call("MeterValues", meter_values(sampled(90, "Temperature")))
        await until(lambda: house.items("alerts", rule="temperature"))
        assert await house.items("alerts", rule="connector-faulted") == []
