"""Local lists in the database: one picture per charge point, entries that follow what was accepted."""

from datetime import datetime

from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.local_lists import Entry, LocalList, Update
from wattdeck.domain.tags import Tag
from wattdeck.store import charge_points, local_lists, tags


def test_a_list_nobody_knows_of_is_one_of_which_nothing_is_known(connection: Connection, cp: ChargePoint):
    assert local_lists.get(connection, cp.id) == LocalList(charge_point_id=cp.id)


def test_what_is_known_is_read_as_it_was_saved_and_replaced(connection: Connection, cp: ChargePoint, now: datetime):
    numbers = {"pending_id": 1, "doubtful_id": 2, "applied_id": 3, "full_id": 4, "max_length": 5, "send_max_length": 6}
    more = {"version": 7, "state": "in_sync", "certain": True, "error": "e", "reported_version": -1}
    for known in (
        LocalList(charge_point_id=cp.id, changed_at=now, reported_at=now, **numbers, **more),
        LocalList(charge_point_id=cp.id),
    ):
        local_lists.save(connection, known)
        assert local_lists.get(connection, cp.id) == known


def test_entries_are_replaced_by_a_full_list_and_changed_by_another(
    connection: Connection, cp: ChargePoint, now: datetime
):
    other = charge_points.register(connection, "CP-2", "accepted", now)
    a, b = Entry("A", "Blocked", now, "P"), Entry("b")
    for one in (cp, other):
        local_lists.apply(connection, one.id, Update(1, True, {"a": a, "b": b}))
    local_lists.apply(connection, cp.id, Update(2, False, {"b": Entry("B", "Invalid"), "a": Entry("A", None)}))
    assert local_lists.held(connection, cp.id) == {"b": Entry("B", "Invalid")}
    assert local_lists.held(connection, other.id) == {"a": a, "b": b}
    local_lists.apply(connection, cp.id, Update(3, False, {}))
    assert local_lists.count(connection, cp.id) == 1
    local_lists.apply(connection, cp.id, Update(4, True, {}))
    assert (local_lists.count(connection, cp.id), local_lists.count(connection, other.id)) == (0, 2)


def test_the_tags_that_may_charge_are_those_no_parent_holds_back(connection: Connection, now: datetime):
    for tag in (
        Tag(id_tag="A", parent="p"),
        Tag(id_tag="P", max_sessions=1),
        Tag(id_tag="B", parent="Q"),
        Tag(id_tag="Q", status="blocked"),
        Tag(id_tag="C", expires_at=now),
    ):
        tags.put(connection, tag)
    assert [(tag.id_tag, said.parent) for tag, said in tags.accepted(connection, now)] == [("A", "p"), ("P", None)]
