"""Who may charge, as charge points are told at Authorize, StartTransaction and StopTransaction."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import start, status, stop


@pytest.fixture
async def strict(make_house):
    """A house where only tags of the list may charge."""
    return await make_house(unknown_tags="refuse")


async def put(house, id_tag, **known):
    (await house.http.put(f"tags/{id_tag}", json=known)).raise_for_status()


async def info(cp, id_tag):
    return (await cp.call("Authorize", {"idTag": id_tag}))["idTagInfo"]


async def started(cp, id_tag, connector=1):
    """The answer to a start: what is said of the tag, and the transaction."""
    answer = await cp.call("StartTransaction", start(connector, id_tag))
    return answer["idTagInfo"], answer["transactionId"]


def hours(number):
    return (datetime.now(UTC) + timedelta(hours=number)).isoformat()


@pytest.mark.covers("Authorize", "TC_023_1")
async def test_an_unknown_tag_is_invalid(strict):
    cp = await strict.station()
    assert await cp.exchange([2, "1", "Authorize", {"idTag": "NOBODY"}]) == [
        3,
        "1",
        {"idTagInfo": {"status": "Invalid"}},
    ]


@pytest.mark.covers("TC_023_2")
async def test_a_tag_whose_date_has_passed_has_expired(strict):
    await put(strict, "OLD", expires_at="2020-01-01T00:00:00Z")
    cp = await strict.station()
    assert await cp.exchange([2, "1", "Authorize", {"idTag": "OLD"}]) == [
        *(3, "1"),
        {"idTagInfo": {"expiryDate": "2020-01-01T00:00:00.000Z", "status": "Expired"}},
    ]


@pytest.mark.covers("TC_023_3")
async def test_a_blocked_tag_is_blocked(strict):
    await put(strict, "BAD", status="blocked")
    cp = await strict.station()
    assert await cp.exchange([2, "1", "Authorize", {"idTag": "BAD"}]) == [3, "1", {"idTagInfo": {"status": "Blocked"}}]


async def test_a_refused_tag_that_charges_all_the_same_is_recorded_as_unauthorised(strict):
    """Quirk Q74."""
    cp = await strict.station()
    said, transaction = await started(cp, "NOBODY")
    assert (said["status"], transaction > 0) == ("Invalid", True)
    await cp.call("StopTransaction", stop(transaction, 4000, idTag="NOBODY"))
    [session] = await strict.items("sessions")
    assert (session["flags"], session["energy_wh"], session["status"]) == (["unauthorised"], 4000, "completed")


async def test_a_blocked_parent_blocks_its_tags_everywhere(strict):
    await put(strict, "A", parent="FLEET")
    cp = await strict.station()
    assert await info(cp, "A") == {"parentIdTag": "FLEET", "status": "Accepted"}
    _, transaction = await started(cp, "A")
    await put(strict, "fleet", status="blocked")
    blocked = {"parentIdTag": "FLEET", "status": "Blocked"}
    assert await info(cp, "A") == blocked
    assert (await started(cp, "A", 2))[0] == blocked
    assert (await cp.call("StopTransaction", stop(transaction, 1, idTag="A")))["idTagInfo"] == blocked


async def test_an_empty_parent_is_none_on_the_wire(strict):
    await put(strict, "A", parent=" ")
    assert await info(await strict.station(), "A") == {"status": "Accepted"}


@pytest.mark.covers("TC_069", "StopTransaction")
async def test_a_tag_of_the_same_group_stops_what_another_has_started(strict):
    """The charge point compares the parentIdTags of both answers (§3.10)."""
    for name in ("A", "B"):
        await put(strict, name, parent="FLEET")
    cp = await strict.station()
    said, transaction = await started(cp, "A")
    assert said == {"parentIdTag": "FLEET", "status": "Accepted"} == await info(cp, "B")
    answer = await cp.call("StopTransaction", stop(transaction, 100, idTag="B"))
    assert answer == {"idTagInfo": {"parentIdTag": "FLEET", "status": "Accepted"}}
    [session] = await strict.items("sessions")
    assert (session["status"], session["id_tag"]) == ("completed", "A")
    assert await strict.items("charge-points/CP-1/findings") == []


async def test_a_group_that_is_full_can_still_be_stopped_by_its_other_tag(strict):
    """One session for the whole group: B is not refused where A charges, or it could stop nothing."""
    await put(strict, "FLEET", max_sessions=1)
    for name in ("A", "B"):
        await put(strict, name, parent="FLEET")
    cp, elsewhere = await strict.station(), await strict.station("CP-2")
    _, transaction = await started(cp, "A")
    assert (await info(cp, "B"))["status"] == "Accepted"
    assert (await started(cp, "B", 2))[0]["status"] == "ConcurrentTx"
    assert (await info(elsewhere, "B"))["status"] == "ConcurrentTx"
    assert (await info(elsewhere, "FLEET"))["status"] == "ConcurrentTx"
    answer = await cp.call("StopTransaction", stop(transaction, 100, idTag="B"))
    assert answer["idTagInfo"]["status"] == "Accepted"


@pytest.mark.covers("TC_068")
async def test_a_tag_of_another_group_is_told_its_own_parent_and_the_session_goes_on(strict):
    await put(strict, "A", parent="FLEET")
    await put(strict, "X", parent="OTHERS")
    cp = await strict.station()
    _, transaction = await started(cp, "A")
    assert await info(cp, "X") == {"parentIdTag": "OTHERS", "status": "Accepted"}
    assert (await strict.get("charge-points/CP-1/current-session"))["transaction_id"] == str(transaction)
    assert (await cp.call("StopTransaction", stop(transaction, 100, idTag="a")))["idTagInfo"]["status"] == "Accepted"
    assert await strict.items("charge-points/CP-1/findings") == []


async def test_a_session_stopped_by_a_tag_of_another_group_ends_and_is_noted(strict):
    await put(strict, "A", parent="FLEET")
    await put(strict, "X")
    cp = await strict.station()
    _, transaction = await started(cp, "A")
    answer = await cp.call("StopTransaction", stop(transaction, 100, idTag="X"))
    assert answer == {"idTagInfo": {"status": "Accepted"}}
    [session] = await strict.items("sessions")
    assert session["status"] == "completed"
    assert (await strict.finding("stop_by_stranger"))["example"] == "started by A, stopped by X"


async def test_a_start_reported_again_does_not_count_against_itself(strict):
    await put(strict, "A", parent="FLEET", max_sessions=1)
    await put(strict, "FLEET", max_sessions=1)
    cp = await strict.station()
    payload = start(1, "A", 100, "2026-09-14T12:00:00Z")
    first = await cp.call("StartTransaction", payload)
    assert first["idTagInfo"] == {"parentIdTag": "FLEET", "status": "Accepted"}
    assert await cp.call("StartTransaction", payload) == first


async def test_a_session_whose_stop_was_lost_does_not_count_against_the_start_that_ends_it(strict):
    await put(strict, "ONE", max_sessions=1)
    cp = await strict.station()
    await started(cp, "ONE")
    assert (await started(cp, "ONE"))[0]["status"] == "Accepted"
    assert [one["status"] for one in await strict.items("sessions")] == ["active", "abandoned"]


async def test_a_start_that_comes_late_is_not_concurrent_with_what_began_after_it(strict):
    await put(strict, "ONE", max_sessions=1)
    cp, offline = await strict.station(), await strict.station("CP-2")
    await cp.call("StartTransaction", start(1, "ONE", 0, hours(-1)))
    late = await offline.call("StartTransaction", start(1, "ONE", 0, hours(-2)))
    assert late["idTagInfo"] == {"status": "Accepted"}
    again = await offline.call("StartTransaction", start(2, "ONE", 0, hours(-1.5)))
    assert again["idTagInfo"] == {"status": "ConcurrentTx"}


async def test_a_tags_own_session_elsewhere_is_concurrent_and_its_stop_is_not(strict):
    await put(strict, "ONE", max_sessions=1)
    cp, elsewhere = await strict.station(), await strict.station("CP-2")
    _, transaction = await started(cp, "ONE")
    assert await info(elsewhere, " one ") == {"status": "ConcurrentTx"}
    assert (await started(elsewhere, "ONE"))[0]["status"] == "ConcurrentTx"
    assert (await cp.call("StopTransaction", stop(transaction, 1, idTag="ONE")))["idTagInfo"]["status"] == "Accepted"


async def test_a_tag_expires_with_its_parent(strict):
    ends = hours(1)
    await put(strict, "FLEET", expires_at=ends)
    await put(strict, "A", parent="FLEET", expires_at=hours(2))
    cp = await strict.station()
    said = await info(cp, "A")
    assert said["status"] == "Accepted"
    assert abs(datetime.fromisoformat(said["expiryDate"]) - datetime.fromisoformat(ends)) < timedelta(milliseconds=1)
    assert list(said) == ["expiryDate", "parentIdTag", "status"]


async def test_tags_are_known_whatever_their_letter_case_blanks_and_length(strict):
    """Quirk Q52."""
    long = "0412345678AABBCCDD/reader-7"
    await put(strict, "04A2")
    await strict.http.put("tags/0412345678AABBCCDD%2Freader-7")
    cp = await strict.station()
    for said in ("04a2", "04A2 ", " 04a2", long, long.lower()):
        assert (await info(cp, said))["status"] == "Accepted", said


async def test_a_tag_that_ends_in_a_backslash_is_that_tag(strict):
    r"""Quirk Q33a: [2,"1","Authorize",{"idTag":"04A2\"}]"""
    await strict.http.put("tags/04A2%5C")
    cp = await strict.station()
    frame = r'[2,"1","Authorize",{"idTag":"04A2' + '\\"}]'
    assert await cp.exchange(frame) == [3, "1", {"idTagInfo": {"status": "Accepted"}}]
    assert (await strict.finding("stray_backslash"))["count"] == 1


@pytest.mark.covers("RemoteStartTransaction")
async def test_a_remote_start_is_decided_by_what_follows_it(strict):
    """With AuthorizeRemoteTxRequests an Authorize, without it the StartTransaction: the same word (§5.11)."""
    await put(strict, "BAD", status="blocked")
    cp = await strict.station()
    await cp.boot()
    await cp.call("StatusNotification", status())
    await strict.post("charge-points/CP-1/remote-start", id_tag="BAD", connector_id=1)
    message_id, asked = await cp.asked("RemoteStartTransaction")
    await cp.answer(message_id, {"status": "Accepted"})
    assert await info(cp, asked["idTag"]) == {"status": "Blocked"}
    assert (await started(cp, asked["idTag"]))[0] == {"status": "Blocked"}
