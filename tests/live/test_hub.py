"""The live hub without a socket: who gets which message of an event, in what order, and how often it is encoded."""

import asyncio
import json
from datetime import timedelta

import pytest

from tests.live.clients import deltas, frame, watch
from wattdeck.domain.connectors import Connector
from wattdeck.domain.events import ChargePointConnected, ChargePointDisconnected
from wattdeck.live import hub as module
from wattdeck.store import charge_points, connectors


async def test_a_message_names_topic_number_and_data_and_the_snapshot_its_kind(hub, charge_point, status):
    outbox, [snapshot] = await watch(hub, "charge_points_status")
    assert set(snapshot) == {"topic", "kind", "seq", "data"}
    assert (snapshot["topic"], snapshot["kind"]) == ("charge_points_status", "snapshot")
    status("Charging")
    [delta] = await frame(outbox)
    assert set(delta) == {"topic", "seq", "data"}
    assert delta["seq"] > snapshot["seq"]


@pytest.mark.parametrize("name", ["CP-1", "cp-1", "Cp-1", "1"])
async def test_a_charge_points_topic_is_known_by_number_and_in_any_letter_case(hub, charge_point, status, name):
    outbox, _ = await watch(hub, f"charge_point_{name}_status")
    status("Charging")
    [delta] = await frame(outbox)
    assert delta["topic"] == f"charge_point_{name}_status"
    assert delta["data"]["status"] == "Charging"


async def test_a_charge_point_whose_identifier_is_its_number_is_told_of_once(hub, store, charge_point, now, status):
    one = await store.write(lambda connection: charge_points.register(connection, "2", "accepted", now))
    assert str(one.id) == one.identifier
    outbox, _ = await watch(hub, "charge_point_2_status")
    status("Charging", one=one)
    assert [one["status"] for one in await deltas(outbox)] == ["Charging"]


async def test_an_identifier_that_is_anothers_number_means_the_one_so_called(hub, store, charge_point, now, status):
    called_1 = await store.write(lambda connection: charge_points.register(connection, "1", "accepted", now))
    assert charge_point.id == 1
    outbox, _ = await watch(hub, "charge_point_1_status")
    status("Faulted", one=charge_point)
    status("Charging", one=called_1)
    assert [one["charge_point"] for one in await deltas(outbox)] == ["1"]


async def test_an_event_is_encoded_once_for_all_topics_and_clients(hub, charge_point, status, monkeypatch):
    clients = [await watch(hub, "charge_points_status", f"charge_point_{name}_status") for name in ("CP-1", "1")]
    encoded = []
    monkeypatch.setattr(module, "to_json", lambda value: encoded.append(value) or json.dumps(value).encode())
    status("Charging")
    assert len(encoded) == 1
    for outbox, _ in clients:
        assert len(await frame(outbox)) == 2


async def test_numbers_rise_through_topics_and_frames(hub, charge_point, status, values):
    outbox, seen = await watch(hub, "charge_points_status", "charge_points_meter_values")
    for number in range(5):
        status("Charging", connector_id=number)
        values(Voltage=230 + number)
        seen += await frame(outbox)
    numbers = [one["seq"] for one in seen if "kind" not in one]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 10


async def test_what_happens_while_the_snapshot_is_read_comes_after_it(hub, charge_point, values):
    outbox = hub.attach()
    subscribing = asyncio.create_task(hub.subscribe(outbox, ["charge_points_meter_values"]))
    await asyncio.sleep(0)
    values(Voltage=230)
    await subscribing
    first, second = await frame(outbox)
    assert first["kind"] == "snapshot"
    assert second["data"]["value"] == 230


async def test_the_latest_value_of_each_series_wins_while_a_client_does_not_read(hub, charge_point, values):
    outbox, _ = await watch(hub, "charge_points_meter_values")
    for watts in range(100):
        values(**{"Power.Active.Import": watts, "Power.Offered": 11_000 + watts})
    found = {one["measurand"]: one["value"] for one in await deltas(outbox)}
    assert found == {"Power.Active.Import": 99, "Power.Offered": 11_099}


