"""Templates: a channel's own words, looked at before they are saved, tried on an example."""

import json

import pytest

from tests.alerts.notify.receivers import hook, put_channel, watt
from tests.houses import open_house
from tests.stations import until
from wattdeck.domain import templates

URL = {"url": "https://hooks.example.com"}


async def test_a_webhook_can_have_a_body_of_its_own_which_stays_json_whatever_is_put_in(house, receiver):
    body = '{"text": "$rule at $charge_point: $value $unit", "n": $firing}'
    await put_channel(house, settings=hook(receiver), body=body)
    await watt(house, identifier='CP-"1')
    got = await receiver.message()
    assert got == {"text": 'power at CP-"1: 60000 W', "n": 1}


async def test_subject_and_body_of_other_kinds_are_plain_text(house):
    channel = {"kind": "log", "subject": "$severity: $headline", "body": "$subject since $since, costs $$5"}
    shown = (await house.post("alert-channels/preview", channel=channel)).json()
    assert shown["subject"] == "warning: temperature: CP-001 connector 1: Temperature 71.5 Celsius (limit 70 Celsius)"
    assert shown["text"].startswith(f"{shown['subject']} since 20")
    assert shown["text"].endswith("costs $5")
    assert shown["raw"] is None


async def test_a_preview_of_many_is_a_summary_and_words_they_do_not_share_are_empty(house):
    channel = {"kind": "webhook", "settings": URL, "body": '{"text": "$subject", "who": "$charge_point"}'}
    shown = (await house.post("alert-channels/preview", channel=channel, many=True)).json()
    assert json.loads(shown["raw"]) == {"text": "[warning] 12 alerts: temperature: 12 firing", "who": ""}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"subject": "$colour"}, "$colour is none of"),
        ({"subject": "costs 5 $"}, "$$"),
        ({"body": "x" * 4_001}, "4000"),
        ({"body": "$text"}, "JSON"),
        ({"body": '{"a": "$text}'}, "JSON"),
        ({"body": "${text.__class__}"}, "$$"),
    ],
)
async def test_templates_that_make_no_sense_are_refused_when_they_are_saved_and_tried(house, wrong, said):
    channel = {"kind": "webhook", "settings": URL, **wrong}
    answers = [
        await house.http.put("alert-channels/ops", json=channel),
        await house.post("alert-channels/preview", channel=channel),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert said in answer.json()["detail"]
    assert await house.items("alert-channels") == []


def test_what_is_rendered_has_an_end():
    words = dict.fromkeys(templates.WORDS, "x" * 9_000)
    assert len(templates.render("$text$text$text", words)) == 20_000


async def test_the_link_of_a_preview_takes_up_no_alert(tmp_path):
    async with open_house(tmp_path, public_url="http://watt") as house:
        await watt(house)
        [alert] = await until(lambda: house.items("alerts", state="firing"))
        channel = {"kind": "log", "body": "$acknowledge"}
        shown = (await house.post("alert-channels/preview", channel=channel)).json()["text"]
        answer = await house.http.post(shown.replace("http://watt", house.http_url))
        assert answer.status_code == 404
        assert (await house.get(f"alerts/{alert['id']}"))["state"] == "firing"
