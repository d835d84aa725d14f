"""What hides an alert from people though it fires: a silence, or an alert of something above it. Pure.

From the top: a site that is silent says all about its charge points' silence, a charge point that is silent about what
it measured last, a fault about the sessions of its connector. What hides is looked for by what it says, not by the
rule's name: rules of one's own hide as the ready-made ones do.
"""

from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from wattdeck.alerts.book import Key
from wattdeck.alerts.evaluator import Moved
from wattdeck.domain.alerts import (
    OPEN,
    RAISED,
    SILENCED,
    UNINHIBITED,
    UNSILENCED,
    UPDATED,
    Alert,
    Change,
    inhibited,
)
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.meter_values import MEASURANDS
from wattdeck.domain.records import replace
from wattdeck.domain.signals import CONNECTION, ERROR_CODE, OFFLINE, SAMPLED, SITE_CONNECTION, STATUS
from wattdeck.domain.silences import ACTIVE, Silence, fits, state, window

_OF_SESSIONS = frozenset({*MEASURANDS, "session_energy_wh", "session_age_s", "phase_balance", SAMPLED})
_OF_VALUES = (_OF_SESSIONS - {"session_age_s"}) | {"clock_offset_s", "unanswered_commands", STATUS, ERROR_CODE}
_HIDE = frozenset({CONNECTION, SITE_CONNECTION, STATUS})
_WHOLE = 0  # the connector that is the whole charge point
_WAIT_MS = 3_600_000


class Overlays:
    """Keeps the open alerts by charge point; `alerts` are the evaluator's. `know`: a charge point by its number."""

    def __init__(self, alerts: Mapping[Key, Alert], know: Callable[[int], ChargePoint | None], zone: ZoneInfo) -> None:
        self._alerts, self._know, self._zone = alerts, know, zone
        self._open: dict[int | None, set[Key]] = {}
        self._touched: set[int | None] = set()
        self._touched_sites: set[str] = set()
        self._silences: dict[int, Silence] = {}
        self._active: list[Silence] = []
        self._edge = 0  # when a silence begins or ends next, milliseconds
        for key, alert in alerts.items():
            self._index(key, alert)

    def set_silences(self, silences: Iterable[Silence]) -> None:
        """Those that are not over."""
        self._silences = {one.id: one for one in silences}
        self._edge = 0

    def put_silence(self, one: Silence) -> None:
        """One that is new, or was ended."""
        self._silences[one.id] = one
        self._edge = 0

    @property
    def silences(self) -> list[Silence]:
        """Those that are not over, by number."""
        return [one for _, one in sorted(self._silences.items())]

    def note(self, moved: Iterable[Moved]) -> None:
        """What became of alerts: whatever may hide others, or be hidden, by now."""
        for one in moved:
            known = one.after or one.before
            if known is not None and (one.change.what != UPDATED or known.signal in _HIDE):
                self._index((known.rule, known.subject), one.after)

    def touch(self, charge_point_id: int) -> None:
        """A charge point stands elsewhere, or has become another."""
        if charge_point_id in self._open:
            self._touched.add(charge_point_id)

    def look(self, at: int) -> list[Moved]:
        """What is hidden now and was not, and the other way round."""
        if at >= self._edge:
            self._turn(at)
        touched, self._touched = self._touched, set()
        sites, self._touched_sites = self._touched_sites, set()
        if sites:
            touched |= {each for each in self._open if self._site(each) in sites}
        above: dict[str | None, list[Alert]] = {}
        for key in self._open.get(None, ()) if touched else ():
            if key in self._alerts:
                above.setdefault(key[1].site, []).append(self._alerts[key])
        return [one for each in touched for one in self._of(each, above, at)]

    def _index(self, key: Key, alert: Alert | None) -> None:
        one = key[1].charge_point_id
        if alert is not None and alert.state in OPEN:
            self._open.setdefault(one, set()).add(key)
        elif key in self._open.get(one, ()):
            self._open[one].discard(key)
            if not self._open[one]:
                del self._open[one]
        self._touched.add(one)
        if key[1].site is not None and one is None:
            self._touched_sites.add(key[1].site)

    def _turn(self, at: int) -> None:
        """Which silences are in force from now on, and when to look again."""
        moment = from_ms(at)
        windows = {id: window(one, moment, self._zone) for id, one in self._silences.items()}
        self._silences = {id: one for id, one in self._silences.items() if windows[id] is not None}
        edges = [edge for each in windows.values() if each is not None for edge in each if edge > moment]
        # not too far ahead: a summer may move what is repeated
        self._edge = min([at + _WAIT_MS, *map(to_ms, edges)])
        active = [one for one in self._silences.values() if state(one, moment, self._zone) == ACTIVE]
        if active != self._active:
            self._active = active
            self._touched |= set(self._open)

    def _of(self, charge_point_id: int | None, above: Mapping[str | None, list[Alert]], at: int) -> list[Moved]:
        """`above`: the alerts of sites."""
        known = None if charge_point_id is None else self._know(charge_point_id)
        keys = self._open.get(charge_point_id, ())
        alerts = sorted(((self._alerts[key], key) for key in keys if key in self._alerts), key=lambda one: one[0].id)
        site = None if known is None else known.site
        over = [*(above.get(site, ()) if site is not None else ()), *(one for one, _ in alerts)]
        moved: list[Moved] = []
        for alert, _ in alerts:
            silence = next((one for one in self._active if fits(one, alert, known)), None)
            moved += _covered(alert, silence, None if charge_point_id is None else hidden_by(alert, over), at)
        return moved

    def _site(self, charge_point_id: int | None) -> str | None:
        known = None if charge_point_id is None else self._know(charge_point_id)
        return None if known is None else known.site


