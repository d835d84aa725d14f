"""What is stored, how fast it grows, and how large it becomes: figures, and the forecast made of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from wattdeck.domain.records import Record
from wattdeck.domain.retention import FRAMES, MEASURED, MONTHS, Keep

YEAR_DAYS = 365
_DAY_S = 86_400
# What a row takes, until there are enough rows to know.
_TYPICAL_BYTES = {"samples": 40, "hours": 90, "days": 90, "months": 90, "frames": 90, "texts": 1_000}
_TYPICAL_ROW = 200
_ENOUGH_ROWS = 5_000


class Amount(Record, frozen=True, kw_only=True):
    """Rows of one kind. `per_day`: rows that come each day, by measurand where they are measured, else under ""."""

    kind: str
    tables: Sequence[str]
    rows: int
    bytes: int
    oldest: datetime | None
    newest: datetime | None
    per_day: Mapping[str, float]

    @property
    def rows_per_day(self) -> float:
        return sum(self.per_day.values())

    @property
    def bytes_per_row(self) -> float:
        """Measured, or typical where rows are too few to tell: tables come in whole pages."""
        if self.rows >= _ENOUGH_ROWS:
            return self.bytes / self.rows
        return float(_TYPICAL_BYTES.get(self.kind, _TYPICAL_ROW))

    @property
    def bytes_per_day(self) -> float:
        return self.rows_per_day * self.bytes_per_row


class KindForecast(Record, frozen=True):
    """What a kind comes to. `bytes_per_year`: by how much it grows for ever, where it is kept for ever."""

    kind: str
    bytes: int
    bytes_per_year: int


class Forecast(Record, frozen=True):
    """`bytes`: the size at which the database stays, what is kept for ever as it is now; it is reached in `days`.
    `bytes_per_day`: growth until then.
    """

    keep: Keep
    kinds: Sequence[KindForecast]
    bytes: int
    bytes_per_year: int
    bytes_per_day: int
    days: float


def forecast(amounts: Sequence[Amount], others: int, keep: Keep, at: datetime) -> Forecast:
    """`others`: bytes of what does not grow by the day."""
    kinds = [_kind(one, keep) for one in amounts]
    growing, days = 0.0, 0.0
    for one in amounts:
        left = _days_left(one, keep, at)
        if left is None or left > 0:
            growing += one.bytes_per_day
        days = max(days, left or 0)
    total = others + sum(each.bytes for each in kinds)
    return Forecast(keep, kinds, total, sum(each.bytes_per_year for each in kinds), round(growing), round(days, 1))


def _kind(one: Amount, keep: Keep) -> KindForecast:
    kept = {measurand: keep.of(one.kind, measurand) for measurand in one.per_day}
    if one.kind == MONTHS or None in kept.values():
        return KindForecast(one.kind, one.bytes, round(one.bytes_per_day * YEAR_DAYS))
    # samples go by whole days, so up to one more is there
    more = 1 if one.kind in MEASURED else 0
    rows = sum(per_day * ((kept[measurand] or 0) + more) for measurand, per_day in one.per_day.items())
    size = round(rows * one.bytes_per_row)
    if one.kind == FRAMES and keep.frames_limit_bytes is not None:
        size = min(size, keep.frames_limit_bytes)
    return KindForecast(one.kind, size, 0)


def _days_left(one: Amount, keep: Keep, at: datetime) -> float | None:
    """How long until as much goes as comes; None: never."""
    if not one.rows_per_day:
        return 0
    kept = [keep.of(one.kind, measurand) for measurand in one.per_day]
    longest = [days for days in kept if days is not None]
    if len(longest) < len(kept):
        return None
    age = 0.0 if one.oldest is None else (at - one.oldest).total_seconds() / _DAY_S
    return max(0.0, max(longest) - age)
