"""Local lists over a real socket: what goes out, and what we believe afterwards (OCPP 1.6 §5.10, §5.15)."""

import pytest

from tests.api.people import is_problem
from tests.conversations.local_lists import PATH, answered, ask, booted, known, version_is
from tests.stations import until

A, B = {"id_tag": "A", "status": "Accepted"}, {"id_tag": "B", "status": "Blocked"}


async def test_nothing_is_known_before_anything_was_sent(house):
    await booted(house)
    assert await house.get(PATH) == {
        **{"charge_point": "CP-1", "version": None, "state": "unknown", "error": None, "count": 0, "entries": []},
        **dict.fromkeys(("changed_at", "reported_version", "reported_at", "command_id", "next")),
        **{"max_length": None, "send_max_length": None},
    }


@pytest.mark.covers("TC_042_1", "GetLocalListVersion")
async def test_a_charge_point_without_lists_says_minus_one(house):
    cp = await booted(house)
    assert await version_is(house, cp, -1) == (None, "unsupported", {})
    assert (await house.get(PATH))["reported_version"] == -1


async def test_a_charge_point_that_does_not_know_the_question_has_no_lists(house):
    cp = await booted(house)
    assert await version_is(house, cp, None, lambda id: [4, id, "NotImplemented", "", {}]) == (None, "unsupported", {})


@pytest.mark.covers("TC_042_2", "GetLocalListVersion")
async def test_an_empty_list_has_version_zero(house):
    cp = await booted(house)
    assert await version_is(house, cp, 0) == (0, "in_sync", {})


@pytest.mark.covers("TC_043_1", "SendLocalList")
async def test_a_list_that_is_not_supported_changes_nothing_we_believe(house):
    cp = await booted(house)
    frame, answer = await answered(house, cp, "NotSupported", version=3, update_type="Full", entries=[A])
    info = {"status": "Accepted"}
    assert frame[2:] == [
        "SendLocalList",
        {"listVersion": 3, "localAuthorizationList": [{"idTag": "A", "idTagInfo": info}], "updateType": "Full"},
    ]
    assert answer["command"]["state"] == "rejected"
    assert (answer["local_list"]["state"], answer["local_list"]["error"]) == (
        *("unsupported", "SendLocalList: NotSupported"),
    )
    assert await known(house) == (None, "unsupported", {})


@pytest.mark.covers("TC_043_3")
@pytest.mark.parametrize("word", ["Failed", "VersionMismatch"])
async def test_a_list_that_fails_leaves_what_was_known_and_says_why(house, word):
    cp = await booted(house)
    await answered(house, cp, "Accepted", version=3, update_type="Full", entries=[A])
    _, answer = await answered(house, cp, word, version=4, update_type="Differential", entries=[B])
    assert answer["local_list"]["error"] == f"SendLocalList: {word}"
    assert await known(house) == (3, "mismatch", {"A": "Accepted"})
    await answered(house, cp, "Accepted", version=5, update_type="Full", entries=[B])
    assert await known(house) == (5, "in_sync", {"B": "Blocked"})
    assert (await house.get(PATH))["error"] is None


@pytest.mark.covers("TC_043_4", "SendLocalList")
async def test_a_full_list_is_ours_once_it_is_accepted_and_not_before(house):
    cp = await booted(house)
    entry = {"id_tag": "C", "status": "Expired", "expires_at": "2020-01-01T01:00:00+01:00", "parent": "FLEET"}
    asking = ask(house, version=7, update_type="Full", entries=[A, {"id_tag": "B"}, entry])
    frame = await cp.take()
    assert frame[2] == "SendLocalList"
    assert list(frame[3]) == ["listVersion", "localAuthorizationList", "updateType"]
    assert frame[3]["localAuthorizationList"] == [
        {"idTag": "A", "idTagInfo": {"status": "Accepted"}},
        {"idTag": "B", "idTagInfo": {"status": "Accepted"}},
        {
            "idTag": "C",
            "idTagInfo": {"expiryDate": "2020-01-01T00:00:00.000Z", "parentIdTag": "FLEET", "status": "Expired"},
        },
    ]
    assert list(frame[3]["localAuthorizationList"][2]["idTagInfo"]) == ["expiryDate", "parentIdTag", "status"]
    assert await known(house) == (None, "pending", {})
    await cp.answer(frame[1], {"status": "Accepted"})
    assert (await asking).json()["local_list"]["count"] == 3
    assert await known(house) == (7, "in_sync", {"A": "Accepted", "B": "Accepted", "C": "Expired"})
    assert (await house.get(PATH))["entries"][2] == {**entry, "expires_at": "2020-01-01T00:00:00.000Z"}
    assert await version_is(house, cp, 7) == (7, "in_sync", {"A": "Accepted", "B": "Accepted", "C": "Expired"})


