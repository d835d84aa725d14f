"""The queue of a charge point: order, retries, and what survives a lost connection."""

from hypothesis import given
from hypothesis import strategies as st

from wattdeck.simulator.outbox import Message, Outbox


def message(action: str, name: str = "") -> Message:
    return Message(action, dict, name)


def test_ordinary_messages_overtake_and_one_is_open_at_a_time():
    outbox = Outbox()
    outbox.put(message("MeterValues"))
    outbox.put(message("StatusNotification"))
    assert outbox.take(0, transactions=True).action == "StatusNotification"
    assert outbox.take(0, transactions=True) is None
    outbox.settle()
    assert outbox.take(0, transactions=True).action == "MeterValues"


def test_transaction_messages_wait_until_the_charge_point_is_accepted():
    outbox = Outbox()
    outbox.put(message("StartTransaction"))
    assert outbox.take(0, transactions=False) is None


@given(st.lists(st.booleans(), max_size=60))
def test_transaction_messages_arrive_once_each_and_in_order_however_often_the_line_is_cut(cuts):
    outbox = Outbox()
    for number in range(10):
        outbox.put(message("MeterValues", str(number)))
    arrived = []
    for cut in [*cuts, *[False] * 20]:
        taken = outbox.take(0, transactions=True)
        if cut:
            outbox.disconnect()
        elif taken is not None:
            arrived.append(outbox.settle().about)
    assert arrived == [str(number) for number in range(10)]
    assert outbox.is_empty


def test_a_message_that_cannot_be_processed_is_retried_later_each_time_and_then_given_up():
    outbox = Outbox()
    outbox.put(message("StopTransaction", "first"))
    outbox.put(message("StopTransaction", "second"))
    outbox.take(0, transactions=True)
    assert outbox.fail(0, attempts=3, retry_s=10) is None
    assert outbox.take(9, transactions=True) is None
    assert outbox.waits_until == 10
    assert outbox.take(10, transactions=True).about == "first"
    assert outbox.fail(10, attempts=3, retry_s=10) is None
    assert outbox.waits_until == 30
    outbox.take(30, transactions=True)
    assert outbox.fail(30, attempts=3, retry_s=10).about == "first"
    assert outbox.take(30, transactions=True).about == "second"


def test_too_long_a_queue_loses_its_oldest_meter_values_and_never_a_start_or_a_stop():
    outbox = Outbox(keep=3)
    for action, name in [
        ("StartTransaction", "a"),
        ("MeterValues", "b"),
        ("MeterValues", "c"),
        ("StopTransaction", "d"),
    ]:
        outbox.put(message(action, name))
    assert [each.about for each in outbox.transaction] == ["a", "c", "d"]
    assert outbox.dropped == 1
