"""Flags of meter values that a person lifts, and what becomes of energy; signed values as they came."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from tests.stations import iso, meter_values, sampled, start, stop

ODD = 'OCMF|{"FV":"1.0",\t"ID":"Müller & <Söhne> 😀"}|\r\n  {"SD":"30 45+/="}  \u00a0'


def ago(minutes: float) -> str:
    return iso(datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes))


async def jumped(house):
    """A session whose register truly went up by 5 MWh in the midst of it."""
    cp = await house.station("CP-1")
    times = [ago(minutes) for minutes in (50, 40, 30, 20)]
    id = (await cp.call("StartTransaction", start(1, "A", 1000, times[0])))["transactionId"]
    for at, wh in zip(times[1:], (2000, 5_002_000, 5_003_000), strict=True):
        await cp.call("MeterValues", meter_values(sampled(wh), transaction=id, taken_at=at))
    return cp, id, times


def which(at: str, **more: str) -> dict[str, object]:
    return {"measurand": "Energy.Active.Import.Register", "connector_id": 1, "from": at, **more}


async def test_a_lifted_jump_counts_and_all_that_follows_agrees(house):
    _, id, times = await jumped(house)
    assert (await house.get(f"sessions/{id}"))["energy_wh"] == 2000
    today = (await house.get("stats"))["total_energy_today"]
    answer = await house.post("charge-points/CP-1/flags/lift", **which(times[2], note="read by hand"))
    assert (answer.status_code, answer.json()) == (200, {"samples": 1})
    session = await house.get(f"sessions/{id}")
    assert (session["energy_wh"], session["flags"]) == (5_002_000, [])
    assert (await house.get("stats"))["total_energy_today"] >= today
    values = await house.items("charge-points/CP-1/meter-values", measurand="Energy.Active.Import.Register")
    assert [one["flags"] for one in values] == [[], ["implausible_jump", "lifted"], [], []]


async def test_a_flag_that_is_set_again_leaves_it_out_again(house):
    _, id, times = await jumped(house)
    await house.post("charge-points/CP-1/flags/lift", **which(times[2]))
    answer = await house.post("charge-points/CP-1/flags/restore", **which(times[0], to=times[3]))
    assert answer.json() == {"samples": 1}
    session = await house.get(f"sessions/{id}")
    assert (session["energy_wh"], session["flags"]) == (2000, ["meter_odd"])


async def test_what_comes_after_a_lifted_flag_goes_on_from_there(house):
    cp, id, times = await jumped(house)
    await house.post("charge-points/CP-1/flags/lift", **which(times[2]))
    await cp.call("MeterValues", meter_values(sampled(5_004_000), transaction=id, taken_at=ago(10)))
    await cp.call("StopTransaction", stop(id, 5_005_000, ago(5)))
    assert (await house.get(f"sessions/{id}"))["energy_wh"] == 5_004_000


async def test_it_is_written_down_who_lifted_a_flag_and_why(house):
    _, _, times = await jumped(house)
    await house.post("charge-points/CP-1/flags/lift", **which(times[2], note="read by hand"))
    await house.post("charge-points/CP-1/flags/restore", **which(times[2]))
    changes = await house.items("charge-points/CP-1/flag-changes")
    assert [(one["action"], one["note"], one["samples"]) for one in changes] == [
        ("flagged", None, 1),
        ("lifted", "read by hand", 1),
    ]
    assert {one["from"] for one in changes} == {times[2]}
    assert all(one["made_by"] for one in changes)


async def test_only_flagged_samples_are_lifted(house):
    _, _, times = await jumped(house)
    assert (await house.post("charge-points/CP-1/flags/lift", **which(times[1]))).json() == {"samples": 0}
    assert await house.items("charge-points/CP-1/flag-changes") == []


async def test_a_range_that_ends_before_it_begins_is_refused(house):
    _, _, times = await jumped(house)
    answer = await house.post("charge-points/CP-1/flags/lift", **which(times[2], to=times[1]))
    assert answer.status_code == 422


async def signed(house, *texts: str) -> int:
    cp = await house.station("CP-1")
    id = (await cp.call("StartTransaction", start(1, "A", 1000, ago(50))))["transactionId"]
    for minutes, text in enumerate(texts):
        value = sampled(text, context="Transaction.End", format="SignedData")
        await cp.call("MeterValues", meter_values(value, transaction=id, taken_at=ago(40 - minutes)))
    return id


@pytest.mark.covers("promise 11")
async def test_signed_values_come_back_byte_for_byte(house):
    id = await signed(house, ODD)
    (value,) = await house.items(f"sessions/{id}/signed-values")
    assert (value["value"], value["format"], value["context"]) == (ODD, "OCMF", "Transaction.End")
    raw = await house.http.get(f"sessions/{id}/signed-values/{value['id']}")
    assert raw.content == ODD.encode()


async def test_formats_are_told_by_how_values_begin(house):
    id = await signed(house, "OCMF|{}|{}", "AP;0;3;ALCV3", "1b1b1b1b01010101", "something else")
    found = await house.items(f"sessions/{id}/signed-values")
    assert [one["format"] for one in found] == ["OCMF", "ALFEN", "EDL", "unknown"]


async def test_the_file_for_the_transparency_software_holds_what_came(house):
    id = await signed(house, ODD, "AP;0;3;ALCV3")
    answer = await house.http.get(f"sessions/{id}/signed-values.xml")
    (value,) = ElementTree.fromstring(answer.content)
    (data,) = value
    assert (value.tag, value.attrib) == ("value", {"transactionId": str(id), "context": "Transaction.End"})
    assert (data.tag, data.attrib) == ("signedData", {"format": "OCMF", "encoding": "plain"})
    assert data.text == ODD


async def test_what_is_not_there_is_404(house):
    id = await signed(house, "AP;0;3;ALCV3")
    for path in (f"sessions/{id}/signed-values.xml", f"sessions/{id}/signed-values/99", "sessions/99/signed-values"):
        assert (await house.http.get(path)).status_code == 404


async def test_a_value_that_xml_cannot_carry_is_refused_there_and_whole_elsewhere(house):
    id = await signed(house, "OCMF|\u0001|{}")
    assert (await house.http.get(f"sessions/{id}/signed-values.xml")).status_code == 422
    (value,) = await house.items(f"sessions/{id}/signed-values")
    assert value["value"] == "OCMF|\u0001|{}"
