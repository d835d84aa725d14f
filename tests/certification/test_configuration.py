"""Configuration keys, read and changed (OCPP 1.6 §5.3, §5.8)."""

import pytest

from tests.certification.wire import ask

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.covers("TC_019_1", "GetConfiguration")
async def test_all_keys_are_read(house, cp):
    keys = [
        {"key": "SupportedFeatureProfiles", "readonly": True, "value": "Core,RemoteTrigger"},
        {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
    ]
    command = await ask(house, cp, "GetConfiguration", {}, {"configurationKey": keys})
    assert (command["state"], command["result"]) == ("accepted", {"configurationKey": keys})


@pytest.mark.covers("TC_019_2")
async def test_one_key_is_read(house, cp):
    keys = [{"key": "SupportedFeatureProfiles", "readonly": True, "value": "Core"}]
    answer = {"configurationKey": keys, "unknownKey": []}
    command = await ask(house, cp, "GetConfiguration", {"key": ["SupportedFeatureProfiles"]}, answer)
    assert command["result"] == answer


@pytest.mark.parametrize(
    ("payload", "word", "state"),
    [
        pytest.param(
            {"key": "MeterValueSampleInterval", "value": "30"},
            "Accepted",
            "accepted",
            marks=pytest.mark.covers("TC_021", "ChangeConfiguration"),
        ),
        pytest.param(
            {"key": "NoSuchKey", "value": "1"}, "NotSupported", "rejected", marks=pytest.mark.covers("TC_040_1")
        ),
        pytest.param(
            {"key": "MeterValueSampleInterval", "value": "-1"},
            "Rejected",
            "rejected",
            marks=pytest.mark.covers("TC_040_2"),
        ),
    ],
)
async def test_a_key_is_changed_or_not_as_the_charge_point_says(house, cp, payload, word, state):
    command = await ask(house, cp, "ChangeConfiguration", payload, {"status": word})
    assert (command["state"], command["result"]) == (state, {"status": word})