async def test_one_who_has_unsubscribed_hears_nothing_more_of_that_topic(hub, charge_point, status):
    outbox, _ = await watch(hub, "charge_points_status", "charge_point_CP-1_status")
    hub.unsubscribe(outbox, ["charge_points_status"])
    status("Charging")
    assert [one["topic"] for one in await frame(outbox)] == ["charge_point_CP-1_status"]


async def test_a_client_that_left_is_not_kept(hub, charge_point, telemetry):
    outbox, _ = await watch(hub, "charge_points_status")
    assert telemetry.registry.get_sample_value("wattdeck_live_clients") == 1
    hub.detach(outbox)
    assert telemetry.registry.get_sample_value("wattdeck_live_clients") == 0
    hub.detach(outbox)


@pytest.mark.parametrize("topic", ["", "nonsense", "charge_point_CP-1_temperature", "charge_points_commands"])
async def test_a_topic_that_does_not_exist_is_said_so(hub, charge_point, topic):
    _, [error] = await watch(hub, topic)
    assert (error["topic"], error["kind"], error["data"]) == (topic, "error", {"detail": "no such topic"})


async def test_a_topic_of_an_unknown_charge_point_is_said_so_and_not_kept(hub, charge_point):
    _, [error] = await watch(hub, "charge_point_CP-2_status")
    assert (error["kind"], error["data"]) == ("error", {"detail": "no such charge point"})
    assert not hub._topics


async def test_a_client_has_a_most_of_topics(hub, charge_point, monkeypatch):
    monkeypatch.setattr(module, "MOST_TOPICS_PER_CLIENT", 1)
    _, said = await watch(hub, "charge_points_status", "charge_points_sessions")
    assert [(one["topic"], one["kind"]) for one in said] == [
        ("charge_points_status", "snapshot"),
        ("charge_points_sessions", "error"),
    ]


async def test_totals_are_handed_out_when_they_have_changed_and_only_then(hub, totals):
    outbox, [snapshot] = await watch(hub, "stats")
    assert snapshot["data"] == {"connected": 0}
    totals["connected"] = 1
    await hub.publish_stats()
    assert await deltas(outbox) == [{"connected": 1}]
    await hub.publish_stats()
    await hub.beat()
    [heartbeat] = await frame(outbox)
    assert (heartbeat["topic"], heartbeat["kind"]) == ("server", "heartbeat")


async def test_totals_that_go_back_to_what_was_published_last_are_news_to_one_who_saw_others(hub, totals, monkeypatch):
    monkeypatch.setattr("wattdeck.live.topic.SHARED_S", 0.0)
    first, _ = await watch(hub, "stats")
    totals["connected"] = 1
    await hub.publish_stats()
    hub.detach(first)
    totals["connected"] = 2
    second, [snapshot] = await watch(hub, "stats")
    assert snapshot["data"] == {"connected": 2}
    totals["connected"] = 1
    await hub.publish_stats()
    assert await deltas(second) == [{"connected": 1}]


async def test_a_topic_nobody_came_back_to_is_let_go(hub, charge_point, monkeypatch):
    outbox, _ = await watch(hub, "charge_points_status", "charge_point_CP-1_status")
    hub.unsubscribe(outbox, ["charge_points_status"])
    await hub.beat()
    assert {name for name, _ in hub._topics} == {"charge_points_status", "charge_point_CP-1_status"}
    monkeypatch.setattr(module, "KEEP_WARM_S", -1.0)
    await hub.beat()
    assert {name for name, _ in hub._topics} == {"charge_point_CP-1_status"}


async def test_presence_carries_what_connector_0_said_last(hub, events, charge_point, status, now):
    outbox, _ = await watch(hub, "charge_points_status")
    status("Faulted", connector_id=0, error_code="GroundFailure")
    events.publish(ChargePointDisconnected(charge_point, now + timedelta(seconds=1), "gone"))
    *_, last = await deltas(outbox)
    assert (last["connector_id"], last["connected"], last["status"]) == (0, False, "Faulted")


