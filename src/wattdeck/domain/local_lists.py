"""Local authorization lists: what a charge point has been sent, and what we may believe it holds (OCPP 1.6 §3.5.2,
§5.10, §5.15).

A belief changes only when the charge point has accepted something, or says by a version what became of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wattdeck.domain.clock import from_iso, iso
from wattdeck.domain.commands import LATE, Command
from wattdeck.domain.records import Record, replace
from wattdeck.domain.tags import same_tag

IN_SYNC, MISMATCH, UNSUPPORTED, UNKNOWN = "in_sync", "mismatch", "unsupported", "unknown"
PENDING = "pending"  # shown while a SendLocalList is under way
EMPTY, NO_LISTS = 0, -1  # versions with a meaning of their own (§5.10); never sent (errata to §6.41)
LARGEST_VERSION = 2**31 - 1
ACCEPTED = "Accepted"
_LACKING = frozenset(("NotSupported", "NotImplemented"))


class Entry(Record, frozen=True):
    """One line of a list; `status` in the standard's words (§7.2). In an update None: to be taken from the list."""

    id_tag: str
    status: str | None = "Accepted"
    expires_at: datetime | None = None
    parent: str | None = None


# By the form that tags are compared in: what a list holds, or what an update changes.
Entries = Mapping[str, Entry]


class LocalList(Record, frozen=True, kw_only=True):
    """What is known of a charge point's list. `certain`: at `version` it holds just the entries we keep of it.

    `pending_id`, `doubtful_id`, `applied_id`, `full_id`: the SendLocalList that is under way, one that went out and
    was not answered, the last one accepted, and the last one accepted that replaced the whole list.
    """

    charge_point_id: int
    version: int | None = None
    state: str = UNKNOWN
    certain: bool = False
    error: str | None = None
    changed_at: datetime | None = None
    reported_version: int | None = None
    reported_at: datetime | None = None
    pending_id: int | None = None
    doubtful_id: int | None = None
    applied_id: int | None = None
    full_id: int | None = None
    max_length: int | None = None
    send_max_length: int | None = None


class Update(Record, frozen=True):
    """What a SendLocalList asks for."""

    version: int
    is_full: bool
    entries: Entries


def write(update: Update) -> dict[str, Any]:
    """The payload of a SendLocalList, members in the specification's order (§6.41, §7.1, §7.27)."""
    payload: dict[str, Any] = {"listVersion": update.version}
    if update.entries:
        payload["localAuthorizationList"] = [_write(entry) for entry in update.entries.values()]
    return payload | {"updateType": "Full" if update.is_full else "Differential"}


def _write(entry: Entry) -> dict[str, Any]:
    if entry.status is None:
        return {"idTag": entry.id_tag}
    info: dict[str, Any] = {}
    if entry.expires_at is not None:
        info["expiryDate"] = iso(entry.expires_at)
    if entry.parent is not None:
        info["parentIdTag"] = entry.parent
    return {"idTag": entry.id_tag, "idTagInfo": info | {"status": entry.status}}


def read(payload: dict[str, Any]) -> Update | None:
    """What was asked; None for a payload that was sent unchecked and says nothing a list can follow."""
    version, kind = payload.get("listVersion"), payload.get("updateType")
    if type(version) is not int or abs(version) > LARGEST_VERSION or kind not in ("Full", "Differential"):
        return None
    try:
        entries = [_read(one["idTag"], one.get("idTagInfo")) for one in payload.get("localAuthorizationList") or ()]
        return Update(version, kind == "Full", {same_tag(entry.id_tag): entry for entry in entries})
    except (AttributeError, KeyError, TypeError):
        return None


def _read(id_tag: str, info: dict[str, Any] | None) -> Entry:
    if info is None:
        return Entry(id_tag, None)
    parent = info.get("parentIdTag")
    return Entry(id_tag, str(info["status"]), from_iso(info.get("expiryDate")), None if parent is None else str(parent))


def after_send(known: LocalList, command: Command, at: datetime) -> tuple[LocalList, Update | None]:
    """A SendLocalList has ended, in whatever way: what is known now, and what is to be written into the entries."""
    if known.pending_id == command.id:
        known = replace(known, pending_id=None)
    if command.state == LATE and known.applied_id is not None and command.id <= known.applied_id:
        return _old_news(known, command), None
    word = _word(command)
    if word == ACCEPTED:
        return after_acceptance(known, command, at)
    if word is not None:
        known = _answered(known, command)
        return replace(known, state=UNSUPPORTED if word in _LACKING else MISMATCH, error=f"SendLocalList: {word}"), None
    if command.error is not None:
        known = _answered(known, command)
        said = f"SendLocalList: {command.error['code']}"
        return replace(known, state=_after_error(known, command.error), error=said), None
    if command.sent_at is not None:
        lost = "SendLocalList was not answered: whether the list changed is not known"
        certain = known.certain and known.doubtful_id is None  # of two in doubt, no version tells what became of both
        return replace(known, state=UNKNOWN, certain=certain, doubtful_id=command.id, error=lost), None
    return replace(known, error=f"SendLocalList was not sent: {command.state}"), None


