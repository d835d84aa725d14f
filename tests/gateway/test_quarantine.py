"""Who knocked and was refused: why, in plain words, and what lets one in (contract §7, quirk Q10)."""

import asyncio
from base64 import b64encode

import pytest
from websockets.exceptions import InvalidStatus

from tests.stations import basic, until
from wattdeck.gateway.wire import LISTENER, Wire
from wattdeck.store.quarantine import MOST_UNREGISTERED

PASSWORD = "Bx7-kuLm92-wqRT3"
HEX = PASSWORD.encode().hex()


@pytest.fixture
def door() -> str:
    """Who comes in is decided behind the doors: one will do."""
    return LISTENER


@pytest.fixture
async def strict(make_house):
    """Nobody is let in who is not registered; CP-1 is, with a password."""
    house = await make_house(unknown_charge_points="refuse")
    await house.post("charge-points", identifier="CP-1", password=PASSWORD)
    return house


async def refused(house, identifier="CP-1", **options) -> int:
    with pytest.raises(InvalidStatus) as error:
        await house.station(identifier, **options)
    return error.value.response.status_code


def credentials(text: bytes | str) -> dict[str, str]:
    raw = text.encode() if isinstance(text, str) else text
    return {"Authorization": f"Basic {b64encode(raw).decode()}"}


async def test_an_unknown_charge_point_is_listed_with_what_it_offered(strict):
    assert await refused(strict, "NEW", subprotocols=["ocpp1.6", "ocpp2.0.1"]) == 404
    row = await strict.knocked("unknown_charge_point", "NEW")
    assert row["subprotocols"].replace(" ", "") == "ocpp1.6,ocpp2.0.1"
    assert row["path"] == "/ocpp/NEW"
    assert row["address"] == "127.0.0.1"
    assert (row["registered"], row["tls"], row["count"]) == (False, None, 1)


async def test_the_same_charge_point_again_is_the_same_row_counted(strict):
    for _ in range(3):
        await refused(strict, "NEW")

    async def counted() -> bool:
        return (await strict.knocked("unknown_charge_point", "NEW"))["count"] == 3

    await until(counted)
    row = await strict.knocked("unknown_charge_point", "NEW")
    assert row["first_at"] <= row["last_at"]
    assert len(await strict.items("quarantine")) == 1


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (None, "no Authorization header"),
        ({"Authorization": "Bearer abc"}, "not HTTP Basic"),
        (credentials("CP-1:"), "empty password"),
        (credentials(f"CP-1:{PASSWORD}\r\n"), "line breaks"),
        (credentials(f'CP-1:"{PASSWORD}"'), "quotation marks"),
        (credentials(f"CP-1:{PASSWORD.swapcase()}"), "upper and lower case"),
        (credentials(PASSWORD), "without user name and colon"),
        (credentials("nothing"), "no colon"),
        (credentials(f"{PASSWORD}:"), "empty password"),
        (credentials(f"{PASSWORD}:something else"), "sent as the user name"),
        (credentials("CP-1:something else"), "another password"),
        (credentials("CP-2:something else"), "user name it sent is not its identity"),
    ],
)
async def test_why_a_password_did_not_fit_is_said_in_plain_words(strict, header, words):
    assert await refused(strict, additional_headers=header) == 401
    row = await strict.knocked("unauthorized")
    assert words in row["why"]
    assert row["registered"]
    for secret in (PASSWORD, "something else", HEX):
        assert secret not in str(row)


async def test_the_password_of_another_charge_point_is_not_called_so(strict):
    await strict.post("charge-points", identifier="CP-2", password="another-password-1")
    await refused(strict, password="another-password-1")
    why = (await strict.knocked("unauthorized"))["why"]
    assert why == "it sent another password than the one registered (18 bytes)"


@pytest.mark.parametrize(
    ("registered", "sent", "how"),
    [
        (PASSWORD, HEX, "read as hexadecimal"),
        (PASSWORD, HEX.upper(), "read as hexadecimal"),
        (HEX, PASSWORD, "written as hexadecimal"),
        (HEX.upper(), PASSWORD, "written as hexadecimal"),
        ("00ff10203040506070809000a0b0c0d0", bytes.fromhex("00ff10203040506070809000a0b0c0d0"), "written as hex"),
    ],
)
async def test_the_same_password_as_bytes_or_as_hexadecimal_opens_and_is_a_finding(house, registered, sent, how):
    """Quirk Q10: the white paper's keys are bytes, configured as hexadecimal digits; devices send either."""
    await house.post("charge-points", identifier="CP-1", password=registered)
    cp = await house.station(password=sent)
    assert await cp.boot()
    assert how in (await house.finding("password_notation"))["example"]


async def test_a_user_name_that_is_not_the_identity_is_a_finding(strict):
    cp = await strict.station(additional_headers=basic("admin", PASSWORD))
    assert await cp.boot()
    assert "admin" not in (await strict.finding("username_differs"))["example"]


async def test_who_might_be_meant_is_said_of_one_spelt_differently(strict):
    for path, headers, words in (
        ("CP_1", None, "another spelling"),
        ("CP-1/ocpp16", None, "segment of the path before"),
        ("charger", basic("cp-1", "x"), "user name it sent"),
    ):
        await refused(strict, path, additional_headers=headers)
        why = (await strict.knocked("unknown_charge_point", path.rpartition("/")[2]))["why"]
        assert words in why
        assert "'CP-1'" in why


