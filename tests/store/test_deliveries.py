"""Deliveries in the database: with their alerts, found again, forgotten when they are old and over."""

from datetime import UTC, datetime, timedelta

from wattdeck.domain.clock import to_ms
from wattdeck.domain.deliveries import DEAD, QUEUED, SENT, Delivery
from wattdeck.domain.records import replace
from wattdeck.store import deliveries

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ONE = Delivery(
    id=1, channel="ops", kind="log", what="alerts", rule="power", alert_ids=(3, 5), next_at=7, created_at=to_ms(NOW)
)


async def test_it_is_kept_with_the_alerts_it_is_about_as_they_come_and_go(store):
    await store.write(lambda c: deliveries.save(c, {1: ONE}))
    changed = replace(ONE, alert_ids=(5, 9), attempts=1)
    await store.write(lambda c: deliveries.save(c, {1: changed}))
    assert await store.read(lambda c: deliveries.get(c, 1)) == changed
    assert await store.read(deliveries.waiting) == [changed]
    assert await store.read(lambda c: deliveries.told(c, [3, 5])) == [(5, "ops", ONE.created_at)]


async def test_what_became_part_of_another_is_gone(store):
    await store.write(lambda c: deliveries.save(c, {1: ONE}))
    await store.write(lambda c: deliveries.save(c, {1: None, 2: replace(ONE, id=2)}))
    assert await store.read(lambda c: deliveries.get(c, 1)) is None
    assert await store.read(deliveries.last_id) == 2


async def test_what_is_old_and_over_is_forgotten_and_what_waits_is_not(store):
    states = {1: SENT, 2: DEAD, 3: QUEUED}
    await store.write(lambda c: deliveries.save(c, {id: replace(ONE, id=id, state=states[id]) for id in states}))
    assert await store.write(lambda c: deliveries.forget(c, NOW, 10)) == 0
    assert await store.write(lambda c: deliveries.forget(c, NOW + timedelta(days=1), 1)) == 1
    assert await store.write(lambda c: deliveries.forget(c, NOW + timedelta(days=1), 10)) == 1
    assert [one.id for one in await store.read(deliveries.waiting)] == [3]
