"""The figures are measured now and then; the disk is watched."""

import logging

import pytest

from wattdeck.metering.storage import Storage
from wattdeck.settings import Settings
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry

WHOLE_DISK = 2**62  # less is free, wherever


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data=tmp_path)


async def test_figures_are_measured_once_for_all_who_ask_within_some_seconds(store: Store, settings, telemetry):
    storage = Storage(store, settings, telemetry)
    assert await storage.figures() is await storage.figures()


async def test_files_and_the_write_ahead_log_count(store: Store, settings, telemetry):
    folder = settings.data / "files" / "uploads"
    folder.mkdir(parents=True)
    (folder / "1").write_bytes(b"x" * 1000)
    await store.write(lambda connection: connection.exec_driver_sql("CREATE TABLE t (id)"))
    figures = await Storage(store, settings, telemetry).figures()
    assert figures.files_bytes == 1000
    assert figures.wal_bytes > 0


async def test_a_disk_that_is_nearly_full_is_warned_of_once(store: Store, settings, telemetry: Telemetry, caplog):
    storage = Storage(store, settings.model_copy(update={"low_disk_bytes": WHOLE_DISK}), telemetry)
    with caplog.at_level(logging.WARNING):
        await storage.watch()
        await storage.watch()
    assert [one.levelname for one in caplog.records if "nearly full" in one.message] == ["WARNING"]
    assert storage.is_low
    assert telemetry.registry.get_sample_value("wattdeck_disk_low") == 1


async def test_a_disk_with_room_is_no_news(store: Store, settings, telemetry: Telemetry, caplog):
    storage = Storage(store, settings.model_copy(update={"low_disk_bytes": 0}), telemetry)
    await storage.watch()
    assert (storage.is_low, caplog.records) == (False, [])
    figures = telemetry.registry
    assert figures.get_sample_value("wattdeck_database_bytes") == (settings.data / "wattdeck.sqlite3").stat().st_size
    assert figures.get_sample_value("wattdeck_disk_free_bytes") > 0
