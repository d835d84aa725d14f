"""One side of a conversation: one CALL of ours at a time, late and stray answers, nothing that makes it raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.ocpp.frames import Call, CallError, CallResult
from wattdeck.ocpp.rpc import Asked, Broken, CallOutstanding, RpcSession, Settled, Stray


def test_a_call_of_the_other_side_is_asked():
    assert RpcSession().receive('[2,"1","Heartbeat",{}]') == Asked(Call("1", "Heartbeat", {}))


def test_asking_gives_the_text_of_the_call_and_remembers_it():
    session = RpcSession()
    assert session.ask("7", "Reset", {"type": "Soft"}) == '[2,"7","Reset",{"type":"Soft"}]'
    assert session.outstanding == Call("7", "Reset", {"type": "Soft"})


def test_a_second_call_is_refused_until_the_first_is_answered():
    session = RpcSession()
    session.ask("1", "Reset", {})
    with pytest.raises(CallOutstanding):
        session.ask("2", "ClearCache", {})
    session.receive('[3,"1",{}]')
    assert session.ask("2", "ClearCache", {})


def test_a_refused_second_call_leaves_the_first_open():
    session = RpcSession()
    session.ask("1", "Reset", {})
    with pytest.raises(CallOutstanding):
        session.ask("2", "ClearCache", {})
    assert isinstance(session.receive('[3,"1",{}]'), Settled)


def test_a_result_settles_the_open_call():
    session = RpcSession()
    session.ask("1", "Reset", {})
    settled = session.receive('[3,"1",{"status":"Accepted"}]')
    assert settled == Settled("1", "Reset", CallResult("1", {"status": "Accepted"}), late=False)
    assert session.outstanding is None


def test_an_error_settles_the_open_call():
    session = RpcSession()
    session.ask("1", "Reset", {})
    settled = session.receive('[4,"1","NotSupported","",{}]')
    assert settled == Settled("1", "Reset", CallError("1", "NotSupported"), late=False)


def test_an_id_that_comes_back_as_a_number_settles_the_call():
    session = RpcSession()
    session.ask("12", "Reset", {})
    assert isinstance(session.receive("[3,12,{}]"), Settled)


def test_a_call_that_arrives_while_ours_is_open_does_not_settle_it():
    session = RpcSession()
    session.ask("1", "Reset", {})
    assert isinstance(session.receive('[2,"1","Heartbeat",{}]'), Asked)
    assert session.outstanding is not None


def test_an_answer_after_giving_up_is_late():
    session = RpcSession()
    session.ask("1", "Reset", {})
    assert session.give_up() == Call("1", "Reset", {})
    assert session.receive('[3,"1",{}]') == Settled("1", "Reset", CallResult("1", {}), late=True)


def test_a_late_answer_leaves_the_next_call_open():
    session = RpcSession()
    session.ask("1", "Reset", {})
    session.give_up()
    session.ask("2", "ClearCache", {})
    session.receive('[3,"1",{}]')
    assert session.outstanding == Call("2", "ClearCache", {})


def test_a_late_answer_is_late_once_and_a_stray_then():
    session = RpcSession()
    session.ask("1", "Reset", {})
    session.give_up()
    session.receive('[3,"1",{}]')
    assert session.receive('[3,"1",{}]') == Stray(CallResult("1", {}))


def test_giving_up_nothing_is_nothing():
    assert RpcSession().give_up() is None


def test_an_answer_to_nothing_is_a_stray():
    assert RpcSession().receive('[3,"x",{}]') == Stray(CallResult("x", {}))


def test_only_the_last_given_up_calls_are_remembered():
    session = RpcSession()
    for number in range(RpcSession.KEEP_GIVEN_UP + 1):
        session.ask(str(number), "Reset", {})
        session.give_up()
    assert isinstance(session.receive('[3,"0",{}]'), Stray)
    assert isinstance(session.receive('[3,"1",{}]'), Settled)


def test_a_broken_call_is_replied_to_with_its_id():
    broken = RpcSession().receive('[2,"1","Heartbeat",5]')
    assert broken == Broken("the payload is not an object", CallError("1", "ProtocolError", broken.reason))


def test_a_broken_frame_without_an_id_gets_no_reply():
    assert RpcSession().receive("hello").reply is None


@given(st.text() | st.binary() | st.binary(max_size=40).map(lambda tail: b"[3," + tail))
def test_receive_never_raises(text: str | bytes):
    RpcSession().receive(text)


@pytest.mark.parametrize("text", ['[2,007,"Heartbeat",{}]', '[2,"a\nb","Heartbeat",{}]'])
def test_receive_does_not_raise_where_the_id_is_broken(text: str):
    assert isinstance(RpcSession().receive(text), Broken)
