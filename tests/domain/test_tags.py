"""Who may charge."""

from datetime import datetime, timedelta

import pytest

from wattdeck.domain.tags import Authorization, Tag, decide, same_tag


def test_a_known_tag_is_accepted(now: datetime):
    assert decide(Tag(id_tag="A"), now, 0, False) == Authorization("Accepted")


@pytest.mark.parametrize(("accept_unknown", "word"), [(True, "Accepted"), (False, "Invalid")])
def test_an_unknown_tag_is_decided_by_the_setting(accept_unknown: bool, word: str, now: datetime):
    assert decide(None, now, 0, accept_unknown) == Authorization(word)


def test_a_blocked_tag_is_blocked_even_where_unknown_ones_are_accepted(now: datetime):
    assert decide(Tag(id_tag="A", status="blocked"), now, 0, True).status == "Blocked"


@pytest.mark.parametrize(("seconds", "word"), [(-1, "Expired"), (0, "Expired"), (1, "Accepted")])
def test_a_tag_expires_at_its_time(seconds: int, word: str, now: datetime):
    tag = Tag(id_tag="A", expires_at=now + timedelta(seconds=seconds))
    assert decide(tag, now, 0, False) == Authorization(word, None, tag.expires_at)


def test_a_blocked_tag_that_expired_is_blocked(now: datetime):
    tag = Tag(id_tag="A", status="blocked", expires_at=now - timedelta(days=1))
    assert decide(tag, now, 0, False).status == "Blocked"


@pytest.mark.parametrize(
    ("running", "word"), [(0, "Accepted"), (1, "Accepted"), (2, "ConcurrentTx"), (3, "ConcurrentTx")]
)
def test_a_tag_has_as_many_sessions_as_it_may(running: int, word: str, now: datetime):
    assert decide(Tag(id_tag="A", max_sessions=2), now, running, False).status == word


def test_a_tag_without_a_limit_has_any_number_of_sessions(now: datetime):
    assert decide(Tag(id_tag="A"), now, 100, False).status == "Accepted"


def test_the_decision_tells_the_parent(now: datetime):
    assert decide(Tag(id_tag="A", parent="FLEET"), now, 0, False).parent == "FLEET"


@pytest.mark.parametrize(("one", "other"), [("abc", "ABC"), (" abc ", "abc"), ("STRASSE", "straße")])
def test_tags_compare_without_case_and_outer_blanks(one: str, other: str):
    assert same_tag(one) == same_tag(other)


def test_blanks_inside_a_tag_count():
    assert same_tag("a b") != same_tag("ab")
