"""Idempotency keys: one meaning per person and key, for as long as they are kept."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from wattdeck.domain.commands import Once
from wattdeck.store import idempotency

ONCE = Once("ana", "k", "request")


def test_a_key_leads_to_what_was_made_with_it(connection, now):
    assert idempotency.find(connection, ONCE) is None
    idempotency.keep(connection, ONCE, now, command_id=7)
    found = idempotency.find(connection, Once("ana", "k", "another request"))
    assert (found.request, found.command_id, found.bulk_id) == ("request", 7, None)


def test_the_same_key_of_another_person_is_another_key(connection, now):
    idempotency.keep(connection, ONCE, now, command_id=7)
    assert idempotency.find(connection, Once("ben", "k", "request")) is None


def test_a_key_has_one_meaning(connection, now):
    idempotency.keep(connection, ONCE, now, command_id=7)
    with pytest.raises(IntegrityError):
        idempotency.keep(connection, ONCE, now, command_id=8)


def test_keys_are_forgotten_after_their_time(connection, now):
    idempotency.keep(connection, ONCE, now, command_id=7)
    idempotency.forget(connection, now)
    assert idempotency.find(connection, ONCE) is not None
    idempotency.forget(connection, now + timedelta(milliseconds=1))
    assert idempotency.find(connection, ONCE) is None
