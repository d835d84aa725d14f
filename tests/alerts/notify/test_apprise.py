"""Apprise: its services get it; addresses it does not know are refused, and those it knows never shown."""

import pytest

from tests.alerts.notify.receivers import delivery, put_channel, watt

pytest.importorskip("apprise", reason="of the extra notify")
pytestmark = pytest.mark.filterwarnings("ignore:.imghdr. is deprecated:DeprecationWarning")


def address(receiver):
    return f"json://{receiver.url.removeprefix('http://')}/t0ken"


async def test_an_alert_arrives_by_a_service_of_its_own(house, receiver):
    shown = await put_channel(house, "chat", "apprise", settings={"urls": [address(receiver)]})
    assert shown["settings"] == {"urls": ["json://***"]}
    await watt(house)
    message = await receiver.message()
    assert message["title"].startswith("[warning] power: CP-1")
    assert (message["type"], receiver.got[0][0][":path"]) == ("warning", "/t0ken")
    await delivery(house, state="sent", kind="apprise")


async def test_what_a_service_does_not_take_is_not_delivered(house, receiver):
    await put_channel(house, "chat", "apprise", settings={"urls": [address(receiver)]})
    receiver.answers = [500]
    answer = (await house.post("alert-channels/chat/test")).json()
    assert (answer["state"], answer["error"]) == ("dead", "one of the services did not take it")


async def test_addresses_sent_back_as_they_are_shown_stay(house, receiver):
    urls = [address(receiver), "mailto://u:p@example.com"]
    await put_channel(house, "chat", "apprise", settings={"urls": urls})
    await put_channel(house, "chat", "apprise", settings={"urls": ["json://***"]})
    assert (await house.post("alert-channels/chat/test")).json()["state"] == "sent"
    assert receiver.got[0][0][":path"] == "/t0ken"


@pytest.mark.parametrize(("urls", "said"), [([], "from 1"), (["nonsense"], "the 1."), (["json://***"], "whole")])
async def test_addresses_that_make_no_sense_are_refused(house, urls, said):
    body = {"kind": "apprise", "settings": {"urls": urls}}
    answer = await house.http.put("alert-channels/chat", json=body)
    assert (answer.status_code, said in answer.json()["detail"]) == (422, True)
