"""A client that comes back with its last number loses nothing, or is told that there is a gap."""

import asyncio

import pytest

from tests.live.clients import deltas, frame, watch
from wattdeck.live import hub as hub_module
from wattdeck.live import topic
from wattdeck.live.hub import Hub

STATUS, VALUES = "charge_points_status", "charge_points_meter_values"


def kinds(said):
    return [(one["topic"], one.get("kind", "delta")) for one in said]


@pytest.fixture
async def watched(hub, charge_point):
    """Somebody else watches all the time."""
    outbox, _ = await watch(hub, STATUS, VALUES)
    return outbox


async def test_what_came_meanwhile_is_handed_out_once_and_without_a_snapshot(hub, watched, status):
    outbox, [snapshot] = await watch(hub, STATUS)
    hub.detach(outbox)
    for connector_id in range(3):
        status("Charging", connector_id=connector_id)
    _, missed = await watch(hub, STATUS, since=snapshot["seq"])
    assert kinds(missed) == [(STATUS, "delta")] * 3
    assert [one["data"]["connector_id"] for one in missed] == [0, 1, 2]


async def test_one_who_missed_nothing_is_told_nothing(hub, charge_point, watched, status):
    status("Charging")
    [last] = await frame(watched)
    outbox = hub.attach()
    await hub.subscribe(outbox, [STATUS], last["seq"])
    status("Finishing")
    assert [one["status"] for one in await deltas(outbox)] == ["Finishing"]


async def test_a_topic_stays_warm_while_its_only_client_is_away(hub, charge_point, status):
    outbox, [snapshot] = await watch(hub, STATUS)
    hub.detach(outbox)
    status("Charging")
    _, missed = await watch(hub, STATUS, since=snapshot["seq"])
    assert kinds(missed) == [(STATUS, "delta")]


async def test_more_than_is_kept_is_a_gap_and_then_a_snapshot(hub, charge_point, status, monkeypatch):
    monkeypatch.setattr(topic, "KEEP_MESSAGES", 5)
    outbox, [snapshot] = await watch(hub, STATUS)
    hub.detach(outbox)
    for connector_id in range(8):
        status("Charging", connector_id=connector_id)
    _, said = await watch(hub, STATUS, since=snapshot["seq"])
    assert kinds(said) == [(STATUS, "gap"), (STATUS, "snapshot")]
    assert said[0]["data"]["since"] == snapshot["seq"]
    assert said[0]["data"]["oldest"] > snapshot["seq"] + 1


async def test_the_oldest_that_is_kept_can_still_be_resumed_from(hub, charge_point, status, monkeypatch):
    monkeypatch.setattr(topic, "KEEP_MESSAGES", 5)
    outbox, [snapshot] = await watch(hub, STATUS)
    hub.detach(outbox)
    for connector_id in range(5):
        status("Charging", connector_id=connector_id)
    _, said = await watch(hub, STATUS, since=snapshot["seq"])
    assert kinds(said) == [(STATUS, "delta")] * 5


async def test_a_topic_that_was_let_go_meanwhile_is_a_gap_even_if_nothing_was_numbered(
    hub, charge_point, status, monkeypatch
):
    outbox, [snapshot] = await watch(hub, STATUS)
    hub.detach(outbox)
    monkeypatch.setattr(hub_module, "KEEP_WARM_S", -1.0)
    await hub.beat()
    status("Charging")  # nobody watches: it gets no number
    _, said = await watch(hub, STATUS, since=snapshot["seq"])
    assert kinds(said) == [(STATUS, "gap"), (STATUS, "snapshot")]


async def test_numbers_of_the_server_before_its_restart_are_a_gap(hub, events, store, telemetry, charge_point, status):
    outbox, [snapshot] = await watch(hub, STATUS)
    status("Charging")
    [last] = await frame(outbox)
    restarted = Hub(events, store, lambda _: None, telemetry)
    for since in (snapshot["seq"], last["seq"]):
        _, said = await watch(restarted, STATUS, since=since)
        assert kinds(said) == [(STATUS, "gap"), (STATUS, "snapshot")]


