"""The state that a command's answer means, for every word the official schemas allow."""

from importlib.resources import files
from typing import Any

import pytest

from wattdeck.domain.commands import ACCEPTED, FINAL, QUEUED, REJECTED, SENT, state_of_result
from wattdeck.domain.records import from_json

# Words after which the charge point does, did or will do what was asked.
DONE = {"Accepted", "AcceptedCanceled", "RebootRequired", "Scheduled", "Unlocked"}


def words() -> set[str]:
    """The values that `status` may have in any answer of 1.6."""
    found: set[str] = set()
    for file in (files("ocpp") / "v16" / "schemas").iterdir():
        if file.name.endswith("Response.json"):
            schema = from_json(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
            status: dict[str, Any] = schema.get("properties", {}).get("status", {})
            name = status.get("$ref", "").rpartition("/")[2]
            found |= set((schema["definitions"][name] if name else status).get("enum", ()))
    return found - {"Pending"}  # of BootNotification, which is our answer


UNKNOWN_REFUSALS = {"InvalidCertificate", "RevokedCertificate", "NotFound"}


def test_the_words_of_success_are_words_of_the_standard():
    assert words() > DONE


@pytest.mark.parametrize("word", sorted(DONE))
def test_a_word_of_success_is_an_acceptance(word: str):
    assert state_of_result({"status": word}) == ACCEPTED


@pytest.mark.parametrize("word", sorted(words() - DONE - UNKNOWN_REFUSALS))
def test_every_other_word_of_the_standard_is_a_rejection(word: str):
    assert state_of_result({"status": word}) == REJECTED


@pytest.mark.parametrize("word", sorted(UNKNOWN_REFUSALS))
def test_the_refusals_of_the_security_extension_are_rejections(word: str):
    assert state_of_result({"status": word}) == REJECTED


@pytest.mark.parametrize("result", [{}, {"configurationKey": []}, {"listVersion": 3}, {"status": None}])
def test_an_answer_without_a_status_is_an_acceptance(result: dict[str, Any]):
    assert state_of_result(result) == ACCEPTED


@pytest.mark.parametrize("status", [[], {}, ["Rejected"]])
def test_a_status_that_is_no_word_does_not_raise(status: Any):
    assert state_of_result({"status": status}) in FINAL


def test_what_is_under_way_is_not_final():
    assert not {QUEUED, SENT} & FINAL
