"""Id tags: who may charge, decided from what is stored (OCPP 1.6 §7.27 IdTagInfo)."""

from datetime import datetime

from wattdeck.domain.records import Record


class Tag(Record, frozen=True, kw_only=True):
    id_tag: str
    status: str = "accepted"
    expires_at: datetime | None = None
    parent: str | None = None
    note: str | None = None
    max_sessions: int | None = None


class Authorization(Record, frozen=True):
    """The decision about a tag: Accepted, Blocked, Expired, Invalid or ConcurrentTx."""

    status: str
    parent: str | None = None
    expires_at: datetime | None = None


def decide(tag: Tag | None, at: datetime, running: int, accept_unknown: bool) -> Authorization:
    """`running`: sessions open with this tag now."""
    if tag is None:
        return Authorization("Accepted" if accept_unknown else "Invalid")
    if tag.status == "blocked":
        return Authorization("Blocked", tag.parent)
    if tag.expires_at is not None and tag.expires_at <= at:
        return Authorization("Expired", tag.parent, tag.expires_at)
    if tag.max_sessions is not None and running >= tag.max_sessions:
        return Authorization("ConcurrentTx", tag.parent, tag.expires_at)
    return Authorization("Accepted", tag.parent, tag.expires_at)


def same_tag(text: str) -> str:
    """The form tags are compared by: idTags are case-insensitive (OCPP 1.6 §7.28), outer blanks noise."""
    return text.strip().casefold()
