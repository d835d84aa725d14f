"""Clocks that jump while a queue of offline values is told: hours and sessions say the same, and what is true."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.stations import iso, meter_values, start, stop, until
from wattdeck.domain.clock import now, to_ms

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# what came of one session: its start, five samples, its stop
MESSAGES = range(7)


async def tell(cp, tag: str, began: datetime, wh: int, jumped=(), skew: timedelta = timedelta()) -> int:
    """One session of an hour and 3,000 Wh, some of whose messages have a clock that is wrong; its transaction."""
    at = [began + place * 10 * MINUTE + (skew if place in jumped else timedelta()) for place in MESSAGES]
    transaction = (await call(cp, "StartTransaction", start(1, tag, wh, at[0])))["transactionId"]
    for place in MESSAGES[1:-1]:
        values = meter_values(wh + 500 * place, transaction=transaction, taken_at=at[place])
        await call(cp, "MeterValues", values)
    await call(cp, "StopTransaction", stop(transaction, wh + 3000, at[-1]))
    return transaction


async def call(cp, action: str, payload):
    """Each message comes in a millisecond of its own, as over any network: by that it is told which came first."""
    answer, answered_at = await cp.call(action, payload), to_ms(now())
    await until(lambda: to_ms(now()) > answered_at)
    return answer


async def hours(house) -> float:
    span = {"from": iso(datetime.now(UTC) - 72 * HOUR), "to": iso(datetime.now(UTC) + HOUR)}
    return sum(one["energy_wh"] for one in await house.items("energy", period="hour", **span))


@pytest.mark.parametrize("skew", [3 * HOUR, -3 * HOUR, 35 * MINUTE], ids=["ahead", "behind", "a little"])
@pytest.mark.parametrize(
    "jumped", [{3}, {2, 3, 4}, {0}, {0, 1}, {5, 6}, {6}], ids=["one", "some", "start", "first", "last", "stop"]
)
async def test_each_session_and_the_hours_have_what_the_register_moved(house, jumped, skew):
    cp = await house.station()
    began = datetime.now(UTC).replace(microsecond=0) - 20 * HOUR
    before = await tell(cp, "A", began, 1000)
    odd = await tell(cp, "B", began + 90 * MINUTE, 4000, jumped, skew)
    after = [await tell(cp, "C", began + number * 2 * HOUR, 1000 + 3000 * number) for number in (2, 3, 4)]
    await house.central_system._recount.sweep()
    sessions = [await house.get(f"sessions/{transaction}") for transaction in (before, odd, *after)]
    assert [one["energy_wh"] for one in sessions] == pytest.approx([3000] * 5, abs=0.01)
    assert await hours(house) == pytest.approx(15_000, abs=0.01)


async def test_readings_of_a_clock_that_jumped_are_shown_with_their_flag_and_left_out(house):
    cp = await house.station()
    began = datetime.now(UTC).replace(microsecond=0) - 9 * HOUR
    await tell(cp, "A", began, 1000, {2, 3}, 3 * HOUR)
    await tell(cp, "B", began + 2 * HOUR, 4000)
    await tell(cp, "C", began + 4 * HOUR, 7000)
    await house.central_system._recount.sweep()
    found = await house.items("charge-points/CP-1/meter-values", limit=100)
    assert [one["value"] for one in found if "clock_jumped" in one["flags"]] == [2500, 2000]
    assert [one["value"] for one in found if one["flags"] not in ([], ["clock_jumped"])] == []
