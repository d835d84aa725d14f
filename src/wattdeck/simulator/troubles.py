"""Troubles a pretended charge point gets into, and out of again: the table, and what begins and ends with each.

What flows and what the meter shows meanwhile is in `faulty_meter`; charging, conversation and commands ask
`station.troubles` where a trouble changes what they do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import inf, isfinite

from wattdeck.simulator import charging
from wattdeck.simulator.meter import Car
from wattdeck.simulator.scenario import Visit
from wattdeck.simulator.station import TROUBLE, Connector, HangUp, Station

AFTER_S, FOR_S = 10.0, 60.0
_HUNGRY_SOC, _TOO_FULL_SOC = 15.0, 50.0
_GOES_ON_S = 30.0
_REGISTER_FALLS_WH = 2_000.0

Turn = Callable[[Station, Connector, float], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """`text`: what it is. `with_car`: a car charges at the first connector meanwhile. `measurand`: what has to be
    sampled for it to be seen. `again`: done over and over while it lasts.
    """

    text: str
    with_car: bool = False
    measurand: str | None = None
    begins: Turn | None = None
    ends: Turn | None = None
    again: Turn | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """When who gets into a trouble: after so long, for so long, and again each `every_s`."""

    name: str
    after_s: float = AFTER_S
    for_s: float = FOR_S
    every_s: float | None = None
    who: str = "*"


def read_fit(text: str) -> Fit:
    """`[WHO=]NAME[@after[:for[:every]]]`, in seconds. Raises ValueError with what is wrong."""
    who, _, told = text.rpartition("=")
    name, has_times, times = told.partition("@")
    if name not in TROUBLES:
        raise ValueError(f"Unknown trouble {name} (known: {', '.join(TROUBLES)})")
    try:
        seconds = [float(each) for each in times.split(":")] if has_times else []
    except ValueError:
        seconds = [inf]
    if len(seconds) > 3 or not all(isfinite(each) and each >= 0 for each in seconds):
        raise ValueError(f"Not a time for a trouble: {text} (wanted: NAME@after:for:every in seconds)")
    after_s = seconds[0] if seconds else AFTER_S
    for_s = seconds[1] if len(seconds) > 1 else FOR_S
    every_s = seconds[2] if len(seconds) > 2 else None
    if every_s is not None and every_s <= for_s:
        raise ValueError(f"A trouble that comes each {every_s:g} s must last less long: {text}")
    return Fit(name, after_s, for_s, every_s, who or "*")


def expect_troubles(station: Station, fits: tuple[Fit, ...], now: float, pace_s: float) -> None:
    """Plan what this charge point will get into. `pace_s`: between two of what is done over and over."""
    station.trouble_pace_s = pace_s
    for fit in fits:
        if fnmatchcase(station.identifier, fit.who):
            _show(station, TROUBLES[fit.name])
            _plan(station, fit, now + fit.after_s)


def _show(station: Station, trouble: Trouble) -> None:
    if trouble.measurand is not None:
        station.configuration.also_sample(trouble.measurand)


def _plan(station: Station, fit: Fit, at: float) -> None:
    def come(then: float) -> None:
        begin(station, fit.name, then, fit.for_s)
        if fit.every_s is not None:
            _plan(station, fit, at + fit.every_s)

    station.agenda.put(f"{TROUBLE} {fit.name} begins {fit.after_s:g}", at, come)


def begin(station: Station, name: str, now: float, for_s: float = inf) -> None:
    """Get into a trouble; out of it again after `for_s`."""
    if station.finishing or name in station.troubles:
        return
    trouble, connector = TROUBLES[name], station.connectors[1]
    _show(station, trouble)
    if trouble.with_car:
        _plug_in(station, connector, now, for_s)
    station.troubles.add(name)
    if trouble.begins is not None:
        trouble.begins(station, connector, now)
    if trouble.again is not None:
        _go_on(station, connector, name, trouble.again, now)
    if isfinite(for_s):
        station.agenda.put(f"{TROUBLE} {name} ends", now + for_s, lambda at: end(station, name, at))


def end(station: Station, name: str, now: float) -> None:
    """Get out of it."""
    if name not in station.troubles:
        return
    station.troubles.discard(name)
    station.agenda.drop(f"{TROUBLE} {name} again")
    station.agenda.drop(f"{TROUBLE} {name} ends")
    ends = TROUBLES[name].ends
    if ends is not None:
        ends(station, station.connectors[1], now)


def _go_on(station: Station, connector: Connector, name: str, again: Turn, now: float) -> None:
    def do(at: float) -> None:
        if name not in station.troubles:
            return
        again(station, connector, at)
        _go_on(station, connector, name, again, at)

    station.agenda.put(f"{TROUBLE} {name} again", now + station.trouble_pace_s, do)


def _plug_in(station: Station, connector: Connector, now: float, for_s: float) -> None:
    """A hungry car that stays until the trouble is over: the one that is there, or another."""
    session = connector.session
    if session is None or session.reading.soc > _TOO_FULL_SOC:
        _clear(station, connector, now)
        supply = station.supply
        knee = 75.0 if supply.is_dc else 96.0
        car = Car(77_000 / station.speed, _HUNGRY_SOC, 100.0, supply.power_w, max(1, supply.phases), knee)
        charging.begin(station, connector, Visit(0.0, inf, car, connector.tags[0]), now)
    charging.stay(station, connector, now + for_s + _GOES_ON_S)


def _clear(station: Station, connector: Connector, now: float, reason: str = "Local") -> None:
    """Nobody is there any more."""
    charging.stop(station, connector, now, reason)
    charging.leave(station, connector, now)
    station.agenda.drop(f"car {connector.connector_id}")


def _hang_up(station: Station, connector: Connector, now: float) -> None:
    if station.rpc is not None:
        station.hang_up = HangUp(now, away_s=0.05, soft=False, boot=False)


def _switch_off(station: Station, connector: Connector, now: float) -> None:
    if station.rpc is not None:
        station.hang_up = HangUp(now, away_s=0.05, soft=False, boot=True)


def _lose_power(station: Station, connector: Connector, now: float) -> None:
    for each in station.connectors.values():
        charging.stop(station, each, now, "PowerLoss")


def _break(station: Station, connector: Connector, now: float) -> None:
    _clear(station, connector, now, "EmergencyStop")
    connector.error_code = "GroundFailure"
    station.set_status(connector, "Faulted", now)


def _wait_for_start(station: Station, connector: Connector, now: float) -> None:
    _clear(station, connector, now)
    connector.visitor = connector.tags[0]
    station.set_status(connector, "Preparing", now)


def _try_tag(station: Station, connector: Connector, now: float) -> None:
    if station.is_online:
        station.say("Authorize", {"idTag": f"{station.random.getrandbits(32):08X}"})


def _lose_energy(station: Station, connector: Connector, now: float) -> None:
    charging.take_back(connector, _REGISTER_FALLS_WH)


def _tell_of_tampering(station: Station, connector: Connector, now: float) -> None:
    station.say_security_event("TamperDetectionActivated", now)


TROUBLES: dict[str, Trouble] = {
    "power": Trouble("it gives 60 kW", with_car=True),
    "current": Trouble("95 A flow in each phase", with_car=True),
    "heat": Trouble("75 °C", with_car=True, measurand="Temperature"),
    "cold": Trouble("−15 °C", with_car=True, measurand="Temperature"),
    "overvoltage": Trouble("260 V", with_car=True),
    "undervoltage": Trouble("200 V", with_car=True),
    "phase_missing": Trouble("the third phase carries nothing (three-phase only)", with_car=True),
    "derated": Trouble("a third of what is offered flows", with_car=True, measurand="Power.Offered"),
    "no_energy": Trouble("it says Charging and nothing flows", with_car=True),
    "soc_stalled": Trouble("the state of charge stands still", with_car=True, measurand="SoC"),
    "suspended": Trouble("plugged in, and the car does not charge", with_car=True),
    "not_started": Trouble("plugged in, and nothing starts", begins=_wait_for_start, ends=charging.leave),
    "no_samples": Trouble("a session without meter values", with_car=True),
    "register_falls": Trouble("the register falls by 2 kWh, once", with_car=True, begins=_lose_energy),
    "wrong_clock": Trouble("its clock is ten minutes ahead, until it connects anew", with_car=True, ends=_hang_up),
    "silence": Trouble("not connected", begins=_hang_up),
    "reconnecting": Trouble("it hangs up and comes back, over and over", again=_hang_up),
    "boot_loop": Trouble("it boots over and over", begins=_lose_power, again=_switch_off),
    "deaf": Trouble("it sends, and answers no command"),
    "faulted": Trouble("the connector is Faulted, with a ground failure", begins=_break, ends=charging.leave),
    "unknown_tags": Trouble("somebody tries one card after the other", again=_try_tag),
    "firmware_fails": Trouble("a firmware asked for meanwhile cannot be downloaded"),
    "firmware_stuck": Trouble("of a firmware asked for meanwhile nothing more is heard"),
    "security_event": Trouble("it reports tampering, once", begins=_tell_of_tampering),
}
