"""Silences over the API: made, in force, ended, kept over a restart, refused where they make no sense."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.houses import open_house
from tests.stations import at, iso, meter_values, sampled, until

HOUR = timedelta(hours=1)


def soon(**more):
    return {"ends_at": iso(datetime.now(UTC) + HOUR), "comment": "known", "rules": ["power"], **more}


async def heat_up(house, watt=60_000):
    cp = await house.station()
    await cp.call("MeterValues", meter_values(sampled(watt, "Power.Active.Import")))
    return cp


async def alert_of(house, **wanted):
    async def found():
        there = [one for one in await house.items("alerts") if wanted.items() <= one.items()]
        return there[0] if there else None

    return await until(found)


async def whats(house, id):
    return [one["what"] for one in (await house.get(f"alerts/{id}"))["timeline"]]


async def test_a_silence_hides_what_fires_until_it_is_ended(house):
    made = (await house.post("silences", **soon(select={"charge_points": ["CP-*"]}))).json()
    assert (made["state"], made["created_by"], made["select"]["charge_points"]) == (
        "active",
        "WATTDECK_API_KEY",
        ["CP-*"],
    )
    await heat_up(house)
    alert = await alert_of(house, silenced=True, rule="power", state="firing")
    assert await house.items("silences", state="active") == [made]
    parts = ("charge_points", "sites", "vendors", "models", "firmware", "connectors", "phases")
    assert tuple(made["select"]) == parts
    ended = (await house.post(f"silences/{made['id']}/end")).json()
    assert (ended["state"], ended["ended_by"]) == ("over", "WATTDECK_API_KEY")
    await alert_of(house, silenced=False, rule="power", state="firing")
    assert await whats(house, alert["id"]) == ["fired", "silenced", "unsilenced"]
    assert [one["id"] for one in await house.items("silences", state="over")] == [made["id"]]
    assert (await house.post(f"silences/{made['id']}/end")).status_code == 409


async def test_one_made_afterwards_hides_what_fires_already(house):
    await heat_up(house)
    await alert_of(house, rule="power", silenced=False)
    await house.post("silences", **soon())
    await alert_of(house, rule="power", silenced=True)


async def test_a_maintenance_window_is_planned_and_hides_nothing_yet(house):
    later = iso(datetime.now(UTC) + HOUR / 2)
    made = (await house.post("silences", **soon(starts_at=later))).json()
    assert made["state"] == "planned"
    assert at(made["starts_at"]) == at(later)
    await heat_up(house)
    await alert_of(house, rule="power", silenced=False)
    assert await house.items("silences", state="planned") == [made]
    assert await house.get(f"silences/{made['id']}") == made


async def test_silences_come_page_by_page_whatever_their_state(house):
    made = [(await house.post("silences", **soon())).json()["id"] for _ in range(3)]
    for query in ({}, {"state": "active"}):
        first = await house.get("silences", limit=2, **query)
        rest = await house.get("silences", limit=2, cursor=first["next"], **query)
        assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
        assert rest["next"] is None


async def test_a_silence_and_what_it_hides_outlive_a_restart(tmp_path):
    async with open_house(tmp_path) as house:
        await house.post("silences", **soon())
        await heat_up(house)
        await alert_of(house, rule="power", silenced=True)
    async with open_house(tmp_path) as house:
        [silence] = await house.items("silences", state="active")
        await alert_of(house, rule="power", silenced=True)
        await house.post(f"silences/{silence['id']}/end")
        await alert_of(house, rule="power", silenced=False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"comment": ""},
        {"ends_at": None},
        {"ends_at": "2020-01-01T00:00:00Z"},
        {"ends_at": 99},
        {"rules": []},
        {"severities": ["bad"]},
        {"select": {"colour": ["red"]}},
        {"repeats_until": "2020-01-01T00:00:00Z"},
        {"nonsense": 1},
    ],
)
async def test_a_silence_that_makes_no_sense_is_refused_and_nothing_is_stored(house, wrong):
    answer = await house.post("silences", **soon(**wrong))
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert await house.items("silences") == []


async def test_one_that_is_not_there_cannot_be_read_or_ended(house):
    for id in (7, 2**63):
        assert (await house.http.get(f"silences/{id}")).status_code == 404
        assert (await house.post(f"silences/{id}/end")).status_code == 404
