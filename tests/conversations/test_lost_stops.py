"""Sessions whose stop never comes: what ends them, what mends that afterwards, and who may do it by hand."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from tests.houses import open_house
from tests.stations import iso, meter_values, sampled, start, status, stop, until

MINUTE = timedelta(minutes=1)
QUICK = {"session_available_s": 0.3, "session_reboot_s": 0.3}


def some_time_ago() -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)


async def begun(cp, wh=1000) -> tuple[int, datetime]:
    began = some_time_ago()
    transaction = (await cp.call("StartTransaction", start(1, "TAG", wh, began)))["transactionId"]
    await cp.call("MeterValues", meter_values(wh + 500, transaction=transaction, taken_at=began + 10 * MINUTE))
    return transaction, began


async def ended(house, transaction) -> dict:
    """The session, once it runs no more."""

    async def is_over():
        session = await house.get(f"sessions/{transaction}")
        return session if session["status"] != "active" else None

    return await until(is_over)


async def test_a_connector_that_stays_available_ends_its_session_with_the_last_reading(make_house):
    house = await make_house(**QUICK)
    told = []
    house.central_system.events.tap(lambda event: told.append(type(event).__name__))
    cp = await house.station()
    transaction, began = await begun(cp)
    await cp.call("StatusNotification", status("Available"))
    session = await ended(house, transaction)
    assert (session["status"], session["end_reason"], session["flags"]) == ("abandoned", "available", ["stop_lost"])
    assert (session["stop_meter_wh"], session["energy_wh"]) == (1500, 500)
    assert session["stopped_at"] == iso(began + 10 * MINUTE)
    assert "SessionStopped" in told
    assert (await house.get("stats"))["active_sessions"] == 0


@pytest.mark.parametrize(
    "values", [{"interval": 250, "wh": 750}, {"power": 6000, "wh": 2000}, {"phase": 250, "wh": 500}]
)
async def test_a_session_without_a_register_ends_with_the_last_value_it_is_reckoned_from(house, values):
    cp, began = await house.station(), some_time_ago()
    transaction = (await cp.call("StartTransaction", start(1, "TAG", 0, began)))["transactionId"]
    for place in (1, 2, 3):
        said = {
            "interval": sampled(250, "Energy.Active.Import.Interval", unit="Wh"),
            "power": sampled(6000, "Power.Active.Import", unit="W"),
            "phase": sampled(7_000_000 + 250 * place, phase="L1"),
        }[next(iter(values))]
        taken_at = began + 10 * place * MINUTE - MINUTE
        await cp.call("MeterValues", meter_values(said, transaction=transaction, taken_at=taken_at))
    await cp.call("StartTransaction", start(1, "OTHER", 0, began + 29.5 * MINUTE))
    session = await house.get(f"sessions/{transaction}")
    assert (session["end_reason"], session["energy_wh"]) == ("next_start", values["wh"])
    assert (session["stopped_at"], session["duration_s"]) == (iso(began + 29 * MINUTE), 29 * 60)


@pytest.mark.covers("promise 4")
async def test_a_stop_that_follows_available_completes_its_session(make_house):
    house = await make_house(**QUICK)
    cp = await house.station()
    transaction, began = await begun(cp)
    await cp.call("StatusNotification", status("Available"))
    await ended(house, transaction)
    await cp.call("StopTransaction", stop(transaction, 1800, began + 20 * MINUTE))
    session = await house.get(f"sessions/{transaction}")
    assert (session["status"], session["end_reason"], session["flags"]) == ("completed", "stopped", [])
    assert (session["energy_wh"], session["duration_s"]) == (800, 1200)


async def test_available_from_before_the_start_that_comes_late_ends_nothing(make_house):
    house = await make_house(**QUICK)
    cp = await house.station()
    transaction, began = await begun(cp)
    await cp.call("StatusNotification", status("Available", taken_at=began - MINUTE))
    await cp.call("StatusNotification", status("Available", connector=2))
    other = (await cp.call("StartTransaction", start(2, "B", 0, began)))["transactionId"]
    await cp.call("StatusNotification", status("Available", connector=2))
    await ended(house, other)  # the rules were looked at meanwhile
    assert (await house.get(f"sessions/{transaction}"))["status"] == "active"


async def test_a_reboot_ends_a_session_of_which_nothing_more_comes(make_house):
    house = await make_house(**QUICK)
    cp = await house.station()
    transaction, _ = await begun(cp)
    cp.drop()
    again = await house.station()
    await again.boot()
    session = await ended(house, transaction)
    assert (session["status"], session["end_reason"], session["energy_wh"]) == ("abandoned", "rebooted", 500)


async def test_meter_values_after_all_make_a_session_run_again(make_house):
    """Quirk Q68: the same transaction goes on after the power cut."""
    house = await make_house(**QUICK)
    cp = await house.station()
    transaction, began = await begun(cp)
    await cp.boot()
    await ended(house, transaction)
    await cp.call("MeterValues", meter_values(1900, transaction=transaction, taken_at=began + 20 * MINUTE))
    session = await house.get(f"sessions/{transaction}")
    assert (session["status"], session["end_reason"], session["flags"]) == ("active", None, [])
    assert (session["energy_wh"], session["stop_meter_wh"]) == (900, None)
    await cp.call("StopTransaction", stop(transaction, 2000, began + 25 * MINUTE))
    session = await house.get(f"sessions/{transaction}")
    assert (session["status"], session["energy_wh"]) == ("completed", 1000)


async def test_values_by_the_clock_keep_no_session_alive(make_house):
    house = await make_house(session_available_s=0.3, session_silent_s=0.8)
    cp = await house.station()
    transaction, began = await begun(cp)
    number = 0

    async def is_over():
        nonlocal number
        number += 1
        value = sampled(1500, context="Sample.Clock")
        await cp.call("MeterValues", meter_values(value, taken_at=began + 11 * MINUTE + number * timedelta(seconds=1)))
        session = await house.get(f"sessions/{transaction}")
        return session if session["status"] != "active" else None

    assert (await until(is_over))["end_reason"] == "silent"


async def test_a_charge_point_that_is_away_for_too_long_has_lost_the_stop(make_house):
    house = await make_house(session_available_s=0.3, session_away_s=0.3)
    cp = await house.station()
    transaction, _ = await begun(cp)
    await cp.close()
    assert (await ended(house, transaction))["end_reason"] == "away"


async def test_of_two_sessions_on_a_connector_the_older_one_ends_when_it_falls_silent(make_house):
    """An offline session that is replayed beside the one that runs now, and its stop is not among it."""
    house = await make_house(**QUICK)
    cp = await house.station()
    running, began = await begun(cp, 5000)
    older = (await cp.call("StartTransaction", start(1, "OLD", 1000, began - 60 * MINUTE)))["transactionId"]
    await cp.call("MeterValues", meter_values(1200, transaction=older, taken_at=began - 50 * MINUTE))
    session = await ended(house, older)
    assert (session["end_reason"], session["energy_wh"]) == ("next_start", 200)
    assert (await house.get(f"sessions/{running}"))["status"] == "active"


async def test_a_session_closed_by_hand_says_who_did_it(house):
    cp = await house.station()
    transaction, began = await begun(cp)
    answer = await house.post(f"sessions/{transaction}/close", note="the cable was cut")
    assert answer.status_code == 200
    session = answer.json()
    assert session == await house.get(f"sessions/{transaction}")
    assert (session["status"], session["end_reason"], session["note"]) == ("abandoned", "by_hand", "the cable was cut")
    assert (session["stop_meter_wh"], session["stopped_at"]) == (1500, iso(began + 10 * MINUTE))
    assert session["closed_by"]
    assert (await house.post(f"sessions/{transaction}/close")).status_code == 409


async def test_the_real_stop_counts_more_than_what_a_person_said(house):
    cp = await house.station()
    transaction, began = await begun(cp)
    said = {"stop_meter_wh": 1700, "stopped_at": iso(began + 12 * MINUTE)}
    session = (await house.post(f"sessions/{transaction}/close", **said)).json()
    assert (session["energy_wh"], session["duration_s"]) == (700, 720)
    await cp.call("StopTransaction", stop(transaction, 1600, began + 15 * MINUTE))
    session = await house.get(f"sessions/{transaction}")
    assert (session["status"], session["energy_wh"], session["stop_meter_wh"]) == ("completed", 600, 1600)
    assert (session["flags"], session["end_reason"]) == ([], "stopped")
    assert session["closed_by"]


async def test_meter_values_do_not_reopen_what_a_person_closed(house):
    cp = await house.station()
    transaction, began = await begun(cp)
    await house.post(f"sessions/{transaction}/close")
    await cp.call("MeterValues", meter_values(1900, transaction=transaction, taken_at=began + 20 * MINUTE))
    assert (await house.get(f"sessions/{transaction}"))["status"] == "abandoned"


async def test_a_close_that_cannot_be_is_refused(house):
    cp = await house.station()
    transaction, began = await begun(cp)
    for wrong in ({"stop_meter_wh": 1499}, {"stopped_at": iso(began - MINUTE)}, {"stopped_at": "2099-01-01T00:00:00Z"}):
        assert (await house.post(f"sessions/{transaction}/close", **wrong)).status_code == 422
    assert (await house.post("sessions/987654/close")).status_code == 404
    assert (await house.get(f"sessions/{transaction}"))["status"] == "active"


async def test_a_session_is_stopped_through_its_charge_point(house):
    cp = await house.station()
    transaction, _ = await begun(cp)
    command = (await house.post(f"sessions/{transaction}/stop")).json()
    message_id, payload = await cp.asked("RemoteStopTransaction")
    assert payload == {"transactionId": transaction}
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await house.settled(command["id"]))["state"] == "accepted"
    await cp.call("StopTransaction", stop(transaction, 1600, reason="Remote"))
    assert (await house.post(f"sessions/{transaction}/stop")).status_code == 422
    assert (await house.post("sessions/987654/stop")).status_code == 404


async def test_an_abandoned_session_outlives_a_restart_as_it_is(tmp_path):
    async with open_house(tmp_path, **QUICK) as house:
        cp = await house.station()
        transaction, _ = await begun(cp)
        await cp.call("StatusNotification", status("Available"))
        before = await ended(house, transaction)
    async with open_house(tmp_path, **QUICK) as house:
        assert await house.get(f"sessions/{transaction}") == before


async def test_a_connector_that_says_available_while_it_charges_is_a_finding_and_ends_nothing(make_house):
    """Quirk Q71."""
    house = await make_house(**QUICK)
    cp = await house.station()
    transaction, began = await begun(cp)
    await cp.call("StatusNotification", status("Available", taken_at=began + 12 * MINUTE))
    await cp.call("MeterValues", meter_values(1900, transaction=transaction, taken_at=began + 14 * MINUTE))
    assert (await house.finding("available_in_session"))["count"] == 1
    assert (await house.get(f"sessions/{transaction}"))["status"] == "active"


async def hours(house) -> float:
    return sum(one["energy_wh"] for one in await house.items("energy", period="hour"))


async def test_what_is_named_as_its_own_after_the_next_start_is_of_the_session_whose_stop_was_lost(house):
    cp = await house.station()
    transaction, began = await begun(cp)
    following = (await cp.call("StartTransaction", start(1, "NEXT", 3000, began + 28 * MINUTE)))["transactionId"]
    assert (await house.get(f"sessions/{transaction}"))["energy_wh"] == 500
    for minute, wh in ((15, 2000), (27, 3000), (29, 3100)):
        values = meter_values(wh, transaction=transaction, taken_at=began + minute * MINUTE)
        await cp.call("MeterValues", values)
    await cp.call("StopTransaction", stop(following, 3500, began + 30 * MINUTE))
    await house.central_system._recount.sweep()
    session = await house.get(f"sessions/{transaction}")
    assert (session["energy_wh"], session["stop_meter_wh"]) == (2000, 3000)
    assert (session["end_reason"], session["stopped_at"]) == ("next_start", iso(began + 27 * MINUTE))
    # what was measured once the next one had begun is of that
    assert (await house.get(f"sessions/{following}"))["energy_wh"] == 500
    assert await hours(house) == 2500


@pytest.mark.parametrize("order", list(permutations((10, 15, 20))))
@pytest.mark.parametrize("before", [3, 2, 1])
async def test_phases_of_a_session_whose_stop_was_lost_may_come_in_any_order(house, order, before):
    """`before`: so many of them come before the next start, the others after it."""
    cp, began = await house.station(), some_time_ago()
    transaction = (await cp.call("StartTransaction", start(1, "TAG", 0, began)))["transactionId"]
    for place, minute in enumerate((*order, None)):
        if place == before:
            await cp.call("StartTransaction", start(1, "OTHER", 0, began + 29 * MINUTE))
        if minute is not None:
            phases = [sampled(7_000_000 + 100 * minute, phase=phase) for phase in ("L1", "L2", "L3")]
            taken_at = began + minute * MINUTE
            await cp.call("MeterValues", meter_values(*phases, transaction=transaction, taken_at=taken_at))
    await house.items("sessions")  # a read has what was acknowledged stored; a sweep takes what there is
    await house.central_system._recount.sweep()
    session = await house.get(f"sessions/{transaction}")
    assert (session["energy_wh"], session["energy_source"]) == (3000, "phases")
    assert session["stopped_at"] == iso(began + 20 * MINUTE)
    assert await hours(house) == pytest.approx(3000)
