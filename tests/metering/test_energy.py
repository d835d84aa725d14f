"""Energy from register readings, and the share of a difference that a span of time holds."""

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.clock import to_ms
from wattdeck.domain.meter_values import FLAG_DECREASE, FLAG_FROZEN, FLAG_JUMP, FLAG_UNIT, LIFTED
from wattdeck.domain.registers import ANY, limits_of
from wattdeck.metering.energy import BEGIN, END, JUMP_WH, ROUNDING_WH, Register, Step, advance, believe, fold, share

START = to_ms(datetime(2026, 9, 14, 12, 0, tzinfo=UTC))
EVER = 2**63
Reading = tuple[int, float]  # minute, Wh

steps_wh = st.lists(st.integers(0, 50_000), min_size=1, max_size=12)


def minute(number: float) -> int:
    return START + round(number * 60_000)


def chain(readings: Iterable[Reading]) -> list[Step]:
    """What each reading does, one after the other."""
    register, steps = None, []
    for at, wh in readings:
        steps.append(advance(register, wh, minute(at)))
        register = steps[-1].register
    return steps


def energy(readings: Iterable[Reading]) -> float:
    return sum(step.wh for step in chain(readings))


def flags(readings: Iterable[Reading]) -> list[int]:
    return [step.flags for step in chain(readings)]


def rising(steps: list[int], start: int = 1000) -> list[Reading]:
    return [(number, start + sum(steps[:number])) for number in range(len(steps) + 1)]


def test_the_first_reading_adds_nothing():
    assert advance(None, 5000.0, START) == Step(Register(5000.0, START))


def test_a_higher_reading_adds_the_difference_since_the_last():
    step = advance(Register(5000.0, START), 5250.0, minute(5))
    assert step == Step(Register(5250.0, minute(5)), 0, 250.0, START)


@given(steps_wh)
def test_the_steps_of_a_rising_register_are_last_minus_first(steps: list[int]):
    assert energy(rising(steps)) == sum(steps)
    assert set(flags(rising(steps))) == {0}


@given(steps_wh, st.data())
def test_duplicates_and_late_samples_change_nothing(steps: list[int], data: st.DataObject):
    readings = rising(steps)
    noisy = list(readings)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(1, len(noisy)))
        seen = max(at for at, _ in noisy[:place])
        noisy.insert(place, readings[data.draw(st.integers(0, seen))])
    assert energy(noisy) == sum(steps)
    assert set(flags(noisy)) == {0}


def test_readings_out_of_order_are_not_flagged():
    readings = [(1, 1100), (2, 1200), (5, 1500), (3, 1300), (4, 1400), (6, 1600)]
    assert energy(readings) == 500
    assert set(flags(readings)) == {0}


@given(steps_wh, steps_wh)
def test_a_reset_splits_into_segments(before: list[int], after: list[int]):
    first = rising(before, start=5_000_000)
    second = [(at + len(first), wh) for at, wh in rising(after, start=0)]
    assert energy([*first, *second]) == sum(before) + sum(after)
    assert flags([*first, *second]) == [0] * len(first) + [FLAG_DECREASE] + [0] * (len(second) - 1)


@given(st.lists(st.integers(0, 50_000), min_size=2, max_size=8), st.data())
def test_one_spike_is_flagged_and_disturbs_nothing(steps: list[int], data: st.DataObject):
    readings = rising(steps)
    place = data.draw(st.integers(1, len(readings) - 1))
    spike = readings[place - 1][1] + JUMP_WH + data.draw(st.integers(1, 10**9))
    spiked = [*readings[:place], (place, spike), *[(at + 1, wh) for at, wh in readings[place:]]]
    assert energy(spiked) == sum(steps)
    assert flags(spiked) == [FLAG_JUMP if number == place else 0 for number in range(len(spiked))]


