"""Id tags: who may charge, decided from what is stored (OCPP 1.6 §3.10 groups, §7.27 IdTagInfo)."""

from datetime import datetime

from wattdeck.domain.records import Record

LONGEST_ON_WIRE = 20  # CiString20Type (§7.28)
# OCPP 1.6 §7.2
STATUSES = frozenset(("Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"))


class Tag(Record, frozen=True, kw_only=True):
    """`parent`: the group it belongs to, the parentIdTag of the wire."""

    id_tag: str
    status: str = "accepted"
    expires_at: datetime | None = None
    parent: str | None = None
    note: str | None = None
    max_sessions: int | None = None


class Known(Record, frozen=True, kw_only=True):
    """What is known of a tag when it is decided about: itself, its parent if that is a tag too, and how many sessions
    run with each of them. Sessions of a parent are those of its whole group.
    """

    tag: Tag | None = None
    parent: Tag | None = None
    running: int = 0
    running_in_group: int = 0


class Authorization(Record, frozen=True):
    """The decision about a tag: Accepted, Blocked, Expired, Invalid or ConcurrentTx."""

    status: str
    parent: str | None = None
    expires_at: datetime | None = None


def decide(known: Known, at: datetime, accept_unknown: bool = False) -> Authorization:
    """A parent that is a tag of its own rules its group: blocked or expired, so are its tags; its `max_sessions` are
    those of the group. One step only: a parent's parent is not asked.
    """
    tag, parent = known.tag, known.parent
    if tag is None:
        return Authorization("Accepted" if accept_unknown else "Invalid")
    asked = (tag,) if parent is None else (tag, parent)
    if any(one.status == "blocked" for one in asked):
        return Authorization("Blocked", tag.parent)
    expires_at = min((one.expires_at for one in asked if one.expires_at is not None), default=None)
    if expires_at is not None and expires_at <= at:
        return Authorization("Expired", tag.parent, expires_at)
    if _is_full(tag, known.running) or (parent is not None and _is_full(parent, known.running_in_group)):
        return Authorization("ConcurrentTx", tag.parent, expires_at)
    return Authorization("Accepted", tag.parent, expires_at)


def _is_full(tag: Tag, running: int) -> bool:
    return tag.max_sessions is not None and running >= tag.max_sessions


def lookalikes(key: str) -> list[str]:
    """Other spellings of what may be the same card (quirk Q52): its bytes the other way round, or up to eight
    characters appended. Only hints for a person: tags of others look alike, too.
    """
    found = [key[:-count] for count in range(1, 9) if len(key) - count >= 8]
    try:
        turned = bytes.fromhex(key)[::-1].hex() if len(key) >= 8 and key.isalnum() else key
    except ValueError:
        turned = key
    return found if turned == key else [turned, *found]


def same_tag(text: str) -> str:
    """The form tags are compared by: idTags are case-insensitive (OCPP 1.6 §7.28), outer blanks noise."""
    return text.strip().casefold()
