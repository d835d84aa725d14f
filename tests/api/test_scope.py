"""Who may see but some charge points: of the others no route says a word, whatever it is asked."""

import re
from datetime import timedelta

import pytest
import pytest_asyncio
from websockets.exceptions import InvalidStatus

from tests.api.people import client, is_problem, key_of
from tests.houses import open_house
from tests.stations import meter_values, sampled, start, status, until
from wattdeck.domain.clock import iso, now
from wattdeck.domain.people import Scope
from wattdeck.store import certificates, charge_points

pytestmark = pytest.mark.asyncio(loop_scope="module")

# In every answer about it one of these would stand.
INSIDE, OUTSIDE = "DEPOT-1", "yard-9"
MINE = Scope(("depot-*",), ("Hill",))
FREE = {"/api/v1/login", "/api/v1/logout", "/healthz", "/readyz", "/metrics"}
# Lists of what is in the scope, and what belongs to no charge point.
LISTS = {
    *("/api/v1/me", "/api/v1/stats", "/api/v1/charge-points", "/api/v1/sites", "/api/v1/sessions", "/api/v1/alerts"),
    "/api/v1/activity",
    *("/api/v1/energy", "/api/v1/load", "/api/v1/peaks", "/api/v1/meter-values/latest", "/api/v1/top"),
    *("/api/v1/reservations", "/api/v1/certificate-requests", "/api/v1/security-events", "/api/v1/command-schemas"),
    *("/api/v1/bulk-commands", "/api/v1/firmware", "/api/v1/charging-profiles", "/api/v1/charging-profiles/{name}"),
    *("/api/v1/silences", "/api/v1/silences/{silence_id}", "/api/v1/alert-rules", "/api/v1/alert-rules/{name}"),
}
# What an operator may do where it is about what they see: with something outside, or without a body.
OPERATORS = {
    ("GET", "/api/v1/quarantine"): 200,
    ("DELETE", "/api/v1/quarantine/{identifier}"): 404,
    ("POST", "/api/v1/quarantine/{identifier}/adopt"): 422,
    ("POST", "/api/v1/silences/{silence_id}/end"): 404,
}
ASK_FOR_A_BODY = {
    *(("PUT", "/api/v1/me/password"), ("POST", "/api/v1/reservations"), ("POST", "/api/v1/bulk-commands")),
    ("POST", "/api/v1/silences"),
}
NAMED_IN_THE_QUERY = {
    *("/api/v1/sessions", "/api/v1/alerts", "/api/v1/energy", "/api/v1/load", "/api/v1/peaks", "/api/v1/top"),
    *("/api/v1/meter-values/latest", "/api/v1/reservations", "/api/v1/certificate-requests"),
}


