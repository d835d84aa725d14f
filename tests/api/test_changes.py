"""Registering, changing and deleting charge points; tags; identifiers that have to be percent-encoded."""

import asyncio
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from tests.api.people import is_problem
from tests.stations import meter_values, start, stop, until

ODD_IDENTIFIERS = ["CP 1", "CP|1", "CP+1", "Säule", "CP%41", "CP#1?x=1", "CP&1=2", "充電器"]


async def test_a_registered_charge_point_is_shown_and_let_in(make_house):
    house = await make_house(unknown_charge_points="refuse")
    made = await house.post("charge-points", identifier="CP-1")
    assert (made.status_code, made.json()["identifier"], made.json()["registration"]) == (201, "CP-1", "accepted")
    assert await house.get("charge-points/CP-1") == made.json()
    await (await house.station("CP-1")).boot()


async def test_odd_identifiers_are_registered_connected_and_asked_about(make_house):
    house = await make_house(unknown_charge_points="refuse")
    for identifier in ODD_IDENTIFIERS:
        assert (await house.post("charge-points", identifier=identifier)).status_code == 201
        path = f"charge-points/{quote(identifier, safe='')}"
        await (await house.station(quote(identifier, safe=""))).boot()
        one = await house.get(path)
        assert (one["identifier"], one["connected"]) == (identifier, True)
        assert await house.items("sessions", charge_point=identifier) == []
        assert (await house.http.delete(path)).status_code == 204


async def test_identifiers_no_path_can_hold_are_refused(house):
    for identifier in ("", " CP", "CP ", "a/b", ".", "..", "a\nb", "a\x00b", "x" * 129, None, 7):
        is_problem(await house.post("charge-points", identifier=identifier), 422)


async def test_an_identifier_is_registered_once_in_whatever_letter_case(house):
    await house.post("charge-points", identifier="CP-1")
    for again in ("CP-1", "cp-1"):
        is_problem(await house.post("charge-points", identifier=again), 409)


async def test_an_identifier_may_be_the_number_of_another_charge_point(house):
    first = (await house.post("charge-points", identifier="CP-1")).json()
    second = await house.post("charge-points", identifier=str(first["id"]))
    assert second.status_code == 201
    assert (await house.get(f"charge-points/{first['id']}"))["id"] == second.json()["id"]


async def test_a_refused_charge_point_is_not_let_in_any_more(house):
    await house.post("charge-points", identifier="CP-1")
    changed = await house.http.patch("charge-points/CP-1", json={"registration": "refused"})
    assert (changed.status_code, changed.json()["registration"]) == (200, "refused")
    with pytest.raises(InvalidStatus) as refused:
        await house.station("CP-1")
    assert refused.value.response.status_code == 403


async def test_a_password_is_asked_for_at_the_door_and_shown_nowhere(house):
    password = "charge point password"
    made = await house.post("charge-points", identifier="CP-1", password=password)
    assert made.json()["has_password"] is True
    assert password not in made.text
    with pytest.raises(InvalidStatus) as refused:
        await house.station("CP-1")
    assert refused.value.response.status_code == 401
    await (await house.station("CP-1", password)).boot()


async def test_what_is_not_given_stays_and_null_takes_the_password_away(house):
    await house.post("charge-points", identifier="CP-1", password="charge point password")
    changed = await house.http.patch("charge-points/CP-1", json={"registration": "pending"})
    assert (changed.json()["has_password"], changed.json()["registration"]) == (True, "pending")
    changed = await house.http.patch("charge-points/CP-1", json={"password": None})
    assert (changed.json()["has_password"], changed.json()["registration"]) == (False, "pending")


async def test_a_password_that_is_too_short_or_no_text_is_refused_and_not_repeated(house):
    for password in ("", "quick", 12345678, ["long enough"]):
        answer = await house.post("charge-points", identifier="CP-1", password=password)
        is_problem(answer, 422)
        assert not any(word in answer.text for word in ("quick", "12345678", "long enough"))


async def test_deleting_closes_the_connection_and_keeps_sessions_and_meter_values(house):
    cp = await house.station("CP-1")
    await cp.boot()
    session = (await cp.call("StartTransaction", start(wh=100)))["transactionId"]
    await cp.call("MeterValues", meter_values(200, transaction=session))
    await cp.call("StopTransaction", stop(session, 300))
    assert (await house.http.delete("charge-points/CP-1")).status_code == 204
    await cp.closed()
    is_problem(await house.http.get("charge-points/CP-1"), 404)
    assert await house.items("charge-points") == []
    assert (await house.get("stats"))["total_charge_points"] == 0
    [kept] = await house.items("sessions")
    assert (kept["id"], kept["charge_point"], kept["energy_wh"]) == (session, "CP-1", 200)
    assert 200 in [one["value"] for one in await house.items(f"sessions/{session}/meter-values")]


