"""Commands over HTTP: remote start and stop, any CALL, `?wait=`, and the lists."""

import asyncio
import itertools

import pytest
import pytest_asyncio

from tests.api.people import is_problem
from tests.houses import open_house
from tests.stations import start, status

FIELDS = {
    *("id", "charge_point", "action", "payload", "state", "result", "error", "effect"),
    *("created_at", "sent_at", "finished_at"),
}
pytestmark = pytest.mark.asyncio(loop_scope="module")
START, STOP, COMMANDS = "remote-start", "remote-stop", "commands"
_numbers = itertools.count(1)


@pytest.fixture
def house(shared):
    return shared


@pytest_asyncio.fixture(loop_scope="module")
async def cp(house):
    """A charge point of this test's own, with connector 1 available."""
    one = await house.station(f"CP-{next(_numbers)}")
    await one.boot()
    await one.call("StatusNotification", status("Available"))
    return one


def of(cp, path):
    return f"charge-points/{cp.identifier}/{path}"


async def answered(cp, request, result):
    """Send a request of ours; the charge point answers the CALL that comes of it."""
    asking = asyncio.create_task(request)
    message_id, payload = await cp.asked()
    await cp.answer(message_id, result)
    return await asking, payload


async def test_a_remote_start_is_taken_at_once_and_settled_later(house, cp):
    taken = await house.post(of(cp, START), connector_id=1, id_tag="TAG-1")
    assert taken.status_code == 202
    assert set(taken.json()) >= FIELDS
    assert taken.json()["state"] in ("queued", "sent")
    assert taken.json()["finished_at"] is None
    message_id, payload = await cp.asked("RemoteStartTransaction")
    assert payload == {"connectorId": 1, "idTag": "TAG-1"}
    await cp.answer(message_id, {"status": "Accepted"})
    settled = await house.settled(taken.json()["id"])
    assert (settled["state"], settled["result"], settled["error"]) == ("accepted", {"status": "Accepted"}, None)
    for name in ("created_at", "sent_at", "finished_at"):
        assert settled[name].endswith("Z")


async def test_wait_gives_the_result_in_the_answer(house, cp):
    answer, _ = await answered(cp, house.post(of(cp, "remote-start?wait=10"), id_tag="TAG-1"), {"status": "Rejected"})
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["result"]) == ("rejected", {"status": "Rejected"})


async def test_wait_may_stand_in_the_body_of_any_command(house, cp):
    asking = house.post(of(cp, COMMANDS), action="ClearCache", wait=10)
    answer, payload = await answered(cp, asking, {"status": "Accepted"})
    assert (answer.status_code, answer.json()["state"], payload) == (200, "accepted", {})


async def test_a_result_that_does_not_come_in_time_gives_the_command_as_it_stands(house, cp):
    answer = await house.post(of(cp, "remote-start?wait=0.3"), id_tag="TAG-1")
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["result"]) == ("sent", None)


async def test_a_charge_point_that_never_answers_ends_as_timed_out(tmp_path):
    async with open_house(tmp_path, command_timeout_s=0.2) as house:
        await (await house.station("CP-1")).boot()
        answer = await house.post("charge-points/CP-1/commands?wait=10", action="ClearCache")
    assert (answer.status_code, answer.json()["state"]) == (200, "timed_out")


async def test_an_error_of_the_charge_point_is_shown_with_code_and_text(house, cp):
    asking = asyncio.create_task(house.post(of(cp, "commands?wait=10"), action="ClearCache"))
    message_id, _ = await cp.asked()
    await cp.refuse(message_id, "NotSupported", "no cache here")
    shown = (await asking).json()
    assert (shown["state"], shown["error"]) == ("error", {"code": "NotSupported", "description": "no cache here"})


async def test_a_remote_stop_stops_the_running_session(house, cp):
    session = (await cp.call("StartTransaction", start()))["transactionId"]
    answer, payload = await answered(cp, house.http.post(of(cp, "remote-stop?wait=10")), {"status": "Accepted"})
    assert (answer.status_code, payload) == (200, {"transactionId": session})


@pytest.mark.parametrize("name", ["session_id", "transaction_id"])
async def test_a_remote_stop_may_name_its_session(house, cp, name):
    first = (await cp.call("StartTransaction", start(connector=1)))["transactionId"]
    await cp.call("StartTransaction", start(connector=2))
    _, payload = await answered(cp, house.post(of(cp, "remote-stop?wait=10"), **{name: first}), {"status": "Accepted"})
    assert payload == {"transactionId": first}


async def test_without_a_running_session_a_remote_stop_is_refused(house, cp):
    answer = await house.post(of(cp, STOP))
    is_problem(answer, 422)
    assert answer.json()["detail"] == "No active session"


async def test_a_session_of_another_charge_point_is_not_stopped(house, cp):
    await cp.call("StartTransaction", start())
    other = await house.station(f"{cp.identifier}-other")
    session = (await other.call("StartTransaction", start()))["transactionId"]
    for name in ("session_id", "transaction_id"):
        answer = await house.post(of(cp, STOP), **{name: session})
        is_problem(answer, 422)
        assert answer.json()["detail"] == "No active session"