class Yard:
    """A house with a charge point that is seen and another that is not; both have everything there is to be seen."""

    def __init__(self, house):
        self.house, self.ids = house, {}

    async def fill(self, identifier, site):
        house = self.house
        (await house.post("charge-points", identifier=identifier, site=site)).raise_for_status()
        cp = await house.connected(identifier)
        await cp.boot(chargePointSerialNumber=f"serial of {identifier}")
        await cp.call("StatusNotification", status("Available", 1))
        await cp.call(
            "SecurityEventNotification", {"type": "TamperDetectionActivated", "timestamp": "2026-01-01T00:00:00Z"}
        )
        session = (await cp.call("StartTransaction", start(1, f"tag of {identifier}"[-20:], 0)))["transactionId"]
        power = sampled(60, "Power.Active.Import", unit="kW")
        await cp.call("MeterValues", meter_values(sampled(10), power, transaction=session))
        command = (await house.post(f"charge-points/{identifier}/commands", action="ClearCache")).json()
        job = (await house.post(f"charge-points/{identifier}/diagnostics")).json()
        wish = {"charge_point": identifier, "connector_id": 1, "id_tag": "T", "expires_at": "2099-01-01T00:00:00Z"}
        reservation = (await house.post("reservations", **wish)).json()
        silence = (await house.post("silences", **silence_of([identifier]))).json()
        rule = {"kind": "limit", "signal": "Voltage", "above": 250, "select": {"charge_points": [identifier]}}
        (await house.http.put(f"alert-rules/for-{identifier.lower()}", json=rule)).raise_for_status()
        order = (await house.post("bulk-commands", action="ClearCache", charge_points=[identifier])).json()

        def ask_to_sign(connection):
            one = charge_points.find(connection, identifier)
            return one.id, certificates.add_request(connection, one.id, identifier, "a request", now())[0].id

        number, request = await house.central_system._store.write(ask_to_sign)

        async def alert():
            found = [one for one in await house.items("alerts") if one["charge_point"] == identifier]
            return found[0]["id"] if found else None

        self.ids[identifier] = {
            "identifier": identifier,
            "number": number,
            "session_id": session,
            "command_id": command["id"],
            "job_id": job["id"],
            "id": reservation["id"],
            "request_id": request,
            "alert_id": await until(alert),
            "bulk_id": order["id"],
            "silence_id": silence["id"],
            "name": f"for-{identifier.lower()}",
            "value_id": 1,
        }

    def path(self, path, identifier):
        """With what belongs to a charge point in place of each parameter."""
        return re.sub(r"{(\w+)}", lambda match: str(self.ids[identifier].get(match[1], "1")), path)

    async def routes(self):
        async with client(self.house) as anyone:
            paths = (await anyone.get("/openapi.json")).json()["paths"]
        return [(method.upper(), path) for path, methods in paths.items() for method in methods if path not in FREE]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def yard(tmp_path_factory):
    async with open_house(tmp_path_factory.mktemp("yard"), offline_commands="queue") as house:
        yard = Yard(house)
        await yard.fill(INSIDE, None)
        await yard.fill(OUTSIDE, "Elsewhere")
        yield yard


def silence_of(charge_points=(), sites=(), **more):
    select = {"charge_points": list(charge_points), "sites": list(sites)}
    ends_at = iso(now() + timedelta(hours=1))
    return {"rules": ["*"], "select": select, "ends_at": ends_at, "comment": "works", **more}


def is_about_one(path):
    """Whether a path names a charge point, or something that belongs to one."""
    about = ("charge-points/{", "sessions/{", "commands/{", "file-jobs/{", "reservations/{", "alerts/{")
    return path.removeprefix("/api/v1/").startswith((*about, "certificate-requests/{", "bulk-commands/{"))


def says_nothing_of(text, identifier):
    return identifier.casefold() not in text.casefold()


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_no_route_says_a_word_of_what_is_outside_the_scope(yard, role):
    async with client(yard.house, await key_of(yard.house, role, MINE)) as person:
        for method, path in await yard.routes():
            answer = await person.request(method, yard.path(path, OUTSIDE))
            shown = answer.text.replace(OUTSIDE, "", 1) if answer.status_code == 404 else answer.text
            assert says_nothing_of(shown, OUTSIDE), (method, path, answer.text)
            if (method, path) in ASK_FOR_A_BODY:
                expected = {422} if role == "operator" or path == "/api/v1/me/password" else {403}
            elif role == "operator" and (method, path) in OPERATORS:
                expected = {OPERATORS[method, path]}
            elif is_about_one(path):
                expected = {404} if role == "operator" else {403, 404}
            else:
                expected = {200, 404} if method == "GET" and path in LISTS else {403}
            assert answer.status_code in expected, (method, path, answer.text)


@pytest.mark.parametrize("role", ["viewer", "operator"])
async def test_what_is_outside_the_scope_is_answered_as_what_does_not_exist(yard, role):
    nowhere = dict.fromkeys(yard.ids[OUTSIDE], "987654321")
    async with client(yard.house, await key_of(yard.house, role, MINE)) as person:
        for method, path in await yard.routes():
            if not is_about_one(path):
                continue
            outside = await person.request(method, yard.path(path, OUTSIDE))
            missing = await person.request(method, re.sub(r"{(\w+)}", lambda match: nowhere.get(match[1], "1"), path))
            assert outside.status_code == missing.status_code, (method, path)
            own = "|".join(str(one) for one in yard.ids[OUTSIDE].values())
            assert re.sub(rf"\b({own})\b", "987654321", outside.json()["detail"]) == missing.json()["detail"]


