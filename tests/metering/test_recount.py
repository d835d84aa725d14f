"""Whatever the order in which readings come: flags, sessions and today's energy are those of the readings in order of
time, which an oracle of its own reckons.
"""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.metering.plant import Plant
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.events import SessionUpdated
from wattdeck.domain.meter_values import FLAG_DECREASE, FLAG_JUMP
from wattdeck.domain.records import Record
from wattdeck.domain.sessions import REGISTER
from wattdeck.store import charge_points
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

# one store for all examples; nothing is made smaller, for that takes minutes
in_a_store = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
PLAIN, RESET, SPIKE, DIP = "plain", "reset", "spike", "dip"


@pytest.fixture
def plant(store: Store, charge_point: ChargePoint, now: datetime, telemetry: Telemetry) -> Plant:
    return Plant(store, charge_point, now, telemetry)


class Story(Record, frozen=True):
    """What a register truly did, minute by minute: what happened, how much flowed. A spike or a dip is one reading
    between two plain ones.
    """

    steps: list[tuple[str, int]]

    def readings(self, start: float = 5_000_000.0) -> list[tuple[float, int]]:
        """(Wh, flags) of each minute."""
        wh, found = start, [(start, 0)]
        for kind, flowed in self.steps:
            if kind == SPIKE:
                found.append((wh + 5e7 + flowed, FLAG_JUMP))
            elif kind == DIP:
                found.append((wh * 0.3, FLAG_DECREASE))
            elif kind == RESET:
                wh = float(flowed)
                found.append((wh, FLAG_DECREASE))
            else:
                wh += flowed
                found.append((wh, 0))
        return found

    def energy(self) -> float:
        return sum(flowed for kind, flowed in self.steps if kind == PLAIN)


def told_apart(steps: list[tuple[str, int]]) -> Story:
    """A reading that is not plain stands between two plain ones, else nobody could tell what it was."""
    made: list[tuple[str, int]] = []
    since = 0
    for place, (kind, flowed) in enumerate(steps):
        is_odd = kind != PLAIN and since > 1 and place < len(steps) - 1
        if kind == RESET and any(one == RESET for one, _ in made):
            is_odd = False  # a second one, that soon is as high again, is a dip by all that can be seen
        since = 0 if is_odd else since + 1
        made.append((kind if is_odd else PLAIN, flowed))
    return Story(made)


stories = st.lists(
    st.tuples(st.sampled_from([PLAIN, PLAIN, RESET, SPIKE, DIP]), st.integers(20, 900)), min_size=2, max_size=12
).map(told_apart)


async def another(plant: Plant, number: int) -> None:
    """The same plant with a charge point that has no history."""
    made = await plant.store.write(
        lambda c: charge_points.register(c, f"CP-{number}-{plant.cp.id}", "accepted", plant.now)
    )
    plant.cp = made
    plant.restart()


@pytest.mark.covers("promise 9")
@pytest.mark.covers("promise 10")
@settings(in_a_store, max_examples=40)
@given(stories, st.data())
async def test_in_whatever_order_readings_come_flags_and_energies_are_those_of_their_times(
    plant: Plant, story: Story, data: st.DataObject
):
    await another(plant, data.draw(st.integers(0, 2**30)))
    readings = story.readings()
    last = len(readings) - 1
    session = await plant.begin(0, readings[0][0])
    order = data.draw(st.permutations(range(len(readings))))
    again = data.draw(st.lists(st.sampled_from(range(len(readings))), max_size=4))
    for minute in [*order, *again]:
        if data.draw(st.booleans()):
            plant.restart()
        value = plant.value(minute, readings[minute][0], context=_word(minute, len(readings)))
        await plant.send(value, transaction=session.transaction_id, received=30)
    await plant.end(session.id, last, readings[last][0])
    with time_machine.travel(plant.at(60), tick=False):
        await plant.recount.sweep()
        await plant.pipeline.recount(plant.cp.id)

    assert [sample.flags for sample in await plant.stored()] == [flags for _, flags in readings]
    ended = await plant.session(session.id)
    assert ended.energy_wh == pytest.approx(story.energy())
    assert ended.energy_source == REGISTER
    assert plant.today.by_charge_point.get(plant.cp.id, 0.0) == pytest.approx(story.energy())


