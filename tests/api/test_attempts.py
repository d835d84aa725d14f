"""Failed log-ins are counted by name, by address and by both, in bounded memory."""

from wattdeck.api import attempts
from wattdeck.api.attempts import Attempts, network_of

HERE = "192.0.2.1"


def fail(counted, count, names=lambda _: "ana", addresses=lambda _: HERE):
    for number in range(count):
        counted.note_failure(names(number), addresses(number))


def test_a_name_from_an_address_is_not_looked_at_after_ten():
    counted = Attempts()
    fail(counted, 9)
    assert not counted.are_too_many("ana", HERE)
    fail(counted, 1)
    assert counted.are_too_many("ana", HERE)
    assert not counted.are_too_many("ana", "192.0.2.2")
    assert not counted.are_too_many("ben", HERE)


def test_an_address_that_tries_many_names_is_not_looked_at():
    counted = Attempts()
    fail(counted, attempts.MOST_OF_ADDRESS, names=str)
    assert counted.are_too_many("ana", HERE)
    assert not counted.are_too_many("ana", "192.0.2.2")


def test_a_name_that_many_addresses_try_is_let_in_only_from_where_it_came_before():
    counted = Attempts()
    counted.note_failure("ana", HERE)
    counted.note_success("ana", HERE)
    fail(counted, attempts.MOST_OF_NAME, addresses=lambda number: f"198.51.100.{number}")
    assert counted.are_too_many("ana", "203.0.113.1")
    assert not counted.are_too_many("ana", HERE)


def test_a_success_takes_back_what_was_counted_for_it():
    counted = Attempts()
    for _ in range(attempts.MOST_OF_NAME + 1):
        counted.note_failure("ana", HERE)
        counted.note_success("ana", HERE)
    assert not counted.are_too_many("ana", HERE)
    assert not counted.are_too_many("ben", HERE)


def test_failures_are_forgotten_after_a_while(monkeypatch):
    counted = Attempts()
    fail(counted, 10)
    monkeypatch.setattr(attempts, "WINDOW_S", 0.0)
    assert not counted.are_too_many("ana", HERE)


def test_one_customer_has_one_network():
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2::9") != network_of("2001:db8:1:3::9")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("a unix socket") == "a unix socket"


def test_memory_is_bounded_whatever_is_tried(monkeypatch):
    monkeypatch.setattr(attempts, "_MOST_KEYS", 30)
    counted = Attempts()
    fail(counted, 500, names=str, addresses=str)
    assert len(counted._failures) <= 30