async def test_a_number_from_the_future_is_a_gap(hub, watched):
    _, said = await watch(hub, STATUS, since=10**18)
    assert kinds(said) == [(STATUS, "gap"), (STATUS, "snapshot")]


async def test_a_value_its_throttle_still_held_back_is_not_lost_to_a_newer_number(hub, watched, status, values):
    outbox, _ = await watch(hub, STATUS, VALUES)
    outbox.throttle(VALUES, 60)
    values(Voltage=229)
    await frame(outbox)
    values(Voltage=230)
    status("Charging")
    [seen] = await frame(outbox)
    assert seen["topic"] == STATUS
    hub.detach(outbox)
    _, missed = await watch(hub, STATUS, VALUES, since=seen["seq"])
    assert [(one["topic"], one["data"]["value"]) for one in missed] == [(VALUES, 230)]


async def test_a_value_that_was_held_back_and_is_no_longer_kept_is_a_gap(hub, charge_point, values, monkeypatch):
    monkeypatch.setattr(topic, "KEEP_MESSAGES", 5)
    outbox, _ = await watch(hub, VALUES)
    outbox.throttle(VALUES, 60)
    values(Voltage=229)
    await frame(outbox)
    values(Current=16)  # held back
    values(**{f"Other{number}": number for number in range(5)})
    since = hub._seq
    hub.detach(outbox)
    _, said = await watch(hub, VALUES, since=since)
    assert kinds(said) == [(VALUES, "gap"), (VALUES, "snapshot")]


async def test_of_many_missed_values_the_latest_of_each_series_is_handed_out(hub, watched, values):
    outbox, [snapshot] = await watch(hub, VALUES)
    hub.detach(outbox)
    for volts in range(50):
        values(Voltage=volts)
    _, missed = await watch(hub, VALUES, since=snapshot["seq"])
    assert [one["data"]["value"] for one in missed] == [49]


async def test_one_who_is_cut_off_between_two_snapshots_has_neither(hub, watched):
    outbox = hub.attach()
    subscribing = asyncio.create_task(hub.subscribe(outbox, [STATUS, VALUES]))
    first = await frame(outbox)
    assert kinds(first) == [(STATUS, "snapshot"), (VALUES, "snapshot")]
    await subscribing


async def test_one_who_is_cut_off_between_what_it_missed_and_a_gap_has_none(hub, watched, status, values, monkeypatch):
    """Else its next number would be that of the first topic, and what the second lacks would seem to be there."""
    monkeypatch.setattr(topic, "KEEP_MESSAGES", 5)
    hub.unsubscribe(watched, [VALUES])
    monkeypatch.setattr(hub_module, "KEEP_WARM_S", -1.0)
    await hub.beat()
    _, [snapshot] = await watch(hub, VALUES)
    for volts in range(8):
        values(Voltage=volts)
    status("Charging")
    outbox = hub.attach()
    subscribing = asyncio.create_task(hub.subscribe(outbox, [STATUS, VALUES], snapshot["seq"]))
    assert kinds(await frame(outbox)) == [(VALUES, "gap"), (VALUES, "snapshot"), (STATUS, "delta")]
    await subscribing


async def test_more_than_is_kept_while_a_snapshot_is_read_is_not_lost(hub, charge_point, status, monkeypatch):
    monkeypatch.setattr(topic, "KEEP_MESSAGES", 5)
    outbox = hub.attach()
    await watch(hub, STATUS)
    subscribing = asyncio.create_task(hub.subscribe(outbox, [STATUS]))
    await asyncio.sleep(0)
    for connector_id in range(20):
        status("Charging", connector_id=connector_id)
    await subscribing
    _, *changes = await frame(outbox)
    assert [one["data"]["connector_id"] for one in changes] == list(range(20))