@pytest.mark.covers("TC_043_5", "SendLocalList")
async def test_a_differential_list_adds_changes_and_takes_out(house):
    cp = await booted(house)
    await answered(house, cp, "Accepted", version=1, update_type="Full", entries=[A, B])
    changes = [{"id_tag": "b"}, {"id_tag": "a", "status": "Invalid"}, {"id_tag": "C", "parent": "FLEET"}]
    frame, _ = await answered(house, cp, "Accepted", version=5, update_type="Differential", entries=changes)
    assert frame[3] == {
        "listVersion": 5,
        "localAuthorizationList": [
            {"idTag": "b"},
            {"idTag": "a", "idTagInfo": {"status": "Invalid"}},
            {"idTag": "C", "idTagInfo": {"parentIdTag": "FLEET", "status": "Accepted"}},
        ],
        "updateType": "Differential",
    }
    assert await known(house) == (5, "in_sync", {"a": "Invalid", "C": "Accepted"})


async def test_an_empty_full_list_empties_it_and_leaves_the_member_out(house):
    cp = await booted(house)
    await answered(house, cp, "Accepted", version=1, update_type="Full", entries=[A])
    frame, _ = await answered(house, cp, "Accepted", version=2, update_type="Full", entries=[])
    assert frame[3] == {"listVersion": 2, "updateType": "Full"}
    assert await known(house) == (2, "in_sync", {})


async def test_changes_onto_a_list_nobody_knows_leave_it_unknown(house):
    cp = await booted(house)
    await answered(house, cp, "Accepted", version=9, update_type="Differential", entries=[A])
    assert await known(house) == (9, "unknown", {"A": "Accepted"})
    assert await version_is(house, cp, 9) == (9, "unknown", {"A": "Accepted"})
    await answered(house, cp, "Accepted", sync=True)
    assert await known(house) == (10, "in_sync", {})


async def test_lists_that_the_standard_forbids_are_not_sent(house):
    cp = await booted(house)
    await answered(house, cp, "Accepted", version=5, update_type="Full", entries=[A])
    for body in (
        {"version": 0, "update_type": "Full", "entries": []},  # errata to §6.41
        {"version": -1, "update_type": "Full", "entries": []},
        {"version": 2**31, "update_type": "Full", "entries": []},
        {"version": 5, "update_type": "Differential", "entries": [B]},  # §7.47
        {"version": 6, "update_type": "Full", "entries": [A, {"id_tag": "a"}]},  # §6.41: unique
        {"version": 6, "update_type": "Full", "entries": [{"id_tag": "A" * 21}]},
        {"version": 6, "update_type": "Full", "entries": [{"id_tag": "A", "status": "accepted"}]},
        {"version": 6, "update_type": "Full"},
        {"version": 6, "entries": []},
        {"from_tags": True, "sync": True},
        {"from_tags": True, "update_type": "Differential"},
        {},
    ):
        is_problem(await house.http.put(PATH, json=body), 422)
    await cp.call("Heartbeat")
    assert [frame[2] for frame in cp.received if frame[0] == 2] == ["SendLocalList"]


async def test_a_list_longer_than_the_charge_point_takes_at_once_is_refused_once_that_is_known(house):
    cp = await booted(house)
    keys = ["LocalAuthListMaxLength", "SendLocalListMaxLength"]
    await house.post("charge-points/CP-1/commands", action="GetConfiguration", payload={"key": keys})
    message_id, _ = await cp.asked("GetConfiguration")
    rows = [{"key": key, "readonly": True, "value": value} for key, value in zip(keys, ("3", "2"), strict=True)]
    await cp.answer(message_id, {"configurationKey": [*rows, {"key": "X", "readonly": False}]})

    async def limits():
        now = await house.get(PATH)
        return (now["max_length"], now["send_max_length"]) == (3, 2)

    await until(limits)
    entries = [{"id_tag": name, "status": "Accepted"} for name in "ABC"]
    for kind in ("Full", "Differential"):
        answer = await house.http.put(PATH, json={"update_type": kind, "entries": entries})
        is_problem(answer, 422)
        assert "SendLocalListMaxLength" in answer.text
    await answered(house, cp, "Accepted", update_type="Full", entries=entries[:2])
    for name in "ABCD":
        await house.http.put(f"tags/{name}")
    answer = await house.http.put(PATH, json={"sync": True})
    is_problem(answer, 422)
    assert "LocalAuthListMaxLength" in answer.text


async def test_offline_it_is_refused_and_what_was_known_stays(house):
    cp = await booted(house)
    await answered(house, cp, "Accepted", version=5, update_type="Full", entries=[A])
    await cp.close()
    await until(lambda: offline(house))
    is_problem(await house.http.put(PATH, json={"sync": True}), 409)
    is_problem(await house.http.post(f"{PATH}/refresh"), 409)
    assert await known(house) == (5, "in_sync", {"A": "Accepted"})


async def offline(house):
    return not (await house.get("charge-points/CP-1"))["connected"]


