"""MQTT: a real broker gets it, on the topic asked for."""

import asyncio
import json
import os
import shutil
import socket
from urllib.parse import urlsplit

import pytest

from tests.alerts.notify.receivers import delivery, put_channel, watt
from tests.ports import reserve
from tests.stations import until
from wattdeck.alerts.notify import mqtt as sender
from wattdeck.alerts.notify.messages import Message
from wattdeck.domain.channel_kinds import MqttSettings

mqtt = pytest.importorskip("aiomqtt", reason="of the extra notify")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:paho")


def answers(host, port):
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
async def broker():
    """The one that is named, else one on its usual port, else one of our own."""
    named = os.environ.get("WATTDECK_TEST_MQTT_URL")
    parts = urlsplit(named or "mqtt://127.0.0.1:1883")
    host, port = parts.hostname or "127.0.0.1", parts.port or 1883
    if answers(host, port):
        yield host, port
        return
    program = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
    if named or program is None:
        pytest.skip("no MQTT broker: install mosquitto, or name one in WATTDECK_TEST_MQTT_URL")
    port = reserve()
    quiet = {"stdout": asyncio.subprocess.DEVNULL, "stderr": asyncio.subprocess.DEVNULL}
    process = await asyncio.create_subprocess_exec(program, "-p", str(port), **quiet)
    try:
        await until(lambda: answers("127.0.0.1", port))
        yield "127.0.0.1", port
    finally:
        process.terminate()
        await process.wait()


async def test_an_alert_arrives_on_its_topic(house, broker):
    host, port = broker
    settings = {"host": host, "port": port, "topic": "site/$site/$charge_point/$rule", "qos": 1}
    await put_channel(house, "broker", "mqtt", settings=settings)
    async with mqtt.Client(host, port) as listener:
        await listener.subscribe("site/#")
        await watt(house, identifier="CP-1")
        heard = await anext(aiter(listener.messages))
    assert heard.topic.value == "site/none/CP-1/power"
    assert json.loads(heard.payload)["alerts"][0]["value"] == 60_000
    await delivery(house, state="sent", kind="mqtt")


async def test_a_broker_that_is_away_is_an_error_in_words(house):
    await put_channel(house, "broker", "mqtt", settings={"host": "127.0.0.1", "port": reserve()})
    answer = (await house.post("alert-channels/broker/test")).json()
    assert (answer["state"], "refused" in answer["error"].lower()) == ("dead", True)


def test_what_stands_in_a_topic_opens_no_level_and_is_no_wildcard():
    alerts = [{"rule": "power", "site": site, "charge_point": "A/+#"} for site in ("x", "y")]
    values = {"channel": "broker", "severity": "info", "alerts": alerts}
    message = Message(1, "", "", "info", values)
    settings = MqttSettings(host="h", topic="a/$charge_point/$site/$rule/${severity}")
    assert sender.topic(settings, message) == "a/A___/several/power/info"


@pytest.mark.parametrize("topic", ["", "a/#", "a/+", "a/$colour", "a/$", "x" * 501])
async def test_a_topic_that_makes_no_sense_is_refused(house, topic):
    body = {"kind": "mqtt", "settings": {"host": "localhost", "topic": topic}}
    answer = await house.http.put("alert-channels/broker", json=body)
    assert (answer.status_code, "topic" in answer.json()["detail"]) == (422, True)
