"""Frames: what is read leniently, what is refused with the id of the CALL that it broke (quirks Q15–Q23)."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.ocpp.frames import Call, CallError, CallResult, FrameError, decode, encode

scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
plain = st.recursive(
    scalars | st.text(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
payloads = st.dictionaries(st.text(), plain, max_size=4)
ids = st.text(min_size=1, max_size=40) | st.integers(-(2**63), 2**64 - 1)


def broken(text: str | bytes) -> FrameError:
    with pytest.raises(FrameError) as caught:
        decode(text)
    return caught.value


@given(ids, st.text(), payloads)
def test_a_call_survives_encoding_and_decoding(message_id: Any, action: str, payload: dict[str, Any]):
    call = Call(message_id, action, payload)
    assert decode(encode(call)) == call


@given(ids, payloads)
def test_a_result_survives_encoding_and_decoding(message_id: Any, payload: dict[str, Any]):
    result = CallResult(message_id, payload)
    assert decode(encode(result)) == result


@given(ids, st.text(min_size=1), st.text(max_size=255), payloads)
def test_an_error_survives_encoding_and_decoding(message_id: Any, code: str, description: str, details: dict[str, Any]):
    error = CallError(message_id, code, description, details)
    assert decode(encode(error)) == error


@given(st.text() | st.binary())
def test_decode_raises_nothing_but_frame_error(text: str | bytes):
    with contextlib.suppress(FrameError):
        decode(text)


@given(plain | st.lists(st.sampled_from([2, 3, 4]) | plain, max_size=6))
def test_decode_of_any_json_raises_nothing_but_frame_error(value: Any):
    with contextlib.suppress(FrameError):
        decode(encode(CallResult("1", {"": value}))[9:-2])


@given(st.binary(max_size=30))
def test_decode_of_a_cut_off_call_raises_nothing_but_frame_error(tail: bytes):
    with contextlib.suppress(FrameError):
        decode(b"[2," + tail)


def test_frames_are_compact_json_with_members_in_the_order_given():
    assert encode(Call("1", "Reset", {"type": "Hard", "a": 1})) == '[2,"1","Reset",{"type":"Hard","a":1}]'


def test_an_error_description_is_cut_to_255_characters():
    sent = decode(encode(CallError("1", "GenericError", "x" * 400)))
    assert isinstance(sent, CallError)
    assert sent.description == "x" * 255


def test_an_empty_frame_is_nothing_to_answer():
    assert broken("").message_id is None


def test_binary_frames_are_read_as_utf_8():
    assert decode('[2,"1","Authorize",{"idTag":"Ä"}]'.encode()) == Call("1", "Authorize", {"idTag": "Ä"})


@pytest.mark.parametrize("text", ["\ufeff{}", "{}\x00", "{}\x00\x00\n", "\r\n {}\t"])
def test_byte_order_mark_nul_and_blanks_around_a_frame_are_stripped(text: str):
    assert decode(text.replace("{}", '[2,"1","Heartbeat",{}]')) == Call("1", "Heartbeat", {})


def test_invalid_utf_8_is_replaced():
    assert decode(b'[2,"1","Authorize",{"idTag":"\xff"}]') == Call("1", "Authorize", {"idTag": "\ufffd"})


@pytest.mark.parametrize("payload", ["", ",null", ',""', ",{}"])
def test_a_missing_or_null_payload_is_an_empty_object(payload: str):
    assert decode(f'[2,"1","Heartbeat"{payload}]') == Call("1", "Heartbeat", {})


@pytest.mark.parametrize("message_id", ['"' + "x" * 300 + '"', "7", "-1", "1.5", "99999999999999999999"])
def test_odd_message_ids_are_echoed_as_they_were_sent(message_id: str):
    call = decode(f'[2,{message_id},"Heartbeat",{{}}]')
    assert encode(CallResult(call.message_id, {})) == f"[3,{message_id},{{}}]"


def test_an_empty_message_id_is_accepted():
    assert decode('[2,"","Heartbeat",{}]') == Call("", "Heartbeat", {})


@pytest.mark.parametrize("message_id", ["null", "[]", "{}"])
def test_a_message_id_that_is_no_word_is_refused(message_id: str):
    assert "message id" in broken(f'[2,{message_id},"Heartbeat",{{}}]').reason


@pytest.mark.parametrize("rest", ["", ",5", ",null", ',{"a":1}'])
def test_a_call_without_an_action_is_refused_with_its_id(rest: str):
    error = broken(f'[2,"id-7"{rest}]')
    assert (error.message_id, error.reason) == ("id-7", "the action is not a string")


@pytest.mark.parametrize("payload", ["5", "[]", '"text"', "true"])
def test_a_payload_that_is_no_object_is_refused_with_its_id(payload: str):
    error = broken(f'[2,"id-7","Heartbeat",{payload}]')
    assert (error.message_id, error.reason) == ("id-7", "the payload is not an object")


@pytest.mark.parametrize("text", ["{}", "5", '"text"', "null", "[]", "[2]"])
def test_json_that_is_no_frame_is_refused(text: str):
    assert broken(text).message_id is None


@pytest.mark.parametrize("kind", ["0", "1", "5", '"2"', "null", "[[]]"])
def test_an_unknown_message_type_is_refused(kind: str):
    assert "unknown message type" in broken(f'[{kind},"1","Heartbeat",{{}}]').reason


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ('[2,"id-7","Heartbeat",{', "id-7"),
        (' [ 2 , "id-7" , ]', "id-7"),
        ("[2,17,'Heartbeat',{}]", 17),
        ('[2,"id-7","MeterValues",{"connectorId":NaN}]', "id-7"),
        ('[3,"id-7",{', None),
        ('[2,"a\\"b","Heartbeat",{', None),
        ("[2,", None),
    ],
)
def test_the_id_of_a_call_in_broken_json_is_found_where_it_can_be_read(text: str, message_id: Any):
    assert broken(text).message_id == message_id


@pytest.mark.parametrize("text", ['[2,007,"Heartbeat",{}]', '[2,"a\nb","Heartbeat",{}]', '[2,"\x01","Heartbeat",{'])
def test_an_id_in_broken_json_that_is_no_json_itself_is_not_found(text: str):
    assert broken(text).message_id is None


def test_json_nested_too_deeply_is_refused():
    assert broken("[" * 100_000).message_id is None


def test_text_that_is_no_unicode_is_refused():
    assert broken('[2,"1","\ud800",{}]').reason


@pytest.mark.parametrize("payload", ["", ",null", ",[]", ',"x"'])
def test_a_result_without_an_object_is_an_empty_result(payload: str):
    assert decode(f'[3,"1"{payload}]') == CallResult("1", {})


def test_an_error_with_null_description_and_list_details_is_accepted():
    assert decode('[4,"1","NotImplemented",null,[1]]') == CallError("1", "NotImplemented", "", [1])


@pytest.mark.parametrize("rest", ["", ",null", ',""'])
def test_an_error_without_a_code_is_a_generic_error(rest: str):
    assert decode(f'[4,"1"{rest}]') == CallError("1", "GenericError", "", {})


def test_an_unknown_error_code_is_kept():
    assert decode('[4,"1","MyOwnError","text",{}]') == CallError("1", "MyOwnError", "text", {})


def backslashed(text: str) -> str:
    """Bars stand for backslashes, so that people can read these tests."""
    return text.replace("|", "\\")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("04A2|", "04A2|"),
        ("|04A2", "|04A2"),
        ("04|A2", "04|A2"),
        ("a|u12", "a|u12"),
        ("a||b| c", "a|b| c"),
        ('say |"hi|"|', 'say "hi"|'),
    ],
)
@pytest.mark.parametrize(
    "shape", ['{{"idTag":"{0}"}}', '{{"idTag": "{0}" , "x":"y"}}', '{{"x":["{0}","{0}"],"idTag":"{0}"}}']
)
def test_a_backslash_that_should_have_been_doubled_is_one(written: str, meant: str, shape: str):
    """Quirk Q33a."""
    call = decode(f'[2,"1","Authorize",{shape.format(backslashed(written))}]')
    assert isinstance(call, Call)
    assert (call.payload["idTag"], call.mended) == (backslashed(meant), True)


def test_backslashes_that_are_right_are_left_alone():
    call = decode(backslashed('[2,"1","Authorize",{"idTag":"|"}, |u00e4|n||"}]'))
    assert call == Call("1", "Authorize", {"idTag": backslashed('"}, ä\n|')})


@pytest.mark.parametrize("rest", ['"|', "|}]", '"' + 40_000 * "|x" + '"}]'])
def test_what_is_no_json_for_another_reason_too_stays_broken(rest: str):
    with pytest.raises(FrameError) as error:
        decode(backslashed('[2,"1","A",{"idTag":' + rest))
    assert error.value.message_id == "1"


@given(st.text(alphabet='\\"{}[]:, u0anb', max_size=60))
def test_no_mess_of_backslashes_breaks_the_reading(mess: str):
    with contextlib.suppress(FrameError):
        decode(f'[2,"1","A",{{"idTag":"{mess}"}}]')
