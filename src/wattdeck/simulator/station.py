"""A charge point's state: its connectors, sessions, configuration, and what it has to say. No socket, no clock."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from wattdeck.ocpp.rpc import RpcSession
from wattdeck.simulator.agenda import Agenda
from wattdeck.simulator.configuration import Configuration
from wattdeck.simulator.ledger import Ledger, SessionRecord
from wattdeck.simulator.limits import Limit
from wattdeck.simulator.meter import Car, Reading, Supply
from wattdeck.simulator.outbox import Message, Outbox
from wattdeck.simulator.scenario import FIVE_DIGITS_WH, Quirks, tags_for
from wattdeck.simulator.transfers import Transfer
from wattdeck.simulator.voice16 import Payload, write_boot, write_status, write_time

CALL_TIMEOUT_S = 30.0
TROUBLE = "trouble"  # what begins so in the agenda survives a reboot


@dataclass(slots=True)
class Session:
    """A running session: what the meter showed last and when, the car, and its line in the ledger."""

    record: SessionRecord
    car: Car
    reading: Reading
    read_at: float
    began: Payload
    start_given_up: bool = False

    @property
    def transaction_id(self) -> int | None:
        """-1 where the start could not be delivered (errata to OCPP 1.6 §3.7.1)."""
        return -1 if self.start_given_up else self.record.transaction_id


@dataclass(slots=True)
class Reservation:
    reservation_id: int
    id_tag: str
    parent_id_tag: str | None
    expires_at: float


class Refusal(Exception):
    """A command that is answered with a CALLERROR."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


@dataclass(slots=True)
class Connector:
    """One plug. `reported`: the status acknowledged last; `visitor`: the tag of a car that does not charge yet."""

    connector_id: int
    register_wh: float
    tags: tuple[str, ...]
    status: str = "Available"
    reported: str = ""
    operative: bool = True
    becomes_inoperative: bool = False
    error_code: str = "NoError"
    visitor: str | None = None
    session: Session | None = None
    reservation: Reservation | None = None

    @property
    def is_free(self) -> bool:
        return self.operative and self.session is None and self.visitor is None and self.status == "Available"


@dataclass(slots=True)
class HangUp:
    """Close the socket at `by`, or if `soft` once all is said; stay away for `away_s`; then boot or not."""

    by: float
    away_s: float
    soft: bool
    boot: bool


@dataclass(slots=True)
class Station:
    """One charge point. `outgoing` holds the frames that are ready for the socket, in order, `transfers` the files that
    its line is to carry; `log_request_id`: the log upload under way; `key`: of its newest signing request.
    """

    identifier: str
    supply: Supply
    configuration: Configuration
    ledger: Ledger
    random: Random
    speed: float = 1.0
    quirks: Quirks = field(default_factory=Quirks)
    cars_come: bool = True
    connectors: dict[int, Connector] = field(default_factory=dict)
    whole: Connector = field(default_factory=lambda: Connector(0, 0.0, ()))
    outbox: Outbox = field(default_factory=Outbox)
    agenda: Agenda = field(default_factory=Agenda)
    rpc: RpcSession | None = None
    registration: str = ""
    boots: bool = True
    lived: bool = False
    finishing: bool = False
    hang_up: HangUp | None = None
    outgoing: list[str] = field(default_factory=list)
    sent_at: float = 0.0
    messages_sent: int = 0
    firmware_version: str = "1.0.0"
    list_version: int = 0
    local_list: dict[str, Any] = field(default_factory=dict)  # case folded tag → local_list.Entry
    limits: list[Limit] = field(default_factory=list)
    parents: dict[str, str | None] = field(default_factory=dict)  # groups of tags, as far as it was told
    files: int = 0
    transfers: list[Transfer] = field(default_factory=list)
    log_request_id: int | None = None
    certificates: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    key: Any = None
    troubles: set[str] = field(default_factory=set)  # it is in at the moment
    trouble_pace_s: float = 2.0

    @property
    def stays_away(self) -> bool:
        """It does not connect for the time being."""
        return "silence" in self.troubles

    @property
    def is_online(self) -> bool:
        """Connected and accepted: it may talk."""
        return self.rpc is not None and self.registration == "Accepted"

    @property
    def sharing(self) -> int:
        """How many sessions share what the charge point as a whole may take."""
        return sum(connector.session is not None for connector in self.connectors.values())

    def say(self, action: str, payload: Payload, about: Any = None) -> None:
        """Put an ordinary message into the outbox; offline there is nobody to tell."""
        if self.rpc is not None:
            self.outbox.put(Message(action, lambda: payload, about))

    def set_status(self, connector: Connector, status: str, now: float) -> None:
        """Change a connector's status and tell it, if it is news."""
        if connector.status != status:
            connector.status = status
            self.tell_status(connector, now)

    def tell_status(self, connector: Connector, now: float) -> None:
        if self.is_online:
            payload = write_status(connector.connector_id, connector.status, now, connector.error_code)
            self.say("StatusNotification", payload, (connector, connector.status))

    def tell_boot(self) -> None:
        self.say("BootNotification", write_boot(f"Sim {self.supply.name}", self.identifier, self.firmware_version))

    def say_security_event(self, type_: str, now: float) -> None:
        self.say("SecurityEventNotification", {"type": type_, "timestamp": write_time(now)})

    def plan_heartbeat(self, now: float) -> None:
        """Heartbeats at the interval in force, a little early and not all at once."""
        interval = self.configuration.number("HeartbeatInterval")

        def beat(at: float) -> None:
            self.say("Heartbeat", {})
            self.plan_heartbeat(at)

        self.agenda.drop("heartbeat")
        if interval > 0 and self.is_online:
            self.agenda.put("heartbeat", now + interval * self.random.uniform(0.9, 1.0), beat)

    def session_of(self, transaction_id: Any) -> Connector | None:
        """The connector on which this transaction runs."""
        for connector in self.connectors.values():
            if connector.session is not None and connector.session.transaction_id == transaction_id:
                return connector
        return None


def make_station(
    identifier: str,
    supply: Supply,
    ledger: Ledger,
    random: Random,
    *,
    connectors: int = 1,
    interval_s: float = 10.0,
    speed: float = 1.0,
    quirks: Quirks = Quirks(),  # noqa: B008 - a frozen record
    id_tag: str | None = None,
    cars_come: bool = True,
    registers_wh: tuple[float, ...] = (),
) -> Station:
    """A charge point as it is switched on: nothing plugged in; registers as given, else somewhere in their life."""
    configuration = Configuration(supply, connectors, interval_s)
    station = Station(identifier, supply, configuration, ledger, random, speed, quirks, cars_come)
    for number in range(1, connectors + 1):
        drawn_wh = float(random.randrange(10_000, 9_000_000))
        if quirks.roll_over:
            drawn_wh = FIVE_DIGITS_WH - drawn_wh / 10_000
        register_wh = registers_wh[number - 1] if number <= len(registers_wh) else drawn_wh
        station.connectors[number] = Connector(number, register_wh, tags_for(random, id_tag))
    return station
