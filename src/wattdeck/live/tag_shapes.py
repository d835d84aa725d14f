"""The public JSON shapes of tags and local lists."""

from collections import Counter
from collections.abc import Sequence

from typing_extensions import TypedDict

from wattdeck.domain.clock import iso, iso_or_none
from wattdeck.domain.local_lists import PENDING, Entry, LocalList
from wattdeck.domain.tag_files import ADD, CHANGE, ERROR, UNCHANGED, Planned
from wattdeck.domain.tags import Tag
from wattdeck.live.shapes import CommandShape
from wattdeck.store.unknown_tags import UnknownTag


class TagShape(TypedDict):
    id_tag: str
    status: str
    expires_at: str | None
    parent: str | None
    note: str | None
    max_sessions: int | None


class ImportedLineShape(TypedDict):
    """`action`: add, change, unchanged, error; `what`: the change or the error in words."""

    line: int
    id_tag: str
    action: str
    what: str | None


class ImportShape(TypedDict):
    dry_run: bool
    add: int
    change: int
    unchanged: int
    error: int
    lines: list[ImportedLineShape]


class UnknownTagShape(TypedDict):
    id_tag: str
    first_at: str
    last_at: str
    count: int
    charge_point: str
    connector_id: int | None
    message: str
    resembles: str | None


class LocalListShape(TypedDict):
    """`state`: in_sync, pending, mismatch, unsupported, unknown; `command_id`: the SendLocalList under way."""

    charge_point: str
    version: int | None
    state: str
    error: str | None
    count: int
    changed_at: str | None
    reported_version: int | None
    reported_at: str | None
    command_id: int | None
    max_length: int | None
    send_max_length: int | None


class LocalListEntryShape(TypedDict):
    id_tag: str
    status: str | None
    expires_at: str | None
    parent: str | None


class LocalListEntriesShape(LocalListShape):
    entries: list[LocalListEntryShape]
    next: str | None


class LocalListSentShape(TypedDict):
    """`command` is null where nothing had changed; `remaining`: changes that did not fit into it."""

    command: CommandShape | None
    local_list: LocalListShape
    remaining: int
    left_out: list[str]


def tag(one: Tag) -> TagShape:
    return {
        "id_tag": one.id_tag,
        "status": one.status,
        "expires_at": iso_or_none(one.expires_at),
        "parent": one.parent,
        "note": one.note,
        "max_sessions": one.max_sessions,
    }


def local_list(one: LocalList, charge_point: str, count: int) -> LocalListShape:
    return {
        "charge_point": charge_point,
        "version": one.version,
        "state": one.state if one.pending_id is None else PENDING,
        "error": one.error,
        "count": count,
        "changed_at": iso_or_none(one.changed_at),
        "reported_version": one.reported_version,
        "reported_at": iso_or_none(one.reported_at),
        "command_id": one.pending_id,
        "max_length": one.max_length,
        "send_max_length": one.send_max_length,
    }


def local_list_entry(one: Entry) -> LocalListEntryShape:
    return {"id_tag": one.id_tag, "status": one.status, "expires_at": iso_or_none(one.expires_at), "parent": one.parent}


def imported(planned: Sequence[Planned], dry_run: bool) -> ImportShape:
    counts = Counter(one.action for one in planned)
    return {
        "dry_run": dry_run,
        "add": counts[ADD],
        "change": counts[CHANGE],
        "unchanged": counts[UNCHANGED],
        "error": counts[ERROR],
        "lines": [
            {"line": one.number, "id_tag": one.id_tag, "action": one.action, "what": one.what} for one in planned
        ],
    }


def unknown_tag(one: UnknownTag) -> UnknownTagShape:
    return {
        "id_tag": one.id_tag,
        "first_at": iso(one.first_at),
        "last_at": iso(one.last_at),
        "count": one.count,
        "charge_point": one.charge_point,
        "connector_id": one.connector_id,
        "message": one.message,
        "resembles": one.resembles,
    }