@given(st.lists(st.integers(0, 50_000), min_size=2, max_size=8), st.data())
def test_one_dip_is_flagged_and_disturbs_nothing(steps: list[int], data: st.DataObject):
    readings = rising(steps)
    place = data.draw(st.integers(1, len(readings) - 1))
    dip = data.draw(st.integers(0, 989))
    dipped = [*readings[:place], (place, dip), *[(at + 1, wh) for at, wh in readings[place:]]]
    assert energy(dipped) == sum(steps)
    assert flags(dipped) == [FLAG_DECREASE if number == place else 0 for number in range(len(dipped))]


@pytest.mark.parametrize("step", [JUMP_WH, JUMP_WH - 1])
def test_a_step_of_a_megawatt_hour_is_believed(step: float):
    assert chain([(0, 0), (60, step)])[-1].wh == step


def test_a_swapped_meter_is_believed_though_by_then_a_megawatt_could_have_flowed():
    readings = [(0, 1000), (17, 300_000), (20, 300_100)]
    assert flags(readings) == [0, FLAG_JUMP, 0]
    assert energy(readings) == 100


def test_a_swapped_meter_is_believed_at_the_second_reading():
    steps = chain([(0, 1000), (1, 90_000_000), (2, 90_000_050), (3, 90_000_080)])
    assert [step.flags for step in steps] == [0, FLAG_JUMP, 0, 0]
    assert [step.wh for step in steps] == [0, 0, 50, 30]


def test_two_different_spikes_are_both_flagged():
    assert flags([(0, 1000), (1, 50_000_000), (2, 90_000_000), (3, 1010)]) == [0, FLAG_JUMP, FLAG_JUMP, 0]


def test_a_spike_that_is_sent_twice_is_not_believed():
    readings = [(0, 1000), (1, 50_000_000), (1, 50_000_000), (2, 1010), (3, 1020)]
    assert energy(readings) == 20


def test_a_dip_that_is_sent_twice_counts_no_energy_when_it_recovers():
    readings = [(0, 500_000), (1, 0), (1, 0), (2, 500_010)]
    assert energy(readings) == 10


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from([0, 500, 510, 2_000_000, 2_000_010])), max_size=6))
def test_sending_a_reading_twice_is_as_good_as_once(readings: list[Reading]):
    twice = [reading for reading in readings for _ in range(2)]
    assert energy(twice) == energy(readings)


def test_the_register_after_a_spike_is_the_one_before_it():
    register = Register(1000.0, START)
    assert advance(register, 50_000_000.0, minute(1)).register.wh == 1000.0


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 10**8)), max_size=10))
def test_no_step_takes_back_more_than_rounding_and_flagged_ones_add_nothing(readings: list[Reading]):
    for step in chain(readings):
        assert step.wh >= -ROUNDING_WH
        assert not (step.flags and step.wh)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 1, 1, 30, 60 * 24 * 40]),  # minutes since the one before
            st.sampled_from([0, 100, 100, 100, 9_000, 200_000, 2_000_000, -500]),
            st.sampled_from([0, 0, 0, BEGIN, END]),
            st.sampled_from([0, 0, 0, FLAG_UNIT, FLAG_JUMP, FLAG_FROZEN, FLAG_FROZEN | LIFTED]),
        ),
        max_size=8,
    ),
    st.sampled_from(
        [None, Register(1e6, START), Register(1e6, START, before=2e6), Register(1e6, START, None, None, 3e6, 5)]
    ),
    st.sampled_from([ANY, limits_of(22_000), limits_of(None, begins_anew=True)]),
)
def test_readings_folded_at_once_are_as_if_taken_one_by_one(readings, register, limits):
    at, wh, known = START, 1_000_000.0, []
    for minutes, more, context, noted in readings:
        at, wh = at + minutes * 60_000, max(0.0, wh + more)
        known.append((at, wh, context, noted))
    steps, flags, chained = [], [], register
    for at, wh, context, noted in known:
        if noted == FLAG_FROZEN:
            flags.append(noted)
            continue
        step = believe(chained, wh, at) if noted & LIFTED else advance(chained, wh, at, context, limits)
        flags.append(noted if noted & LIFTED else noted & FLAG_UNIT | step.flags)
        chained = step.register
        if step.wh and step.since is not None:
            steps.append((step.since, at, step.wh))
    found = fold(known, register, limits)
    assert (found.steps, found.flags, found.register) == (steps, flags, chained)


