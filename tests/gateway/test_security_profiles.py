"""Security profiles 0 to 3 at the listener's ports, over real TLS (security white paper §2)."""

import asyncio
import socket
import ssl
import warnings

import pytest
from websockets.exceptions import InvalidMessage, InvalidStatus

from tests import tls
from tests.houses import LISTENER, TLS, serving_asgi
from tests.stations import basic
from wattdeck.gateway.uvicorn_door import UvicornDoor

PASSWORD = "0123456789abcdef"


@pytest.fixture
def door() -> str:
    return TLS


@pytest.fixture
async def secure(make_house, tmp_path):
    house = await make_house(**tls.settings(tmp_path))
    house.tls = tls.client()
    return house


async def refusal(house, identifier="CP-1", **options) -> tuple[int, bytes]:
    with pytest.raises(InvalidStatus) as refused:
        await house.station(identifier, **options)
    return refused.value.response.status_code, refused.value.response.body


@pytest.mark.covers("TC_086")
async def test_plain_and_tls_charge_points_are_served_at_once(secure):
    over_tls = await secure.station("OVER-TLS")
    secure.door = LISTENER
    plain = await secure.station("PLAIN")
    assert (await over_tls.boot())["status"] == "Accepted"
    assert (await plain.boot())["status"] == "Accepted"


async def test_tls_below_1_2_is_not_spoken(secure):
    old = tls.client()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((OSError, EOFError, InvalidMessage)):
        await secure.station(ssl=old)
    row = await secure.knocked("tls_old", None)
    assert "TLS 1.0 or 1.1" in row["why"]


@pytest.mark.parametrize(
    "cipher",
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
    ],
)
async def test_the_ciphers_of_the_white_paper_are_spoken_in_tls_1_2(secure, cipher):
    """A00.FR.317; those with RSA need a certificate with an RSA key."""
    context = tls.client()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(cipher)
    cp = await secure.station(ssl=context)
    assert cp.socket.transport.get_extra_info("cipher")[0] == cipher


async def test_a_charge_point_that_does_not_trust_our_certificate_is_explained(secure):
    port, context = int(secure.url.split(":")[2].split("/")[0]), tls.client(trusts="somebody else")

    def knock() -> None:
        # not asyncio's TLS: it hangs up without the alert that devices send
        with socket.create_connection(("127.0.0.1", port)) as plain:
            context.wrap_socket(plain, server_hostname="localhost")

    with pytest.raises(ssl.SSLError):
        await asyncio.to_thread(knock)
    assert "root certificate" in (await secure.knocked("tls_distrust", None))["why"]