async def test_a_number_leads_no_further_than_an_identifier(yard):
    async with client(yard.house, await key_of(yard.house, "operator", MINE)) as person:
        for method, path in await yard.routes():
            if path.startswith("/api/v1/charge-points/{identifier}"):
                number = path.replace("{identifier}", str(yard.ids[OUTSIDE]["number"]))
                is_problem(await person.request(method, yard.path(number, OUTSIDE)), 404)


async def test_what_is_in_the_scope_is_answered_as_ever(yard):
    async with (
        client(yard.house, await key_of(yard.house, "viewer", MINE)) as person,
        client(yard.house, await key_of(yard.house, "viewer")) as everyone,
    ):
        for method, path in await yard.routes():
            if method == "GET" and (is_about_one(path) or path in LISTS):
                asked = yard.path(path, INSIDE)
                own, all_of_it = await person.get(asked), await everyone.get(asked)
                assert own.status_code == all_of_it.status_code, (path, own.text)


async def test_lists_show_what_is_in_the_scope(yard):
    async with client(yard.house, await key_of(yard.house, "viewer", MINE)) as person:

        async def shown(path):
            return [one["charge_point"] for one in (await person.get(f"/api/v1/{path}")).json()["items"]]

        found = (await person.get("/api/v1/charge-points")).json()["items"]
        assert [one["identifier"] for one in found] == [INSIDE]
        for path in ("sessions", "alerts", "reservations", "certificate-requests", "security-events"):
            assert set(await shown(path)) == {INSIDE}, path
        assert set(await shown("meter-values/latest")) == {INSIDE}
        assert set(await shown("top?by=charge_point")) <= {INSIDE}
        assert (await person.get("/api/v1/sites")).json()["items"] == []
        stats = (await person.get("/api/v1/stats")).json()
        assert (stats["total_charge_points"], stats["connected"], stats["active_sessions"]) == (1, 1, 1)
    assert (await yard.house.get("stats"))["total_charge_points"] == 2


@pytest.mark.parametrize("format", ["csv"])
async def test_files_of_lists_show_no_more_than_the_lists(yard, format):
    async with client(yard.house, await key_of(yard.house, "viewer", MINE)) as person:
        for path in ("charge-points", "sessions", "alerts"):
            text = (await person.get(f"/api/v1/{path}?format={format}")).text
            assert INSIDE in text
            assert says_nothing_of(text, OUTSIDE)


async def test_a_charge_point_that_is_named_in_a_query_is_looked_for_in_the_scope(yard):
    async with client(yard.house, await key_of(yard.house, "viewer", MINE)) as person:
        for path in NAMED_IN_THE_QUERY:
            for name in (OUTSIDE, yard.ids[OUTSIDE]["number"]):
                is_problem(await person.get(path, params={"charge_point": name}), 404)
            assert (await person.get(path, params={"charge_point": INSIDE})).status_code == 200
            if path not in ("/api/v1/reservations", "/api/v1/certificate-requests"):
                seen = await person.get(path, params={"site": "Elsewhere"})
                assert says_nothing_of(seen.text, OUTSIDE)


async def test_a_reservation_outside_the_scope_cannot_be_made(yard):
    wish = {"charge_point": OUTSIDE, "connector_id": 1, "id_tag": "T", "expires_at": "2099-01-01T00:00:00Z"}
    async with client(yard.house, await key_of(yard.house, "operator", MINE)) as person:
        is_problem(await person.post("/api/v1/reservations", json=wish), 404)