@given(st.floats(0, 1e6), st.lists(st.integers(1, 10_000), min_size=1, max_size=6), st.integers(1, 60_000))
def test_shares_add_up_to_the_whole(wh: float, pieces: list[int], length: int):
    since, until = START, START + length * 1000
    cuts = sorted({START + piece * 1000 for piece in pieces})
    bounds = itertools.pairwise([since, *cuts, max(until, *cuts) + 1])
    shares = [share(since, until, wh, a, b) for a, b in bounds]
    assert sum(shares) == pytest.approx(wh)
    assert all(0 <= share <= wh for share in shares)


@pytest.mark.parametrize(("at", "part"), [(-1, 120), (0, 120), (15, 90), (30, 60), (60, 0), (90, 0)])
def test_a_share_is_the_part_of_the_time_after_the_moment(at: float, part: float):
    assert share(START, minute(60), 120.0, minute(at), EVER) == part


def test_an_instant_counts_where_it_lies():
    assert share(START, START, 120.0, START, minute(1)) == 120.0
    assert share(START, START, 120.0, minute(-1), START) == 0.0


def test_a_whole_number_after_decimals_takes_back_what_was_counted_too_much():
    """A sample of "12.35" kWh, then a meterStop of 12346: no fall, and in the end last minus first."""
    steps = chain([(0, 12_000), (5, 12_350), (6, 12_346)])
    assert [step.wh for step in steps] == [0, 350, -4]
    assert {step.flags for step in steps} == {0}


def test_a_rounded_reading_of_the_same_moment_is_not_undone_when_the_other_comes_again():
    assert energy([(0, 1000), (5, 1235), (5, 1234), (5, 1235), (5, 1234)]) == 234


def test_a_fall_to_nothing_is_a_fall_however_small():
    assert flags([(0, 5), (5, 0)]) == [0, FLAG_DECREASE]


def test_a_fall_by_more_than_rounding_is_flagged():
    assert flags([(0, 1000), (5, 989)]) == [0, FLAG_DECREASE]
    assert flags([(0, 1000), (5, 990)]) == [0, 0]


def test_a_register_that_counts_each_transaction_from_zero_is_counted_each_time():
    """Quirk Q42: 0 to 8000 Wh, then 0 to 9000, and no samples between."""
    register, total = None, 0.0
    for at, wh, context in ((0, 0, BEGIN), (60, 8000, END), (90, 0, BEGIN), (150, 9000, END)):
        step = advance(register, wh, minute(at), context)
        register, total = step.register, total + step.wh
    assert total == 17_000


def test_a_wrong_zero_at_the_begin_of_a_transaction_is_undone_by_the_next_reading():
    """Quirk Q44: meterStart 0, and the samples show 731481 Wh."""
    register = Register(731_473.0, START)
    fallen = advance(register, 0.0, minute(1), BEGIN)
    assert advance(fallen.register, 731_481.0, minute(2)).wh == 8


def test_what_no_connector_can_give_in_the_time_is_not_believed_at_once():
    assert flags([(0, 0), (1, 731_481), (2, 731_500)]) == [0, FLAG_JUMP, 0]
    assert energy([(0, 0), (1, 731_481), (2, 731_500)]) == 19
    assert energy([(0, 0), (60, 731_481)]) == 731_481


def test_the_end_of_a_transaction_needs_no_confirmation():
    """A clock that was never set: start and stop come with the time of receipt."""
    assert advance(Register(0.0, START), 150_000.0, minute(0.01), END).wh == 150_000
