"""At the start: the days of charge points that have no zone of their own begin where the setting says."""

from functools import partial
from zoneinfo import ZoneInfo

from wattdeck.metering.zones import rezone
from wattdeck.store import charge_points, facts
from wattdeck.store.engine import Store
from wattdeck.telemetry import logger

_log = logger("wattdeck.metering")


async def follow_setting(store: Store, zone: ZoneInfo) -> None:
    """Where the setting is another one than at the last start, put their rollups together anew, one charge point after
    the other; done twice it changes nothing, so a start that is broken off is made up for by the next.
    """
    before = await store.read(lambda connection: facts.get(connection, facts.ROLLUPS_ZONE))
    if before == zone.key:
        return
    if before is not None:
        ids = await store.read(charge_points.without_zone)
        _log.info("days begin in another zone", before=before, after=zone.key, charge_points=len(ids))
        for id in ids:
            await store.write(partial(rezone, charge_point_id=id, after=zone))
    await store.write(lambda connection: facts.put(connection, facts.ROLLUPS_ZONE, zone.key))
