"""Alerts that never were, for previews."""

from wattdeck.domain.alerts import FIRING, WARNING, Alert
from wattdeck.domain.signals import Subject

_MINUTE_MS = 60_000


def alerts(at: int, number: int) -> list[Alert]:
    """Charge points of a garage, one hotter than the other."""
    return [_one(at, place) for place in range(1, number + 1)]


def _one(at: int, place: int) -> Alert:
    return Alert(
        id=0,  # a link takes nothing up: no alert has that number
        rule="temperature",
        severity=WARNING,
        state=FIRING,
        subject=Subject(place, f"CP-{place:03d}", 1, "Temperature", None, "Outlet"),
        signal="Temperature",
        value=70.5 + place,
        peak=72.5 + place,
        limit=70.0,
        count=1,
        readings=3,
        began_at=at - 5 * _MINUTE_MS,
        raised_at=at - 4 * _MINUTE_MS,
        fired_at=at - 4 * _MINUTE_MS,
        updated_at=at,
        site="Garage",
    )
