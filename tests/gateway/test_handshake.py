"""Who is let in at both doors, under which name, and what those are told who are not."""

import asyncio

import pytest
from websockets.exceptions import InvalidStatus

UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
)


async def raw(house, text: str | bytes) -> bytes:
    """Send bytes to the door; the beginning of what comes back before it is closed or stays silent."""
    port = int(house.url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode() if isinstance(text, str) else text)
    try:
        async with asyncio.timeout(60):
            return await reader.read(4096)
    finally:
        writer.close()
        await writer.wait_closed()


async def refusal(house, identifier="CP-1", **options) -> tuple[int, bytes]:
    with pytest.raises(InvalidStatus) as refused:
        await house.station(identifier, **options)
    return refused.value.response.status_code, refused.value.response.body


async def test_an_unknown_charge_point_is_refused_by_default(make_house):
    house = await make_house(unknown_charge_points="refuse")
    status, body = await refusal(house)
    assert status == 404
    assert b"not registered" in body
    assert house.metric("wattdeck_connections_refused_total", reason="unknown_charge_point") == 1
    assert await house.items("charge-points") == []


async def test_an_unknown_charge_point_that_is_accepted_by_setting_is_known_from_then_on(house):
    cp = await house.station("NEW")
    assert (await cp.boot())["status"] == "Accepted"
    assert (await house.get("charge-points/NEW"))["registration"] == "accepted"


async def test_an_unknown_charge_point_that_is_pending_by_setting_is_told_so_at_boot(make_house):
    house = await make_house(unknown_charge_points="pending")
    cp = await house.station("NEW")
    assert (await cp.boot())["status"] == "Pending"
    assert (await house.get("charge-points/NEW"))["registration"] == "pending"


async def test_a_charge_point_that_was_registered_by_hand_is_let_in(make_house):
    house = await make_house(unknown_charge_points="refuse")
    assert (await house.post("charge-points", identifier="CP-1")).status_code == 201
    cp = await house.station("CP-1")
    assert (await cp.boot())["status"] == "Accepted"


async def test_a_charge_point_that_is_refused_by_name_gets_403(house):
    await house.post("charge-points", identifier="CP-1", registration="refused")
    status, _ = await refusal(house)
    assert status == 403


@pytest.mark.covers("TC_085")
async def test_the_right_password_lets_in(house):
    await house.post("charge-points", identifier="CP-1", password="0123456789abcdef")
    cp = await house.station("CP-1", password="0123456789abcdef")
    assert (await cp.boot())["status"] == "Accepted"


@pytest.mark.covers("TC_085")
async def test_a_wrong_or_missing_password_gets_401(house):
    await house.post("charge-points", identifier="CP-1", password="0123456789abcdef")
    for password in ("0123456789abcdeF", "", None, b"\xff\xfe"):
        with pytest.raises(InvalidStatus) as refused:
            await house.station("CP-1", password=password)
        response = refused.value.response
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Basic")


async def test_a_password_may_hold_colons_and_the_user_name_may_be_absent(house):
    await house.post("charge-points", identifier="CP-1", password="abc:def:ghi")
    cp = await house.station("CP-1", additional_headers={"Authorization": "Basic OmFiYzpkZWY6Z2hp"})
    assert await cp.boot()


async def test_without_a_sub_protocol_header_1_6_is_spoken(house):
    cp = await house.station(subprotocols=None)
    assert cp.socket.subprotocol is None
    assert (await cp.boot())["status"] == "Accepted"
    assert (await house.get("charge-points/CP-1"))["ocpp_version"] == "1.6"


@pytest.mark.covers("TC_088")
async def test_of_several_sub_protocols_the_one_we_speak_is_chosen(house):
    cp = await house.station(subprotocols=["ocpp9.9", "ocpp1.6"])
    assert cp.socket.subprotocol == "ocpp1.6"
    assert await cp.boot()


@pytest.mark.covers("TC_088")
async def test_with_no_sub_protocol_in_common_the_handshake_ends_without_the_header_and_the_socket_is_closed(house):
    """OCPP-J 1.6 §3.2."""
    cp = await house.station(subprotocols=["ocpp9.9"])
    assert cp.socket.subprotocol is None
    code, reason = await cp.closed()
    assert code == 1002
    assert "sub-protocol" in (reason or "")
    assert await house.items("charge-points") == []


async def test_the_identity_is_the_last_segment_that_is_not_empty_decoded(house):
    paths = {"A/": "A", "/B//": "B", "prefix/C": "C", "D?x=1": "D", "E%20F": "E F", "%C3%84": "Ä", "G+H": "G+H"}
    for path in paths:
        await (await house.station(path)).boot()
    assert [one["identifier"] for one in await house.items("charge-points")] == list(paths.values())


async def test_an_identity_in_other_letter_case_is_the_same_charge_point(house):
    await house.post("charge-points", identifier="Box-A")
    cp = await house.station("BOX-a")
    await cp.boot()
    [one] = await house.items("charge-points")
    assert (one["identifier"], one["connected"]) == ("Box-A", True)


async def test_what_cannot_be_an_identity_gets_404(house):
    for path in ("%00", "x" * 129, "a%2Fb%0A", "%2E", "%2E%2E", "", "/"):
        status, _ = await refusal(house, path)
        assert status == 404


async def test_garbage_instead_of_http_is_answered_with_4xx_and_others_go_on(house):
    cp = await house.station()
    for garbage in (b"GET\r\n\r\n", b"\x00" * 600 + b"\r\n\r\n", b"EHLO you\r\n\r\n", b"\x16\x03\x01\r\n\r\n"):
        answer = await raw(house, garbage)
        assert answer.startswith(b"HTTP/1.1 4")
        assert b"Traceback" not in answer
        assert b".py" not in answer
    assert await cp.call("Heartbeat")


async def test_a_plain_get_is_answered_with_4xx(house):
    answer = await raw(house, "GET /ocpp/CP-1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 4")
    assert b"Traceback" not in answer


async def test_a_plain_get_is_nobody_who_knocked(house):
    await raw(house, "GET /ocpp/favicon.ico HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert await house.items("quarantine") == []


async def test_a_connection_header_that_says_more_than_upgrade_is_taken(house):
    """Quirk Q8: `Connection: keep-alive, Upgrade`, as browsers' stacks send it."""
    request = UPGRADE.format(path="/ocpp/CP-1", headers="").replace("n: Upgrade", "n: keep-alive, Upgrade")
    answer = await raw(house, request)
    assert answer.startswith(b"HTTP/1.1 101")


async def test_a_handshake_without_a_key_is_refused(house):
    request = UPGRADE.format(path="/ocpp/CP-1", headers="").replace("Sec-WebSocket-Key", "X-Nothing")
    answer = await raw(house, request)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert await house.items("charge-points") == []


async def test_the_answer_to_the_handshake_names_the_sub_protocol_as_it_was_offered(house):
    request = UPGRADE.format(path="/ocpp/CP-1", headers="Sec-WebSocket-Protocol: foo,OCPP1.6\r\n")
    answer = (await raw(house, request)).lower()
    assert answer.startswith(b"http/1.1 101")
    assert b"sec-websocket-protocol: ocpp1.6" in answer
