"""Id tags: compared without case, replaced whole, listed in pages."""

from datetime import datetime

import pytest
from sqlalchemy import Connection

from wattdeck.domain.tags import Tag
from wattdeck.store import tags


def test_a_tag_is_read_as_it_was_put(connection: Connection, now: datetime):
    tag = Tag(id_tag="Tag", status="blocked", expires_at=now, parent="P", note="n", max_sessions=2)
    assert tags.put(connection, tag) == tag
    assert tags.find(connection, "Tag") == tag


@pytest.mark.parametrize("asked", ["TAG", "tag", " Tag "])
def test_a_tag_is_found_in_any_case_and_keeps_its_spelling(connection: Connection, asked: str):
    tags.put(connection, Tag(id_tag="Tag"))
    assert tags.find(connection, asked) == Tag(id_tag="Tag")


def test_an_unknown_tag_is_none(connection: Connection):
    assert tags.find(connection, "") is None


def test_putting_a_tag_again_replaces_it(connection: Connection, now: datetime):
    tags.put(connection, Tag(id_tag="Tag", expires_at=now, note="old"))
    tags.put(connection, Tag(id_tag="TAG", status="blocked"))
    assert tags.list_all(connection, 10) == [Tag(id_tag="TAG", status="blocked")]


def test_a_removed_tag_is_gone(connection: Connection):
    tags.put(connection, Tag(id_tag="Tag"))
    assert tags.remove(connection, "tag")
    assert not tags.remove(connection, "tag")
    assert tags.find(connection, "Tag") is None


def test_tags_are_listed_by_name_in_pages(connection: Connection):
    for name in ("c", "A", "b", "D"):
        tags.put(connection, Tag(id_tag=name))
    assert [tag.id_tag for tag in tags.list_all(connection, 3)] == ["A", "b", "c"]
    assert [tag.id_tag for tag in tags.list_all(connection, 3, after="C")] == ["D"]
