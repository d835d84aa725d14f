"""Firmware updates, diagnostics and logs: what is sent for them, and the job written down with the command
(OCPP 1.6 §6.25, §6.55; security white paper §5.9, §5.21).
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from wattdeck.domain.clock import iso, now
from wattdeck.domain.commands import Command
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.file_jobs import DIAGNOSTICS, FIRMWARE, LOG, FileJob
from wattdeck.domain.records import Record
from wattdeck.domain.secrets import without_secrets
from wattdeck.store import file_jobs

_SCHEMES = frozenset({"http", "https", "ftp", "ftps", "sftp"})
_LONGEST_LOCATION = 512  # security white paper §6.7, §6.12
_FARTHEST = timedelta(days=366)
_UNSAFE_IN_PATH = re.compile(r"[^A-Za-z0-9._-]+")


class Link(Record, frozen=True):
    """A link of ours by which a charge point uploads or fetches one file. Only the hash of its token is kept."""

    url: str
    token_hash: str


class Tries(Record, frozen=True):
    """How often, and with how many seconds between, the charge point tries; None leaves that to it."""

    retries: int | None = None
    interval_s: int | None = None


class Signing(Record, frozen=True):
    """The certificate (PEM) that firmware was signed with, and the signature (Base64)."""

    certificate: str
    signature: str


class Asked(Record, frozen=True, kw_only=True):
    """A command about a file, and what its job is made of."""

    action: str
    payload: dict[str, Any]
    kind: str
    location: str
    link: Link | None
    due_at: datetime
    request_id: int | None = None
    log_type: str | None = None
    firmware_id: int | None = None
    file_name: str | None = None


def upload_link(base_url: str) -> Link:
    """Ends in a slash: charge points take the location for a folder and put a file name behind it (§6.25)."""
    token = secrets.token_urlsafe(32)
    return Link(f"{base_url.rstrip('/')}/files/upload/{token}/", hash_token(token))


def firmware_link(base_url: str, name: str) -> Link:
    token = secrets.token_urlsafe(32)
    safe = _UNSAFE_IN_PATH.sub("_", name).strip(".") or "firmware"
    return Link(f"{base_url.rstrip('/')}/files/firmware/{token}/{safe}", hash_token(token))


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def check_location(location: str) -> str:
    """Raises Unprocessable where no charge point could make anything of it."""
    try:
        parts = urlsplit(location)
        usable = parts.scheme.lower() in _SCHEMES and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or not location.isprintable() or " " in location:
        raise Unprocessable(f"location: no address of the kind {', '.join(sorted(_SCHEMES))}://host/…")
    if len(location) > _LONGEST_LOCATION:
        raise Unprocessable(f"location: more than {_LONGEST_LOCATION} characters")
    return location


def update_firmware(
    location: str,
    link: Link | None,
    retrieve_at: datetime,
    tries: Tries,
    signing: Signing | None = None,
    install_at: datetime | None = None,
    firmware_id: int | None = None,
    file_name: str | None = None,
) -> Asked:
    """Raises Unprocessable for a time that lies too far ahead, and for one of installation without a signature:
    UpdateFirmware knows none.
    """
    if retrieve_at - now() > _FARTHEST:
        raise Unprocessable(f"retrieve_at: more than {_FARTHEST.days} days ahead")
    about: dict[str, Any] = {"kind": FIRMWARE, "location": location, "link": link, "due_at": retrieve_at}
    about |= {"firmware_id": firmware_id, "file_name": file_name}
    if signing is None:
        if install_at is not None:
            raise Unprocessable("install_at: only a signed update has a time of installation")
        payload = _with({"location": location}, retries=tries.retries)
        payload = _with(payload | {"retrieveDate": iso(retrieve_at)}, retryInterval=tries.interval_s)
        return Asked(action="UpdateFirmware", payload=payload, **about)
    firmware = _with({"location": location, "retrieveDateTime": iso(retrieve_at)}, installDateTime=install_at)
    firmware |= {"signingCertificate": signing.certificate, "signature": signing.signature}
    request_id = _request_id()
    payload = _with({}, retries=tries.retries, retryInterval=tries.interval_s)
    payload |= {"requestId": request_id, "firmware": firmware}
    return Asked(action="SignedUpdateFirmware", payload=payload, request_id=request_id, **about)


def get_diagnostics(
    location: str, link: Link | None, tries: Tries, begin: datetime | None = None, end: datetime | None = None
) -> Asked:
    payload = _with({"location": location}, retries=tries.retries, retryInterval=tries.interval_s)
    payload = _with(payload, startTime=begin, stopTime=end)
    return Asked(action="GetDiagnostics", payload=payload, kind=DIAGNOSTICS, location=location, link=link, due_at=now())


def get_log(
    log_type: str,
    location: str,
    link: Link | None,
    tries: Tries,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> Asked:
    request_id = _request_id()
    payload = {"logType": log_type, "requestId": request_id}
    payload = _with(payload, retries=tries.retries, retryInterval=tries.interval_s)
    payload["log"] = _with({"remoteLocation": location}, oldestTimestamp=begin, latestTimestamp=end)
    return Asked(
        action="GetLog",
        payload=payload,
        kind=LOG,
        location=location,
        link=link,
        due_at=now(),
        request_id=request_id,
        log_type=log_type,
    )


def write_job(connection: Connection, command: Command, asked: Asked, link_lasts_s: float) -> FileJob:
    """The job that belongs to a command, written in the command's own transaction."""
    job = FileJob(
        id=0,
        charge_point_id=command.charge_point_id,
        charge_point=command.charge_point,
        kind=asked.kind,
        command_id=command.id,
        request_id=asked.request_id,
        log_type=asked.log_type,
        firmware_id=asked.firmware_id,
        file_name=asked.file_name,
        location=without_secrets(asked.location),
        has_link=asked.link is not None,
        created_at=command.created_at,
        due_at=asked.due_at,
    )
    if asked.link is None:
        return file_jobs.add(connection, job)
    expires_at = max(asked.due_at, command.created_at) + timedelta(seconds=link_lasts_s)
    return file_jobs.add(connection, job, asked.link.token_hash, expires_at)


def _request_id() -> int:
    """Any number will do that no other request of the charge point has; 2.1 billion to choose from."""
    return secrets.randbelow(2**31 - 1) + 1


def _with(payload: dict[str, Any], **optional: int | datetime | None) -> dict[str, Any]:
    given = {name: value for name, value in optional.items() if value is not None}
    return payload | {name: iso(value) if isinstance(value, datetime) else value for name, value in given.items()}
