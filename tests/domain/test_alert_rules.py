"""Rules are read as people write them; what makes no sense is refused with the reason."""

import pytest

from wattdeck.alerts.ready_made import RULES
from wattdeck.domain.alert_rules import never_happens, plain, read_rule
from wattdeck.domain.errors import Unprocessable

GOOD = {"name": "hot", "kind": "limit", "signal": "Temperature", "above": 70}

BAD = [
    ({"kind": "odd"}, "odd"),
    ({"signal": "Heat"}, "no measurand"),
    ({"signal": "booted"}, "no measurand"),
    ({"name": "Hot!"}, "name"),
    ({"above": None}, "above or below"),
    ({"above": float("inf")}, "finite"),
    ({"above": "70"}, "above"),
    ({"clear_above": 71}, "clear_above"),
    ({"below": 80}, "below"),
    ({"clear_below": -5}, "clear_below"),
    ({"for_s": -1}, "for_s"),
    ({"for_s": 1e9}, "for_s"),
    ({"colour": "red"}, "colour"),
    ({"during": "night"}, "night"),
    ({"severity": "loud"}, "loud"),
    ({"select": {"town": ["Bern"]}}, "town"),
    ({"overrides": {"CP-*": {"severity": 1}}}, "severity"),
    ({"overrides": {"CP-*": {"below": 90}}}, "CP-*"),
    ({"against": "Voltage"}, "against"),
    ({"kind": "word", "signal": "status", "above": None}, "words"),
    ({"kind": "word", "signal": "Voltage", "words": ["x"], "above": None}, "says no words"),
    ({"kind": "sequence", "signal": "status", "words": ["x"], "within_s": 5, "above": None}, "sequence"),
    ({"kind": "count", "signal": "booted", "times": 3, "above": None}, "within_s"),
    ({"kind": "count", "signal": "Voltage", "times": 3, "within_s": 5, "above": None}, "counted"),
    ({"kind": "count", "signal": "booted", "times": 3, "within_s": 5}, "no limits"),
    ({"kind": "missing", "signal": "sampled", "above": None}, "within_s"),
    ({"kind": "stall", "signal": "SoC"}, "within_s"),
    ({"kind": "compare", "signal": "Power.Active.Import"}, "against"),
    ({"escalate": [{"after_s": 60, "channels": ["a"]}, {"after_s": 30, "channels": ["b"]}]}, "escalate"),
]


@pytest.mark.parametrize(("change", "complaint"), BAD)
def test_what_makes_no_sense_is_refused_with_the_reason(change, complaint):
    with pytest.raises(Unprocessable) as refused:
        read_rule({**GOOD, **change})
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"signal": "status", "words": ["Faulted", "faulted"]}, "status never says 'faulted'; Available, "),
        ({"signal": "connection", "words": ["away"]}, "online, offline"),
        ({"signal": "site_connection", "words": ["Offline"]}, "never says"),
        ({"signal": "file_job", "words": ["lost"]}, "stuck"),
        ({"signal": "error_code", "words": ["OurOwnTrouble"]}, None),
        ({"signal": "status", "words": ["Faulted"]}, None),
        ({"signal": "status", "words": ["Faulted"], "escalate": [{"after_s": 5, "channels": []}]}, "tells nobody"),
    ],
)
def test_what_would_never_come_about_is_said(change, complaint):
    said = never_happens(read_rule({"name": "x", "kind": "word", **change}))
    assert said is None if complaint is None else complaint in (said or "")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_all_that_ready_made_rules_wait_for_can_come_about(rule):
    assert never_happens(rule) is None


@pytest.mark.parametrize("missing", ["name", "kind", "signal"])
def test_what_is_needed_is_named(missing):
    with pytest.raises(Unprocessable, match=missing):
        read_rule({name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_ready_made_rules_make_sense_and_read_as_they_are_written(rule):
    assert read_rule(plain(rule)) == rule


def test_their_names_are_their_own():
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_everything_that_can_be_written_is_written_back():
    written = {
        **GOOD,
        "select": {"sites": ["Garage*"], "connectors": [1]},
        "overrides": {"CP-7": {"above": 60}},
        "escalate": [{"after_s": 60, "channels": ["boss"]}],
    }
    assert read_rule(plain(read_rule(written))) == read_rule(written)
