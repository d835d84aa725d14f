"""What alert rules look at: signals, each a number, a word or a happening of one subject, and single observations.

A signal is a measurand (its values in base units) or one of the names here.
"""

from collections.abc import Collection, Mapping

from wattdeck.domain.connectors import STATUSES
from wattdeck.domain.file_jobs import STATES
from wattdeck.domain.meter_values import MEASURANDS
from wattdeck.domain.records import Record

# Numbers. `session_…` of a running session; `clock_offset_s`: the charge point's clock minus ours; `phase_balance`:
# the current of the weakest phase as a share of the second strongest, 1 where fewer than two carry any.
NUMBERS: dict[str, str] = {
    "session_age_s": "s",
    "session_energy_wh": "Wh",
    "clock_offset_s": "s",
    "certificate_days_left": "d",
    "phase_balance": "",
    "unanswered_commands": "",
    "disk_free_bytes": "B",
    "alerts_lag_s": "s",
    "waiting_rows": "",
    "failed_deliveries": "",
}
# Words. `connection`: online or offline; `site_connection`: offline when all charge points of a site are; `file_job`:
# state of a firmware update, of diagnostics or a log.
STATUS, ERROR_CODE, CONNECTION, SITE_CONNECTION, FILE_JOB = (
    *("status", "error_code", "connection", "site_connection", "file_job"),
)
ONLINE, OFFLINE = "online", "offline"
# With all the words each ever says; None: charge points make some up.
WORDS: Mapping[str, Collection[str] | None] = {
    STATUS: STATUSES,
    ERROR_CODE: None,
    CONNECTION: (ONLINE, OFFLINE),
    SITE_CONNECTION: (ONLINE, OFFLINE),
    FILE_JOB: tuple(sorted(STATES)),
}
# Said of connectors, for those rules that hold while a session runs; no rule looks at it.
SESSION, BEGAN, ENDED = "session", "began", "ended"
# Happenings, which are counted. `sampled`: any meter value came in.
CONNECTED, BOOTED, UNKNOWN_TAG, REGISTER_ODD, SECURITY_EVENT, SAMPLED = (
    *("connected", "booted", "unknown_tag", "register_odd", "security_event", "sampled"),
)
HAPPENINGS = frozenset({CONNECTED, BOOTED, UNKNOWN_TAG, REGISTER_ODD, SECURITY_EVENT, SAMPLED})
# What is known of a charge point while it is away, too.
KNOWN_WHILE_AWAY = frozenset({CONNECTION, SITE_CONNECTION, CONNECTED, BOOTED, "session_age_s", "certificate_days_left"})
# No current flows where no session runs: an alert about these ends with the session.
OF_FLOW = frozenset(name for name in MEASURANDS if name.startswith(("Power.", "Current."))) | {"SoC"}


_CARRIES_A = 5.0  # a phase below it says nothing of the others


def phase_balance(currents: Mapping[str, float]) -> float | None:
    """Of the currents of one moment, in A by phase; None where not all three are there."""
    try:
        return evenness(currents["L1"], currents["L2"], currents["L3"])
    except KeyError:
        return None


def evenness(one: float, another: float, third: float) -> float:
    """Of the currents of three phases, in A."""
    weakest, second, _ = sorted((one, another, third))
    return weakest / second if second >= _CARRIES_A else 1.0


def unit_of(signal: str) -> str:
    """Of a number; empty for words and happenings."""
    return MEASURANDS.get(signal, NUMBERS.get(signal, ""))


class Subject(Record, frozen=True):
    """Whom an alert is about: a site, a charge point, a connector, one phase of one measurand there; all None: us."""

    charge_point_id: int | None = None
    charge_point: str | None = None
    connector_id: int | None = None
    measurand: str | None = None
    phase: str | None = None
    location: str | None = None
    site: str | None = None


class Observation(Record, frozen=True):
    """One thing seen. `at`: milliseconds since 1970, when it was so, never later than when we heard of it.

    `raises` is False for what comes too late to call anyone: it may correct, not alarm. `id_tag`: where a session
    begins, whose it is.
    """

    signal: str
    subject: Subject
    at: int
    value: float | None = None
    word: str | None = None
    session_id: int | None = None
    raises: bool = True
    id_tag: str | None = None
