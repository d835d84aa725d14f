"""Unknown tags as charge points bring them: noted, adopted, and never without bound."""

from datetime import datetime

import pytest

from tests.api.people import is_problem
from tests.stations import at, start, stop, until
from wattdeck.bus.events import Events
from wattdeck.bus.memory import MemoryBus
from wattdeck.handlers.unknown_tags import MOST_KEPT, UnknownTags
from wattdeck.store import unknown_tags
from wattdeck.store.engine import Store


@pytest.fixture
async def strict(make_house):
    return await make_house(unknown_tags="refuse")


async def seen(house, count):
    """The unknown tags, once there are so many sightings."""

    async def enough():
        found = await house.items("unknown-tags")
        return found if sum(one["count"] for one in found) == count else None

    return await until(enough)


async def test_refused_tags_are_noted_with_where_and_in_what_they_came(strict):
    cp, other = await strict.station(), await strict.station("CP-2")
    await cp.call("Authorize", {"idTag": "NEW"})
    transaction = (await cp.call("StartTransaction", start(2, "new")))["transactionId"]
    await other.call("StartTransaction", start(3, "X"))
    await cp.call("StopTransaction", stop(transaction, 1, idTag="NEW "))
    new, x = sorted(await seen(strict, 4), key=lambda one: one["id_tag"])
    assert (new["id_tag"], new["count"], new["connector_id"], new["message"]) == ("NEW ", 3, 2, "StopTransaction")
    assert (x["charge_point"], x["connector_id"], x["message"]) == ("CP-2", 3, "StartTransaction")
    assert x["first_at"] == x["last_at"]
    assert at(new["first_at"]) <= at(new["last_at"])


async def test_tags_that_are_known_accepted_or_empty_are_not_noted(make_house, strict):
    await strict.http.put("tags/BAD", json={"status": "blocked"})
    cp = await strict.station()
    for tag in ("BAD", "", " ", "LAST"):
        await cp.call("Authorize", {"idTag": tag})
    assert [one["id_tag"] for one in await seen(strict, 1)] == ["LAST"]
    lenient = await make_house(unknown_tags="accept")
    await (await lenient.station()).call("Authorize", {"idTag": "NEW"})
    assert await lenient.items("unknown-tags") == []


async def test_adopting_makes_a_tag_and_removes_the_row(strict):
    cp = await strict.station()
    await cp.call("Authorize", {"idTag": "Ab/12 "})
    await seen(strict, 1)
    body = {"status": "accepted", "parent": "FLEET", "note": "Ann"}
    adopted = await strict.http.post("unknown-tags/ab%2F12/adopt", json=body)
    whole = {"id_tag": "Ab/12", "expires_at": None, "max_sessions": None, **body}
    assert (adopted.status_code, adopted.json()) == (200, whole)
    assert await strict.get("tags/AB%2F12") == whole
    assert await strict.items("unknown-tags") == []
    assert (await cp.call("Authorize", {"idTag": "ab/12"}))["idTagInfo"]["status"] == "Accepted"
    is_problem(await strict.http.post("unknown-tags/AB%2F12/adopt"), 404)


async def test_one_let_go_comes_back_when_it_is_seen_again(strict):
    cp = await strict.station()
    await cp.call("Authorize", {"idTag": "NEW"})
    await seen(strict, 1)
    assert (await strict.http.delete("unknown-tags/new")).status_code == 204
    is_problem(await strict.http.delete("unknown-tags/new"), 404)
    assert await strict.items("unknown-tags") == []
    await cp.call("Authorize", {"idTag": "NEW"})
    await seen(strict, 1)


async def test_random_tags_without_end_leave_no_rows_without_end(store: Store, telemetry, now: datetime):
    def dropped(reason):
        return telemetry.registry.get_sample_value("wattdeck_dropped_total", {"reason": reason}) or 0

    async def rows():
        return len((await store.read(lambda connection: unknown_tags.recent(connection, 10_000))).items)

    noted = UnknownTags(store, Events(MemoryBus(), telemetry), telemetry)
    for wave in range(3):
        for number in range(MOST_KEPT + 500):
            noted.note(f"{wave}-{number}", "CP-1", None, "Authorize", now)
        noted.note(f"{wave}-0", "CP-1", None, "Authorize", now)  # one that is there already still counts
        assert await rows() <= 2 * MOST_KEPT
        await noted.trim()
        assert await rows() == MOST_KEPT
    assert dropped("unknown_tags_full") == 3 * 500 + 2 * MOST_KEPT
    noted.note("x" * 256, "CP-1", None, "Authorize", now)
    assert (dropped("unknown_tag_too_long"), await rows()) == (1, MOST_KEPT)
