"""A command to the charge point an alert is about, with guards: dry run, so many an hour, a cool-down for each.

Nothing is ever tried again: an hour later the command could be wrong.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from wattdeck.alerts.notify.messages import Message
from wattdeck.alerts.notify.sending import Undelivered
from wattdeck.domain.alerts import RAISED
from wattdeck.domain.channel_kinds import CommandSettings
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.commands import ACCEPTED, Command
from wattdeck.domain.errors import Refused
from wattdeck.domain.records import Record
from wattdeck.store import charge_points, commands, sessions
from wattdeck.store.engine import Store

# whom, action, payload, who asks
Ask = Callable[[ChargePoint, str, dict[str, Any], str], Awaitable[Command]]


class Facts(Record, frozen=True):
    """What a command goes by: whom it is for, what stands in its payload, what was asked not long ago."""

    charge_point: ChargePoint | None
    words: Mapping[str, int | str | None]
    this_hour: int
    last_at: datetime | None


class Commander:
    def __init__(self, store: Store, ask: Ask) -> None:
        self._store, self._ask = store, ask

    async def send(self, settings: CommandSettings, message: Message, attempt: int) -> str:
        """What became of each. Raises Undelivered where none was accepted though some were asked."""
        whom = {one["charge_point"]: one for one in message.values["alerts"] if one["state"] in RAISED}
        asks_as = f"alerts ({message.values['channel']})"
        lines, failed = [], 0
        for identifier, alert in whom.items():
            if identifier is None:
                continue
            what, went_well = await self._one(settings, identifier, alert, asks_as)
            lines.append(f"{identifier}: {settings.action} {what}")
            failed += not went_well
        if not lines:
            return "nothing to be done: no alert about a charge point is raised"
        if failed == len(lines):
            raise Undelivered("; ".join(lines)[:2_000], is_final=True)
        return "\n".join(lines)

    async def _one(
        self, settings: CommandSettings, identifier: str, alert: Mapping[str, Any], asks_as: str
    ) -> tuple[str, bool]:
        facts = await self._store.read(lambda connection: _facts(connection, identifier, alert, asks_as, now()))
        payload, lacking = filled(settings.payload, facts.words)
        held = _held(settings, facts, lacking)
        if held is not None or facts.charge_point is None:
            return f"not sent: {held or 'no such charge point'}", False
        if settings.dry_run:
            return f"would be sent: {payload}", True
        try:
            command = await self._ask(facts.charge_point, settings.action, payload, asks_as)
        except Refused as error:
            return f"not sent: {error}", False
        return f"{command.state} (command {command.id})", command.state == ACCEPTED


def filled(payload: Mapping[str, Any], words: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The payload with what is known in the place of `$words`, and the first that is not known."""
    made: dict[str, Any] = {}
    lacking = None
    for name, value in payload.items():
        if isinstance(value, str) and value.startswith("$"):
            made[name] = words.get(value[1:])
            lacking = lacking or (value if made[name] is None else None)
        elif isinstance(value, Mapping):
            made[name], inner = filled(value, words)
            lacking = lacking or inner
        else:
            made[name] = value
    return made, lacking


def _held(settings: CommandSettings, facts: Facts, lacking: str | None) -> str | None:
    """Why it is better not sent."""
    if lacking is not None:
        return f"{lacking} is not known"
    if facts.this_hour >= settings.commands_per_hour:
        return f"{facts.this_hour} were sent within an hour"
    if facts.last_at is not None and now() - facts.last_at < timedelta(seconds=settings.cool_down_s):
        return f"the last was less than {settings.cool_down_s:g} s ago"
    return None


def _facts(connection: Connection, identifier: str, alert: Mapping[str, Any], asks_as: str, at: datetime) -> Facts:
    found = charge_points.find(connection, identifier)
    asked = commands.asked_by(connection, asks_as, at - timedelta(hours=1))
    if found is None:
        return Facts(None, {}, asked, None)
    running = sessions.active(connection, [found.id])
    here = [one for one in running if alert["connector_id"] in (None, 0, one.connector_id)]
    session = here[0] if here else None
    transaction = None if session is None else session.transaction_id
    words = {
        "connector_id": alert["connector_id"],
        "session_id": None if session is None else session.id,
        "transaction_id": int(transaction) if transaction is not None and transaction.isdecimal() else transaction,
    }
    last = commands.last_asked_by(connection, found.id, asks_as)
    return Facts(found, words, asked, None if last is None else last.created_at)
