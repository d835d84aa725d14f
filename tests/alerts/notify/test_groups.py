"""What waits for company, and what becomes one message."""

from hypothesis import given
from hypothesis import strategies as some

from wattdeck.alerts.notify.groups import MOST_APART, MOST_WAITING, Groups
from wattdeck.domain.channels import Channel
from wattdeck.domain.deliveries import ALERTS
from wattdeck.domain.records import replace

OPS = Channel(name="ops", kind="log", wait_s=10, interval_s=300)
NIGHT = replace(OPS, name="night")


def add(groups, id, at=0, *, channel=OPS, rule="silent", site=None):
    groups.add(channel, ALERTS, rule, site, id, at * 1000)


def waiting(groups):
    return [(one.rule, one.site, one.alert_ids, one.next_at // 1000) for one in groups.waiting.values()]


def send(groups, at):
    """All that waits goes out."""
    for one in list(groups.waiting.values()):
        groups.close(one, at * 1000)
        groups.put(replace(one, state="sent", next_at=None))


def test_the_first_waits_a_moment_and_takes_along_what_comes_meanwhile():
    groups = Groups()
    for id, at in ((1, 0), (2, 9), (1, 9.5)):
        add(groups, id, at)
    assert waiting(groups) == [("silent", None, (1, 2), 10)]


def test_what_comes_later_waits_until_the_interval_is_over():
    groups = Groups()
    add(groups, 1)
    send(groups, 10)
    add(groups, 2, 20)
    add(groups, 3, 200)
    assert waiting(groups) == [("silent", None, (2, 3), 310)]
    send(groups, 310)
    add(groups, 4, 700)
    assert waiting(groups) == [("silent", None, (4,), 710)]


def test_channels_rules_and_sites_are_told_apart():
    groups = Groups()
    add(groups, 1)
    add(groups, 1, channel=NIGHT)
    add(groups, 2, rule="power")
    add(groups, 3, site="Garage")
    assert [one[:3] for one in waiting(groups)] == [
        ("silent", None, (1,)),
        ("silent", None, (1,)),
        ("power", None, (2,)),
        ("silent", "Garage", (3,)),
    ]


def test_more_than_a_few_sites_of_a_rule_are_one_and_stay_so():
    groups = Groups()
    for id in range(50):
        add(groups, id, id / 10, site=f"Site {id % 25}")
    assert waiting(groups) == [("silent", "*", tuple(range(50)), 10)]
    send(groups, 10)
    add(groups, 99, 20, site="Site 3")
    assert waiting(groups) == [("silent", "Site 3", (99,), 310)]


def test_what_became_part_of_another_is_deleted_in_the_store():
    groups = Groups()
    for id in range(6):
        add(groups, id, site=f"Site {id}")
    kept = groups.take_unsaved()
    assert [one and one.alert_ids for one in kept.values()] == [(0, 1, 2, 3, 4, 5), *[None] * 5]


def test_what_is_too_much_for_an_hour_becomes_one_of_all_rules():
    groups = Groups()
    add(groups, 1)
    add(groups, 2, 3, rule="power", site="Garage")
    add(groups, 3, channel=NIGHT)
    groups.gather_all("ops")
    add(groups, 4, 5, rule="voltage")
    assert [(one.channel, one.rule, one.site, one.alert_ids) for one in groups.waiting.values()] == [
        ("ops", "*", "*", (1, 2, 4)),
        ("night", "silent", None, (3,)),
    ]


def test_what_is_taken_back_in_time_is_not_told():
    groups = Groups()
    add(groups, 1)
    add(groups, 2)
    assert groups.take_back("ops", 1, 0)
    assert waiting(groups) == [("silent", None, (2,), 10)]
    assert groups.take_back("ops", 2, 0)
    assert not groups.take_back("ops", 2, 0)
    assert waiting(groups) == []
    [dropped] = groups.take_unsaved().values()
    assert (dropped.state, dropped.error) == ("dropped", "nobody was to be told")
    add(groups, 3)
    assert [one[2] for one in waiting(groups)] == [(3,)]


def test_after_a_restart_it_goes_on_gathering():
    groups = Groups()
    add(groups, 1)
    again = Groups(2)
    again.load(groups.waiting.values(), [(("ops", ALERTS, "power", None), 5_000)])
    add(again, 2, 3)
    add(again, 3, 6, rule="power")
    assert waiting(again) == [("silent", None, (1, 2), 10), ("power", None, (3,), 305)]


def test_it_may_go_out_only_when_it_is_stored_as_it_is():
    groups = Groups()
    add(groups, 1)
    assert not groups.is_stored(1)
    unsaved = groups.take_unsaved()
    assert not groups.is_stored(1)
    groups.put_back(unsaved)
    groups.stored(unsaved := groups.take_unsaved())
    assert groups.is_stored(1)
    assert list(unsaved) == [1]


def test_too_many_that_wait_are_dropped_and_counted():
    groups = Groups()
    for id in range(MOST_WAITING + 3):
        add(groups, id, rule=f"rule-{id}")
    assert len(groups.waiting) == MOST_WAITING
    assert groups.dropped == 3
    dropped = [one for one in groups.take_unsaved().values() if one.state == "dropped"]
    assert [one.error for one in dropped] == ["too many deliveries wait"] * 3


RULES, SITES = ("power", "silent", "voltage"), (None, *(f"Site {number}" for number in range(9)))
ACTIONS = some.lists(
    some.tuples(
        some.sampled_from(("add", "add", "add", "take back", "send", "gather")),
        some.sampled_from(RULES),
        some.sampled_from(SITES),
        some.integers(1, 30),
    ),
    max_size=80,
)


@given(ACTIONS)
def test_whatever_happens_an_alert_waits_once_and_no_rule_waits_at_more_than_a_few_places(actions):
    groups, expected = Groups(), set()
    for at, (what, rule, site, id) in enumerate(actions):
        if what == "add":
            add(groups, id, at, rule=rule, site=site)
            expected.add(id)
        elif what == "take back":
            assert groups.take_back("ops", id, at * 1000) == (id in expected)
            expected.discard(id)
        elif what == "send":
            send(groups, at)
            expected.clear()
        else:
            groups.gather_all("ops")
        deliveries = list(groups.waiting.values())
        assert {id for one in deliveries for id in one.alert_ids} == expected
        assert all(one.alert_ids for one in deliveries)
        assert len({(one.rule, one.site) for one in deliveries}) == len(deliveries)
        assert all(sum(one.rule == rule for one in deliveries) <= MOST_APART for rule in RULES)
    groups.stored(unsaved := groups.take_unsaved())
    assert {id for id, one in unsaved.items() if one is not None and one.next_at is not None} == set(groups.waiting)
