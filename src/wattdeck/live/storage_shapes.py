"""The public shapes of what the database takes: of REST, and of `wattdeck storage --json`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from typing_extensions import TypedDict

from wattdeck.domain.clock import from_ms
from wattdeck.domain.retention import Keep
from wattdeck.domain.storage import Amount, Forecast
from wattdeck.metering.storage import StorageFigures
from wattdeck.store.storage_rates import OfDay


class DatabaseShape(TypedDict):
    """`free_bytes`: pages inside the file that are used again before it grows; `wal_bytes`: its write-ahead log."""

    bytes: int
    free_bytes: int
    wal_bytes: int
    page_bytes: int


class DiskShape(TypedDict):
    """`low`: less is free than `warn_below_bytes` (the setting `low_disk_bytes`)."""

    free_bytes: int
    total_bytes: int
    warn_below_bytes: int
    low: bool


class TableShape(TypedDict):
    """A table with its indexes. Where it is not `exact`, `rows` is an estimate."""

    name: str
    bytes: int
    rows: int
    exact: bool


class KindShape(TypedDict):
    """Rows of a kind: samples, hours, days, months, frames, statuses, commands, sessions, texts. `keep_days` null: for
    ever. `keep_days_of`: measurands with days of their own. `rows_per_day`: what came in the last days.
    """

    kind: str
    tables: list[str]
    keep_days: float | None
    keep_days_of: dict[str, float]
    rows: int
    bytes: int
    bytes_per_row: float
    oldest: datetime | None
    newest: datetime | None
    rows_per_day: float
    bytes_per_day: int


class SampleFiguresShape(TypedDict):
    """`charge_points`: how many measure something; `per_charge_point_day`: samples of each of them a day."""

    bytes_per_sample: float
    per_day: float
    charge_points: int
    per_charge_point_day: float


class KindForecastShape(TypedDict):
    """`bytes`: the size at which it stays. Of what is kept for ever: the present size, growing by `bytes_per_year`."""

    kind: str
    bytes: int
    bytes_per_year: int


class ForecastShape(TypedDict):
    """`settings`: those it is made for. `bytes`: the size at which the database stays, reached in `days`;
    `bytes_per_day`: by how much it grows until then; `bytes_per_year`: by how much for ever. `fits`: whether the disk
    has room for it.
    """

    settings: dict[str, float | int | dict[str, float] | None]
    kinds: list[KindForecastShape]
    bytes: int
    bytes_per_day: int
    bytes_per_year: int
    days: float
    fits: bool


class StorageShape(TypedDict):
    """`asked`: the forecast for the settings in the query; null where there are none."""

    measured_at: datetime
    database: DatabaseShape
    files_bytes: int
    disk: DiskShape
    tables: list[TableShape]
    kinds: list[KindShape]
    samples: SampleFiguresShape
    forecast: ForecastShape
    asked: ForecastShape | None


class DayAmountShape(TypedDict):
    """`day`: the date where the charge point is."""

    day: str
    samples: int
    bytes: int


class ChargePointStorageShape(TypedDict):
    """Samples of the last whole days. `bytes`: as many as average samples take; `share`: of all, 0 to 1."""

    charge_point: str
    samples: int
    bytes: int
    samples_per_day: float
    bytes_per_day: int
    share: float
    days: list[DayAmountShape]


def storage(figures: StorageFigures, keep: Keep, asked: Keep | None) -> StorageShape:
    amounts = figures.database.amounts
    measured = next(one for one in amounts if one.kind == "samples")
    room = figures.database.bytes + figures.disk_free_bytes
    return {
        "measured_at": figures.measured_at,
        "database": {
            "bytes": figures.database.bytes,
            "free_bytes": figures.database.free_bytes,
            "wal_bytes": figures.wal_bytes,
            "page_bytes": figures.database.page_bytes,
        },
        "files_bytes": figures.files_bytes,
        "disk": {
            "free_bytes": figures.disk_free_bytes,
            "total_bytes": figures.disk_total_bytes,
            "warn_below_bytes": figures.low_disk_bytes,
            "low": figures.is_low,
        },
        "tables": [
            {"name": one.name, "bytes": one.bytes, "rows": one.rows, "exact": one.exact}
            for one in figures.database.tables
        ],
        "kinds": [_kind(one, keep) for one in amounts],
        "samples": {
            "bytes_per_sample": round(measured.bytes_per_row, 1),
            "per_day": round(measured.rows_per_day, 1),
            "charge_points": figures.charge_points,
            "per_charge_point_day": round(measured.rows_per_day / max(figures.charge_points, 1), 1),
        },
        "forecast": _forecast(figures.forecast(keep), room),
        "asked": None if asked is None else _forecast(figures.forecast(asked), room),
    }


def of_charge_point(name: str, days: Sequence[OfDay], bytes_per_sample: float, total: int) -> ChargePointStorageShape:
    samples = sum(one.samples for one in days)
    return {
        "charge_point": name,
        "samples": samples,
        "bytes": round(samples * bytes_per_sample),
        "samples_per_day": round(samples / len(days), 1),
        "bytes_per_day": round(samples * bytes_per_sample / len(days)),
        "share": round(samples / total, 4) if total else 0.0,
        "days": [
            {
                # a day begins at midnight of its zone, none of which is half a day away from UTC
                "day": (from_ms(one.bucket) + timedelta(hours=12)).date().isoformat(),
                "samples": one.samples,
                "bytes": round(one.samples * bytes_per_sample),
            }
            for one in days
        ],
    }


def _kind(one: Amount, keep: Keep) -> KindShape:
    return {
        "kind": one.kind,
        "tables": list(one.tables),
        "keep_days": keep.of(one.kind),
        "keep_days_of": dict(keep.own(one.kind)),
        "rows": one.rows,
        "bytes": one.bytes,
        "bytes_per_row": round(one.bytes_per_row, 1),
        "oldest": one.oldest,
        "newest": one.newest,
        "rows_per_day": round(one.rows_per_day, 1),
        "bytes_per_day": round(one.bytes_per_day),
    }


def _forecast(made: Forecast, room: int) -> ForecastShape:
    keep = made.keep
    return {
        "settings": {
            "keep_samples_days": keep.samples,
            "keep_hours_days": keep.hours,
            "keep_days_days": keep.days,
            "keep_samples_days_of": dict(keep.samples_of),
            "keep_hours_days_of": dict(keep.hours_of),
            "keep_days_days_of": dict(keep.days_of),
            "keep_frames_days": keep.frames,
            "frames_limit_bytes": keep.frames_limit_bytes,
            "keep_statuses_days": keep.statuses,
            "keep_commands_days": keep.commands,
            "keep_sessions_days": keep.sessions,
        },
        "kinds": [{"kind": one.kind, "bytes": one.bytes, "bytes_per_year": one.bytes_per_year} for one in made.kinds],
        "bytes": made.bytes,
        "bytes_per_day": made.bytes_per_day,
        "bytes_per_year": made.bytes_per_year,
        "days": made.days,
        "fits": made.bytes <= room,
    }
