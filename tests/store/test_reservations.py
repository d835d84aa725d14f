"""Reservations in the database: numbers nobody had, and each state only from where it may follow."""

from datetime import timedelta

import pytest

from wattdeck.domain.reservations import (
    ACCEPTED,
    CANCELLED,
    EXPIRED,
    LARGEST_NUMBER,
    PENDING,
    REFUSED,
    REPLACED,
    UNKNOWN,
    USED,
)
from wattdeck.store import reservations


@pytest.fixture
def make(store, charge_point, now):
    async def one(number, state=PENDING, lasts_s=600, connector_id=1):
        def write(connection):
            made = reservations.add(
                connection,
                charge_point_id=charge_point.id,
                charge_point="CP-1",
                number=number,
                connector_id=connector_id,
                id_tag="TAG",
                parent_id_tag=None,
                command_id=1000 + number,
                created_at=now,
                expires_at=now + timedelta(seconds=lasts_s),
            )
            return made if state == PENDING else reservations.settle(connection, made.id, state)

        return await store.write(write)

    return one


async def free(store, charge_point):
    return await store.read(lambda c: reservations.free_number(c, charge_point.id))


async def test_numbers_go_up_from_the_highest_there_was(store, charge_point, make):
    assert await free(store, charge_point) == 1
    await make(7, CANCELLED)
    assert await free(store, charge_point) == 8
    assert await store.read(lambda c: reservations.is_taken(c, charge_point.id, 7))
    assert not await store.read(lambda c: reservations.is_taken(c, charge_point.id + 1, 7))


async def test_after_the_largest_number_the_gaps_are_filled(store, charge_point, make):
    for number in (LARGEST_NUMBER, 1, 3):
        await make(number)
    assert await free(store, charge_point) == 2


async def test_what_is_over_is_settled_no_more(store, make, now):
    for number, state in enumerate((REFUSED, CANCELLED, REPLACED, EXPIRED), start=1):
        one = await make(number, state)
        assert await store.write(lambda c, id=one.id: reservations.settle(c, id, ACCEPTED)) is None


@pytest.mark.parametrize(
    ("state", "can"), [(PENDING, True), (ACCEPTED, True), (UNKNOWN, True), (EXPIRED, True), (CANCELLED, False)]
)
async def test_a_start_uses_up_what_is_open_or_only_reckoned_to_be_over(store, make, now, state, can):
    one = await make(1, state)
    done = await store.write(lambda c: reservations.use(c, one.id, USED, 5, now))
    assert (done is not None) == can
    if done is not None:
        assert (done.state, done.session_id, done.ended_at) == (USED, 5, now)
        assert await store.write(lambda c: reservations.use(c, one.id, USED, 6, now)) is None


async def test_those_whose_time_is_over_expire_in_steps_but_not_while_they_are_pending(store, make, now):
    for number in range(1, 4):
        await make(number, ACCEPTED, lasts_s=10)
    await make(4, PENDING, lasts_s=10)
    await make(5, ACCEPTED, lasts_s=11)
    at = now + timedelta(seconds=10)
    expired = [await store.write(lambda c: reservations.expire(c, at, 2)) for _ in range(3)]
    assert [[one.number for one in some] for some in expired] == [[1, 2], [3], []]
    assert not await store.read(lambda c: reservations.any_due(c, at))
    assert await store.read(lambda c: reservations.any_due(c, at + timedelta(seconds=1)))


async def test_a_newer_one_of_the_number_replaces_the_open_ones_before_it(store, make, now):
    older, other, newer = await make(5, ACCEPTED), await make(6, ACCEPTED), await make(5)
    replaced = await store.write(lambda c: reservations.replace_older(c, newer, now))
    assert [(one.id, one.state) for one in replaced] == [(older.id, REPLACED)]
    assert (await store.read(lambda c: reservations.get(c, other.id))).state == ACCEPTED
