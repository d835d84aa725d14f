"""Fills a database with sealed samples and their hours, as if its charge points had measured for days."""

import shutil
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MOST_HOURS = 120  # younger than what retention takes away
BYTES_PER_SAMPLE = 80  # to be free on the disk, with the log of a step
_SPARE_BYTES = 2_000_000_000
_HOURS_A_LINE = 12

# The samples of an hour go into their place by day and series, among those of other hours, as sealing puts them there.
_SAMPLES = f"""
WITH RECURSIVE step (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM step WHERE n + 1 < :per_hour)
INSERT INTO samples (day, series_id, taken_at, context, value, delay_ms, session_id, flags, text)
SELECT :hour / {DAY_MS}, series.id, :hour + step.n * ({HOUR_MS} / :per_hour), 0,
       CASE WHEN measurand LIKE 'Energy.%' THEN :hour / 1000.0 * 3 + step.n
            ELSE 230 + (series.id + step.n) % 50 / 10.0 END,
       350, NULL, 0, NULL
FROM series CROSS JOIN step ORDER BY series.id, step.n
"""
_HOURS = f"""
INSERT INTO rollups (period, series_id, bucket, length_s, count, flagged, min, max, sum, last, last_at, weighted,
                     covered_ms, energy_wh)
SELECT 1, series.id, :hour, 3600, :per_hour, 0, 230, 235, 232.5 * :per_hour, 232, :hour + {HOUR_MS} - 1,
       232.5 * {HOUR_MS}, {HOUR_MS}, CASE WHEN measurand LIKE 'Energy.%' THEN 10800.0 END
FROM series
"""


@dataclass(frozen=True)
class Filled:
    samples: int
    seconds: float
    bytes_per_sample: float  # of the table, without rollups


def fill(database: Path, samples: int) -> Filled:
    """Add about so many samples to the series that are there, in the hours before this one.

    Raises OSError where the disk is too small.
    """
    if shutil.disk_usage(database.parent).free < samples * BYTES_PER_SAMPLE + _SPARE_BYTES:
        raise OSError(f"not enough room beside {database} for {samples:,} samples")
    began_at = time.perf_counter()
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        for pragma in ("synchronous=OFF", "journal_mode=WAL", "cache_size=-262144", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        (series,) = connection.execute("SELECT count(*) FROM series").fetchone()
        per_hour = max(1, round(samples / MOST_HOURS / series))
        hours = min(MOST_HOURS, max(1, round(samples / per_hour / series)))
        newest = int(time.time() * 1000) // HOUR_MS * HOUR_MS - HOUR_MS
        for hour in range(newest - (hours - 1) * HOUR_MS, newest + 1, HOUR_MS):
            connection.execute("BEGIN")
            for statement in (_SAMPLES, _HOURS):
                connection.execute(statement, {"hour": hour, "per_hour": per_hour})
            connection.execute("COMMIT")
            done, took_s = hours - (newest - hour) // HOUR_MS, time.perf_counter() - began_at
            if done % _HOURS_A_LINE == 0 or done == hours:
                print(f"filled {done} of {hours} hours in {took_s:.0f} s", file=sys.stderr, flush=True)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (added,) = connection.execute("SELECT count(*) FROM samples").fetchone()
        (size,) = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'samples'").fetchone()
    finally:
        connection.close()
    return Filled(added, time.perf_counter() - began_at, size / added)
