"""People, their tokens, and the installation's secrets."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

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


def test_a_secret_is_made_once(connection: Connection):
    assert users.secret(connection, "key", "first") == "first"
    assert users.secret(connection, "key", "second") == "first"
    assert users.secret(connection, "other", "second") == "second"
