"""The bus of a single process, and the names of its topics."""

from typing import Any

from wattdeck.bus import topics
from wattdeck.bus.memory import MemoryBus


def test_a_record_reaches_all_who_listen_to_its_topic():
    bus, heard = MemoryBus(), []
    for name in ("one", "two"):
        bus.subscribe("topic", lambda record, name=name: heard.append((name, record)))
    bus.subscribe("other", heard.append)
    assert bus.publish("topic", 5) == 2
    assert heard == [("one", 5), ("two", 5)]


def test_nobody_hears_a_topic_nobody_listens_to():
    assert MemoryBus().publish("topic", 5) == 0


def test_who_ended_hears_no_more():
    bus, heard = MemoryBus(), []
    end = bus.subscribe("topic", heard.append)
    end()
    assert (bus.publish("topic", 5), heard) == (0, [])


def test_ending_twice_ends_nobody_else():
    bus, heard = MemoryBus(), []
    end = bus.subscribe("topic", heard.append)
    bus.subscribe("topic", heard.append)
    end()
    bus.publish("topic", 5)
    assert heard == [5]


def test_who_ends_while_being_told_does_not_disturb_the_others():
    bus, heard = MemoryBus(), []

    def once(record: Any) -> None:
        heard.append(("once", record))
        end()

    end = bus.subscribe("topic", once)
    bus.subscribe("topic", lambda record: heard.append(("other", record)))
    for record in (1, 2):
        bus.publish("topic", record)
    assert heard == [("once", 1), ("other", 1), ("other", 2)]


def test_the_topic_of_a_charge_point_knows_no_case():
    assert topics.charge_point("CP-1") == topics.charge_point("cp-1") != topics.charge_point("CP-2")