async def test_a_bulk_command_goes_to_charge_points_in_the_scope_and_to_no_others(yard):
    async with client(yard.house, await key_of(yard.house, "operator", MINE)) as person:

        async def order(**to):
            return await person.post("/api/v1/bulk-commands", json={"action": "ClearCache", **to})

        made = (await order(filter={})).json()
        found = (await person.get(f"/api/v1/bulk-commands/{made['id']}")).json()
        assert [one["charge_point"] for one in found["items"]] == [INSIDE]
        refused = await order(charge_points=[INSIDE, OUTSIDE])
        assert is_problem(refused, 422)
        assert refused.json()["detail"] == f"no charge point '{OUTSIDE}'"
        both = await yard.house.post("bulk-commands", action="ClearCache", charge_points=[INSIDE, OUTSIDE])
        is_problem(await person.get(f"/api/v1/bulk-commands/{both.json()['id']}"), 404)
        listed = [one["id"] for one in (await person.get("/api/v1/bulk-commands")).json()["items"]]
        assert listed == [made["id"], yard.ids[INSIDE]["bulk_id"]]
        assert (await person.post(f"/api/v1/bulk-commands/{made['id']}/cancel")).status_code in (200, 409)


async def test_an_operator_acts_inside_the_scope_but_does_not_move_it(yard):
    async with client(yard.house, await key_of(yard.house, "operator", MINE)) as person:
        path = f"/api/v1/charge-points/{INSIDE}"
        assert (await person.post(f"{path}/commands", json={"action": "ClearCache"})).status_code == 202
        assert (await person.patch(path, json={"rated_power_w": 22_000})).status_code == 200
        is_problem(await person.patch(path, json={"site": "Elsewhere"}), 403)


async def test_a_site_is_a_scope_that_follows_its_charge_points(yard):
    house = yard.house
    async with client(house, await key_of(house, "viewer", Scope(sites=("Hill",)))) as person:
        (await house.post("charge-points", identifier="MOVES")).raise_for_status()
        is_problem(await person.get("/api/v1/charge-points/MOVES"), 404)
        await house.http.patch("charge-points/MOVES", json={"site": "Hill"})
        assert (await person.get("/api/v1/charge-points/MOVES")).status_code == 200
        assert [one["site"] for one in (await person.get("/api/v1/sites")).json()["items"]] == ["Hill"]
        await house.http.patch("charge-points/MOVES", json={"site": None})
        is_problem(await person.get("/api/v1/charge-points/MOVES"), 404)


async def test_somebody_with_a_scope_is_told_which(yard):
    scope = {"charge_points": ["depot-*"], "sites": ["Hill"]}
    made = (await yard.house.post("api-keys", name="scoped", role="operator", scope=scope)).json()
    assert made["scope"] == scope
    async with client(yard.house, made["key"]) as person:
        assert (await person.get("/api/v1/me")).json()["scope"] == scope


async def test_a_scope_can_be_given_changed_and_taken_away(yard):
    await yard.house.post("users", username="ana", role="viewer", password="a long enough password")
    one = {"charge_points": ["A*"], "sites": []}
    changed = await yard.house.http.patch("users/ana", json={"scope": one})
    assert changed.json()["scope"] == one
    assert (await yard.house.http.patch("users/ana", json={"role": "operator"})).json()["scope"] == one
    assert (await yard.house.http.patch("users/ana", json={"scope": None})).json()["scope"] is None
    await yard.house.http.patch("users/ana", json={"scope": one})
    assert (await yard.house.http.patch("users/ana", json={"role": "admin"})).json()["scope"] is None


