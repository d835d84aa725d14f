"""Which version is spoken (quirks Q1–Q3)."""

import pytest

from wattdeck.ocpp.v16 import V16
from wattdeck.ocpp.versions import BY_VERSION, negotiate


@pytest.mark.parametrize("offered", [[], [""], ["  "]])
def test_nothing_offered_means_1_6_without_the_header(offered: list[str]):
    assert negotiate(offered) == (V16, None)


@pytest.mark.parametrize("offered", [["ocpp1.6"], ["ocpp1.5", "ocpp1.6"], ["soap", "ocpp1.6", "ocpp1.5"]])
def test_the_version_both_know_is_chosen_whatever_stands_beside_it(offered: list[str]):
    assert negotiate(offered) == (V16, "ocpp1.6")


@pytest.mark.parametrize("offered", [["OCPP1.6"], [" OCPP1.6 "]])
def test_the_word_is_answered_as_it_was_spelled(offered: list[str]):
    assert negotiate(offered) == (V16, "OCPP1.6")


@pytest.mark.parametrize("offered", [["ocpp1.5"], ["soap", "mqtt"]])
def test_only_unknown_words_mean_no_version(offered: list[str]):
    assert negotiate(offered) is None


def test_versions_are_found_by_their_number():
    assert BY_VERSION["1.6"] is V16
