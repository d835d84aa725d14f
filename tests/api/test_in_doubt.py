"""Values in doubt: those with a flag for which they are left out, listed alone."""

from datetime import UTC, datetime, timedelta

from tests.stations import meter_values


async def test_values_in_doubt_are_listed_alone_newest_first(house):
    one = await house.connected("CP-DOUBT")
    began = datetime.now(UTC) - timedelta(minutes=3)
    for minute, wh in enumerate((1_000, 900_000_000, 1_100)):
        await one.call("MeterValues", meter_values(wh, taken_at=began + timedelta(minutes=minute)))
    (doubted,) = await house.items("charge-points/CP-DOUBT/meter-values", in_doubt=True)
    assert (doubted["value"], doubted["flags"]) == (900_000_000, ["implausible_jump"])
    assert len(await house.items("charge-points/CP-DOUBT/meter-values")) == 3
