"""The physics: the register is the integral of the power, batteries do not overflow, nothing runs backwards."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.simulator.meter import AC_3_7, AC_11, AC_22, DC_50, DC_100, DC_150, Car, advance, idle, plug_in, steps

supplies = st.sampled_from([AC_3_7, AC_11, AC_22, DC_50, DC_100, DC_150])
cars = st.builds(
    Car,
    battery_wh=st.floats(100, 100_000),
    soc=st.floats(0, 79),
    target_soc=st.floats(80, 100),
    power_w=st.floats(1_000, 200_000),
    phases=st.integers(1, 3),
    knee_soc=st.floats(60, 96),
)
durations = st.lists(st.floats(0.01, 900), min_size=1, max_size=8)


@given(supplies, cars, durations, st.integers())
def test_the_register_is_exactly_the_integral_of_the_power(supply, car, durations, seed):
    reading = plug_in(supply, car, 1_000.0)
    random, integral_ws = Random(seed), 0.0
    for duration in durations:
        elapsed = reading.elapsed_s
        for step in steps(reading, supply, car, duration, random):
            integral_ws += step.power_w * (step.elapsed_s - elapsed)
            elapsed, reading = step.elapsed_s, step
    assert reading.register_wh == pytest.approx(1_000.0 + integral_ws / 3600, abs=1e-6)


@given(supplies, cars, durations, st.integers())
def test_charge_and_register_only_rise_and_stay_within_their_bounds(supply, car, durations, seed):
    reading, random = plug_in(supply, car, 0.0), Random(seed)
    for duration in durations:
        for step in steps(reading, supply, car, duration, random):
            assert step.register_wh >= reading.register_wh
            assert reading.soc <= step.soc <= min(100.0, car.target_soc + 1e-6)
            assert 0 <= step.power_w <= min(supply.power_w, car.power_w) + 1e-6
            assert all(0 <= amps <= supply.amps for amps in step.amps)
            assert -10 < step.temperature_c < 70
            reading = step


@given(supplies, cars, st.floats(1, 600), st.integers())
def test_power_is_voltage_times_current_summed_over_the_phases(supply, car, duration, seed):
    reading = advance(plug_in(supply, car, 0.0), supply, car, duration, Random(seed))
    assert reading.power_w == pytest.approx(sum(v * a for v, a in zip(reading.volts, reading.amps, strict=True)))
    assert len(reading.volts) == max(1, supply.phases)
    if not supply.is_dc:
        assert all(207 < volts < 253 for volts in reading.volts)


@given(supplies, cars, st.floats(0, 100_000), st.integers())
def test_a_limit_is_never_exceeded(supply, car, limit, seed):
    last = plug_in(supply, car, 0.0)
    for step in steps(last, supply, car, 30, Random(seed), limit):
        assert step.power_w <= limit + 1e-6


def test_the_same_seed_gives_the_same_readings():
    car = Car(58_000, 20, 80, 50_000)
    twice = [advance(plug_in(DC_50, car, 0), DC_50, car, 60, Random(5)) for _ in range(2)]
    assert twice[0] == twice[1]


def test_fast_charging_tapers_above_the_knee():
    early, late = (Car(58_000, soc, 100, 50_000, knee_soc=75) for soc in (50, 92))
    power = [advance(plug_in(DC_50, car, 0), DC_50, car, 30, Random(1)).power_w for car in (early, late)]
    assert power[0] > 45_000
    assert power[1] < 25_000


def test_a_car_with_one_phase_leaves_the_others_without_current():
    car = Car(58_000, 20, 80, 7_400, phases=1)
    reading = advance(plug_in(AC_22, car, 0), AC_22, car, 10, Random(1))
    assert reading.amps[0] > 25
    assert reading.amps[1:] == (0.0, 0.0)


def test_a_connector_without_a_car_shows_its_register_and_no_power():
    assert (idle(AC_22, 7_000).register_wh, idle(AC_22, 7_000).power_w) == (7_000, 0)