async def test_rules_and_silences_are_seen_that_name_nobody_else(yard):
    everyone, both = silence_of(), silence_of([INSIDE, OUTSIDE])
    made = [
        (await yard.house.post("silences", **one)).json()["id"] for one in (everyone, both, silence_of(sites=["Hill"]))
    ]
    rule = {"kind": "limit", "signal": "Voltage", "above": 250}
    await yard.house.http.put("alert-rules/exception", json={**rule, "overrides": {OUTSIDE: {"above": 240}}})
    await yard.house.http.put("alert-rules/customer", json={**rule, "select": {"id_tags": ["tag of somebody"]}})
    async with client(yard.house, await key_of(yard.house, "viewer", MINE)) as person:
        for state in ({}, {"state": "active"}):
            seen = (await person.get("/api/v1/silences", params=state)).json()["items"]
            assert [one["id"] for one in seen] == [made[2], made[0], yard.ids[INSIDE]["silence_id"]]
        is_problem(await person.get(f"/api/v1/silences/{made[1]}"), 404)
        names = {one["name"] for one in (await person.get("/api/v1/alert-rules")).json()["items"]}
        assert {"voltage", f"for-{INSIDE.lower()}"} <= names
        assert not {f"for-{OUTSIDE}", "exception", "customer"} & names
        for hidden in (f"for-{OUTSIDE}", "exception", "customer"):
            is_problem(await person.get(f"/api/v1/alert-rules/{hidden}"), 404)


@pytest.mark.parametrize(
    ("points", "sites", "status"),
    [
        ([INSIDE], [], 201),
        (["DEPOT-1*"], [], 201),
        ([], ["Hill"], 201),
        ([], [], 403),
        ([OUTSIDE], [], 403),
        ([INSIDE, OUTSIDE], [], 403),
        (["*"], [], 403),
        (["D*"], [], 403),
        (["[D]EPOT-1"], [], 403),
        ([INSIDE], ["Elsewhere"], 403),
        ([], ["H*"], 403),
    ],
)
async def test_an_operator_silences_what_they_see_and_nothing_else(yard, points, sites, status):
    async with client(yard.house, await key_of(yard.house, "operator", MINE)) as person:
        made = await person.post("/api/v1/silences", json=silence_of(points, sites))
        assert made.status_code == status, made.text
        if status == 201:
            assert (await person.post(f"/api/v1/silences/{made.json()['id']}/end")).status_code == 200


async def test_a_silence_of_everyone_is_ended_by_who_sees_everyone(yard):
    made = (await yard.house.post("silences", **silence_of())).json()["id"]
    async with client(yard.house, await key_of(yard.house, "operator", MINE)) as person:
        is_problem(await person.post(f"/api/v1/silences/{made}/end"), 403)
    assert (await yard.house.post(f"silences/{made}/end")).status_code == 200


async def test_a_charge_point_that_is_seen_by_its_site_is_silenced_by_its_name(yard):
    await yard.house.post("charge-points", identifier="BY-SITE", site="Hill")
    async with client(yard.house, await key_of(yard.house, "operator", Scope(sites=("Hill",)))) as person:
        assert (await person.post("/api/v1/silences", json=silence_of(["by-site"]))).status_code == 201
        is_problem(await person.post("/api/v1/silences", json=silence_of(["by-site*"])), 403)


async def test_strangers_that_call_themselves_as_ours_do_are_seen_and_let_in_and_no_others(tmp_path):
    async with open_house(tmp_path, unknown_charge_points="refuse") as house:
        for identifier in ("DEPOT-7", "DEPOT-8", "YARD-7"):
            with pytest.raises(InvalidStatus):
                await house.station(identifier)
            await house.knocked("unknown_charge_point", identifier)
        async with client(house, await key_of(house, "operator", MINE)) as person:
            seen = (await person.get("/api/v1/quarantine")).json()["items"]
            assert {one["identifier"] for one in seen} == {"DEPOT-7", "DEPOT-8"}
            is_problem(await person.post("/api/v1/quarantine/YARD-7/adopt", json={}), 404)
            is_problem(await person.delete("/api/v1/quarantine/YARD-7"), 404)
            assert (await person.post("/api/v1/quarantine/DEPOT-7/adopt", json={})).status_code == 201
            assert (await person.delete("/api/v1/quarantine/DEPOT-8")).status_code == 204
        assert [one["identifier"] for one in await house.items("quarantine")] == ["YARD-7"]
        assert [one["identifier"] for one in await house.items("charge-points")] == ["DEPOT-7"]
