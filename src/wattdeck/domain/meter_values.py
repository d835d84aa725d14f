"""Meter values: the standard's measurands with their base units, and what one sample is (OCPP 1.6 §7.31, §7.43)."""

from datetime import datetime

from wattdeck.domain.records import Record

ENERGY = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"
SOC = "SoC"

# measurand → the base unit its values are stored in
MEASURANDS: dict[str, str] = {
    "Current.Export": "A",
    "Current.Import": "A",
    "Current.Offered": "A",
    "Energy.Active.Export.Register": "Wh",
    "Energy.Active.Import.Register": "Wh",
    "Energy.Reactive.Export.Register": "varh",
    "Energy.Reactive.Import.Register": "varh",
    "Energy.Active.Export.Interval": "Wh",
    "Energy.Active.Import.Interval": "Wh",
    "Energy.Reactive.Export.Interval": "varh",
    "Energy.Reactive.Import.Interval": "varh",
    "Frequency": "Hertz",
    "Power.Active.Export": "W",
    "Power.Active.Import": "W",
    "Power.Factor": "",
    "Power.Offered": "W",
    "Power.Reactive.Export": "var",
    "Power.Reactive.Import": "var",
    "RPM": "RPM",
    "SoC": "Percent",
    "Temperature": "Celsius",
    "Voltage": "V",
}
# Those that count up: each reading is judged by the ones before it.
REGISTERS = frozenset(name for name in MEASURANDS if name.endswith(".Register"))
PHASES = ("L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1")
# Those that add up to the total where none is sent.
SUMMED_PHASES = ("L1", "L2", "L3", "L1-N", "L2-N", "L3-N")
LOCATIONS = ("Outlet", "Inlet", "Body", "Cable", "EV")
# The order is the code a context has in the database: append only.
CONTEXTS = (
    "Sample.Periodic",
    "Sample.Clock",
    "Transaction.Begin",
    "Transaction.End",
    "Interruption.Begin",
    "Interruption.End",
    "Trigger",
    "Other",
)
CONTEXT_CODES = {context: code for code, context in enumerate(CONTEXTS)}

# What is odd about a sample, as bits. DECREASE, JUMP and COARSE are judged by the register's chain (`metering.energy`),
# and judged again where late samples come in between; the others are facts noted when it came. UNIT: its value was
# corrected by its series' factor. COARSE: rounded, it says less than what is known. CLOCK: by the order in which
# it came it was not taken when it says (`metering.clocks`). LIFTED: a person said it is right.
FLAG_DECREASE, FLAG_JUMP, FLAG_FROZEN, FLAG_SPIKE, FLAG_UNIT, FLAG_COARSE, FLAG_CLOCK = 1, 2, 4, 8, 16, 32, 64
LIFTED = 16384
FLAG_NAMES = {
    FLAG_DECREASE: "register_decrease",
    FLAG_JUMP: "implausible_jump",
    FLAG_FROZEN: "register_frozen",
    FLAG_SPIKE: "spike",
    FLAG_UNIT: "unit_corrected",
    FLAG_COARSE: "rounded",
    FLAG_CLOCK: "clock_jumped",
    LIFTED: "lifted",
}
# A sample with one of these is kept and shown; statistics, rollups and energy leave it out, unless it was lifted.
IN_DOUBT = FLAG_DECREASE | FLAG_JUMP | FLAG_FROZEN | FLAG_SPIKE
LEFT_OUT = IN_DOUBT | FLAG_COARSE | FLAG_CLOCK
# What makes a session's meter odd.
FELL_OR_JUMPED = FLAG_DECREASE | FLAG_JUMP


def counts(flags: int) -> bool:
    """Whether a sample counts in statistics, rollups and energy; `store.samples.counting` is the same in SQL."""
    return not flags & LEFT_OUT or flags & LIFTED != 0


def flag_names(flags: int) -> list[str]:
    return [name for bit, name in FLAG_NAMES.items() if flags & bit] if flags else []


# Of a register: when (ms), Wh, the code of its context, flags.
Reading = tuple[int, float, int, int]


class MeterValue(Record, frozen=True, gc=False):
    """One sample of one series, in base units.

    `value` is None where what was sent is not a number (signed data): then `text` holds it byte for byte.
    Otherwise `text` is what was sent ("1.5 kWh") where unit or spelling was changed, else None.
    """

    measurand: str
    value: float | None
    unit: str
    phase: str | None
    context: str
    location: str
    taken_at: datetime
    text: str | None = None
