"""A whole session in raw frames, and what the store says of it afterwards."""

from datetime import UTC, datetime, timedelta

from tests.stations import at


async def test_a_boot_is_accepted_with_the_time_and_the_interval_that_is_set(make_house):
    house = await make_house(heartbeat_interval_s=123)
    cp = await house.station()
    answer = await cp.boot(firmwareVersion="1.2")
    assert answer["status"] == "Accepted"
    assert answer["interval"] == 123
    assert answer["currentTime"].endswith("Z")
    assert abs(at(answer["currentTime"]) - datetime.now(UTC)) < timedelta(seconds=5)
    said = await house.get("charge-points/CP-1")
    assert (said["vendor"], said["model"], said["firmware_version"]) == ("Vendor", "Model", "1.2")
