"""How long what is stored stays, and what of that does not go together."""

import pytest

from wattdeck.domain.retention import Keep, changed, check_measurands, check_order, read_measurands

KEEP = Keep(samples=7, hours=30, days=365, samples_of={"Voltage": 2})


@pytest.mark.parametrize(
    ("kind", "measurand", "days"),
    [
        ("samples", None, 7),
        ("samples", "Voltage", 2),
        ("samples", "SoC", 7),
        ("hours", "Voltage", 30),
        ("months", "Voltage", None),
        ("frames", None, 7),
        ("sessions", None, None),
        ("texts", None, None),
    ],
)
def test_days_of_a_kind_and_measurand(kind: str, measurand: str | None, days: float | None):
    assert KEEP.of(kind, measurand) == days


def test_signed_values_stay_as_long_as_their_sessions():
    assert changed(KEEP, {"keep_sessions_days": 3650}).of("texts") == 3650


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        (Keep(samples=31, hours=30, days=365), "keep_samples_days is 31, more than keep_hours_days (30)"),
        (Keep(samples=7, hours=400, days=365), "keep_hours_days is 400, more than keep_days_days (365)"),
        (
            Keep(samples=7, hours=30, days=365, samples_of={"SoC": 60}),
            "keep_samples_days of SoC is 60, more than keep_hours_days (30)",
        ),
        (
            Keep(samples=7, hours=30, days=365, hours_of={"SoC": 3}),
            "keep_samples_days of SoC is 7, more than keep_hours_days (3)",
        ),
        (Keep(samples=7, hours=30, days=31), "keep_days_days is 31, less than 32: months are made of their days"),
        (
            Keep(samples=7, hours=7, days=365, days_of={"SoC": 9}),
            "keep_days_days of SoC is 9, less than 32: months are made of their days",
        ),
        (Keep(samples=7, hours=30, days=365, sessions=5), "keep_sessions_days is 5, less than samples are kept"),
    ],
)
def test_what_does_not_go_together_is_said(keep: Keep, said: str):
    with pytest.raises(ValueError, match=r"^keep_") as caught:
        check_order(keep)
    assert str(caught.value) == said


def test_what_goes_together_is_fine():
    check_order(Keep(samples=7, hours=30, days=365, samples_of={"SoC": 60}, hours_of={"SoC": 60}))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"Voltag": 3}, "there is no measurand 'Voltag' (Voltage is one)"),
        ({"@": 3}, "there is no measurand '@'"),
        ({"SoC": 0.5}, "SoC: 0.5 is not between 1 and 36500 days"),
    ],
)
def test_measurands_that_cannot_be_are_said(days: dict[str, float], said: str):
    with pytest.raises(ValueError, match=r".") as caught:
        check_measurands(days)
    assert str(caught.value) == said


def test_pairs_are_read_as_a_setting_has_them():
    assert read_measurands(["Voltage=2", "SoC=1.5"]) == {"Voltage": 2, "SoC": 1.5}


@pytest.mark.parametrize("given", [{"keep_everything": 1}, {"keep_samples_days": 0}, {"keep_samples_days": 31}])
def test_a_change_that_cannot_be_is_refused(given: dict[str, float]):
    with pytest.raises(ValueError, match=r"keep_"):
        changed(KEEP, given)
