"""Webhooks: signed, tried again, given up, sent again; never to where they must not."""

import asyncio
import hashlib
import hmac
import logging
import socket
from types import SimpleNamespace

import pytest
import uvicorn

from tests import tls
from tests.alerts.notify.receivers import Receiver, deliveries, delivery, hook, put_channel, release, watt
from tests.houses import open_house, serving_asgi
from tests.stations import meter_values, sampled, until
from wattdeck.alerts.notify import outgoing, webhook
from wattdeck.domain import deliveries as rules_of_deliveries


@pytest.fixture
def soon(monkeypatch):
    """Attempts follow each other at once."""
    monkeypatch.setattr(rules_of_deliveries, "_PAUSES_S", (0.01, 0.01))


async def test_what_fires_and_what_is_over_arrives_signed(house, receiver):
    await put_channel(house, settings=hook(receiver, secret="s3cret", headers={"X-Team": "night"}))
    cp = await watt(house)
    first = await receiver.message()
    assert (first["firing"], first["resolved"], first["severity"]) == (1, 0, "warning")
    assert first["subject"] == "[warning] power: CP-1 connector 1: Power.Active.Import 60000 W (limit 50000 W)"
    [alert] = first["alerts"]
    assert (alert["rule"], alert["charge_point"], alert["value"], alert["state"]) == ("power", "CP-1", 60_000, "firing")
    await watt(house, 1_000)
    assert (await receiver.message(2))["resolved"] == 1
    headers, body = receiver.got[0]
    assert (headers["x-team"], headers["content-type"], headers[":path"]) == ("night", "application/json", "/alerts")
    stamp, signature = (part.partition("=")[2] for part in headers["wattdeck-signature"].split(","))
    assert signature == hmac.new(b"s3cret", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert cp is not None
    timeline = (await house.get(f"alerts/{alert['id']}"))["timeline"]
    assert [one["detail"] for one in timeline if one["what"] == "notified"][:1] == ["ops"]


async def test_the_secret_in_a_webhooks_address_is_written_into_no_log(house, receiver, caplog):
    caplog.set_level(logging.DEBUG)
    receiver.answers = [500]
    await put_channel(house, settings=hook(receiver, url=f"{receiver.url}/T0/t0ken?key=s3cret", secret="w0rd"))
    await house.post("alert-channels/ops/test")
    await watt(house)
    await receiver.message()
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name != "uvicorn.access")  # that is the receiver
    assert [said for said in ("t0ken", "s3cret", "w0rd") if said in ours] == []


async def test_a_test_that_did_not_arrive_is_not_missed(house, receiver):
    receiver.answers = [500]
    await put_channel(house, settings=hook(receiver))
    assert (await house.post("alert-channels/ops/test")).json()["state"] == "dead"
    assert house.central_system._notices.failing() == 0


async def test_what_is_kept_of_a_delivery_says_what_became_of_it(house, receiver):
    await put_channel(house, settings=hook(receiver))
    await watt(house)
    sent = await delivery(house, state="sent")
    assert (sent["channel"], sent["kind"], sent["what"], sent["rule"]) == ("ops", "webhook", "alerts", "power")
    assert (sent["attempts"], sent["alerts"], sent["error"]) == (1, 1, None)
    assert sent["body"].startswith("[warning] power: CP-1")
    assert await deliveries(house, channel="ops", state="sent", alert=sent["alert_ids"][0]) == [sent]
    assert await deliveries(house, channel="night") == await deliveries(house, state="dead") == []
    assert await deliveries(house, alert=99) == []


async def test_what_fails_is_tried_again_until_it_arrives(house, receiver, soon):
    receiver.answers = [500, 302]
    await put_channel(house, settings=hook(receiver))
    await watt(house)
    await receiver.message()
    sent = await delivery(house, state="sent")
    assert sent["attempts"] == 3
    assert [headers[":path"] for headers, _ in receiver.got] == ["/alerts"]  # the redirect was not followed
    assert house.metric("wattdeck_alert_deliveries_total", kind="webhook", state="failed") == 2


async def test_what_never_arrives_is_given_up_and_can_be_sent_again(house, receiver, soon):
    receiver.answers = [500] * 3
    await put_channel(house, settings=hook(receiver))
    await watt(house)
    dead = await delivery(house, state="dead")
    assert (dead["attempts"], dead["error"], dead["next_at"]) == (3, "answered with 500", None)
    assert house.central_system._notices.failing() == 1
    again = await house.post(f"alert-deliveries/{dead['id']}/replay")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert (await receiver.message())["delivery"] == dead["id"]
    sent = await delivery(house, id=dead["id"], state="sent")
    assert sent["attempts"] == 1
    assert house.central_system._notices.failing() == 0
    refused = await house.post(f"alert-deliveries/{dead['id']}/replay")
    assert (refused.status_code, refused.json()["detail"]) == (409, f"delivery {dead['id']} is sent")
    assert (await house.post("alert-deliveries/999/replay")).status_code == 404


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "localhost"]
)
async def test_a_private_address_is_refused_when_the_channel_is_written(house, host):
    body = {"kind": "webhook", "settings": {"url": f"http://{host}/x"}}
    answer = await house.http.put("alert-channels/ops", json=body)
    assert answer.status_code == 422
    assert "private network" in answer.json()["detail"]
    assert await house.items("alert-channels") == []


