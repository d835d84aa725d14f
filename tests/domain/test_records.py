"""Records into JSON and back."""

from datetime import datetime

import pytest

from wattdeck.domain.records import InvalidJson, Record, from_json, replace, to_json


class Pair(Record, frozen=True):
    name: str
    at: datetime


def test_json_is_compact_and_times_end_in_z(now: datetime):
    assert to_json(Pair("a", now)) == b'{"name":"a","at":"2026-09-14T12:00:00.250000Z"}'


def test_a_record_is_replaced_and_not_changed(now: datetime):
    one = Pair("a", now)
    assert (replace(one, name="b").name, one.name) == ("b", "a")


def test_what_is_no_json_is_invalid_json():
    with pytest.raises(InvalidJson):
        from_json("{")