async def test_presence_keeps_the_error_of_connector_0(hub, events, charge_point, status, now):
    outbox, _ = await watch(hub, "charge_points_status")
    status("Faulted", connector_id=0, error_code="GroundFailure")
    events.publish(ChargePointDisconnected(charge_point, now + timedelta(seconds=1), "gone"))
    *_, last = await deltas(outbox)
    assert last["error_code"] == "GroundFailure"


async def test_presence_knows_what_was_reported_before_the_server_started(hub, events, store, charge_point, now):
    zero = Connector(charge_point_id=charge_point.id, connector_id=0, status="Faulted", updated_at=now, received_at=now)
    await store.write(lambda connection: connectors.report(connection, zero))
    outbox, [snapshot] = await watch(hub, "charge_points_status")
    assert snapshot["data"][0]["status"] == "Faulted"
    events.publish(ChargePointConnected(charge_point, now))
    assert [one["status"] for one in await deltas(outbox)] == ["Faulted"]


@pytest.fixture
def reads(monkeypatch):
    """The streams of the snapshots that were read."""
    seen = []
    read = module.snapshots.read
    monkeypatch.setattr(module.snapshots, "read", lambda *given: seen.append(given[2]) or read(*given))
    return seen


async def test_browsers_that_come_at_the_same_moment_share_one_snapshot(hub, charge_point, status, reads):
    status("Available")
    names = ["charge_points_status", "alerts"]
    outboxes = [hub.attach() for _ in range(20)]
    await asyncio.gather(*(hub.subscribe(outbox, names) for outbox in outboxes))
    frames = [await outbox.take() for outbox in outboxes]
    assert reads == ["status", "alerts"]
    assert len(set(frames)) == 1
    assert [one["kind"] for one in json.loads(frames[0])] == ["snapshot", "snapshot"]


async def test_whoever_is_given_a_shared_snapshot_is_told_what_came_after_it(hub, charge_point, status, reads):
    await watch(hub, "charge_points_status")
    for word in ("Preparing", "Charging"):
        status(word)
    outbox, [snapshot, delta] = await watch(hub, "charge_points_status")
    assert reads == ["status"]
    assert snapshot["kind"] == "snapshot"
    assert (delta["data"]["status"], delta["seq"] > snapshot["seq"]) == ("Charging", True)
    status("Finishing")
    assert [one["status"] for one in await deltas(outbox)] == ["Finishing"]


async def test_a_snapshot_is_read_anew_when_it_is_old_or_not_all_that_came_after_it_is_kept(
    hub, charge_point, values, reads, monkeypatch
):
    monkeypatch.setattr("wattdeck.live.topic.KEEP_MESSAGES", 3)
    await watch(hub, "charge_points_meter_values")
    for volts in range(3):
        values(Voltage=volts)
    await watch(hub, "charge_points_meter_values")
    assert len(reads) == 1
    values(Voltage=9)
    await watch(hub, "charge_points_meter_values")
    assert len(reads) == 2
    monkeypatch.setattr("wattdeck.live.topic.SHARED_S", 0.0)
    await watch(hub, "charge_points_meter_values")
    assert len(reads) == 3


async def test_whoever_leaves_takes_a_snapshot_away_from_nobody(hub, charge_point, reads, monkeypatch):
    monkeypatch.setattr("wattdeck.live.topic.SHARED_S", 0.0)
    await watch(hub, "alerts")  # from now on the topic is open: the next one begins to read at once
    first, second = hub.attach(), hub.attach()
    leaving, staying = (asyncio.create_task(hub.subscribe(one, ["alerts"])) for one in (first, second))
    await asyncio.sleep(0)
    leaving.cancel()
    hub.detach(first)
    await staying
    assert [one["kind"] for one in await frame(second)] == ["snapshot"]
    assert reads == ["alerts", "alerts"]
