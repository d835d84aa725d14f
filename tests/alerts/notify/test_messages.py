"""What somebody reads who is called at night: what, what that means, where, since when, and where to look."""

from zoneinfo import ZoneInfo

import pytest

from wattdeck.alerts.notify.example import alerts
from wattdeck.alerts.notify.groups import Groups
from wattdeck.alerts.notify.meanings import in_words
from wattdeck.alerts.notify.messages import Known, compose
from wattdeck.alerts.ready_made import BY_NAME
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import PER_SECOND, RESOLVED, Alert, headline, unit
from wattdeck.domain.channels import Channel
from wattdeck.domain.records import replace
from wattdeck.domain.signals import Subject

AT = 1_790_000_000_000
OPS = Channel(name="ops", kind="log")
KNOWN = Known("https://watt/alerts", lambda id, channel: f"https://watt/ack/{id}/{channel}", BY_NAME.get)
[HOT] = alerts(AT, 1)
HOT = replace(HOT, id=17)
PLUG = Subject(1, "CP-1", 1)


def text(*about, known=KNOWN):
    delivery = Groups().preview(OPS, tuple(one.id for one in about), AT)
    return compose(delivery, OPS, about, AT, known).text.split("\n")


def test_one_alert_says_what_it_means_where_since_when_and_leads_to_its_page():
    assert text(HOT) == [
        "[warning] temperature: CP-001 connector 1: Temperature 71.5 Celsius (limit 70 Celsius)",
        "  Hotter than 70 °C or colder than −10 °C.",
        "  at Garage, since 2026-09-21 14:09:20 UTC",
        "  take it up: https://watt/ack/17/ops",
        "https://watt/alerts/17",
    ]


def test_times_are_those_of_the_time_zone_of_the_settings():
    lines = text(HOT, known=replace(KNOWN, zone=ZoneInfo("Europe/Berlin")))
    assert "  at Garage, since 2026-09-21 16:09:20 CEST" in lines


def test_what_is_over_says_so_and_how_often_it_had_fired():
    over = replace(HOT, state=RESOLVED, cleared_at=AT, count=22, value=60.0)
    assert text(over)[1:] == [
        "  at Garage, since 2026-09-21 14:09:20 UTC, over at 2026-09-21 14:13:20 UTC, fired 22 times",
        "https://watt/alerts/17",
    ]


def test_several_lead_to_the_list_and_many_are_counted_by_site():
    assert text(HOT, HOT)[-1] == "https://watt/alerts"
    crowd = [replace(one, site=f"Site {at % 2}") for at, one in enumerate(alerts(AT, 9))]
    assert text(*crowd)[1] == "Sites: Site 0: 5, Site 1: 4"


def test_the_words_of_a_ready_made_rule_do_not_contradict_another_limit_that_an_alert_has():
    elsewhere = replace(HOT, limit=90.0)
    assert in_words(BY_NAME["temperature"], elsewhere) is None
    assert in_words(replace(BY_NAME["temperature"], text="Call 555."), elsewhere) == "Call 555."


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule(name="x", kind="stall", signal="SoC", within_s=1200), "It has not moved for 20 min."),
        (
            Rule(name="x", kind="stall", signal="SoC", within_s=90, tolerance=2),
            "It has not moved by more than 2 for 90 s.",
        ),
        (Rule(name="x", kind="missing", signal="SoC", within_s=3600), "None has come for 1 h."),
        (Rule(name="x", kind="count", signal="booted", within_s=86_400, times=4), "4 times or more within 1 d."),
        (
            Rule(name="x", kind="sequence", signal="status", words=("Charging", "Faulted"), within_s=60),
            "Charging, then Faulted within 1 min.",
        ),
        (Rule(name="x", kind="limit", signal="SoC", above=1), None),
        (Rule(name="x", kind="stall", signal="SoC", within_s=9, overrides={"CP-1": {"within_s": 5}}), None),
    ],
)
def test_a_rule_without_a_text_is_told_in_words_where_the_figures_do_not_say_it(rule, said):
    assert in_words(rule, HOT) == said


@pytest.mark.parametrize(
    ("figures", "said", "measured_in"),
    [
        (
            {"signal": "Power.Active.Import", "value": 0.27, "limit": 0.5, "word": "Power.Offered"},
            "Power.Active.Import 0.27 of Power.Offered (limit 0.5)",
            "",
        ),
        (
            {"signal": "SoC", "value": 7.5, "limit": 5, "word": PER_SECOND},
            "SoC 7.5 Percent/s (limit 5 Percent/s)",
            None,
        ),
        ({"signal": "booted", "value": 4}, "booted 4 times", ""),
        (
            {"signal": "security_event", "value": 1, "word": "TamperDetectionActivated"},
            "security_event once (TamperDetectionActivated)",
            "",
        ),
        ({"signal": "status", "word": "Faulted"}, "status Faulted", ""),
        ({"signal": "sampled"}, "sampled", ""),
    ],
)
def test_a_headline_says_a_share_a_rate_a_number_of_times_and_a_word_as_what_they_are(figures, said, measured_in):
    one = Alert(id=1, rule="x", severity="info", state="firing", subject=PLUG, began_at=0, updated_at=0, **figures)
    assert headline(one) == f"x: CP-1 connector 1: {said}"
    assert measured_in is None or unit(one) == measured_in
