"""Who may charge."""

from datetime import datetime, timedelta

import pytest

from wattdeck.domain.records import replace
from wattdeck.domain.tags import Authorization, Known, Tag, decide, same_tag

TAG, CHILD, PARENT = Tag(id_tag="A"), Tag(id_tag="A", parent="FLEET"), Tag(id_tag="FLEET")
LATER, EARLIER = timedelta(hours=1), timedelta(hours=-1)


def test_a_known_tag_is_accepted(now: datetime):
    assert decide(Known(tag=TAG), now) == Authorization("Accepted")


@pytest.mark.parametrize(("accept_unknown", "word"), [(True, "Accepted"), (False, "Invalid")])
def test_an_unknown_tag_is_decided_by_the_setting(accept_unknown: bool, word: str, now: datetime):
    assert decide(Known(), now, accept_unknown) == Authorization(word)


def test_a_blocked_tag_is_blocked_even_where_unknown_ones_are_accepted(now: datetime):
    assert decide(Known(tag=Tag(id_tag="A", status="blocked")), now, True).status == "Blocked"


@pytest.mark.parametrize(("seconds", "word"), [(-1, "Expired"), (0, "Expired"), (1, "Accepted")])
def test_a_tag_expires_at_its_time(seconds: int, word: str, now: datetime):
    tag = Tag(id_tag="A", expires_at=now + timedelta(seconds=seconds))
    assert decide(Known(tag=tag), now) == Authorization(word, None, tag.expires_at)


def test_a_blocked_tag_that_expired_is_blocked(now: datetime):
    tag = Tag(id_tag="A", status="blocked", expires_at=now + EARLIER)
    assert decide(Known(tag=tag), now).status == "Blocked"


@pytest.mark.parametrize(
    ("running", "word"), [(0, "Accepted"), (1, "Accepted"), (2, "ConcurrentTx"), (3, "ConcurrentTx")]
)
def test_a_tag_has_as_many_sessions_as_it_may(running: int, word: str, now: datetime):
    assert decide(Known(tag=replace(TAG, max_sessions=2), running=running), now).status == word


def test_a_tag_without_a_limit_has_any_number_of_sessions(now: datetime):
    assert decide(Known(tag=TAG, running=100), now).status == "Accepted"


def test_the_decision_tells_the_parent(now: datetime):
    assert decide(Known(tag=CHILD), now).parent == "FLEET"


def test_a_blocked_parent_blocks_its_tags(now: datetime):
    known = Known(tag=CHILD, parent=replace(PARENT, status="blocked"))
    assert decide(known, now) == Authorization("Blocked", "FLEET")


@pytest.mark.parametrize(
    ("own", "parents", "word", "ends"),
    [
        (LATER, EARLIER, "Expired", EARLIER),
        (EARLIER, LATER, "Expired", EARLIER),
        (2 * LATER, LATER, "Accepted", LATER),
        (None, LATER, "Accepted", LATER),
        (LATER, None, "Accepted", LATER),
        (None, None, "Accepted", None),
    ],
)
def test_a_tag_ends_with_its_parent_at_the_latest(own, parents, word: str, ends, now: datetime):
    tag = replace(CHILD, expires_at=own and now + own)
    parent = replace(PARENT, expires_at=parents and now + parents)
    assert decide(Known(tag=tag, parent=parent), now) == Authorization(word, "FLEET", ends and now + ends)


@pytest.mark.parametrize(("in_group", "word"), [(1, "Accepted"), (2, "ConcurrentTx")])
def test_a_group_has_as_many_sessions_as_its_parent_may(in_group: int, word: str, now: datetime):
    known = Known(tag=CHILD, parent=replace(PARENT, max_sessions=2), running=0, running_in_group=in_group)
    assert decide(known, now).status == word


def test_a_tags_own_limit_counts_in_a_group_that_has_room(now: datetime):
    known = Known(tag=replace(CHILD, max_sessions=1), parent=PARENT, running=1, running_in_group=1)
    assert decide(known, now).status == "ConcurrentTx"


@pytest.mark.parametrize(("one", "other"), [("abc", "ABC"), (" abc ", "abc"), ("STRASSE", "straße")])
def test_tags_compare_without_case_and_outer_blanks(one: str, other: str):
    assert same_tag(one) == same_tag(other)


def test_blanks_inside_a_tag_count():
    assert same_tag("a b") != same_tag("ab")