async def test_a_path_without_an_identifier_and_a_refused_charge_point_are_listed(strict):
    await strict.post("charge-points", identifier="OUT", registration="refused")
    await refused(strict, "")
    assert await refused(strict, "OUT") == 403
    assert "does not end in an identifier" in (await strict.knocked("no_identifier", None))["why"]
    assert (await strict.knocked("refused_charge_point", "OUT"))["registered"]


async def test_a_sub_protocol_that_is_not_served_is_listed(strict):
    cp = await strict.station(password=PASSWORD, subprotocols=["ocpp2.0.1"])
    assert (await cp.closed())[0] == 1002
    assert (await strict.knocked("sub_protocol"))["subprotocols"] == "ocpp2.0.1"


async def test_adopting_registers_and_lets_in(strict):
    await refused(strict, "New%20Box", password="new-password-1")
    await strict.knocked("unknown_charge_point", "New Box")
    answer = await strict.post("quarantine/new box/adopt", password="new-password-1")
    assert answer.status_code == 201
    assert answer.json()["identifier"] == "New Box"
    assert answer.json()["has_password"]
    cp = await strict.station("New%20Box", additional_headers=basic("New Box", "new-password-1"))
    assert (await cp.boot())["status"] == "Accepted"
    assert await strict.items("quarantine") == []


async def test_adopting_one_that_is_registered_changes_its_password(strict):
    await refused(strict, password="new-password-1")
    await strict.knocked("unauthorized")
    assert (await strict.post("quarantine/CP-1/adopt", password="new-password-1")).status_code == 201
    assert await (await strict.station(password="new-password-1")).boot()
    assert await refused(strict, password=PASSWORD) == 401


async def test_a_pending_charge_point_is_adopted_by_one_call_and_asked_for_its_boot_on_request(make_house):
    house = await make_house(unknown_charge_points="pending")
    cp = await house.station("NEW")
    assert (await cp.boot())["status"] == "Pending"
    answer = await house.post("quarantine/NEW/adopt", ask_for_boot=True)
    assert answer.json()["registration"] == "accepted"
    message_id, payload = await cp.asked("TriggerMessage")
    assert payload == {"requestedMessage": "BootNotification"}
    await cp.answer(message_id, {"status": "Accepted"})
    assert (await cp.boot())["status"] == "Accepted"


async def test_adopting_without_asking_for_a_boot_sends_nothing(make_house):
    house = await make_house(unknown_charge_points="pending")
    cp = await house.station("NEW")
    await cp.boot()
    await house.post("quarantine/NEW/adopt")
    assert (await cp.boot())["status"] == "Accepted"
    assert [frame for frame in cp.received if frame[0] == 2] == []


async def test_nobody_can_be_adopted_who_never_knocked(strict):
    assert (await strict.post("quarantine/NOBODY/adopt")).status_code == 404
    assert (await strict.http.delete("quarantine/NOBODY")).status_code == 404


async def test_rows_are_taken_away(strict):
    await refused(strict, "NEW")
    await strict.knocked("unknown_charge_point", "NEW")
    assert (await strict.http.delete("quarantine/new")).status_code == 204
    assert await strict.items("quarantine") == []


async def test_a_flood_of_made_up_identities_is_bounded_and_leaves_registered_ones_alone(strict):
    await refused(strict)
    await strict.knocked("unauthorized")
    gateway, wire = strict.central_system._gateway, Wire(LISTENER, "127.0.0.1")
    for number in range(2 * MOST_UNREGISTERED):
        gateway.admit(f"/ocpp/made-up-{number}", {}, wire)
        if number % 400 == 399:
            gateway._quarantine.flush()
    await strict.central_system._store.write(lambda connection: None)
    rows = [row async for row in everything(strict, "quarantine")]
    assert len([row for row in rows if not row["registered"]]) <= MOST_UNREGISTERED
    assert [row["reason"] for row in rows if row["registered"]] == ["unauthorized"]


async def everything(house, path):
    cursor = None
    while True:
        page = await house.get(path, limit=300, **({"cursor": cursor} if cursor else {}))
        for item in page["items"]:
            yield item
        if (cursor := page["next"]) is None:
            return


async def test_bytes_that_are_no_text_are_listed_beside_others(strict):
    port = int(strict.url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET /ocpp/\xff\xfe?secret=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Protocol: \xff\xfe\r\n\r\n"
    )
    assert (await reader.read(12)).startswith(b"HTTP/1.1 4")
    writer.close()
    await writer.wait_closed()
    await refused(strict, "NEW")
    await strict.knocked("unknown_charge_point", "NEW")
    assert "secret" not in str(await strict.items("quarantine"))


async def test_refused_handshakes_never_touch_the_lease(strict):
    cp = await strict.station(password=PASSWORD)
    await cp.boot()
    before = await strict.get("charge-points/CP-1")
    await asyncio.gather(*(refused(strict, password=f"wrong-{n}") for n in range(20)))
    after = await strict.get("charge-points/CP-1")
    assert (after["connected"], after["connected_at"]) == (True, before["connected_at"])
    assert await cp.call("Heartbeat")
