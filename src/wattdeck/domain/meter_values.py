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
PHASES = ("L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1")
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

# What is odd about a sample, as bits. Flagged samples are kept and shown; statistics leave them out.
FLAG_DECREASE, FLAG_JUMP = 1, 2
FLAG_NAMES = {FLAG_DECREASE: "register_decrease", FLAG_JUMP: "implausible_jump"}


def flag_names(flags: int) -> list[str]:
    return [name for bit, name in FLAG_NAMES.items() if flags & bit] if flags else []


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