async def test_plain_words_at_the_tls_port_are_explained(secure):
    port = int(secure.url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /ocpp/CP-1 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    assert "wss://" in (await secure.knocked("tls_plain", None))["why"]


async def test_profile_1_needs_a_password(secure):
    secure.door = LISTENER
    await secure.post("charge-points", identifier="CP-1", password=PASSWORD, security_profile=1)
    assert (await refusal(secure))[0] == 401
    assert await (await secure.station(password=PASSWORD)).boot()


async def test_profile_1_or_2_cannot_be_demanded_where_no_password_is_registered(secure):
    for profile in (1, 2):
        answer = await secure.post("charge-points", identifier="CP-1", security_profile=profile)
        assert answer.status_code == 422
        assert "needs a password" in answer.text
    await secure.post("charge-points", identifier="CP-1", password=PASSWORD, security_profile=2)
    answer = await secure.http.patch("charge-points/CP-1", json={"password": None})
    assert answer.status_code == 422
    assert (await secure.get("charge-points/CP-1"))["has_password"]


async def test_profile_2_is_refused_without_tls_and_let_in_with_it(secure):
    await secure.post("charge-points", identifier="CP-1", password=PASSWORD, security_profile=2)
    secure.door = LISTENER
    status, body = await refusal(secure, password=PASSWORD)
    assert (status, body) == (403, b"TLS is required\n")
    assert "wss://" in (await secure.knocked("tls_required"))["why"]
    secure.door = TLS
    assert (await refusal(secure, password="wrong"))[0] == 401
    assert await (await secure.station(password=PASSWORD)).boot()


async def test_profile_2_at_the_asgi_door_is_tls_of_its_server_and_profile_3_is_not_possible_there(secure, tmp_path):
    await secure.post("charge-points", identifier="CP-2", password=PASSWORD, security_profile=2)
    await secure.post("charge-points", identifier="CP-3", security_profile=3)
    options = {"ws": UvicornDoor, "ws_ping_interval": None, "ssl_certfile": str(tmp_path / "server.pem")}
    async with serving_asgi(secure.central_system.asgi, **options) as http:
        secure.doors[TLS] = f"{http.replace('http://127.0.0.1', 'wss://localhost')}/ocpp"
        cp = await secure.station("CP-2", password=PASSWORD)
        assert await cp.boot()
        [row] = await secure.items("charge-points/CP-2/connections")
        assert (row["door"], row["tls"], row["security_profile"]) == ("asgi", "TLS", 2)
        assert (await refusal(secure, "CP-3", ssl=tls.client("CP-3")))[0] == 403
        await cp.close()


async def test_tls_that_a_trusted_proxy_ended_counts_as_profile_2(make_house):
    house = await make_house()
    house.door = LISTENER
    await house.post("charge-points", identifier="CP-1", password=PASSWORD, security_profile=2)
    forwarded = {**basic("CP-1", PASSWORD), "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    cp = await house.station(additional_headers=forwarded)
    assert await cp.boot()
    [row] = await house.items("charge-points/CP-1/connections")
    assert (row["address"], row["tls"], row["security_profile"]) == ("203.0.113.7", "TLS", 2)


@pytest.mark.covers("TC_087")
async def test_profile_3_is_let_in_with_its_own_certificate_and_no_password(secure):
    await secure.post("charge-points", identifier="CP-1", security_profile=3)
    cp = await secure.station(ssl=tls.client("CP-1"))
    assert (await cp.boot())["status"] == "Accepted"


async def test_profile_3_is_refused_without_a_certificate(secure):
    await secure.post("charge-points", identifier="CP-1", password=PASSWORD, security_profile=3)
    assert (await refusal(secure, password=PASSWORD))[0] == 403
    assert (await secure.knocked("certificate_missing"))["tls"].startswith("TLSv1.")


async def test_profile_3_is_refused_with_the_certificate_of_another(secure):
    await secure.post("charge-points", identifier="CP-1", security_profile=3)
    assert (await refusal(secure, ssl=tls.client("CP-2")))[0] == 403
    assert "CP-2" in (await secure.knocked("certificate_mismatch"))["why"]


async def test_a_certificate_that_our_ca_did_not_sign_ends_the_handshake(secure):
    await secure.post("charge-points", identifier="CP-1", security_profile=3)
    with pytest.raises((OSError, EOFError, InvalidMessage)):
        await secure.station(ssl=tls.client("CP-1", signed_by="somebody else"))
    assert "not accepted" in (await secure.knocked("tls_client_certificate", None))["why"]
    assert not (await secure.get("charge-points/CP-1"))["connected"]


async def test_without_a_ca_file_for_charge_points_nobody_has_profile_3(make_house, tmp_path):
    house = await make_house(**tls.settings(tmp_path, client_ca=None))
    await house.post("charge-points", identifier="CP-1", security_profile=3)
    assert (await refusal(house, ssl=tls.client("CP-1")))[0] == 403


async def test_a_newer_connection_over_tls_replaces_a_plain_one_and_the_other_way_round(secure):
    over_tls = await secure.station()
    await over_tls.boot()
    secure.door = LISTENER
    plain = await secure.station()
    await plain.boot()
    assert (await over_tls.closed())[0] == 1000
    secure.door = TLS
    again = await secure.station()
    await again.boot()
    assert (await plain.closed())[0] == 1000
    assert (await secure.get("charge-points/CP-1"))["connected"]
    await secure.post("charge-points/CP-1/commands", action="ClearCache")
    assert await again.asked("ClearCache")


async def test_large_frames_and_many_frames_pass_tls_whole(secure):
    cp = await secure.station()
    await cp.boot()
    for number in range(50):
        await cp.say("DataTransfer", {"vendorId": f"v{number}", "data": "x" * 60_000})
    for _ in range(50):
        assert await cp.take()
