"""What a rule would have done in the past."""

from wattdeck.domain.records import Record
from wattdeck.domain.signals import Subject


class Episode(Record, frozen=True):
    """One time it would have fired. `cleared_at` None: it still would at the end."""

    subject: Subject
    fired_at: int
    cleared_at: int | None
    peak: float | None
    is_again: bool


class Report(Record, frozen=True):
    """`alerts`: those that are one with an earlier one (`cool_down_s`) not counted twice; `firings`: each time.
    `suggested_for_s`: the shortest `for_s` with which at most half as many would fire, `suggested_firings`.
    """

    alerts: int
    firings: int
    charge_points: int
    observations: int
    by_charge_point: tuple[tuple[str, int], ...]
    episodes: tuple[Episode, ...]
    suggested_for_s: float | None
    suggested_firings: int | None