async def test_a_name_that_leads_inside_is_refused_whenever_something_is_sent(house, receiver, monkeypatch):
    port = receiver.url.rpartition(":")[2]
    asked = []

    def inside(host, *_, **__):
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", int(port)))]

    await put_channel(house, settings={"url": f"http://hooks.example:{port}/x"})
    monkeypatch.setattr(webhook, "socket", SimpleNamespace(getaddrinfo=inside, SOCK_STREAM=1))
    await watt(house)
    dead = await delivery(house, state="dead")
    assert (dead["attempts"], "private network" in dead["error"]) == (1, True)
    assert asked.count("hooks.example") == 1
    assert receiver.asked == 0
    await put_channel(house, settings={"url": f"http://hooks.example:{port}/x", "allow_private": True})
    await house.post(f"alert-deliveries/{dead['id']}/replay")
    await receiver.message()
    assert receiver.got[0][0]["host"] == f"hooks.example:{port}"


async def test_a_test_says_at_once_whether_the_channel_works(house, receiver):
    await put_channel(house, settings=hook(receiver))
    answer = (await house.post("alert-channels/ops/test")).json()
    assert (answer["state"], answer["what"]) == ("sent", "test")
    assert receiver.messages[0]["subject"] == "[test] wattdeck: a test of the channel ops"
    receiver.answers = [403]
    answer = (await house.post("alert-channels/ops/test")).json()
    assert (answer["state"], answer["error"]) == ("dead", "answered with 403")
    assert (await house.post("alert-channels/none/test")).status_code == 404


async def test_over_https_the_name_is_checked_though_its_address_is_asked(house, tmp_path, monkeypatch):
    tls.authority("house").cert_pem.write_to_path(tmp_path / "authority.pem")
    tls.certificate("localhost").private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    receiver = Receiver()
    async with serving_asgi(receiver, ssl_certfile=tmp_path / "server.pem") as url:
        port = url.rpartition(":")[2]
        await put_channel(house, settings={"url": f"https://localhost:{port}/x", "allow_private": True})
        assert (await house.post("alert-channels/ops/test")).json()["state"] == "sent"
        # the same server under a name that its certificate does not have
        await put_channel(house, settings={"url": f"https://127.0.0.1:{port}/x", "allow_private": True})
        answer = (await house.post("alert-channels/ops/test")).json()
    assert (answer["state"], "CERTIFICATE_VERIFY_FAILED" in answer["error"]) == ("dead", True)
    assert len(receiver.got) == 1


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
async def test_an_address_of_ipv6_is_asked_as_it_is_written(house):
    receiver = Receiver()
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as sock:
        config = uvicorn.Config(receiver, lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[sock]))
        await put_channel(house, settings={"url": f"http://[::1]:{sock.getsockname()[1]}/x", "allow_private": True})
        assert (await house.post("alert-channels/ops/test")).json()["state"] == "sent"
        server.should_exit = True
        await task
    assert receiver.got[0][0]["host"].startswith("[::1]:")


@pytest.mark.covers("promise 16")
async def test_a_receiver_that_hangs_delays_no_answer_to_a_charge_point(house, receiver, monkeypatch, soon):
    receiver.hangs = True
    await put_channel(house, settings=hook(receiver))
    cp = await watt(house)
    await until(lambda: receiver.asked == 1)
    for number in range(50):  # while the webhook hangs
        await cp.call("Heartbeat", deadline_s=10)
        await cp.call("MeterValues", meter_values(sampled(60_000, "Power.Active.Import"), connector=number), 10)
    assert receiver.got == []
    assert (await deliveries(house))[-1]["state"] in ("queued", "failed")


async def test_a_receiver_that_hangs_is_given_up_after_a_while_and_other_channels_go_on(
    house, receiver, monkeypatch, soon
):
    monkeypatch.setattr(outgoing, "TIMEOUT_S", 0.05)
    receiver.hangs = True
    await put_channel(house, settings=hook(receiver))
    await put_channel(house, "log", kind="log")
    await watt(house)
    await delivery(house, channel="log", state="sent")
    dead = await delivery(house, channel="ops", state="dead")
    assert dead["error"] == "no answer within 0.05 s"


async def test_what_waits_outlives_a_kill_and_is_sent_after_the_restart(tmp_path, receiver):
    async with open_house(tmp_path) as house:
        await put_channel(house, settings=hook(receiver), wait_s=3600)
        await watt(house)
        await delivery(house, state="queued", alerts=1)
    async with open_house(tmp_path) as house:
        [waiting] = await deliveries(house)
        assert waiting["state"] == "queued"
        # what comes now is part of it
        await watt(house, connector=2)
        await delivery(house, id=waiting["id"], alerts=2)
        release(house)
        assert (await receiver.message())["firing"] == 2


async def test_the_watch_sees_that_deliveries_fail(house, receiver):
    receiver.answers = [500] * 100
    await put_channel(house, settings=hook(receiver))
    await put_channel(house, "log", kind="log")
    await watt(house)
    await delivery(house, channel="log", rule="deliveries-failing", state="sent")
    # its own message, which fails as well, does not keep it alive
    assert house.central_system._notices.failing() == 1


async def test_a_message_that_cannot_be_put_into_words_is_tried_again_later_and_holds_up_nothing(
    house, receiver, monkeypatch, soon
):
    compose, failures = outgoing.compose, [1]

    def once_in_vain(*given):
        if failures:
            raise ValueError(failures.pop())
        return compose(*given)

    monkeypatch.setattr(outgoing, "compose", once_in_vain)
    await put_channel(house, settings=hook(receiver))
    await watt(house)
    await receiver.message()
    sent = await delivery(house, state="sent")
    assert sent["attempts"] == 2
