"""Frames as they should not be, at both doors: each gets a defined answer, and nobody else notices."""

import asyncio
import json

from tests.stations import BOOT, CALL_ERROR, CALL_RESULT, until

BEAT = [2, "beat", "Heartbeat", {}]


async def still_answers(cp) -> None:
    assert "currentTime" in await cp.call("Heartbeat")


async def test_what_is_no_frame_is_counted_and_the_socket_stays(house):
    cp = await house.station()
    texts = ("hello", "{", "[2", '"x"', '{"a":1}', "12", "[]", "[2]", "null", "<xml/>", "[" * 5000)
    for text in texts:
        await cp.send(text)
    await still_answers(cp)
    assert len(cp.received) == 1
    assert house.metric("wattdeck_frames_ignored_total", reason="no_message_id") == len(texts)
    assert (await house.finding("malformed_frame"))["count"] == len(texts)


async def test_an_unknown_message_type_is_ignored_and_counted(house):
    """OCPP-J 1.6 §4.1.3: a message with an unknown type number shall be ignored."""
    cp = await house.station()
    kinds = (1, 5, 99, -2, "2", None, 2.5)
    for kind in kinds:
        await cp.send([kind, "1", "Heartbeat", {}])
    await still_answers(cp)
    assert len(cp.received) == 1
    assert house.metric("wattdeck_frames_ignored_total", reason="no_message_id") == len(kinds)


async def test_an_empty_frame_is_only_a_sign_of_life(house):
    cp = await house.station()
    await cp.send("")
    await cp.send(b"")
    await still_answers(cp)
    assert house.metric("wattdeck_frames_ignored_total", reason="no_message_id") == 0


async def test_broken_json_with_a_readable_id_gets_an_error_with_that_id(house):
    cp = await house.station()
    kind, message_id, code, *_ = await cp.exchange('[2,"77","Heartbeat",{"a":}]')
    assert (kind, message_id, code) == (CALL_ERROR, "77", "ProtocolError")
    await still_answers(cp)


async def test_a_call_of_the_wrong_shape_gets_an_error_with_its_id(house):
    cp = await house.station()
    for rest in ([5, {}], ["Heartbeat", [1]], ["Heartbeat", "x"], [None, {}], []):
        kind, message_id, code, *_ = await cp.exchange([2, "7", *rest])
        assert (kind, message_id, code) == (CALL_ERROR, "7", "ProtocolError")


async def test_a_missing_payload_is_an_empty_one(house):
    cp = await house.station()
    for frame in ('[2,"7","Heartbeat"]', '[2,"7","Heartbeat",null]', '[2,"7","Heartbeat",""]'):
        kind, message_id, payload = await cp.exchange(frame)
        assert (kind, message_id) == (CALL_RESULT, "7")
        assert "currentTime" in payload


async def test_the_message_id_comes_back_as_it_was_sent(house):
    cp = await house.station()
    for message_id in (12345678901, -1, 1.5, "x" * 300, "ä\n", "7"):
        answer = await cp.exchange([2, message_id, "Heartbeat", {}])
        assert answer[:2] == [CALL_RESULT, message_id]
        assert type(answer[1]) is type(message_id)


async def test_the_same_message_id_twice_is_two_messages(house):
    cp = await house.station()
    assert (await cp.exchange(BEAT))[1] == "beat"
    assert (await cp.exchange(BEAT))[1] == "beat"


async def test_byte_order_mark_nul_and_newlines_around_a_frame_are_let_pass(house):
    cp = await house.station()
    for before, after in (("\ufeff", ""), ("", "\0"), ("", "\r\n\n"), ("  ", "  ")):
        assert (await cp.exchange(before + json.dumps(BEAT) + after))[0] == CALL_RESULT


async def test_a_binary_frame_that_holds_json_is_answered_in_text(house):
    cp = await house.station()
    kind, message_id, _ = await cp.exchange(json.dumps(BEAT).encode())
    assert (kind, message_id) == (CALL_RESULT, "beat")


async def test_a_fragmented_frame_is_put_together(house):
    cp = await house.station()
    text = json.dumps([2, "parts", "BootNotification", {**BOOT, "chargePointVendor": "Ä-Vendor"}], ensure_ascii=False)
    parts = [text[:7], text[7:30], text[30:31], text[31:]]
    for fragments in (parts, [part.encode() for part in parts]):
        await cp.socket.send(fragments)
        assert (await cp.answer_to("parts"))[0] == CALL_RESULT
        assert (await house.get("charge-points/CP-1"))["vendor"] == "Ä-Vendor"


async def test_invalid_utf_8_never_takes_the_server_down(house):
    other = await house.station("OTHER")
    cp = await house.station()
    await cp.socket.send(b'[2,"1","Authorize",{"idTag":"\xff\xfe"}]', text=True)
    await until(lambda: cp.received or cp.socket.close_code)
    if cp.socket.close_code is None:
        assert cp.received[0][:2] == [CALL_RESULT, "1"]
    else:
        assert cp.socket.close_code == 1007  # RFC 6455 §8.1
    await still_answers(other)


async def test_a_frame_over_the_limit_is_closed_with_1009_while_others_go_on(house):
    other, cp = await house.station("OTHER"), await house.station()
    await cp.boot()
    beating = asyncio.create_task(beat(other, 50))
    await cp.send(json.dumps([2, "1", "DataTransfer", {"vendorId": "x", "data": "y" * 2_000_000}]))
    code, _ = await cp.closed()
    assert code == 1009
    assert await beating == 50
    again = await house.station()
    await still_answers(again)


async def test_fragments_that_add_up_to_more_than_the_limit_are_closed_with_1009(house):
    cp = await house.station()
    await cp.boot()
    await cp.socket.send(["y" * 300_000] * 5)
    code, _ = await cp.closed()
    assert code == 1009


async def test_a_frame_just_below_the_limit_is_answered(house):
    cp = await house.station()
    payload = {"vendorId": "x", "data": "y" * 1_000_000}
    assert (await cp.call("DataTransfer", payload))["status"] == "UnknownVendorId"


async def test_an_answer_to_nothing_we_asked_is_a_finding_and_nothing_else(house):
    cp = await house.station()
    await cp.send([3, "never-asked", {"status": "Accepted"}])
    await cp.send([4, "never-asked", "GenericError", "", {}])
    await still_answers(cp)
    assert len(cp.received) == 1
    assert (await house.finding("stray_answer"))["count"] == 2


async def test_bad_frames_between_good_ones_cost_no_answer(house):
    cp = await house.station()
    await cp.boot()
    ids = []
    for number in range(30):
        ids.append(await cp.say("Heartbeat"))
        await cp.send(["nonsense", "[2", b"\xff\xff", "[2,[],{}]", ""][number % 5])
    for message_id in ids:
        assert (await cp.answer_to(message_id))[0] == CALL_RESULT


async def test_answers_come_in_the_order_of_the_calls(house):
    cp = await house.station()
    ids = [await cp.say("BootNotification", BOOT)] + [
        await cp.say(*say) for say in [("Heartbeat", {}), ("Authorize", {"idTag": "A"}), ("Nonsense", {})] * 20
    ]
    await until(lambda: len(cp.received) == len(ids))
    assert [frame[1] for frame in cp.received] == ids


async def beat(cp, times: int) -> int:
    for _ in range(times):
        await still_answers(cp)
    return times
