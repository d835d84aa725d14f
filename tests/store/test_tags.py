"""Id tags: compared without case, replaced whole, listed in pages; groups and who runs what."""

from datetime import datetime

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.sessions import Session
from wattdeck.domain.tags import Known, Tag
from wattdeck.store import charge_points, sessions, tags


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
    tags.put(connection, Tag(id_tag=" "))
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


def run(connection: Connection, cp: ChargePoint, now: datetime, id_tag: str | None, **more: object) -> Session:
    return sessions.add(
        connection,
        **{"charge_point_id": cp.id, "charge_point": cp.identifier, "connector_id": 1, "started_at": now}
        | {"id_tag": id_tag, **more},
    )


def running(connection: Connection, id_tag: str, **but: int) -> tuple[int, int]:
    known = tags.known(connection, id_tag, **but)
    return known.running, known.running_in_group


@pytest.mark.parametrize(("id_tag", "count"), [("tag", 2), (" TAG", 2), ("other", 1), ("GÄSTE", 1)])
def test_running_sessions_of_a_tag_are_counted(
    connection: Connection, cp: ChargePoint, now: datetime, id_tag: str, count: int
):
    for tag in ("TAG", "tag", "OTHER", "GÄSTE", None):
        run(connection, cp, now, tag)
    run(connection, cp, now, "TAG", status="completed")
    tags.put(connection, Tag(id_tag=id_tag, max_sessions=1))
    assert running(connection, id_tag) == (count, 0)


def test_a_session_or_a_charge_points_sessions_can_be_left_out_of_the_count(
    connection: Connection, cp: ChargePoint, now: datetime
):
    other = charge_points.register(connection, "CP-2", "accepted", now)
    one = run(connection, cp, now, "TAG")
    run(connection, cp, now, "TAG")
    run(connection, other, now, "TAG")
    tags.put(connection, Tag(id_tag="TAG", max_sessions=1))
    assert running(connection, "TAG", but_session=one.id) == (2, 0)
    assert running(connection, "TAG", but_charge_point=cp.id) == (1, 0)
    assert running(connection, "TAG", counted=False) == (0, 0)


def test_a_group_runs_what_its_tags_and_its_parent_run(connection: Connection, cp: ChargePoint, now: datetime):
    for name, parent in (("A", "Fleet"), ("B", "FLEET"), ("C", None), ("D", "other")):
        tags.put(connection, Tag(id_tag=name, parent=parent))
        run(connection, cp, now, name)
    tags.put(connection, Tag(id_tag="fleet", max_sessions=5))
    run(connection, cp, now, "FLEET")
    assert running(connection, "A") == (0, 3)  # A has no limit of its own, so its own are not counted
    assert running(connection, "fleet") == (3, 0)
    assert running(connection, "D") == running(connection, "C") == (0, 0)


def test_a_parent_that_is_no_tag_is_just_a_name(connection: Connection):
    tags.put(connection, Tag(id_tag="A", parent="ACCOUNT-7"))
    assert tags.known(connection, "a") == Known(tag=Tag(id_tag="A", parent="ACCOUNT-7"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a", " A", True),
        ("A", "B", True),
        ("A", "FLEET", True),
        ("fleet", "b", True),
        ("A", "C", False),
        ("C", "D", False),
        ("A", "nobody", False),
        ("nobody", "NOBODY", True),
    ],
)
def test_tags_are_of_a_group_by_their_parent(connection: Connection, one: str, other: str, same: bool):
    for name, parent in (("A", "Fleet"), ("B", "FLEET"), ("C", None), ("D", "other")):
        tags.put(connection, Tag(id_tag=name, parent=parent))
    assert tags.same_group(connection, one, other) is same
