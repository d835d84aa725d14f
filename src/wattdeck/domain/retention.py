"""How long what is stored stays: one record of it, by kind and, for what was measured, by measurand."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from wattdeck.domain.meter_values import MEASURANDS
from wattdeck.domain.records import Record, replace

LONGEST_DAYS = 36_500  # a century: for ever, for all that we know
_LONGEST_MONTH = 32  # and the day that it is
# Kinds of rows. What is measured thins out with its age: samples, then hours, then days; months stay.
SAMPLES, HOURS, DAYS, MONTHS = "samples", "hours", "days", "months"
FRAMES, STATUSES, COMMANDS, SESSIONS, TEXTS, ALERTS, AUDIT = (
    *("frames", "statuses", "commands", "sessions", "texts", "alerts", "audit"),
)
MEASURED = (SAMPLES, HOURS, DAYS)


class Keep(Record, frozen=True, kw_only=True):
    """Days that each kind stays; None: for ever. `…_of`: other days for some measurands."""

    samples: float
    hours: float
    days: float
    samples_of: Mapping[str, float] = {}
    hours_of: Mapping[str, float] = {}
    days_of: Mapping[str, float] = {}
    frames: float = 7
    frames_limit_bytes: int | None = None
    statuses: float = 365
    commands: float = 365
    sessions: float | None = None
    alerts: float = 365
    audit: float = 365

    def of(self, kind: str, measurand: str | None = None) -> float | None:
        """The days of a kind, those of one measurand where it has its own."""
        if kind == MONTHS:
            return None
        if kind == TEXTS:
            return self.sessions
        default: float | None = getattr(self, kind)
        return self.own(kind).get(measurand or "", default) if kind in MEASURED else default

    def own(self, kind: str) -> Mapping[str, float]:
        """The days of the measurands that have their own."""
        found: Mapping[str, float] = getattr(self, f"{kind}_of") if kind in MEASURED else {}
        return found


def check_measurands(days: Mapping[str, float]) -> None:
    """Raises ValueError with one line."""
    for name, number in days.items():
        if name not in MEASURANDS:
            close = get_close_matches(name, MEASURANDS, 1, 0.5)
            raise ValueError(f"there is no measurand {name!r}" + (f" ({close[0]} is one)" if close else ""))
        if not 1 <= number <= LONGEST_DAYS:
            raise ValueError(f"{name}: {number:g} is not between 1 and {LONGEST_DAYS} days")


def check_order(keep: Keep) -> None:
    """What is finer must not outlive what it is folded into: then both would have to be looked through.

    Raises ValueError with one line.
    """
    for finer, coarser in ((SAMPLES, HOURS), (HOURS, DAYS)):
        for measurand in ("", *{**keep.own(finer), **keep.own(coarser)}):
            fine, coarse = keep.of(finer, measurand) or 0, keep.of(coarser, measurand) or 0
            if fine > coarse:
                of = f" of {measurand}" if measurand else ""
                raise ValueError(f"keep_{finer}_days{of} is {fine:g}, more than keep_{coarser}_days ({coarse:g})")
    for measurand, days in {"": keep.days, **keep.own(DAYS)}.items():
        if days < _LONGEST_MONTH:
            of = f" of {measurand}" if measurand else ""
            raise ValueError(
                f"keep_days_days{of} is {days:g}, less than {_LONGEST_MONTH}: months are made of their days"
            )
    if keep.sessions is not None and keep.sessions < max(keep.samples, *keep.samples_of.values(), 0):
        raise ValueError(f"keep_sessions_days is {keep.sessions:g}, less than samples are kept")


def changed(keep: Keep, settings: Mapping[str, float | dict[str, float]]) -> Keep:
    """The same with these settings in place of its own, by their names (`keep_samples_days`, `keep_samples_days_of`).

    Raises ValueError with one line.
    """
    values = {}
    for name, value in settings.items():
        field = _FIELDS.get(name)
        if field is None:
            raise ValueError(f"{name} is none of {', '.join(_FIELDS)}")
        if isinstance(value, dict):
            check_measurands(value)
        elif name.endswith("_days") and not 1 <= value <= LONGEST_DAYS:
            raise ValueError(f"{name}: {value:g} is not between 1 and {LONGEST_DAYS} days")
        values[field] = value
    made = replace(keep, **values)
    check_order(made)
    return made


_FIELDS = {
    **{
        f"keep_{kind}_days": kind
        for kind in (SAMPLES, HOURS, DAYS, FRAMES, STATUSES, COMMANDS, SESSIONS, ALERTS, AUDIT)
    },
    **{f"keep_{kind}_days_of": f"{kind}_of" for kind in MEASURED},
    "frames_limit_bytes": "frames_limit_bytes",
}


def read_measurands(given: Iterable[str]) -> dict[str, float]:
    """`Voltage=2` as a setting has it. Raises ValueError with one line."""
    found = {}
    for one in given:
        name, _, days = one.partition("=")
        try:
            found[name] = float(days)
        except ValueError:
            raise ValueError(f"{one} is no measurand=days") from None
    return found
