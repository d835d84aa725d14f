"""The application is asked which tag may charge: in time, and whatever it answers."""

import asyncio
import gc
from datetime import UTC, datetime

import pytest

from tests.houses import door, house, make_house
from tests.stations import start, stop, until
from wattdeck import Policies
from wattdeck.domain.tags import Authorization
from wattdeck.policies import MOST_UNFINISHED, Guest, is_decision
from wattdeck.settings import Settings

__all__ = ["door", "house", "make_house"]

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)


async def hang(charge_point, id_tag):
    await asyncio.Event().wait()


async def hang_on(charge_point, id_tag):
    """Does not end when it is told to."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if id_tag == "END":
                raise


async def fail(charge_point, id_tag):
    raise OSError("https://billing.example/?key=sesame is down")


async def give_up(charge_point, id_tag):
    raise asyncio.CancelledError


async def say_a_word(charge_point, id_tag):
    return "Accepted"


def forget_async(charge_point, id_tag):
    return Authorization("Accepted")


async def words(cp, *id_tags):
    return [(await cp.call("Authorize", {"idTag": one}))["idTagInfo"]["status"] for one in id_tags]


@pytest.mark.parametrize(
    ("policy", "reason", "fallback", "said"),
    [
        (hang, "timeout", "list", ["Accepted", "Invalid"]),
        (fail, "error", "list", ["Accepted", "Invalid"]),
        (give_up, "error", "list", ["Accepted", "Invalid"]),
        (forget_async, "error", "accept", ["Accepted", "Accepted"]),
        (say_a_word, "wrong_answer", "refuse", ["Invalid", "Invalid"]),
    ],
)
async def test_a_policy_without_an_answer_leads_to_the_fallback(make_house, policy, reason, fallback, said):
    house = await make_house(
        unknown_tags="refuse",
        authorize_timeout_s=0.05,
        authorize_fallback=fallback,
        parts={"policies": Policies(authorize=policy)},
    )
    await house.http.put("tags/KNOWN")
    cp = await house.station()
    assert await words(cp, "KNOWN", "NONE") == said
    assert house.metric("wattdeck_policy_failures_total", policy="authorize", reason=reason) == 2


async def test_a_start_and_a_stop_have_the_same_limit_and_fallback(make_house):
    house = await make_house(authorize_timeout_s=0.05, parts={"policies": Policies(authorize=hang)})
    cp = await house.station()
    answer = await cp.call("StartTransaction", start())
    assert answer["idTagInfo"] == {"status": "Accepted"}
    answer = await cp.call("StopTransaction", stop(answer["transactionId"], 1, idTag="TAG"))
    assert answer["idTagInfo"] == {"status": "Accepted"}


async def test_a_policy_that_will_not_end_delays_no_answer(telemetry):
    """`asyncio.timeout` would wait for it for ever."""
    guest = Guest(Policies(authorize=hang_on), Settings(authorize_timeout_s=0.01), telemetry)
    async with asyncio.timeout(60):
        assert await guest.authorize("CP-1", "TAG") is None
        while len(guest._unfinished) < MOST_UNFINISHED:
            await asyncio.gather(*(guest.authorize("CP-1", "TAG") for _ in range(200)))
        assert await guest.authorize("CP-1", "TAG") is None
    assert telemetry.registry.get_sample_value(
        "wattdeck_policy_failures_total", {"policy": "authorize", "reason": "overloaded"}
    )
    unfinished = list(guest._unfinished)
    for task in unfinished:
        task.get_coro().close()  # what no cancelling ends
    guest.stop()
    await asyncio.wait(unfinished)


async def test_the_log_names_the_error_and_its_place_and_not_what_it_says(make_house, caplog):
    house = await make_house(parts={"policies": Policies(authorize=fail)})
    assert await words(await house.station(), "TAG") == ["Accepted"]
    assert "OSError" in caplog.text
    assert "test_policies.py:" in caplog.text
    assert "sesame" not in caplog.text


async def test_a_policy_that_fails_after_it_was_given_up_complains_nowhere(telemetry, caplog):
    async def fail_late(charge_point, id_tag):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise OSError("too late") from None

    guest = Guest(Policies(authorize=fail_late), Settings(authorize_timeout_s=0.01), telemetry)
    assert await guest.authorize("CP-1", "TAG") is None
    await until(lambda: not guest._unfinished)
    gc.collect()
    assert "too late" not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        Authorization("Accepted"),
        Authorization("ConcurrentTx", "A" * 20, NOON),
        Authorization("Expired", None, NOON),
    ],
)
def test_a_decision_that_fits_the_wire_is_taken(answer):
    assert is_decision(answer)


@pytest.mark.parametrize(
    "answer",
    [
        *(None, True, "Accepted", {"status": "Accepted"}),
        *(Authorization("accepted"), Authorization(""), Authorization(None)),
        *(Authorization("Accepted", ""), Authorization("Accepted", "A" * 21), Authorization("Accepted", 7)),
        *(Authorization("Accepted", None, NOON.replace(tzinfo=None)), Authorization("Accepted", None, "tomorrow")),
    ],
)
def test_a_decision_of_another_form_is_none(answer):
    assert not is_decision(answer)
