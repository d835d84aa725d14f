"""Unknown tags: one counted row each, the newest few, never of a known tag."""

from datetime import datetime, timedelta

import pytest

from wattdeck.domain.clock import to_ms
from wattdeck.domain.tags import Tag, lookalikes
from wattdeck.store import tags, unknown_tags
from wattdeck.store.engine import Store
from wattdeck.store.unknown_tags import NOTE, UnknownTag


def row(id_tag: str, at: datetime, charge_point: str = "CP-1", connector_id: int | None = None, message="Authorize"):
    return (id_tag.casefold(), id_tag, to_ms(at), charge_point, connector_id, message)


async def seen(store: Store, limit: int = 10, after=None):
    return await store.read(lambda connection: unknown_tags.recent(connection, limit, after))


async def test_a_tag_is_counted_and_the_last_time_kept(store: Store, now: datetime):
    later = now + timedelta(minutes=1)
    await store.add((NOTE, [row("Tag", now), row("TAG", later, "CP-2", 3, "StartTransaction")]))
    assert (await seen(store)).items == [UnknownTag("TAG", now, later, 2, "CP-2", 3, "StartTransaction")]


async def test_a_tag_that_became_known_meanwhile_is_not_noted(store: Store, now: datetime):
    await store.write(lambda connection: tags.put(connection, Tag(id_tag="Tag")))
    await store.add((NOTE, [row("TAG", now)]))
    assert (await seen(store)).items == []


async def test_a_tag_that_becomes_known_leaves_the_list(store: Store, now: datetime):
    await store.add((NOTE, [row("A", now), row("B", now)]))
    await store.write(lambda connection: tags.put(connection, Tag(id_tag=" a ")))
    assert [one.id_tag for one in (await seen(store)).items] == ["B"]


async def test_the_last_seen_comes_first_in_pages_that_neither_skip_nor_repeat(store: Store, now: datetime):
    await store.add((NOTE, [row(f"T{number}", now + timedelta(seconds=number // 2)) for number in range(7)]))
    found, after = [], None
    while True:
        page = await seen(store, 2, after)
        found += [one.id_tag for one in page.items]
        after = page.next
        if after is None:
            break
    assert found == ["T6", "T5", "T4", "T3", "T2", "T1", "T0"]


async def test_the_oldest_go(store: Store, now: datetime):
    await store.add((NOTE, [row(f"T{number}", now + timedelta(seconds=number)) for number in range(5)]))
    assert await store.write(lambda connection: unknown_tags.trim(connection, 2)) == 3
    assert [one.id_tag for one in (await seen(store)).items] == ["T4", "T3"]
    assert await store.write(lambda connection: unknown_tags.trim(connection, 2)) == 0


@pytest.mark.parametrize(
    ("presented", "known", "resembles"),
    [
        ("DDCCBBAA", "aabbccdd", "aabbccdd"),
        ("04A2B3C4D5-01", "04A2B3C4D5", "04A2B3C4D5"),
        ("04A2B3C4D5", "04A2B3C4D5-01", None),
        ("AABBCCDD", "11223344", None),
        ("ABCDEFGH1", "ABCDEFGH", "ABCDEFGH"),
        ("TAG12", "TAG1", None),
    ],
)
async def test_what_may_be_the_same_card_is_said(store: Store, now: datetime, presented, known, resembles):
    await store.write(lambda connection: tags.put(connection, Tag(id_tag=known)))
    await store.add((NOTE, [row(presented, now)]))
    [one] = (await seen(store)).items
    assert one.resembles == resembles


@pytest.mark.parametrize("key", ["", "a", "äöü", "zz", "aaaaaaaa", "a" * 255, "04 a2", "١٢٣٤٥٦٧٨"])
def test_any_key_has_lookalikes_that_are_not_itself(key: str):
    assert key not in lookalikes(key)
