"""What a handler is given beside the message: whose it is, when it came, and the rooms it may use."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from wattdeck.bus.events import Events
from wattdeck.domain.findings import Finding
from wattdeck.domain.messages import DataTransfer, DataTransferAnswer
from wattdeck.domain.records import Record
from wattdeck.handlers.unknown_tags import UnknownTags
from wattdeck.metering.pipeline import Pipeline
from wattdeck.policies import Guest, Policies
from wattdeck.settings import Settings
from wattdeck.store.engine import Store

# An embedding application's answers to DataTransfer, by vendor id.
DataTransfers = Mapping[str, Callable[[str, DataTransfer], Awaitable[DataTransferAnswer]]]


class House(Record, frozen=True):
    """The rooms a handler may use."""

    settings: Settings
    store: Store
    events: Events
    pipeline: Pipeline
    policies: Policies
    guest: Guest
    unknown_tags: UnknownTags
    data_transfers: DataTransfers


class Context(Record, frozen=True):
    """One message's surroundings. `found` takes note of a deviation from the standard."""

    house: House
    charge_point_id: int
    charge_point: str
    received_at: datetime
    found: Callable[[Finding], None]
