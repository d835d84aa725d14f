"""Local lists made of our tags: all of them, or what has changed since (OCPP 1.6 §5.15)."""

from tests.api.people import is_problem
from tests.conversations.local_lists import PATH, answered, booted, known, version_is


async def test_all_accepted_tags_go_out_as_a_full_list(house):
    long = "0412345678AABBCCDDEE-1"
    await house.http.put("tags/FLEET", json={"status": "blocked"})
    await house.http.put("tags/GUESTS", json={"expires_at": "2099-01-01T00:00:00Z"})
    for name, body in (
        ("Ann", {}),
        ("Bob", {"parent": "guests"}),
        ("Cem", {"parent": "FLEET"}),
        ("Dan", {"status": "blocked"}),
        ("Eve", {"expires_at": "2020-01-01T00:00:00Z"}),
        (long, {}),
    ):
        await house.http.put(f"tags/{name}", json=body)
    cp = await booted(house)
    frame, answer = await answered(house, cp, "Accepted", version=7, from_tags=True)
    until_2099 = {"expiryDate": "2099-01-01T00:00:00.000Z"}
    assert frame[3] == {
        "listVersion": 7,
        "localAuthorizationList": [
            {"idTag": "Ann", "idTagInfo": {"status": "Accepted"}},
            {"idTag": "Bob", "idTagInfo": {**until_2099, "parentIdTag": "guests", "status": "Accepted"}},
            {"idTag": "GUESTS", "idTagInfo": {**until_2099, "status": "Accepted"}},
        ],
        "updateType": "Full",
    }
    assert (answer["left_out"], answer["remaining"]) == ([long], 0)


async def test_syncing_sends_all_first_then_what_has_changed_then_nothing(house):
    for name in ("Ann", "Bob", "Cem"):
        await house.http.put(f"tags/{name}")
    cp = await booted(house)
    frame, _ = await answered(house, cp, "Accepted", sync=True)
    assert (frame[3]["listVersion"], frame[3]["updateType"], len(frame[3]["localAuthorizationList"])) == (1, "Full", 3)
    await house.http.put("tags/ANN", json={"status": "blocked"})
    await house.http.put("tags/Bob", json={"parent": "FLEET"})
    await house.http.put("tags/CEM")  # another spelling of the same
    await house.http.put("tags/Dan")
    frame, _ = await answered(house, cp, "Accepted", sync=True)
    assert frame[3] == {
        "listVersion": 2,
        "localAuthorizationList": [
            {"idTag": "Ann"},
            {"idTag": "Bob", "idTagInfo": {"parentIdTag": "FLEET", "status": "Accepted"}},
            {"idTag": "Dan", "idTagInfo": {"status": "Accepted"}},
        ],
        "updateType": "Differential",
    }
    answer = await house.http.put(PATH, json={"sync": True})
    assert (answer.status_code, answer.json()["command"], answer.json()["local_list"]["version"]) == (200, None, 2)


async def test_a_list_that_says_it_is_empty_is_synced_whole_or_left_alone(house):
    cp = await booted(house)
    await version_is(house, cp, 0)
    assert (await house.http.put(PATH, json={"sync": True})).json()["command"] is None
    await house.http.put("tags/Ann")
    frame, _ = await answered(house, cp, "Accepted", sync=True)
    assert (frame[3]["listVersion"], frame[3]["updateType"]) == (1, "Full")


async def test_syncing_more_than_fits_goes_on_with_the_next_call(house):
    for number in range(5):
        await house.http.put(f"tags/T{number}")
    cp = await booted(house)
    await house.post("charge-points/CP-1/commands", action="GetConfiguration")
    message_id, _ = await cp.asked("GetConfiguration")
    await cp.answer(
        message_id, {"configurationKey": [{"key": "sendlocallistmaxlength", "readonly": True, "value": "2"}]}
    )
    await house.settled(int(message_id))
    is_problem(await house.http.put(PATH, json={"from_tags": True}), 422)  # one list, one message
    sent = [await answered(house, cp, "Accepted", sync=True) for _ in range(3)]
    assert [(frame[3]["updateType"], answer["remaining"]) for frame, answer in sent] == [
        ("Full", 3),
        ("Differential", 1),
        ("Differential", 0),
    ]
    version, state, entries = await known(house)
    assert (version, state, sorted(entries)) == (3, "in_sync", [f"T{number}" for number in range(5)])