@pytest.mark.parametrize("word", ["Unavailable", "Faulted", "Charging", "SuspendedEV"])
async def test_a_connector_that_cannot_start_is_refused(house, cp, word):
    await cp.call("StatusNotification", status(word))
    for body in ({"id_tag": "T"}, {"id_tag": "T", "connector_id": 1}):
        answer = await house.post(of(cp, START), **body)
        is_problem(answer, 422)
        assert answer.json()["detail"] == "Charge point not available"


async def test_a_connector_with_a_running_session_is_refused_whatever_it_says(house, cp):
    await cp.call("StartTransaction", start())
    is_problem(await house.post(of(cp, START), id_tag="T", connector_id=1), 422)


async def test_a_charge_point_that_is_away_is_a_conflict(house):
    await house.post("charge-points", identifier="AWAY")
    for path, body in ((START, {"id_tag": "T"}), (COMMANDS, {"action": "ClearCache"})):
        answer = await house.post(f"charge-points/AWAY/{path}", **body)
        is_problem(answer, 409)
        assert answer.json()["detail"] == "AWAY is not connected"


async def test_a_payload_goes_out_as_given_with_its_members_in_order(house, cp):
    payload = {"value": "x", "key": "K"}
    asking = house.post(of(cp, "commands?wait=10"), action="ChangeConfiguration", payload=payload)
    _, sent = await answered(cp, asking, {"status": "Accepted"})
    assert list(sent.items()) == list(payload.items())


async def test_a_command_is_not_checked_against_our_picture_of_the_charge_point(house, cp):
    asking = house.post(of(cp, "commands?wait=10"), action="UnlockConnector", payload={"connectorId": 99})
    _, sent = await answered(cp, asking, {"status": "NotSupported"})
    assert sent == {"connectorId": 99}


async def test_a_payload_that_does_not_fit_the_schema_is_refused_unless_asked_for(house, cp):
    body = {"action": "Reset", "payload": {"type": "Medium"}}
    is_problem(await house.post(of(cp, COMMANDS), **body), 422)
    asking = house.post(of(cp, "commands?wait=10"), **body, validate=False)
    _, sent = await answered(cp, asking, {"status": "Rejected"})
    assert sent == {"type": "Medium"}


async def test_an_action_that_is_no_command_of_its_version_is_refused(house, cp):
    for action in ("BootNotification", "GetVariables", "Nonsense"):
        is_problem(await house.post(of(cp, COMMANDS), action=action), 422)


@pytest.mark.parametrize("raw", ['{"a": 1e999}', '{"a": NaN}', '{"a": "\\ud800"}', "[1]", "null"])
async def test_a_payload_json_cannot_carry_is_refused(house, cp, raw):
    content = f'{{"action": "Reset", "validate": false, "payload": {raw}}}'
    headers = {"Content-Type": "application/json"}
    is_problem(await house.http.post(of(cp, COMMANDS), content=content, headers=headers), 422)


async def test_commands_of_a_charge_point_are_newest_first_in_pages_that_neither_skip_nor_repeat(house, cp):
    sent = []
    for _ in range(5):
        asking = house.post(of(cp, "commands?wait=10"), action="ClearCache")
        answer, _ = await answered(cp, asking, {"status": "Accepted"})
        sent.append(answer.json()["id"])
    found, cursor = [], None
    while True:
        page = await house.get(of(cp, COMMANDS), limit=2, **({"cursor": cursor} if cursor else {}))
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == sent[::-1]
    assert await house.items(of(cp, COMMANDS)) == [await house.get(f"commands/{id}") for id in found]


async def test_a_command_may_name_the_charge_point_by_number_or_in_other_letter_case(house, cp):
    for name in (cp.identifier.lower(), (await house.get(of(cp, "")[:-1]))["id"]):
        asking = house.post(f"charge-points/{name}/commands?wait=10", action="ClearCache")
        answer, _ = await answered(cp, asking, {"status": "Accepted"})
        assert answer.json()["charge_point"] == cp.identifier


async def test_a_command_that_was_not_sent_yet_can_be_cancelled(house, cp):
    first = (await house.post(of(cp, COMMANDS), action="ClearCache")).json()
    message_id, _ = await cp.asked()
    waiting = (await house.post(of(cp, COMMANDS), action="GetLocalListVersion")).json()
    answer = await house.post(f"commands/{waiting['id']}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert answer.json()["finished_at"] is not None
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(first["id"]))["state"] == "accepted"
    following = (await house.post(of(cp, COMMANDS), action="ClearCache")).json()
    assert (await cp.asked())[0] == str(following["id"])


async def test_a_command_that_was_sent_or_has_ended_cannot_be_cancelled(house, cp):
    command = (await house.post(of(cp, COMMANDS), action="ClearCache")).json()
    message_id, _ = await cp.asked()
    is_problem(await house.post(f"commands/{command['id']}/cancel"), 409)
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(command["id"]))["state"] == "accepted"
    answer = await house.post(f"commands/{command['id']}/cancel")
    is_problem(answer, 409)
    assert "is accepted" in answer.json()["detail"]


@pytest.mark.parametrize("id", [0, -1, 999_999, 2**63])
async def test_a_command_that_does_not_exist_is_neither_found_nor_cancelled(house, id):
    is_problem(await house.post(f"commands/{id}/cancel"), 404)
    is_problem(await house.http.get(f"commands/{id}"), 404)