def _old_news(known: LocalList, command: Command) -> LocalList:
    """A late answer to a command that is older than what is applied already: it came first, too."""
    replaced = known.full_id is not None and known.full_id >= command.id
    if replaced or command.id == known.applied_id or _word(command) != ACCEPTED:
        return known
    return replace(
        known, state=UNKNOWN, certain=False, error="an older SendLocalList was accepted, its answer came late"
    )


def _word(command: Command) -> str | None:
    """The status it was answered with; None where no answer says one. Only `Accepted` itself changes a list."""
    said = None if command.result is None else command.result.get("status")
    if not isinstance(said, str):
        return None
    return ACCEPTED if said.strip().casefold() == ACCEPTED.casefold() else said[:40]


def _answered(known: LocalList, command: Command) -> LocalList:
    return replace(known, doubtful_id=None) if known.doubtful_id == command.id else known


def _after_error(known: LocalList, error: dict[str, str]) -> str:
    """A CALLERROR says that nothing was done; what was in doubt before still is."""
    if error["code"] in _LACKING:
        return UNSUPPORTED
    return IN_SYNC if known.certain and known.state == UNKNOWN and known.doubtful_id is None else known.state


def after_acceptance(known: LocalList, command: Command, at: datetime) -> tuple[LocalList, Update | None]:
    """The charge point has taken over what `command` asked."""
    update = read(command.payload)
    known = replace(known, applied_id=command.id, changed_at=at, doubtful_id=None)
    if update is None:
        odd = "it accepted a SendLocalList that cannot be understood"
        return replace(known, state=UNKNOWN, certain=False, error=odd), None
    if update.is_full:
        return replace(
            known, version=update.version, state=IN_SYNC, certain=True, error=None, full_id=command.id
        ), update
    if known.certain and known.state == IN_SYNC:
        return replace(known, version=update.version, error=None), update
    unsure = "changes were accepted onto a list that is not known: send it whole"
    return replace(known, version=update.version, state=UNKNOWN, certain=False, error=unsure), update


def after_version(
    known: LocalList, command: Command, held: int, doubtful: Command | None, at: datetime
) -> tuple[LocalList, Update | None]:
    """A GetLocalListVersion has ended. `held`: how many entries we believe it has; `doubtful`: the command of
    `known.doubtful_id`, whose fate the version tells.
    """
    if command.error is not None and command.error["code"] in _LACKING:
        return replace(known, state=UNSUPPORTED, error=f"GetLocalListVersion: {command.error['code']}"), None
    version = (command.result or {}).get("listVersion")
    if command.state == LATE and known.applied_id is not None and command.id < known.applied_id:
        return known, None  # a late answer, from before the list was changed
    if type(version) is not int or abs(version) > LARGEST_VERSION:
        return known, None
    known = replace(known, reported_version=version, reported_at=at)
    asked = None if doubtful is None else read(doubtful.payload)
    if version == NO_LISTS:
        return replace(known, state=UNSUPPORTED, error="it reports version -1: no local lists"), None
    if doubtful is not None and asked is not None and _tells(version, asked, known, held):
        return after_acceptance(replace(known, state=IN_SYNC if known.certain else UNKNOWN), doubtful, at)
    if version == EMPTY and held == 0:
        # an empty list says so, whatever the version it was emptied under
        emptied = replace(known, version=known.version or EMPTY, doubtful_id=None)
        return replace(emptied, state=IN_SYNC, certain=True, error=None), None
    if version != known.version:
        ours = "none is known here" if known.version is None else f"{known.version} is known here"
        return replace(known, state=MISMATCH, error=f"it reports version {version}, {ours}"), None
    if known.certain and (asked is None or asked.version != version):
        return replace(known, state=IN_SYNC, error=None, doubtful_id=None), None
    return known, None


def _tells(version: int, asked: Update, known: LocalList, held: int) -> bool:
    """Whether the version says that what was asked was applied, and could not say it otherwise."""
    if version == EMPTY:
        return asked.is_full and not asked.entries and held > 0
    return asked.version == version != known.version


def difference(wanted: Entries, held: Entries) -> dict[str, Entry]:
    """What makes the list held the list wanted; deletions first, so that there is room for the rest."""
    gone = {key: Entry(entry.id_tag, None) for key, entry in held.items() if key not in wanted}
    return gone | {key: entry for key, entry in wanted.items() if not _same(held.get(key), entry)}


def _same(one: Entry | None, other: Entry) -> bool:
    """The spelling of a tag is no difference."""
    return one is not None and replace(one, id_tag=other.id_tag) == other