async def test_a_deleted_charge_point_that_is_registered_again_has_its_history(house):
    cp = await house.station("CP-1")
    session = (await cp.call("StartTransaction", start()))["transactionId"]
    await house.http.delete("charge-points/CP-1")
    is_problem(await house.http.delete("charge-points/CP-1"), 404)
    assert (await house.post("charge-points", identifier="CP-1")).status_code == 201
    assert [one["id"] for one in await house.items("charge-points/CP-1/sessions")] == [session]


async def test_a_deleted_charge_point_is_refused_where_only_known_ones_come_in(make_house):
    house = await make_house(unknown_charge_points="refuse")
    await house.post("charge-points", identifier="CP-1")
    await house.http.delete("charge-points/CP-1")
    with pytest.raises(InvalidStatus) as refused:
        await house.station("CP-1")
    assert refused.value.response.status_code == 404


async def test_a_tag_is_put_read_replaced_and_deleted(house):
    body = {"expires_at": "2030-01-01T01:00:00+01:00", "parent": "P", "note": "of the fleet", "max_sessions": 2}
    put = await house.http.put("tags/TAG-1", json=body)
    whole = {"id_tag": "TAG-1", "status": "accepted", **body, "expires_at": "2030-01-01T00:00:00.000Z"}
    assert (put.status_code, put.json()) == (200, whole)
    assert await house.get("tags/tag-1") == whole
    replaced = (await house.http.put("tags/TAG-1", json={"status": "blocked"})).json()
    assert (replaced["status"], replaced["parent"]) == ("blocked", None)
    assert (await house.http.delete("tags/tag-1")).status_code == 204
    is_problem(await house.http.get("tags/TAG-1"), 404)
    is_problem(await house.http.delete("tags/TAG-1"), 404)


@pytest.mark.parametrize("blank", ["%20", "%09%20", "%0A"])
async def test_a_tag_of_blanks_is_none(house, blank):
    for method in ("GET", "PUT", "DELETE"):
        is_problem(await house.http.request(method, f"tags/{blank}"), 422)


async def test_a_tag_without_a_body_is_accepted(house):
    assert (await house.http.put("tags/04%20A2%7C")).json()["status"] == "accepted"
    assert (await house.get("tags/04%20a2%7C"))["id_tag"] == "04 A2|"


async def test_tags_are_listed_by_name_in_pages_that_neither_skip_nor_repeat(house):
    for name in ("b", "A", "c", "D", "e"):
        await house.http.put(f"tags/{name}")
    assert [one["id_tag"] for one in await house.items("tags")] == ["A", "b", "c", "D", "e"]
    found, cursor = [], None
    while True:
        page = await house.get("tags", limit=2, **({"cursor": cursor} if cursor else {}))
        found += [one["id_tag"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == ["A", "b", "c", "D", "e"]


async def test_a_tag_that_was_put_may_charge_at_once(make_house):
    house = await make_house(unknown_tags="refuse")
    cp = await house.station("CP-1")
    assert (await cp.call("Authorize", {"idTag": "TAG-1"}))["idTagInfo"]["status"] == "Invalid"
    await house.http.put("tags/TAG-1")
    assert (await cp.call("Authorize", {"idTag": "TAG-1"}))["idTagInfo"]["status"] == "Accepted"


async def test_a_charge_point_shows_as_connected_while_it_is(house):
    cp = await house.station("CP-1")
    await cp.boot()
    assert (await house.get("charge-points/CP-1"))["connected"] is True
    await cp.close()

    async def is_gone():
        return not (await house.get("charge-points/CP-1"))["connected"]

    await until(is_gone)


async def test_of_two_who_register_one_identifier_at_once_one_is_refused(house):
    answers = await asyncio.gather(*(house.post("charge-points", identifier=name) for name in ("CP-1", "cp-1")))
    assert sorted(one.status_code for one in answers) == [201, 409]


async def test_a_deleted_charge_point_charges_no_more(house):
    cp = await house.station("CP-1")
    await cp.call("StartTransaction", start())
    await house.http.delete("charge-points/CP-1")
    await cp.closed()
    stats = await house.get("stats")
    assert (stats["total_charge_points"], stats["charging"], stats["active_sessions"]) == (0, 0, 0)


async def test_sessions_of_a_deleted_charge_point_are_found_by_its_name(house):
    cp = await house.station("CP-1")
    await cp.call("StopTransaction", stop((await cp.call("StartTransaction", start()))["transactionId"], 1))
    await house.http.delete("charge-points/CP-1")
    assert len(await house.items("sessions", charge_point="CP-1")) == 1
