"""What may be believed of a charge point's list after what it said, or did not say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wattdeck.domain.commands import Command
from wattdeck.domain.local_lists import (
    Entry,
    LocalList,
    Update,
    after_send,
    after_version,
    difference,
    read,
    write,
)

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
A, B = Entry("A"), Entry("B", "Blocked", NOON, "FLEET")
FULL = {"listVersion": 4, "localAuthorizationList": [{"idTag": "A", "idTagInfo": {"status": "Accepted"}}]}
FULL |= {"updateType": "Full"}
CHANGE = {"listVersion": 5, "localAuthorizationList": [{"idTag": "A"}], "updateType": "Differential"}
SURE = LocalList(charge_point_id=1, version=3, state="in_sync", certain=True, applied_id=10, full_id=10)


def command(id: int, state: str, payload: Any = None, **more: Any) -> Command:
    return Command(
        id=id,
        charge_point_id=1,
        charge_point="CP-1",
        action="SendLocalList",
        payload=payload or FULL,
        state=state,
        created_at=NOON,
        expires_at=NOON + timedelta(minutes=10),
        **more,
    )


def accepted(id: int, payload: Any = None, state: str = "accepted") -> Command:
    return command(id, state, payload, result={"status": "Accepted"}, sent_at=NOON)


def lost(id: int, payload: Any = None) -> Command:
    return command(id, "timed_out", payload, sent_at=NOON)


def told(known: LocalList, version: Any, doubtful: Command | None = None, held: int = 1) -> LocalList:
    return after_version(known, command(99, "accepted", result={"listVersion": version}), held, doubtful, NOON)[0]


def test_what_is_written_is_read_again_in_the_specifications_order():
    update = Update(7, False, {"a": A, "b": B, "c": Entry("C", None)})
    payload = write(update)
    assert list(payload) == ["listVersion", "localAuthorizationList", "updateType"]
    assert list(payload["localAuthorizationList"][1]["idTagInfo"]) == ["expiryDate", "parentIdTag", "status"]
    assert read(payload) == update


@pytest.mark.parametrize(
    "odd",
    [
        *({}, {"listVersion": True}, {"listVersion": 2**80}, {"updateType": "Half"}, {"localAuthorizationList": 7}),
        *({"localAuthorizationList": [one]} for one in (7, {}, {"idTag": 7}, {"idTag": "A", "idTagInfo": {}})),
        {"localAuthorizationList": [{"idTag": "A", "idTagInfo": "Accepted"}]},
    ],
)
def test_a_payload_that_was_sent_unchecked_may_say_nothing(odd: dict[str, Any]):
    assert read({**FULL, **odd} if odd else {}) is None


@pytest.mark.parametrize("state", ["offline", "expired", "cancelled", "connection_lost"])
def test_what_was_never_sent_changes_nothing_but_the_reason_shown(state: str):
    after, change = after_send(SURE, command(11, state), NOON)
    assert (after.state, after.version, after.error, change) == (
        "in_sync",
        3,
        f"SendLocalList was not sent: {state}",
        None,
    )


@pytest.mark.parametrize("result", [{}, {"status": None}, {"status": 1}])
def test_an_answer_without_a_word_leaves_it_in_doubt(result: dict[str, Any]):
    after, change = after_send(SURE, command(11, "accepted", result=result, sent_at=NOON), NOON)
    assert (after.state, after.doubtful_id, after.version, change) == ("unknown", 11, 3, None)


def test_a_word_nobody_knows_is_no_acceptance():
    after, change = after_send(SURE, command(11, "accepted", result={"status": "Scheduled"}, sent_at=NOON), NOON)
    assert (after.state, after.error, change) == ("mismatch", "SendLocalList: Scheduled", None)


def test_an_acceptance_counts_once():
    after, change = after_send(SURE, accepted(11), NOON)
    assert (after.version, after.applied_id, after.full_id, change) == (4, 11, 11, read(FULL))
    assert after_send(after, accepted(11, state="late"), NOON) == (after, None)


def test_a_late_acceptance_of_something_older_than_the_last_full_list_is_old_news():
    after, _ = after_send(SURE, accepted(12), NOON)
    assert after_send(after, accepted(11, CHANGE, "late"), NOON) == (after, None)


def test_a_late_acceptance_of_something_older_than_the_last_change_leaves_doubt():
    changed, _ = after_send(SURE, accepted(12, CHANGE), NOON)
    after, change = after_send(changed, accepted(11, FULL, "late"), NOON)
    assert (after.state, after.certain, change) == ("unknown", False, None)


def test_a_late_refusal_of_something_older_is_old_news():
    changed, _ = after_send(SURE, accepted(12, CHANGE), NOON)
    refusal = command(11, "late", result={"status": "Failed"}, sent_at=NOON)
    assert after_send(changed, refusal, NOON) == (changed, None)


def test_the_version_tells_that_what_was_not_answered_was_applied():
    doubtful = lost(11, CHANGE)
    in_doubt, _ = after_send(SURE, doubtful, NOON)
    assert (in_doubt.state, in_doubt.doubtful_id, in_doubt.version) == ("unknown", 11, 3)
    asked = command(12, "accepted", result={"listVersion": 5})
    after, change = after_version(in_doubt, asked, 1, doubtful, NOON)
    assert (after.state, after.version, after.doubtful_id, change) == ("in_sync", 5, None, read(CHANGE))
    assert after_send(after, accepted(11, CHANGE, "late"), NOON) == (after, None)


def test_the_version_tells_that_what_was_not_answered_was_not_applied():
    in_doubt, _ = after_send(SURE, lost(11), NOON)
    after = told(in_doubt, 3, lost(11))
    assert (after.state, after.version, after.doubtful_id) == ("in_sync", 3, None)


def test_the_version_tells_nothing_where_both_lists_have_the_same():
    doubtful = lost(11, {**FULL, "listVersion": 3})
    in_doubt, _ = after_send(SURE, doubtful, NOON)
    assert told(in_doubt, 3, doubtful).state == "unknown"


def test_the_version_tells_too_little_of_two_that_were_not_answered():
    first, _ = after_send(SURE, lost(11, FULL), NOON)
    second, _ = after_send(first, lost(12, CHANGE), NOON)
    after = told(second, 5, lost(12, CHANGE))
    assert (after.version, after.state, after.certain) == (5, "unknown", False)


def test_a_late_error_clears_the_doubt():
    in_doubt, _ = after_send(SURE, lost(11), NOON)
    error = {"code": "InternalError", "description": ""}
    after, _ = after_send(in_doubt, command(11, "late", error=error, sent_at=NOON), NOON)
    assert (after.state, after.doubtful_id, after.version) == ("in_sync", None, 3)


def test_a_report_from_before_the_last_change_is_not_heeded():
    late = command(9, "late", result={"listVersion": 2})
    assert after_version(SURE, late, 1, None, NOON) == (SURE, None)


@pytest.mark.parametrize("version", [None, "3", 3.0, True, 2**80])
def test_an_odd_version_is_not_heeded(version: Any):
    assert told(SURE, version) == SURE


def test_a_list_that_went_missing_is_a_mismatch_and_heals_when_it_is_back():
    gone = told(SURE, 0)
    assert (gone.state, gone.version) == ("mismatch", 3)
    assert told(gone, 3).state == "in_sync"


def test_a_list_emptied_under_a_version_of_its_own_may_report_zero():
    """An empty list reports 0 (§5.10), a charge point that keeps the version reports that."""
    emptied = LocalList(charge_point_id=1, version=7, state="unknown", certain=True)
    for version in (0, 7):
        after = told(emptied, version, held=0)
        assert (after.state, after.version, after.reported_version) == ("in_sync", 7, version)


def test_zero_tells_that_an_emptying_that_was_not_answered_was_applied():
    doubtful = lost(11, {"listVersion": 9, "updateType": "Full"})
    in_doubt, _ = after_send(SURE, doubtful, NOON)
    after = told(in_doubt, 0, doubtful)
    assert (after.state, after.version, after.doubtful_id) == ("in_sync", 9, None)


def test_a_difference_takes_out_first_and_ignores_spelling():
    held = {"a": Entry("a"), "b": B, "c": Entry("C")}
    wanted = {"a": A, "b": Entry("B"), "d": Entry("D")}
    assert list(difference(wanted, held).items()) == [("c", Entry("C", None)), ("b", Entry("B")), ("d", Entry("D"))]
    assert difference(held, held) == {}
