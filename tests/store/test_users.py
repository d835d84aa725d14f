"""People, their tokens, and the installation's secrets."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from wattdeck.domain.errors import Conflict
from wattdeck.domain.people import Scope
from wattdeck.domain.records import replace
from wattdeck.store import users
from wattdeck.store.users import API_KEY, LOGIN, Token, User


def test_there_is_nobody_at_first(connection: Connection):
    assert not users.any_exist(connection)
    assert users.find(connection, "admin") is None


def test_a_user_is_read_as_put_and_replaced(connection: Connection):
    for user in (User("admin", "hash", "admin"), User("admin", "other", "viewer")):
        users.put(connection, user)
        assert users.find(connection, "admin") == user
    assert users.any_exist(connection)


def test_a_token_counts_until_it_expires(connection: Connection, now: datetime):
    users.put(connection, User("admin", "hash", "admin"))
    token = Token("admin", "admin", LOGIN)
    users.add_token(connection, "hash", token, now, now + timedelta(hours=1))
    assert users.find_token(connection, "hash", now + timedelta(minutes=59)) == token
    assert users.find_token(connection, "hash", now + timedelta(hours=1)) is None


def test_a_token_without_an_end_counts_for_ever(connection: Connection, now: datetime):
    users.add_token(connection, "hash", Token("key", "viewer", API_KEY), now, None)
    assert users.find_token(connection, "hash", now + timedelta(days=9999)) == Token("key", "viewer", API_KEY)


def test_a_token_is_replaced_by_one_with_the_same_hash(connection: Connection, now: datetime):
    for role in ("viewer", "admin"):
        users.add_token(connection, "hash", Token("key", role, API_KEY), now, None)
    assert users.find_token(connection, "hash", now).role == "admin"


def test_a_removed_or_unknown_token_is_none(connection: Connection, now: datetime):
    users.add_token(connection, "hash", Token("key", "viewer", API_KEY), now, None)
    users.remove_token(connection, "hash")
    assert users.find_token(connection, "hash", now) is None
    assert users.find_token(connection, "", now) is None


def test_a_log_in_has_the_role_and_scope_its_user_has_now(connection: Connection, now: datetime):
    users.put(connection, User("ana", "hash", "admin"))
    users.add_token(connection, "hash", Token("ana", "admin", LOGIN), now, now + timedelta(days=1))
    scope = Scope(("A*",), ("Depot",))
    users.put(connection, User("ana", "hash", "viewer", scope))
    assert users.find_token(connection, "hash", now) == Token("ana", "viewer", LOGIN, scope)


def test_a_log_in_of_somebody_disabled_or_gone_counts_for_nothing(connection: Connection, now: datetime):
    for user in (User("admin", "hash", "admin"), User("ana", "hash", "viewer")):
        users.put(connection, user)
    users.add_token(connection, "hash", Token("ana", "viewer", LOGIN), now, now + timedelta(days=1))
    users.put(connection, User("ana", "hash", "viewer", disabled=True))
    assert users.find_token(connection, "hash", now) is None
    assert users.remove(connection, "ana")
    assert users.find_token(connection, "hash", now) is None
    users.put(connection, User("ana", "another ana", "admin"))
    assert users.find_token(connection, "hash", now) is None


def test_one_person_is_logged_in_so_often_at_most(connection: Connection, now: datetime, monkeypatch):
    monkeypatch.setattr(users, "MOST_LOGINS", 2)
    users.put(connection, User("ana", "hash", "viewer"))
    for token in ("first", "second", "third"):
        users.add_token(connection, token, Token("ana", "viewer", LOGIN), now, now + timedelta(days=1))
    found = [users.find_token(connection, token, now) is not None for token in ("first", "second", "third")]
    assert found == [False, True, True]


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"disabled": True}])
def test_the_last_admin_stays_one(connection: Connection, change):
    last = User("admin", "hash", "admin")
    users.put(connection, last)
    users.put(connection, User("other", "hash", "admin", disabled=True))
    with pytest.raises(Conflict, match="the last admin"):
        users.change(connection, replace(last, **change))


def test_the_last_admin_cannot_be_removed(connection: Connection):
    users.put(connection, User("admin", "hash", "admin"))
    users.put(connection, User("ana", "hash", "operator"))
    with pytest.raises(Conflict, match="the last admin"):
        users.remove(connection, "admin")


def test_the_admin_of_the_settings_is_let_in_whatever_was_changed_of_them(connection: Connection, now: datetime):
    changed = User("admin", "old", "viewer", Scope(("A*",)), True, now)
    users.put(connection, changed)
    users.put_admin(connection, "admin", "new", now)
    assert users.find(connection, "admin") == User("admin", "new", "admin", None, False, now, now)


def test_names_are_taken_in_whatever_letter_case(connection: Connection, now: datetime):
    users.add(connection, User("Ana", "hash", "viewer"))
    users.add_token(connection, "hash", Token("Billing", "viewer", API_KEY), now, None)
    for name in ("ana", "billing"):
        with pytest.raises(Conflict, match="is taken"):
            users.add(connection, User(name, "hash", "viewer"))


def test_a_secret_is_made_once(connection: Connection):
    assert users.secret(connection, "key", "first") == "first"
    assert users.secret(connection, "key", "second") == "first"
    assert users.secret(connection, "other", "second") == "second"
