"""The one periodic loop: jobs repeat, fail without ending, and end when they are told to."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from wattdeck.jobs import Job, Jobs
from wattdeck.telemetry import Telemetry

OFTEN_S = 0.001


class Work:
    """Counts how often it was done; `done(n)` waits for that."""

    def __init__(self, fails: BaseException | None = None) -> None:
        self.times = 0
        self._fails = fails
        self._more = asyncio.Event()

    async def __call__(self) -> None:
        self.times += 1
        self._more.set()
        if self._fails is not None:
            raise self._fails

    async def done(self, times: int) -> None:
        async with asyncio.timeout(60):
            while self.times < times:
                self._more.clear()
                await self._more.wait()


@pytest.fixture
async def jobs(telemetry: Telemetry) -> AsyncIterator[Jobs]:
    jobs = Jobs(telemetry)
    yield jobs
    await jobs.stop()


async def test_a_job_is_done_again_and_again(jobs: Jobs):
    work = Work()
    jobs.start(Job("work", OFTEN_S, work))
    await work.done(3)


async def test_a_job_that_fails_is_done_again_and_counted(jobs: Jobs, telemetry: Telemetry):
    work = Work(LookupError("on purpose"))
    jobs.start(Job("work", OFTEN_S, work))
    await work.done(3)
    failures = telemetry.registry.get_sample_value("wattdeck_job_failures_total", {"job": "work"})
    assert failures is not None
    assert failures >= 2


async def test_a_job_that_waited_for_something_cancelled_is_done_again(jobs: Jobs):
    work = Work(asyncio.CancelledError())
    jobs.start(Job("work", OFTEN_S, work))
    await work.done(3)


async def test_a_failing_job_does_not_disturb_the_others(jobs: Jobs):
    work = Work()
    jobs.start(Job("failing", OFTEN_S, Work(LookupError("on purpose"))), Job("work", OFTEN_S, work))
    await work.done(3)


async def test_a_hanging_job_does_not_delay_the_others(jobs: Jobs):
    async def hang() -> None:
        await asyncio.Event().wait()

    work = Work()
    jobs.start(Job("hanging", OFTEN_S, hang), Job("work", OFTEN_S, work))
    await work.done(3)


async def test_a_job_does_not_begin_before_its_time(jobs: Jobs):
    work, other = Work(), Work()
    jobs.start(Job("work", 3600, work), Job("other", OFTEN_S, other))
    await other.done(3)
    assert work.times == 0


async def test_a_job_under_way_ends_when_it_is_told_to(jobs: Jobs):
    began, ended = asyncio.Event(), []

    async def hang() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    jobs.start(Job("hanging", OFTEN_S, hang))
    await began.wait()
    await jobs.stop()
    assert ended == [True]


async def test_jobs_begin_again_after_their_end(jobs: Jobs):
    work = Work()
    for _ in range(2):
        jobs.start(Job("work", OFTEN_S, work))
        await work.done(work.times + 1)
        await jobs.stop()
