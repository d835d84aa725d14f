"""Keeps file jobs and files in order: marks the silent ones, forgets old files and old security events."""

from datetime import datetime, timedelta

from wattdeck.bus.events import Events
from wattdeck.domain.events import FileJobChanged
from wattdeck.settings import Settings
from wattdeck.store import file_jobs, file_retention, security_events
from wattdeck.store.engine import Store

_AT_ONCE = 5_000


async def keep_up(store: Store, events: Events, settings: Settings, at: datetime) -> None:
    for job in await store.write(lambda connection: file_jobs.mark_stuck(connection, at)):
        events.publish(FileJobChanged(job))
    too_old = at - timedelta(days=settings.keep_files_days)
    await file_retention.forget(store, settings.data, too_old, settings.files_limit_bytes)
    await file_retention.sweep(store, settings.data)
    before = at - timedelta(days=settings.keep_security_events_days)
    while await store.write(lambda connection: security_events.forget(connection, before, _AT_ONCE)):
        pass
