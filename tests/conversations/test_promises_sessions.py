"""What must hold of sessions whatever the line does (contract §6): starts and stops lost, doubled, late, refused."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import meter_values, sampled, start, stop

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def an_hour_ago() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - HOUR


@pytest.mark.covers("StartTransaction", "promise 3")
async def test_the_same_start_again_gets_the_same_transaction_before_and_after_its_stop(house):
    cp = await house.station()
    payload = start(1, "TAG", 100, an_hour_ago())
    first = await cp.call("StartTransaction", payload)
    assert await cp.call("StartTransaction", payload) == first
    await cp.call("StopTransaction", stop(first["transactionId"], 200))
    assert await cp.call("StartTransaction", payload) == first
    [session] = await house.items("sessions")
    assert (session["status"], session["energy_wh"]) == ("completed", 100)
    assert (await house.get("stats"))["active_sessions"] == 0


@pytest.mark.covers("promise 3")
async def test_the_same_start_again_over_a_new_connection_gets_the_same_transaction(house):
    cp = await house.station()
    payload = start(1, "TAG", 100, an_hour_ago())
    first = await cp.call("StartTransaction", payload)
    cp.drop()
    again = await house.station()
    assert await again.call("StartTransaction", payload) == first
    assert len(await house.items("sessions")) == 1


async def test_two_starts_sent_at_once_in_the_same_words_are_one_session(house):
    cp = await house.station()
    payload = start(1, "TAG", 100, an_hour_ago())
    ids = [await cp.say("StartTransaction", payload) for _ in range(5)]
    answers = [(await cp.answer_to(one))[2]["transactionId"] for one in ids]
    assert len(set(answers)) == 1
    assert len(await house.items("sessions")) == 1


@pytest.mark.covers("promise 4")
async def test_after_a_lost_stop_the_next_start_closes_and_flags_the_old_session(house):
    cp = await house.station()
    began = an_hour_ago()
    old = (await cp.call("StartTransaction", start(1, "A", 1000, began)))["transactionId"]
    await cp.call("MeterValues", meter_values(1700, transaction=old, taken_at=began + 10 * MINUTE))
    new = (await cp.call("StartTransaction", start(1, "B", 2000, began + 30 * MINUTE)))["transactionId"]
    await cp.call("MeterValues", meter_values(2300, transaction=new, taken_at=began + 40 * MINUTE))
    assert new != old
    newer, older = await house.items("sessions")
    assert (older["status"], older["flags"], older["energy_wh"]) == ("abandoned", ["stop_lost"], 700)
    assert older["stopped_at"] is not None
    assert (newer["status"], newer["id_tag"], newer["energy_wh"]) == ("active", "B", 300)


async def test_the_stop_that_comes_after_all_does_not_touch_the_next_session(house):
    cp = await house.station()
    began = an_hour_ago()
    old = (await cp.call("StartTransaction", start(1, "A", 1000, began)))["transactionId"]
    new = (await cp.call("StartTransaction", start(1, "B", 2000, began + 30 * MINUTE)))["transactionId"]
    await cp.call("StopTransaction", stop(old, 1900, began + 29 * MINUTE))
    newer, older = await house.items("sessions")
    assert (newer["transaction_id"], newer["status"], newer["energy_wh"]) == (str(new), "active", 0)
    assert older["transaction_id"] == str(old)


@pytest.mark.covers("promise 5")
async def test_a_stop_again_is_answered_and_changes_nothing(house):
    """Promise 5; the first is kept, what differs is a finding."""
    cp = await house.station()
    began = an_hour_ago()
    transaction = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    payload = stop(transaction, 700, began + 20 * MINUTE, reason="Local")
    await cp.call("StopTransaction", payload)
    [first] = await house.items("sessions")
    await cp.call("StopTransaction", payload)
    await cp.call("StopTransaction", payload | {"meterStop": 0, "reason": "EVDisconnected"})
    assert await house.items("sessions") == [first]
    assert (await house.finding("stop_repeated"))["count"] == 1
    values = await house.items(f"sessions/{first['id']}/meter-values")
    assert [value["value"] for value in values] == [0, 700]


async def test_a_stop_again_is_one_event(make_house):
    house = await make_house()
    cp = await house.station()
    transaction = (await cp.call("StartTransaction", start()))["transactionId"]
    for _ in range(3):
        await cp.call("StopTransaction", stop(transaction, 700, "2026-09-14T12:00:00Z"))
    assert len([one for one in await house.items("sessions") if one["status"] == "completed"]) == 1


@pytest.mark.covers("MeterValues", "promise 5")
async def test_meter_values_again_are_one_set_of_rows(house):
    cp = await house.station()
    began = an_hour_ago()
    transaction = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    payload = meter_values(700, sampled(230, "Voltage"), transaction=transaction, taken_at=began + MINUTE)
    for _ in range(4):
        await cp.call("MeterValues", payload)
    [session] = await house.items("sessions")
    assert session["energy_wh"] == 700
    values = await house.items(f"sessions/{session['id']}/meter-values")
    assert sorted(value["value"] for value in values) == [0, 230, 700]


@pytest.mark.covers("promise 6")
async def test_an_offline_session_replayed_at_noon_lies_between_eight_and_nine(house):
    cp = await house.station()
    eight = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=1)
    transaction = (await cp.call("StartTransaction", start(1, "A", 5000, eight)))["transactionId"]
    for quarter in (1, 2, 3):
        payload = meter_values(5000 + 2000 * quarter, transaction=transaction, taken_at=eight + quarter * 15 * MINUTE)
        await cp.call("MeterValues", payload)
    await cp.call("StopTransaction", stop(transaction, 13000, eight + HOUR))
    [session] = await house.items("sessions")
    assert (session["duration_s"], session["energy_wh"], session["flags"]) == (3600, 8000, [])
    path = "charge-points/CP-1/meter-values"
    within = await house.items(path, **{"from": eight.isoformat(), "to": (eight + HOUR + MINUTE).isoformat()})
    assert sorted(value["value"] for value in within) == [5000, 7000, 9000, 11000, 13000]
    assert {value["session_id"] for value in within} == {session["id"]}
    assert (await house.get("stats"))["total_energy_today"] == 0


async def test_an_offline_session_replayed_beside_a_running_one_leaves_it_alone(house):
    cp = await house.station()
    began = an_hour_ago()
    running = (await cp.call("StartTransaction", start(1, "B", 20000, began)))["transactionId"]
    await cp.call("MeterValues", meter_values(20500, transaction=running, taken_at=began + 10 * MINUTE))
    old = (await cp.call("StartTransaction", start(1, "A", 10000, began - 5 * HOUR)))["transactionId"]
    await cp.call("MeterValues", meter_values(11000, transaction=old, taken_at=began - 4.5 * HOUR))
    await cp.call("StopTransaction", stop(old, 12000, began - 4 * HOUR))
    await cp.call("MeterValues", meter_values(21000, transaction=running, taken_at=began + 20 * MINUTE))
    sessions = {one["transaction_id"]: one for one in await house.items("sessions")}
    assert (sessions[str(old)]["energy_wh"], sessions[str(old)]["status"]) == (2000, "completed")
    assert (sessions[str(running)]["energy_wh"], sessions[str(running)]["status"]) == (1000, "active")


@pytest.mark.covers("promise 7")
async def test_a_refused_tag_gets_a_real_transaction_and_the_session_is_flagged(make_house):
    house = await make_house(unknown_tags="refuse")
    cp = await house.station()
    assert await cp.call("Authorize", {"idTag": "WHO"}) == {"idTagInfo": {"status": "Invalid"}}
    answer = await cp.call("StartTransaction", start(1, "WHO", 0))
    assert answer["idTagInfo"] == {"status": "Invalid"}
    assert answer["transactionId"] > 0
    await cp.call("MeterValues", meter_values(900, transaction=answer["transactionId"]))
    await cp.call("StopTransaction", stop(answer["transactionId"], 1000, reason="DeAuthorized"))
    [session] = await house.items("sessions")
    assert (session["flags"], session["energy_wh"]) == (["unauthorised"], 1000)


@pytest.mark.covers("Authorize")
async def test_blocked_expired_and_known_tags_get_their_words(make_house):
    house = await make_house(unknown_tags="refuse")
    cp = await house.station()
    await house.http.put("tags/GOOD", json={"status": "accepted", "parent": "FAMILY"})
    await house.http.put("tags/BAD", json={"status": "blocked"})
    await house.http.put("tags/OLD", json={"status": "accepted", "expires_at": "2020-01-01T00:00:00Z"})
    words = {}
    for tag in ("good", "BAD", "OLD", "NONE"):
        words[tag] = (await cp.call("Authorize", {"idTag": tag}))["idTagInfo"]
    assert words["good"] == {"parentIdTag": "FAMILY", "status": "Accepted"}
    assert [words[tag]["status"] for tag in ("BAD", "OLD", "NONE")] == ["Blocked", "Expired", "Invalid"]


@pytest.mark.covers("promise 8")
async def test_a_stop_for_an_unknown_transaction_is_kept_as_a_recovered_session(house):
    cp = await house.station()
    began = an_hour_ago()
    healthy = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    data = [
        {"timestamp": (began - 2 * HOUR).isoformat(), "sampledValue": [sampled(100)]},
        {"timestamp": (began - 1.5 * HOUR).isoformat(), "sampledValue": [sampled(600)]},
    ]
    await cp.call("StopTransaction", stop(987654, 1100, began - HOUR, transactionData=data, idTag="X"))
    sessions = {one["transaction_id"]: one for one in await house.items("sessions")}
    recovered = sessions["987654"]
    assert (recovered["status"], recovered["flags"], recovered["id_tag"]) == ("recovered", ["start_lost"], "X")
    assert (recovered["energy_wh"], recovered["duration_s"], recovered["stop_meter_wh"]) == (1000, 3600, 1100)
    assert sessions[str(healthy)]["status"] == "active"
    values = await house.items(f"sessions/{recovered['id']}/meter-values")
    assert [value["value"] for value in values] == [100, 600, 1100]
    assert (await house.finding("stop_of_unknown_transaction"))["count"] == 1


async def test_a_stop_for_an_unknown_transaction_again_is_one_recovered_session(house):
    cp = await house.station()
    payload = stop(987654, 1100, an_hour_ago())
    await cp.call("StopTransaction", payload)
    await cp.call("StopTransaction", payload)
    assert [one["status"] for one in await house.items("sessions")] == ["recovered"]


@pytest.mark.covers("promise 8")
async def test_a_stop_with_the_transaction_of_another_charge_point_leaves_that_one_alone(house):
    one, other = await house.station("ONE"), await house.station("OTHER")
    transaction = (await one.call("StartTransaction", start()))["transactionId"]
    await other.call("StopTransaction", stop(transaction, 5))
    sessions = {each["charge_point"]: each["status"] for each in await house.items("sessions")}
    assert sessions == {"ONE": "active", "OTHER": "recovered"}


async def test_meter_values_of_an_unknown_transaction_open_and_close_nothing(house):
    cp = await house.station()
    await cp.call("MeterValues", meter_values(5, transaction=4711))
    assert await house.items("sessions") == []
    assert [value["value"] for value in await house.items("charge-points/CP-1/meter-values")] == [5]


async def test_late_meter_values_join_the_ended_session_and_do_not_reopen_it(house):
    cp = await house.station()
    began = an_hour_ago()
    transaction = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    await cp.call("StopTransaction", stop(transaction, 700, began + 20 * MINUTE))
    await cp.call("MeterValues", meter_values(300, transaction=transaction, taken_at=began + 10 * MINUTE))
    [session] = await house.items("sessions")
    assert (session["status"], session["energy_wh"]) == ("completed", 700)
    values = await house.items(f"sessions/{session['id']}/meter-values")
    assert [value["value"] for value in values] == [0, 300, 700]


async def test_late_meter_values_belong_to_the_session_they_name_though_the_next_has_begun(house):
    cp = await house.station()
    began = an_hour_ago()
    first = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    await cp.call("StopTransaction", stop(first, 700, began + 20 * MINUTE))
    second = (await cp.call("StartTransaction", start(1, "B", 700, began + 20.5 * MINUTE)))["transactionId"]
    power = sampled(11000, "Power.Active.Import")
    late = meter_values(690, power, transaction=first, taken_at=began + 19.9 * MINUTE)
    await cp.call("MeterValues", late)
    values = {value["value"]: value["session_id"] for value in await house.items("charge-points/CP-1/meter-values")}
    assert (values[690], values[11000]) == (first, first)
    [running] = await house.items("sessions", state="active")
    assert (running["id"], running["energy_wh"], running["power_w"]) == (second, 0, None)


async def test_the_same_start_again_from_a_clock_that_was_never_set_is_no_second_session(house):
    cp = await house.station()
    payload = start(1, "TAG", 100, "1970-01-01T00:00:10Z")
    first = await cp.call("StartTransaction", payload)
    assert await cp.call("StartTransaction", payload) == first
    [session] = await house.items("sessions")
    assert session["status"] == "active"


async def test_the_stop_of_an_abandoned_session_that_comes_late_completes_it(house):
    cp = await house.station()
    first = (await cp.call("StartTransaction", start(tag="A", wh=1000)))["transactionId"]
    await cp.call("MeterValues", meter_values(2000, transaction=first))
    second = (await cp.call("StartTransaction", start(tag="B", wh=9000)))["transactionId"]
    assert (await house.get(f"sessions/{first}"))["status"] == "abandoned"
    await cp.call("StopTransaction", stop(first, 9000))
    late = await house.get(f"sessions/{first}")
    assert (late["status"], late["energy_wh"], late["stop_meter_wh"], late["flags"]) == ("completed", 8000, 9000, [])
    assert (await house.get(f"sessions/{second}"))["status"] == "active"


async def test_the_same_stop_on_the_dying_and_on_the_new_socket_counts_once(house):
    older = await house.station()
    transaction = (await older.call("StartTransaction", start(wh=0)))["transactionId"]
    for number in range(1, 21):
        await older.say("MeterValues", meter_values(number * 100, transaction=transaction))
    await older.say("StopTransaction", payload := stop(transaction, 2000))
    newer = await house.station()
    await newer.call("StopTransaction", payload)
    session = await house.get(f"sessions/{transaction}")
    assert (session["status"], session["energy_wh"]) == ("completed", 2000)


async def test_a_clock_that_is_set_back_during_a_session_loses_no_energy(house):
    cp = await house.station()
    ahead, now = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC)
    transaction = (await cp.call("StartTransaction", start(wh=1000, started_at=ahead)))["transactionId"]
    await cp.call("MeterValues", meter_values(1500, transaction=transaction, taken_at=ahead + timedelta(seconds=1)))
    await cp.call("MeterValues", meter_values(5000, transaction=transaction, taken_at=now + timedelta(seconds=2)))
    await cp.call("StopTransaction", stop(transaction, 9000, stopped_at=now + timedelta(seconds=3)))
    assert (await house.get(f"sessions/{transaction}"))["energy_wh"] == 8000


async def test_a_stop_with_register_0_takes_the_register_from_its_transaction_data(house):
    """Quirk Q44: {"meterStop": 0, "transactionData": [… "4489664" …]}."""
    cp = await house.station()
    began = an_hour_ago()
    transaction = (await cp.call("StartTransaction", start(1, "A", 4_489_659, began)))["transactionId"]
    end = sampled(4_489_664, "Energy.Active.Import.Register", context="Transaction.End")
    data = [{"timestamp": (began + MINUTE).isoformat(), "sampledValue": [end]}]
    await cp.call("StopTransaction", stop(transaction, 0, began + MINUTE, transactionData=data))
    await cp.call("StartTransaction", start(1, "B", 4_489_664, began + 2 * MINUTE))
    session = await house.get(f"sessions/{transaction}")
    assert (session["energy_wh"], session["stop_meter_wh"], session["flags"]) == (5, 4_489_664, [])
    assert (await house.finding("stop_register_odd"))["count"] == 1


async def test_a_whole_number_at_the_stop_after_decimal_samples_is_no_fall_of_the_register(house):
    """ "1.235" kWh, then "meterStop": 1234."""
    cp = await house.station()
    began = an_hour_ago()
    transaction = (await cp.call("StartTransaction", start(1, "A", 1000, began)))["transactionId"]
    sample = meter_values(sampled("1.235", unit="kWh"), transaction=transaction, taken_at=began + MINUTE)
    await cp.call("MeterValues", sample)
    await cp.call("StopTransaction", stop(transaction, 1234, began + MINUTE))
    await cp.call("MeterValues", sample)
    session = await house.get(f"sessions/{transaction}")
    assert (session["energy_wh"], session["flags"]) == (234, [])


async def test_the_next_start_ends_a_session_from_a_clock_that_was_ahead_and_is_set_now(house):
    cp = await house.station()
    now = datetime.now(UTC)
    old = (await cp.call("StartTransaction", start(1, "A", 1000, now + 3 * HOUR)))["transactionId"]
    new = (await cp.call("StartTransaction", start(1, "B", 1200, now)))["transactionId"]
    states = {one["id"]: one["status"] for one in await house.items("sessions")}
    assert states == {old: "abandoned", new: "active"}


async def test_registers_that_count_each_transaction_from_zero_add_up_over_the_day(house):
    """Quirk Q42."""
    cp = await house.station()
    began = an_hour_ago()
    for number, wh in enumerate((8000, 9000)):
        at = began + 20 * number * MINUTE
        transaction = (await cp.call("StartTransaction", start(1, "A", 0, at)))["transactionId"]
        await cp.call("StopTransaction", stop(transaction, wh, at + 15 * MINUTE))
    assert [one["energy_wh"] for one in await house.items("sessions")] == [9000, 8000]
    assert [one["flags"] for one in await house.items("sessions")] == [[], []]
    if began.date() == datetime.now(UTC).date():
        assert (await house.get("stats"))["total_energy_today"] == 17


async def test_a_start_with_register_0_does_not_make_a_lifetime_register_the_sessions_energy(house):
    """Quirk Q44."""
    cp = await house.station()
    began = an_hour_ago()
    transaction = (await cp.call("StartTransaction", start(1, "A", 0, began)))["transactionId"]
    for minute, wh in ((1, 731_481), (2, 731_600)):
        await cp.call("MeterValues", meter_values(wh, transaction=transaction, taken_at=began + minute * MINUTE))
    await cp.call("StopTransaction", stop(transaction, 731_700, began + 3 * MINUTE))
    session = await house.get(f"sessions/{transaction}")
    assert (session["energy_wh"], session["flags"]) == (219, ["meter_odd"])
