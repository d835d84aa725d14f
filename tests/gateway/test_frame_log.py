"""The raw frame log: passwords never stand in it, and no frame can make it slow."""

import time

from tests.stations import until
from wattdeck.gateway.wiretap import LONGEST_FRAME, redact


def test_a_password_on_its_way_to_the_charge_point_is_blanked_wherever_it_stands():
    for frame in (
        '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"top{}\\"secret"}]',
        '[2,"1","ChangeConfiguration",{"value":"topsecret","key":"authorizationKEY"}]',
        '[3,"1",{"configurationKey":[{"key":"AuthorizationKey","readonly":false,"value":"topsecret"}]}]',
        '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"topsecret"',
    ):
        assert "secret" not in redact(frame)


def test_a_frame_without_a_password_is_kept_as_it_came():
    for frame in ('[2, "1","X", {"a" : 1.50}]', '[2,"1","GetConfiguration",{"key":["AuthorizationKey"]}]', "nonsense"):
        assert redact(frame) == frame


def test_a_long_frame_is_cut_and_says_how_long_it_was():
    assert redact("x" * 100_000) == f"{'x' * LONGEST_FRAME}… (100000 characters)"


def test_a_hostile_frame_takes_no_time():
    hostile = '[2,"a","X",{"AuthorizationKey":1,' + '"value":"a",' * 80_000 + '"data":"b"}]'
    began = time.monotonic()
    redact(hostile)
    assert time.monotonic() - began < 5  # a pattern took minutes


async def test_both_directions_of_a_command_are_logged_without_its_password(house):
    cp = await house.station()
    await cp.boot()
    payload = {"key": "AuthorizationKey", "value": "0123456789abcdef"}
    await house.post("charge-points/CP-1/commands", action="ChangeConfiguration", payload=payload)
    message_id, received = await cp.asked("ChangeConfiguration")
    assert received == payload
    await cp.answer(message_id, {"status": "Accepted"})

    async def logged():
        frames = [one["frame"] for one in await house.items("charge-points/CP-1/messages")]
        return frames if len(frames) == 4 else None

    frames = await until(logged)
    assert "ChangeConfiguration" in frames[1]
    assert all("0123456789abcdef" not in frame for frame in frames)


def test_passwords_in_addresses_are_blanked():
    frame = '[2,"1","GetDiagnostics",{"location":"ftp://user:secret@host/folder"}]'
    assert redact(frame) == '[2,"1","GetDiagnostics",{"location":"ftp://***@host/folder"}]'


def test_a_secret_key_spelled_with_escapes_is_blanked_too():
    frame = r'[2,"1","ChangeConfiguration",{"key":"\u0041uthorizationKey","value":"secret"}]'
    assert "secret" not in redact(frame)
