"""What a list is asked for: a word that cannot be is refused with those that can, never answered with an empty list."""

import pytest

from tests.api.people import is_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def house(shared):
    return shared


@pytest.mark.parametrize(
    ("path", "where", "word"),
    [
        ("charge-points?status=charging", "status", "'Charging'"),
        ("charge-points?status=Occupied", "status", "'SuspendedEVSE'"),
        ("charge-points?registration=Accepted", "registration", "'accepted'"),
        ("sessions?state=Active", "state", "'active'"),
        ("sessions?flag=odd", "flag", "'meter_odd'"),
        ("alerts?state=closed", "state", "'resolved'"),
        ("alerts?severity=Critical", "severity", "'critical'"),
        ("alert-deliveries?state=lost", "state", "'dead'"),
        ("silences?state=past", "state", "'over'"),
        ("reservations?state=open", "state", "'pending'"),
        ("certificate-requests?state=open", "state", "'pending'"),
        ("tags?status=Accepted", "status", "'accepted'"),
        ("activity?kind=sessions", "kind", "'session'"),
        ("energy?period=week", "period", "'month'"),
        ("energy?group_by=tag", "group_by", "'site'"),
        ("load?step=day", "step", "'quarter'"),
        ("top?by=vendor", "by", "'connector'"),
        ("command-schemas?version=2.0", "version", "'1.6'"),
        ("command-schemas?action=reset", "action", "'Reset'"),
        ("meter-values/latest?measurand=voltage", "measurand", "'Voltage'"),
        ("meter-values/latest?phase=1", "phase", "'L1'"),
        ("charge-points/CP/meter-values?measurand=Power", "measurand", "'Power.Active.Import'"),
        ("charge-points/CP/meter-values?measurand=", "measurand", "'Power.Active.Import'"),
        ("charge-points/CP/meter-values?phase=l1", "phase", "'L1-N'"),
        ("charge-points/CP/meter-values?context=periodic", "context", "'Sample.Periodic'"),
        ("charge-points/CP/meter-values/latest?measurand=soc", "measurand", "'SoC'"),
        ("charge-points/CP/statistics?measurand=soc", "measurand", "'SoC'"),
        ("charge-points/CP/rollups?measurand=soc", "measurand", "'SoC'"),
        ("charge-points/CP/rollups?period=quarter", "period", "'month'"),
        ("charge-points/CP/history?measurand=soc", "measurand", "'SoC'"),
        ("sessions/1/meter-values?measurand=soc", "measurand", "'SoC'"),
        ("sessions/1/meter-values?phase=L4", "phase", "'L3'"),
    ],
)
async def test_a_word_that_a_filter_cannot_have_is_refused_with_those_it_can(house, path, where, word):
    await house.post("charge-points", identifier="CP")
    is_problem(answer := await house.http.get(path), 422)
    assert answer.json()["errors"][0]["where"].startswith(f"query.{where}")
    assert word in answer.json()["detail"]


async def test_a_bulk_commands_filter_names_statuses_as_they_are(house):
    answer = await house.post("bulk-commands", action="Reset", payload={"type": "Soft"}, filter={"status": "charging"})
    is_problem(answer, 422)
    assert answer.json()["errors"][0]["where"] == "body.filter.status"
    assert "'Charging'" in answer.json()["detail"]


async def test_a_charge_points_own_measurand_and_phase_can_be_asked_for_once_it_has_sent_them(house):
    asked = "charge-points/ODD/meter-values?measurand=Tank.Level&phase=Delta"
    station = await house.connected("ODD")
    is_problem(await house.http.get(asked), 422)
    sampled = {"value": "7", "measurand": "Tank.Level", "phase": "Delta"}
    values = [{"timestamp": "2026-11-01T00:00:00Z", "sampledValue": [sampled]}]
    await station.call("MeterValues", {"connectorId": 1, "meterValue": values})
    for path in (asked, "meter-values/latest?measurand=Tank.Level&phase=Delta"):
        assert [one["value"] for one in (await house.get(path))["items"]] == [7]


async def test_values_without_a_phase_are_asked_for_by_an_empty_one(house):
    await house.post("charge-points", identifier="CP")
    assert await house.items("charge-points/CP/meter-values?phase=") == []


async def test_the_documentation_names_the_words_of_statuses_and_contexts(house):
    paths = (await house.http.get(f"{house.http_url}/openapi.json")).json()["paths"]
    for path, name, word in (
        ("/api/v1/charge-points", "status", "SuspendedEV"),
        ("/api/v1/charge-points/{identifier}/meter-values", "context", "Transaction.Begin"),
    ):
        (parameter,) = [one for one in paths[path]["get"]["parameters"] if one["name"] == name]
        assert word in str(parameter["schema"])
