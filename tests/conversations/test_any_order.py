"""Charge points that do everything wrong at once, drawn from a seed: lost and late starts, lost stops, messages again
long after, lines that break, registers of 0 and in kWh. Whatever they say, each session is there once, and whole.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from tests.houses import open_house
from tests.stations import iso, sampled, start, stop

STATIONS = 20
REGISTER = "Energy.Active.Import.Register"
# what becomes of a session
WHOLE, RECOVERED, SOMETHING, LOST = "whole", "recovered", "something", "lost"


class Muddler:
    """One charge point with one connector, its meter, and what its sessions were in truth."""

    def __init__(self, house, identifier: str, random: Random) -> None:
        self.house, self.identifier, self.random = house, identifier, random
        self.at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
        self.wh = float(random.choice([0, 5, 731_473, 4_489_659, 120_000_000]))
        self.says_kwh, self.says_no_id, self.counts_anew = (self.happens(chance) for chance in (0.4, 0.2, 0.15))
        self.zero_wh = 0.0
        self.said: list[tuple[str, Any]] = []
        self.truth: list[tuple] = []

    def happens(self, chance: float) -> bool:
        return self.random.random() < chance

    @property
    def meter(self) -> int:
        return int(self.wh - self.zero_wh)

    def reading(self, **more: str) -> dict[str, str]:
        if self.says_kwh:
            return sampled(f"{(self.wh - self.zero_wh) / 1000:.3f}", unit="kWh", **more)
        return sampled(self.meter, **more)

    def look(self, context: str) -> dict[str, Any]:
        return {"timestamp": iso(self.at), "sampledValue": [self.reading(context=context, measurand=REGISTER)]}

    def pass_time(self) -> None:
        self.at += timedelta(seconds=self.random.randint(20, 400))
        self.wh += self.random.uniform(0, 3000)

    async def live(self, sessions: int) -> None:
        self.line = await self.house.station(self.identifier)
        for _ in range(sessions):
            self.at += timedelta(minutes=self.random.randint(1, 20))
            await self.charge()

    async def say(self, action: str, payload: Any) -> Any:
        """Say it, sometimes something else again, and sometimes the line breaks after it."""
        answer = await self.line.call(action, payload)
        self.said.append((action, payload))
        if self.happens(0.3):
            await self.line.call(*self.random.choice(self.said[-6:]))
        if self.happens(0.1):
            self.line.drop()
            self.line = await self.house.station(self.identifier)
        return answer

    async def charge(self) -> None:
        self.zero_wh = self.wh if self.counts_anew else 0.0
        began, begin = self.at, self.meter
        tag = self.random.choice("ABC")
        started = start(1, tag, begin, began)
        is_start_lost = self.happens(0.2)
        comes_late = is_start_lost and self.happens(0.4)
        transaction = -1 if is_start_lost else (await self.say("StartTransaction", started))["transactionId"]
        data = [self.look("Transaction.Begin")] if self.happens(0.6) else []
        for _ in range(self.random.randint(0, 5)):
            self.pass_time()
            named = {} if self.says_no_id else {"transactionId": transaction}
            value = {"timestamp": iso(self.at), "sampledValue": [self.reading()]}
            await self.say("MeterValues", {"connectorId": 1, **named, "meterValue": [value]})
        self.pass_time()
        if not is_start_lost and self.happens(0.15):
            self.truth.append((LOST, began, self.at, begin, self.meter))
            return
        if data:
            data.append(self.look("Transaction.End"))
        says_zero = data and not self.says_kwh and self.meter > 20 and self.happens(0.2)
        more: dict[str, Any] = {"transactionData": data} if data else {}
        if self.happens(0.7):
            more["idTag"] = tag
        await self.say("StopTransaction", stop(transaction, 0 if says_zero else self.meter, self.at, **more))
        if comes_late:
            await self.say("StartTransaction", started)
        outcome = WHOLE if comes_late or not is_start_lost else RECOVERED if data else SOMETHING
        self.truth.append((outcome, began, self.at, begin, self.meter))

    async def check(self) -> None:
        found = await self.house.items("sessions", charge_point=self.identifier, limit=100)
        found.sort(key=lambda one: one["started_at"])
        assert len(found) == len(self.truth), self.said
        for one, (outcome, began, ended, begin, end) in zip(found, self.truth, strict=True):
            if outcome == WHOLE:
                known = (one["status"], one["flags"], one["started_at"], one["stopped_at"], one["energy_wh"])
                assert known == ("completed", [], iso(began), iso(ended), end - begin), self.said
            elif outcome == RECOVERED:
                assert one["status"] == "recovered", self.said
                assert one["energy_wh"] == pytest.approx(end - begin, abs=1), self.said  # it began with rounded kWh
            else:
                assert one["status"] in {SOMETHING: {"recovered"}, LOST: {"abandoned", "active"}}[outcome], self.said


async def live(house, seed: int) -> list[Muddler]:
    muddlers = [Muddler(house, f"CP-{number}", Random(f"{seed} {number}")) for number in range(STATIONS)]
    await asyncio.gather(*(one.live(one.random.randint(1, 4)) for one in muddlers))
    return muddlers


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_is_lost_late_or_said_again_each_session_is_there_once_and_whole(house, seed):
    for one in await live(house, seed):
        await one.check()


async def test_the_energy_of_today_is_the_same_after_a_restart_in_whatever_order_it_was_told(tmp_path):
    noon = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # a zone in which none of this was yesterday
    async with open_house(tmp_path, time_zone=noon) as house:
        await live(house, 4)
        await house.central_system._recount.sweep()  # what came late is judged again within a second or so
        before = await house.get("stats")
    async with open_house(tmp_path, time_zone=noon) as house:
        after = await house.get("stats")
    assert before["total_energy_today"] > 0
    assert after["total_energy_today"] == pytest.approx(before["total_energy_today"], abs=0.002)
    assert after["active_sessions"] == before["active_sessions"]