def hidden_by(alert: Alert, others: Iterable[Alert]) -> int | None:
    """The number of the topmost of `others` (of its charge point, and of the site as a whole) that says it all."""
    rank = _rank(alert)
    return min(((_rank(one), one.id) for one in others if _hides(one, alert, rank)), default=(0, None))[1]


def _rank(alert: Alert) -> int:
    """How high up it stands, 0 is the top."""
    if alert.signal == SITE_CONNECTION and alert.word == OFFLINE:
        return 0
    if alert.signal == CONNECTION and alert.word == OFFLINE:
        return 1
    return 2 if alert.signal == STATUS and alert.word == "Faulted" else 3


def _hides(one: Alert, other: Alert, rank: int) -> bool:
    place = _rank(one)
    if place >= rank:
        return False
    if place == 0:  # while all of a site is away
        return one.state in RAISED and (rank == 1 or other.signal in _OF_VALUES)
    if place == 1:
        return one.state in OPEN and other.signal in _OF_VALUES
    is_there = one.subject.connector_id in (_WHOLE, other.subject.connector_id)
    # what gets hotter and hotter is news, whatever else is wrong there
    return one.state in RAISED and other.signal in _OF_SESSIONS and other.signal != "Temperature" and is_there


def _covered(alert: Alert, silence: Silence | None, hider: int | None, at: int) -> list[Moved]:
    moved: list[Moved] = []
    if alert.is_silent != (silence is not None):
        after = replace(alert, is_silent=silence is not None, updated_at=max(at, alert.updated_at))
        why = None if silence is None else f"by silence {silence.id}: {silence.comment}"
        by = None if silence is None else silence.created_by
        moved.append(Moved(alert, after, Change(UNSILENCED if silence is None else SILENCED, at, by, why)))
        alert = after
    if alert.hidden_by != hider:
        after = replace(alert, hidden_by=hider, updated_at=max(at, alert.updated_at))
        change = Change(UNINHIBITED, at) if hider is None else inhibited(at, hider)
        moved.append(Moved(alert, after, change))
    return moved
