"""Who is known, who is connected: identities, leases, generations, removal."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from wattdeck.domain.charge_points import ChargePoint, is_connected
from wattdeck.domain.clock import to_ms
from wattdeck.domain.connectors import Connector
from wattdeck.domain.messages import BootNotification
from wattdeck.store import charge_points, connectors, sessions
from wattdeck.store.charge_points import REMOVED

LEASE = timedelta(seconds=75)


def renew(connection: Connection, at: datetime, id: int, generation: int) -> None:
    row = (to_ms(at + LEASE), to_ms(at), id, generation)
    connection.connection.driver_connection.execute(charge_points.RENEW.sql, row)


def found(connection: Connection, **asked: object) -> list[str]:
    page = charge_points.search(connection, **{"limit": 10, **asked})
    return [one.identifier for one in page.items]


@pytest.mark.parametrize("asked", ["CP-1", "cp-1", "Cp-1"])
def test_identities_compare_without_case_and_keep_their_spelling(connection: Connection, cp: ChargePoint, asked: str):
    assert charge_points.find(connection, asked).identifier == "CP-1"


def test_registering_again_in_another_case_is_the_same_charge_point(
    connection: Connection, cp: ChargePoint, now: datetime
):
    assert charge_points.register(connection, "cp-1", "pending", now) == cp


def test_a_charge_point_is_found_by_its_number(connection: Connection, cp: ChargePoint):
    assert charge_points.find(connection, str(cp.id)) == cp


def test_an_identifier_goes_before_a_number(connection: Connection, cp: ChargePoint, now: datetime):
    named = charge_points.register(connection, str(cp.id), "accepted", now)
    assert charge_points.find(connection, str(cp.id)) == named


@pytest.mark.parametrize("asked", ["", "CP-2", "999", "9" * 30, "-1", "CP-1 "])
def test_an_unknown_one_is_none(connection: Connection, cp: ChargePoint, asked: str):
    assert charge_points.find(connection, asked) is None


def test_a_new_one_keeps_who_it_is(connection: Connection, now: datetime):
    made = charge_points.register(connection, "CP-9", "pending", now, "hash")
    assert (made.identifier, made.registration, made.registered_at, made.has_password) == ("CP-9", "pending", now, True)


def test_the_door_knows_all_but_the_removed(connection: Connection, cp: ChargePoint, now: datetime):
    other = charge_points.register(connection, "CP-2", "pending", now, "hash")
    charge_points.change(connection, cp.id, {"registration": REMOVED})
    assert charge_points.known(connection) == [charge_points.Known(other.id, "CP-2", "pending", "hash")]


def test_a_connection_takes_the_lease_and_counts_generations(connection: Connection, now: datetime):
    one, first = charge_points.connect(connection, "CP-1", "accepted", "1.6", now, now + LEASE)
    two, second = charge_points.connect(connection, "cp-1", "accepted", "1.6", now, now + LEASE)
    assert (one.id, second) == (two.id, first + 1)
    assert is_connected(two, now)
    assert (two.ocpp_version, two.last_seen_at) == ("1.6", now)


def test_the_lease_ends_by_itself(connection: Connection, now: datetime):
    one, _ = charge_points.connect(connection, "CP-1", "accepted", "1.6", now, now + LEASE)
    assert not is_connected(one, now + LEASE)


def test_disconnecting_gives_the_lease_back(connection: Connection, now: datetime):
    one, generation = charge_points.connect(connection, "CP-1", "accepted", "1.6", now, now + LEASE)
    gone = charge_points.disconnect(connection, one.id, generation, now + timedelta(seconds=5))
    assert not is_connected(gone, now)
    assert gone.last_seen_at == now + timedelta(seconds=5)


def test_an_older_connection_does_not_give_back_the_newer_ones_lease(connection: Connection, now: datetime):
    one, first = charge_points.connect(connection, "CP-1", "accepted", "1.6", now, now + LEASE)
    charge_points.connect(connection, "CP-1", "accepted", "1.6", now, now + LEASE)
    assert charge_points.disconnect(connection, one.id, first, now) is None
    assert is_connected(charge_points.find(connection, "CP-1"), now)


@pytest.mark.parametrize(("older", "renewed"), [(0, True), (1, False)])
def test_only_the_newest_connection_renews_the_lease(connection: Connection, now: datetime, older: int, renewed: bool):
    one, generation = charge_points.connect(connection, "CP-1", "accepted", "1.6", now, now + LEASE)
    renew(connection, now + LEASE, one.id, generation - older)
    assert is_connected(charge_points.find(connection, "CP-1"), now + LEASE) is renewed


def test_all_leases_end_at_a_restart(connection: Connection, now: datetime):
    charge_points.connect(connection, "CP-1", "accepted", "1.6", now, now + LEASE)
    charge_points.end_all_leases(connection)
    assert charge_points.find(connection, "CP-1").online_until is None


def test_what_is_said_at_boot_is_kept(connection: Connection, cp: ChargePoint, now: datetime):
    boot = BootNotification(vendor="V", model="M", serial_number="S", firmware_version="F" * 400, meter_type="T")
    booted = charge_points.boot(connection, cp.id, boot, now)
    assert (booted.vendor, booted.model, booted.serial_number, booted.booted_at) == ("V", "M", "S", now)
    assert booted.firmware_version == "F" * 400


def test_a_heartbeat_is_kept(connection: Connection, cp: ChargePoint, now: datetime):
    connection.connection.driver_connection.execute(charge_points.HEARTBEAT.sql, (to_ms(now), cp.id))
    assert charge_points.find(connection, "CP-1").last_heartbeat_at == now


def test_a_removed_one_is_gone_from_every_list(connection: Connection, cp: ChargePoint, now: datetime):
    charge_points.change(connection, cp.id, {"registration": REMOVED})
    assert charge_points.find(connection, "CP-1") is None
    assert charge_points.find(connection, str(cp.id)) is None
    assert found(connection, at=now) == []


def test_removal_keeps_the_sessions(connection: Connection, cp: ChargePoint, now: datetime):
    known = {"charge_point_id": cp.id, "charge_point": "CP-1", "connector_id": 1, "id_tag": "A"}
    session = sessions.add(connection, **known, started_at=now)
    charge_points.change(connection, cp.id, {"registration": REMOVED})
    assert sessions.get(connection, session.id) == session


def test_one_that_was_removed_comes_back_with_its_number(connection: Connection, cp: ChargePoint, now: datetime):
    charge_points.change(connection, cp.id, {"registration": REMOVED, "password_hash": "old"})
    back = charge_points.register(connection, "cp-1", "pending", now)
    assert (back.id, back.identifier, back.registration, back.has_password) == (cp.id, "cp-1", "pending", False)


def test_a_change_is_returned(connection: Connection, cp: ChargePoint):
    assert charge_points.change(connection, cp.id, {"registration": "refused"}).registration == "refused"
    assert charge_points.change(connection, cp.id, {}).registration == "refused"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alpha", ["Alpha-1"]),
        ("ACME", ["Beta-2"]),
        ("m-9", ["Alpha-1"]),
        ("100%", []),
        ("_", []),
        ("-", ["Alpha-1", "Beta-2"]),
    ],
)
def test_text_is_looked_for_in_what_is_known_of_it(
    connection: Connection, now: datetime, text: str, expected: list[str]
):
    one = charge_points.register(connection, "Alpha-1", "accepted", now)
    two = charge_points.register(connection, "Beta-2", "accepted", now)
    charge_points.boot(connection, one.id, BootNotification(vendor="V", model="M-9"), now)
    charge_points.boot(connection, two.id, BootNotification(vendor="Acme", model="X", serial_number="7"), now)
    assert found(connection, text=text, at=now) == expected


def test_the_list_can_be_limited_to_the_connected(connection: Connection, cp: ChargePoint, now: datetime):
    charge_points.connect(connection, "CP-2", "accepted", "1.6", now, now + LEASE)
    assert found(connection, connected=True, at=now) == ["CP-2"]
    assert found(connection, connected=False, at=now) == ["CP-1"]
    assert found(connection, connected=False, at=now + LEASE) == ["CP-1", "CP-2"]


def test_the_list_can_be_limited_to_a_registration(connection: Connection, cp: ChargePoint, now: datetime):
    charge_points.register(connection, "CP-2", "pending", now)
    assert found(connection, registration="pending", at=now) == ["CP-2"]


def test_the_list_can_be_limited_to_a_status_of_any_connector(connection: Connection, now: datetime):
    for name, words in (("one", ("Available", "Faulted")), ("two", ("Available",)), ("three", ())):
        one = charge_points.register(connection, name, "accepted", now)
        for number, word in enumerate(words, start=1):
            said = Connector(charge_point_id=one.id, connector_id=number, status=word, updated_at=now, received_at=now)
            connectors.report(connection, said)
    assert found(connection, status="Faulted", at=now) == ["one"]
    assert found(connection, status="Available", at=now) == ["one", "two"]


def test_pages_follow_each_other_without_gap_or_overlap(connection: Connection, now: datetime):
    names = [f"CP-{number}" for number in range(7)]
    for name in names:
        charge_points.register(connection, name, "accepted", now)
    seen, after = [], None
    for _ in range(3):
        page = charge_points.search(connection, limit=3, after=after, at=now)
        seen += [one.identifier for one in page.items]
        after = page.next
    assert (seen, after) == (names, None)


def test_a_full_last_page_has_no_next(connection: Connection, cp: ChargePoint, now: datetime):
    assert charge_points.search(connection, limit=1, at=now).next is None