@settings(in_a_store, max_examples=15)
@given(stories, stories, st.data())
async def test_sessions_one_after_the_other_have_what_flowed_in_each(
    plant: Plant, one: Story, other: Story, data: st.DataObject
):
    """Both are over before any of their readings comes."""
    await another(plant, data.draw(st.integers(0, 2**30)))
    first, second = one.readings(), other.readings(7_000_000.0)
    cut = len(first)
    sessions = [await plant.begin(0, first[0][0]), await plant.begin(cut, second[0][0])]
    told = [
        (sessions[which].transaction_id, offset + minute, wh, _word(minute, len(readings)))
        for which, offset, readings in ((0, 0, first), (1, cut, second))
        for minute, (wh, _) in enumerate(readings)
    ]
    for transaction, minute, wh, word in data.draw(st.permutations(told)):
        await plant.send(plant.value(minute, wh, context=word), transaction=transaction, received=60)
    await plant.end(sessions[0].id, cut - 1, first[-1][0])
    await plant.end(sessions[1].id, cut + len(second) - 1, second[-1][0])
    await plant.recount.sweep()
    assert (await plant.session(sessions[0].id)).energy_wh == pytest.approx(one.energy())
    assert (await plant.session(sessions[1].id)).energy_wh == pytest.approx(other.energy())


def _word(minute: int, length: int) -> str:
    return {0: "Transaction.Begin", length - 1: "Transaction.End"}.get(minute, "Sample.Periodic")


async def test_a_session_that_is_corrected_is_told(plant: Plant):
    session = await plant.begin(0, 1000)
    for minute, wh in ((0, 1000), (1, 3_000_000), (2, 3_000_010), (4, 1200)):
        await plant.send(plant.value(minute, wh), transaction=session.transaction_id)
    wrong = (await plant.session(session.id)).energy_wh
    await plant.send(plant.value(3, 1100), transaction=session.transaction_id, received=5)
    plant.published.clear()
    await plant.recount.sweep()
    told = [event.session for event in plant.published if isinstance(event, SessionUpdated)]
    assert [one.energy_wh for one in told] == [(await plant.session(session.id)).energy_wh] != [wrong]


async def test_live_figures_go_on_from_what_was_corrected(plant: Plant):
    session = await plant.begin(0, 1000)
    for minute, wh in ((0, 1000), (5, 2_500_000), (3, 900_000), (4, 1_700_000)):
        await plant.send(plant.value(minute * 60, wh), transaction=session.transaction_id, received=300)
    await plant.recount.sweep()
    corrected = (await plant.session(session.id)).energy_wh
    assert corrected == 2_499_000
    await plant.send(plant.value(330, 2_501_000), transaction=session.transaction_id, received=330)
    assert (await plant.session(session.id)).energy_wh == corrected + 1000


async def test_what_was_measured_of_while_it_was_judged_is_judged_after_a_crash_too(plant: Plant, store: Store):
    session = await plant.begin(0, 0)
    for minute in (10, 30, 20):
        interval = plant.value(minute, 700, "Energy.Active.Import.Interval")
        await plant.send(interval, transaction=session.transaction_id, received=30)
    meter = await plant.pipeline.meter(plant.cp.id)
    meter.open += 1  # a stop is under way
    await plant.recount.sweep()
    await plant.end(session.id, 40, 0)  # with what the meter knew
    assert len(await marks(store)) == 1
    plant.restart()
    await plant.recount.sweep()
    assert (await plant.session(session.id)).energy_wh == 2100
    assert await marks(store) == []


async def test_nothing_is_recounted_where_readings_come_in_order(plant: Plant, store: Store):
    session = await plant.begin(0, 1000)
    for minute, wh in ((0, 1000), (1, 1100), (2, 1200)):
        await plant.send(plant.value(minute, wh), transaction=session.transaction_id)
    assert await marks(store) == []


async def marks(store: Store) -> list[Any]:
    return await store.read(lambda c: list(c.exec_driver_sql("SELECT * FROM late_readings")))
