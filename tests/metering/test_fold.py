"""Readings of a register folded: the same from any clean one on, whatever is in it; run over, rated, lifted, frozen."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wattdeck.domain.meter_values import (
    FLAG_COARSE,
    FLAG_DECREASE,
    FLAG_FROZEN,
    FLAG_JUMP,
    FLAG_SPIKE,
    FLAG_UNIT,
    LIFTED,
    Reading,
    counts,
)
from wattdeck.domain.registers import ANY, Limits, limits_of
from wattdeck.metering.energy import (
    BEGIN,
    END,
    LONGEST_MS,
    Believed,
    Folded,
    Register,
    advance,
    fold,
    share,
)

MINUTE = 60_000
WORDS = (0, BEGIN, END)

wild = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from([0.0, 3.0, 500.0, 505.0, 20_000.0, 999_990.0, 1_500_000.0, 1_500_010.0, 9_999_995.0, 4e9]),
        st.sampled_from(WORDS),
        st.sampled_from([0, 0, 0, 0, 0, FLAG_FROZEN, LIFTED, FLAG_SPIKE, FLAG_UNIT]),
    ),
    max_size=14,
    unique_by=lambda reading: (reading[0], reading[2]),
).map(lambda some: sorted(((at * MINUTE, wh, word, flags) for at, wh, word, flags in some), key=lambda r: (r[0], r[2])))


def told(*readings: tuple[float, float]) -> list[Reading]:
    return [(round(minute * MINUTE), wh, 0, 0) for minute, wh in readings]


def energy(folded: Folded, since: int = -(2**62), until: int = 2**62) -> float:
    return sum(share(*step, since, until) for step in folded.steps)


def settle(steps: list[Believed]) -> list[Believed]:
    return [(since, until, round(wh, 3)) for since, until, wh in steps]


@example([(0, 3.0, 0, 0), (MINUTE, 0.0, 0, 0), (MINUTE, 0.0, BEGIN, 0), (2 * MINUTE, 3.0, 0, 0)])
@example([(0, 5.0, 0, 0), (0, 2e6, BEGIN, 0), (0, 5.0, END, 0), (MINUTE, 2e6, 0, 0)])
@given(wild)
def test_a_fold_that_begins_at_a_reading_that_counts_goes_on_like_the_whole(readings: list[Reading]):
    whole = fold(readings)
    for place, (at, wh, _, _) in enumerate(readings):
        if counts(whole.flags[place]):
            rest = fold(readings[place + 1 :], Register(wh, at))
            assert rest.flags == whole.flags[place + 1 :]
            before = len(fold(readings[: place + 1]).steps)
            assert settle(rest.steps) == settle(whole.steps[before:])


@given(wild)
def test_folding_what_was_folded_changes_nothing(readings: list[Reading]):
    once = fold(readings)
    again = fold([(at, wh, word, flags) for (at, wh, word, _), flags in zip(readings, once.flags, strict=True)])
    assert (again.flags, again.steps) == (once.flags, once.steps)


@pytest.mark.parametrize("step", [10, 100, 1000])
def test_samples_coarser_than_starts_and_stops_add_nothing_to_the_sessions(step: int):
    readings, flowed = [], 0.0
    for hour in range(0, 20, 2):
        begin, end = 5_432.0 + hour * 999, 5_432.0 + (hour + 1.5) * 999
        readings.append((hour * 60 * MINUTE, begin, BEGIN, 0))
        during = [(hour * 60 + minute, begin + (end - begin) * minute / 60) for minute in range(5, 60, 5)]
        idle = [(hour * 60 + minute, end) for minute in range(65, 120, 5)]
        readings += [((minute) * MINUTE, wh // step * step, 0, 0) for minute, wh in (*during, *idle)]
        readings.append(((hour + 1) * 60 * MINUTE, end, END, 0))
        flowed += end - begin
    folded = fold(sorted(readings))
    assert set(folded.flags) <= {0, FLAG_COARSE}
    between = sum(999 * 0.5 for _ in range(9))
    assert energy(folded) == pytest.approx(flowed + between)
    assert all(wh >= 0 for *_, wh in folded.steps)


def test_a_stop_in_whole_watt_hours_is_what_its_session_ends_with_after_a_finer_sample():
    readings = [(0, 613_675.0, BEGIN, 0), (MINUTE, 613_700.9, 0, 0), (2 * MINUTE, 613_700.0, END, 0)]
    folded = fold([*readings, (3 * MINUTE, 613_700.0, BEGIN, 0), (4 * MINUTE, 613_719.0, END, 0)])
    assert set(folded.flags) == {0}
    assert energy(folded, until=2 * MINUTE) == pytest.approx(25.0)
    assert energy(folded) == pytest.approx(44.0)


def test_a_stop_is_exact_where_the_sample_before_it_was_rounded_up():
    readings = [(0, 5_000.0, BEGIN, 0), (MINUTE, 8_000.0, 0, 0), (2 * MINUTE, 7_640.0, END, 0)]
    folded = fold(readings)
    assert folded.flags == [0, 0, 0]
    assert energy(folded) == 2_640.0


@given(wild, st.data())
def test_each_reading_again_later_changes_nothing(readings: list[Reading], data: st.DataObject):
    plain = [(at, wh, word, 0) for at, wh, word, _ in readings]
    register, total = None, 0.0
    for place, (at, wh, word, _) in enumerate(plain):
        step = advance(register, wh, at, word)
        register, total = step.register, total + step.wh
        late = data.draw(st.integers(0, place))
        if plain[late][0] < register.at:
            assert advance(register, plain[late][1], plain[late][0], plain[late][2]).wh == 0
    assert total == pytest.approx(energy(fold(plain)))


@given(wild, st.lists(st.integers(-5 * MINUTE, 45 * MINUTE), max_size=5))
def test_the_parts_of_any_division_add_up_to_the_whole(readings: list[Reading], cuts: list[int]):
    folded = fold(readings)
    bounds = itertools.pairwise([-(2**62), *sorted(cuts), 2**62])
    assert sum(energy(folded, a, b) for a, b in bounds) == pytest.approx(energy(folded))


@given(wild)
def test_no_flagged_reading_ends_a_step(readings: list[Reading]):
    folded = fold(readings)
    counted = {at for (at, *_), flags in zip(readings, folded.flags, strict=True) if counts(flags)}
    assert {until for _, until, _ in folded.steps} <= counted


def test_a_register_of_five_digits_runs_over():
    folded = fold(told((0, 99_996_000), (5, 99_999_000), (10, 3_000), (15, 5_000)))
    assert folded.flags == [0, 0, 0, 0]
    assert [wh for *_, wh in folded.steps] == [3_000, 4_000, 2_000]


@pytest.mark.parametrize("modulus", [10**6, 10**8, 10**9, 2**31, 2**32])
def test_registers_run_over_at_powers_of_ten_and_of_two(modulus: int):
    assert energy(fold(told((0, modulus - 200), (5, 100)))) == 300


def test_a_register_that_falls_from_elsewhere_is_reset():
    folded = fold(told((0, 95_000_000), (5, 3_000), (10, 4_000)))
    assert folded.flags == [0, FLAG_DECREASE, 0]
    assert energy(folded) == 1_000


def test_a_register_that_falls_to_zero_where_a_transaction_begins_was_reset():
    assert fold([(0, 999_990.0, END, 0), (MINUTE, 0.0, BEGIN, 0)]).flags == [0, FLAG_DECREASE]


def test_a_register_does_not_run_over_faster_than_anything_charges():
    assert fold(told((0, 99_200_000), (0.1, 100_000))).flags == [0, FLAG_DECREASE]


def test_what_a_rated_charge_point_cannot_give_is_a_jump():
    steps = told((0, 1_000), (5, 26_000), (10, 2_800))
    assert fold(steps).flags == [0, 0, FLAG_DECREASE]
    assert fold(steps, None, limits_of(22_000)).flags == [0, FLAG_JUMP, 0]


def test_what_a_rated_charge_point_can_give_in_the_time_is_believed_however_much_it_is():
    month = told((0, 1_000), (30 * 24 * 60, 9_000_000))
    assert fold(month).flags == [0, FLAG_JUMP]
    assert fold(month, None, limits_of(22_000)).flags == [0, 0]


def test_what_was_seen_is_a_limit_for_large_steps_only():
    assert fold(told((0, 0), (5, 90_000)), None, limits_of(None, 50_000)).flags == [0, 0]
    assert fold(told((0, 0), (60, 110_000)), None, limits_of(None, 50_000)).flags == [0, FLAG_JUMP]
    assert fold(told((0, 0), (60, 110_000)), None, limits_of(None, 400_000)).flags == [0, 0]


def test_the_energy_of_a_frozen_register_is_spread_over_the_time_it_stood_still():
    readings = [(0, 100.0, 0, 0), *((at * MINUTE, 100.0, 0, FLAG_FROZEN) for at in (5, 10)), (15 * MINUTE, 400.0, 0, 0)]
    folded = fold(readings)
    assert folded.steps == [(0, 15 * MINUTE, 300.0)]
    assert folded.flags == [0, FLAG_FROZEN, FLAG_FROZEN, 0]


def test_a_spike_that_was_noted_is_passed_over():
    assert fold([(0, 100.0, 0, 0), (5, -3.0, 0, FLAG_SPIKE), (9, 120.0, 0, 0)]).steps == [(0, 9, 20.0)]


def test_a_lifted_jump_is_energy():
    folded = fold([(0, 0.0, 0, 0), (MINUTE, 5e6, 0, FLAG_JUMP | LIFTED), (2 * MINUTE, 5e6 + 10, 0, 0)])
    assert folded.flags == [0, FLAG_JUMP | LIFTED, 0]
    assert energy(folded) == 5e6 + 10


def test_a_lifted_fall_begins_a_segment_and_is_not_undone():
    folded = fold([(0, 500.0, 0, 0), (5, 100.0, 0, FLAG_DECREASE | LIFTED), (9, 600.0, 0, 0)])
    assert folded.steps == [(5, 9, 500.0)]


def test_a_swapped_meter_counts_from_the_reading_that_was_confirmed():
    assert fold(told((0, 1_000), (60, 9e7), (65, 9e7 + 50))).steps == [(60 * MINUTE, 65 * MINUTE, 50)]


def test_a_bad_reading_between_two_good_ones_leaves_the_time_between_them_whole():
    assert fold(told((0, 5_000), (5, 0), (10, 5_100))).steps == [(0, 10 * MINUTE, 100)]


@pytest.mark.parametrize("word", [BEGIN, END])
def test_what_follows_a_wrong_register_at_a_start_or_stop_flowed_after_it(word: int):
    assert fold([(0, 5_000.0, 0, 0), (5, 1.0, word, 0), (10, 5_100.0, 0, 0)]).steps == [(5, 10, 100.0)]


def test_of_one_moment_the_higher_reading_counts():
    folded = fold([(0, 0.0, 0, 0), (5, 1235.0, 0, 0), (5, 900.0, END, 0), (9, 1240.0, 0, 0)])
    assert folded.flags == [0, 0, FLAG_DECREASE, 0]
    assert energy(folded) == 1240


def test_energy_between_readings_far_apart_lies_where_the_later_one_is():
    late = LONGEST_MS + 1
    assert fold([(0, 0.0, 0, 0), (late, 100.0, 0, 0)]).steps == [(late, late, 100.0)]
    assert fold([(0, 0.0, 0, 0), (LONGEST_MS, 100.0, 0, 0)]).steps == [(0, LONGEST_MS, 100.0)]


def test_a_register_that_is_known_to_count_each_transaction_from_zero_does_so_without_flags():
    readings = [(0, 8000.0, END, 0), (5, 0.0, BEGIN, 0), (9, 200.0, 0, 0)]
    assert fold(readings).flags == [0, FLAG_DECREASE, 0]
    assert fold(readings, None, Limits(begins_anew=True)) == Folded([(5, 9, 200.0)], [0, 0, 0], Register(200.0, 9))


def test_a_meter_that_goes_too_fast_is_not_confirmed_by_going_on_so():
    assert fold(told((0, 0), (5, 900_000), (10, 1_800_000), (15, 2_700_000))).flags == [0, *[FLAG_JUMP] * 3]


def test_a_stop_in_wh_after_samples_in_kwh_is_no_energy():
    """Seen of a charge point whose samples are kWh and say Wh: its start and stop are Wh."""
    readings = [(0, 331_617.0, BEGIN, 0), (5, 331.62, 0, 0), (9, 331.63, 0, 0), (2 * MINUTE, 331_653.0, END, 0)]
    folded = fold(readings)
    assert folded.flags == [0, FLAG_DECREASE, 0, FLAG_JUMP]
    assert energy(folded) < 1


def test_a_fold_of_nothing_is_nothing():
    assert fold([]) == Folded([], [], None)
    assert fold([], Register(5.0, 3), ANY).register == Register(5.0, 3)