async def test_one_list_at_a_time(house):
    cp = await booted(house)
    asking = ask(house, version=1, update_type="Full", entries=[A])
    message_id, _ = await cp.asked("SendLocalList")
    now = await house.get(PATH)
    is_problem(await house.http.put(PATH, json={"update_type": "Full", "entries": []}), 409)
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await asking).json()["command"]["id"] == now["command_id"]
    assert (await house.get(PATH))["command_id"] is None


@pytest.mark.parametrize(
    ("version", "left"), [(2, (2, "in_sync", {"B": "Blocked"})), (1, (1, "in_sync", {"A": "Accepted"}))]
)
async def test_a_list_that_was_not_answered_is_in_doubt_until_the_version_tells(make_house, version, left):
    house = await make_house()
    cp = await booted(house)
    await answered(house, cp, "Accepted", version=1, update_type="Full", entries=[A])
    asking = ask(house, version=2, update_type="Full", entries=[B])
    await cp.asked("SendLocalList")
    cp.drop()
    assert (await asking).json()["command"]["state"] == "connection_lost"
    assert await known(house) == (1, "unknown", {"A": "Accepted"})
    cp = await booted(house)
    assert await version_is(house, cp, version) == left


async def test_a_late_acceptance_counts(make_house):
    house = await make_house(command_timeout_s=0.2)
    cp = await booted(house)
    asking = ask(house, version=1, update_type="Full", entries=[A])
    message_id, _ = await cp.asked("SendLocalList")
    assert (await asking).json()["local_list"]["state"] == "unknown"
    await cp.answer(message_id, {"status": "Accepted"})

    async def in_sync():
        return await known(house) == (1, "in_sync", {"A": "Accepted"})

    await until(in_sync)


async def test_a_late_acceptance_does_not_undo_a_newer_list(make_house):
    house = await make_house(command_timeout_s=1)
    cp = await booted(house)
    asking = ask(house, version=1, update_type="Full", entries=[A])
    older, _ = await cp.asked("SendLocalList")
    await asking
    await answered(house, cp, "Accepted", version=2, update_type="Full", entries=[B])
    await cp.answer(older, {"status": "Accepted"})
    assert (await house.settled(int(older)))["state"] in ("timed_out", "late")

    async def late():
        return (await house.get(f"commands/{older}"))["state"] == "late"

    await until(late)
    assert await known(house) == (2, "in_sync", {"B": "Blocked"})


@pytest.mark.parametrize(("version", "word"), [(0, "0"), (8, "8")])
async def test_a_version_that_is_not_ours_is_a_mismatch_until_it_is_sent_whole(house, version, word):
    cp = await booted(house)
    await house.http.put("tags/A")
    await answered(house, cp, "Accepted", version=3, update_type="Full", entries=[A])
    assert await version_is(house, cp, version) == (3, "mismatch", {"A": "Accepted"})
    assert (await house.get(PATH))["error"] == f"it reports version {word}, 3 is known here"
    frame, _ = await answered(house, cp, "Accepted", sync=True)
    assert (frame[3]["updateType"], frame[3]["listVersion"]) == ("Full", max(3, version) + 1)
    assert (await known(house))[1] == "in_sync"


async def test_a_calls_error_says_that_nothing_was_done(house):
    cp = await booted(house)
    await answered(house, cp, "Accepted", version=3, update_type="Full", entries=[A])
    asking = ask(house, version=4, update_type="Full", entries=[B])
    message_id, _ = await cp.asked("SendLocalList")
    await cp.refuse(message_id, "FormationViolation", "too long")
    assert (await asking).json()["local_list"]["error"] == "SendLocalList: FormationViolation"
    assert await known(house) == (3, "in_sync", {"A": "Accepted"})


async def test_a_list_sent_by_the_general_way_out_counts_too(house):
    cp = await booted(house)
    entries = [{"idTag": "A", "idTagInfo": {"status": "Accepted"}}]
    payload = {"updateType": "Full", "listVersion": 4, "localAuthorizationList": entries}
    await house.post("charge-points/CP-1/commands", action="SendLocalList", payload=payload)
    message_id, _ = await cp.asked("SendLocalList")
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(int(message_id))
    assert await known(house) == (4, "in_sync", {"A": "Accepted"})
    odd = {"updateType": "Full", "listVersion": "five", "localAuthorizationList": [{"idTag": 7}]}
    await house.post("charge-points/CP-1/commands", action="SendLocalList", payload=odd, validate=False)
    message_id, _ = await cp.asked("SendLocalList")
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(int(message_id))
    assert await known(house) == (4, "unknown", {"A": "Accepted"})


async def test_entries_are_shown_in_pages(house):
    cp = await booted(house)
    entries = [{"id_tag": name} for name in ("b", "A", "c", "D", "e")]
    await answered(house, cp, "Accepted", update_type="Full", entries=entries)
    found, cursor = [], None
    while True:
        page = await house.get(PATH, limit=2, **({"cursor": cursor} if cursor else {}))
        found += [one["id_tag"] for one in page["entries"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == ["A", "b", "c", "D", "e"]
