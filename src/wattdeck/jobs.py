"""The one periodic loop: named jobs, jittered, restarted after a failure, failures counted."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from wattdeck.domain.errors import StoreUnavailable
from wattdeck.domain.records import Record
from wattdeck.telemetry import Telemetry, logger

_log = logger("wattdeck.jobs")


class Job(Record, frozen=True):
    name: str
    every_s: float
    work: Callable[[], Awaitable[None]]


class Jobs:
    """Runs jobs side by side from `start` to `stop`."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *jobs: Job) -> None:
        self._tasks += [asyncio.create_task(self._repeat(job), name=f"wattdeck-{job.name}") for job in jobs]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _repeat(self, job: Job) -> None:
        while True:
            await asyncio.sleep(job.every_s * random.uniform(0.9, 1.1))
            try:
                await job.work()
            except (Exception, asyncio.CancelledError) as error:
                task = asyncio.current_task()
                if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                    raise  # the loop itself is stopped; a job may also have waited for something that was cancelled
                self._telemetry.job_failures.labels(job.name).inc()
                if not isinstance(error, StoreUnavailable):  # that is said once, not by everyone
                    _log.exception("job failed", job=job.name)
