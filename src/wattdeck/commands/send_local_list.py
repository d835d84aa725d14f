"""Sends a charge point its local list: as given, all accepted tags, or what has changed in them (OCPP 1.6 §5.15)."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattdeck.commands.send import Commands
from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.commands import Command
from wattdeck.domain.errors import Conflict, Unprocessable, WattdeckError
from wattdeck.domain.local_lists import IN_SYNC, LARGEST_VERSION, Entries, Entry, LocalList, Update, difference, write
from wattdeck.domain.records import Record, replace
from wattdeck.domain.tags import LONGEST_ON_WIRE, Authorization, Tag, same_tag
from wattdeck.store import local_lists, tags
from wattdeck.store.engine import Store

MOST_ENTRIES = 10_000


class Wish(Record, frozen=True, kw_only=True):
    """What to send. `entries` as they are; without them all accepted tags: `is_full` whole, else what has changed.
    Without `version` the next one.
    """

    is_full: bool
    entries: tuple[Entry, ...] | None = None
    version: int | None = None


class Plan(Record, frozen=True):
    """`update`: what goes out now, None where nothing has changed. `remaining`: how many changes did not fit into it;
    `left_out`: tags that no list can hold.
    """

    update: Update | None
    remaining: int = 0
    left_out: tuple[str, ...] = ()


class Sent(Record, frozen=True):
    command: Command | None
    plan: Plan


class _Stale(WattdeckError):
    """The list changed between the look at it and the sending."""


async def send(
    commands: Commands, store: Store, charge_point: ChargePoint, wish: Wish, asked_by: str, wait_s: float
) -> Sent:
    """One SendLocalList, or none where nothing has changed.

    Raises Unprocessable where the list cannot be sent as wished, Conflict where the charge point is not connected or
    another SendLocalList is under way.
    """
    while True:
        try:
            return await _send(commands, store, charge_point, wish, asked_by, wait_s)
        except _Stale:
            continue


async def _send(
    commands: Commands, store: Store, charge_point: ChargePoint, wish: Wish, asked_by: str, wait_s: float
) -> Sent:
    id = charge_point.id

    def look(connection: Connection) -> tuple[LocalList, Plan]:
        known = local_lists.get(connection, id)
        if known.pending_id is not None:
            raise Conflict(f"command {known.pending_id}, a SendLocalList, is under way")
        if wish.entries is not None:
            return known, given(known, wish, wish.entries)
        wanted, left_out = holdable(tags.accepted(connection, now()))
        held = local_lists.held(connection, id)
        return known, replace(from_tags(known, wish, wanted, held), left_out=left_out)

    known, plan = await store.read(look)
    if plan.update is None:
        return Sent(None, plan)

    def also(connection: Connection, command: Command) -> None:
        if local_lists.get(connection, id) != known:
            raise _Stale
        local_lists.save(connection, replace(known, pending_id=command.id))

    payload = write(plan.update)
    command = await commands.send(charge_point, "SendLocalList", payload, asked_by=asked_by, wait_s=wait_s, also=also)
    return Sent(command, plan)


def given(known: LocalList, wish: Wish, entries: Sequence[Entry]) -> Plan:
    """The caller's own entries. Raises Unprocessable where the standard or the charge point's limits forbid them."""
    by_key = {same_tag(entry.id_tag): entry for entry in entries}
    if len(by_key) < len(entries):
        raise Unprocessable("a tag is there twice: tags compare without regard to letter case")  # §6.41
    if wish.is_full and any(entry.status is None for entry in entries):
        raise Unprocessable("a full list holds nothing to be taken out: give each entry a status")
    version = wish.version or _next(known)
    if not wish.is_full and known.certain and known.version is not None and version <= known.version:
        raise Unprocessable(f"changes need a version above {known.version}")  # §7.47 VersionMismatch
    _fits(len(entries), known.send_max_length, "SendLocalListMaxLength")
    if wish.is_full:
        _fits(len(entries), known.max_length, "LocalAuthListMaxLength")
    return Plan(Update(version, wish.is_full, by_key))


def from_tags(known: LocalList, wish: Wish, wanted: Entries, held: Entries) -> Plan:
    """All of `wanted`, or what has changed; where what it holds is not known, that is all, too.

    A full list is one message by the standard; a longer one goes out as its beginning and, the next times, as changes.
    """
    _fits(len(wanted), known.max_length, "LocalAuthListMaxLength")
    is_known = known.certain and known.state == IN_SYNC
    changes = difference(wanted, held)
    if is_known and not changes and not wish.is_full:
        return Plan(None)
    is_full = wish.is_full or not is_known or not held
    if is_full:
        changes = dict(wanted)
    if wish.is_full:
        _fits(len(changes), known.send_max_length, "SendLocalListMaxLength")
    version = wish.version or _next(known)
    if not is_full and version <= (known.version or 0):
        raise Unprocessable(f"changes need a version above {known.version}")
    most = min(known.send_max_length or MOST_ENTRIES, MOST_ENTRIES)
    now_going = dict(list(changes.items())[:most])
    return Plan(Update(version, is_full, now_going), len(changes) - len(now_going))


def holdable(accepted: Sequence[tuple[Tag, Authorization]]) -> tuple[dict[str, Entry], tuple[str, ...]]:
    """Entries of the accepted tags, and the tags that are too long for one."""
    entries, left_out = {}, []
    for tag, said in accepted:
        spelled = tag.id_tag.strip()
        if len(spelled) > LONGEST_ON_WIRE:
            left_out.append(tag.id_tag)
        else:
            entries[same_tag(spelled)] = Entry(spelled, "Accepted", said.expires_at, said.parent)
    return entries, tuple(left_out)


def _next(known: LocalList) -> int:
    version = max(known.version or 0, known.reported_version or 0, 0) + 1
    if version > LARGEST_VERSION:
        raise Unprocessable("its version is the largest there is: send a full list with a version of your own")
    return version


def _fits(count: int, limit: int | None, key: str) -> None:
    if limit is not None and count > limit:
        raise Unprocessable(f"{count} entries are more than the charge point's {key} of {limit}")
    if count > MOST_ENTRIES:
        raise Unprocessable(f"{count} entries are more than {MOST_ENTRIES}")
