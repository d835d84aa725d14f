"""Values of one moment by columns, and the records they stand for."""

from datetime import UTC, datetime

import pytest

from wattdeck.domain.events import StoredValue
from wattdeck.domain.meter_values import ENERGY, FLAG_SPIKE, POWER, MeterValue
from wattdeck.domain.moments import Kind, Moment, Shape, StoredMoment

AT = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
KINDS = (
    Kind(ENERGY, "Wh", None, "Sample.Periodic", "Outlet"),
    Kind(POWER, "W", "L1", "Sample.Clock", "Inlet"),
)
RECORDS = (
    MeterValue(ENERGY, 1250.0, "Wh", None, "Sample.Periodic", "Outlet", AT),
    MeterValue(POWER, 7000.0, "W", "L1", "Sample.Clock", "Inlet", AT),
)


@pytest.fixture
def moment() -> Moment:
    return Moment(Shape(KINDS), [1250.0, 7000.0], AT)


def test_a_moment_is_the_sequence_of_its_values(moment: Moment):
    assert (len(moment), list(moment), moment[1], moment[-2:]) == (2, list(RECORDS), RECORDS[1], RECORDS)


def test_a_moment_equals_the_same_values_one_by_one(moment: Moment):
    assert moment == RECORDS
    assert moment == RECORDS
    assert hash(moment) == hash(RECORDS)
    assert moment != RECORDS[:1]
    assert moment != Moment(moment.shape, [1250.0, 7001.0], AT)


def test_what_was_stored_knows_session_and_flags_of_each(moment: Moment):
    stored = StoredMoment(moment, 4, [0, FLAG_SPIKE])
    assert stored == (StoredValue(RECORDS[0], 4, 0), StoredValue(RECORDS[1], 4, FLAG_SPIKE))
    assert [one.flags for one in StoredMoment(moment, None)] == [0, 0]


def test_a_record_is_made_once(moment: Moment):
    assert moment[0] is moment[0]
    assert StoredMoment(moment, None)[0].value is moment[0]
