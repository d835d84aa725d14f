"""Signing requests, and the certificates charge points are believed to have."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, union_all, update

from wattdeck.domain.certificates import (
    INSTALLED,
    PENDING,
    SUPERSEDED,
    CertificateHash,
    CertificateRequest,
    Ending,
    InstalledCertificate,
)
from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.people import Scope
from wattdeck.domain.records import as_dict
from wattdeck.store import scopes
from wattdeck.store.charge_points import REMOVED
from wattdeck.store.rows import Page, add_row, moment, ms, page
from wattdeck.store.tables import certificate_requests as requests
from wattdeck.store.tables import charge_points
from wattdeck.store.tables import installed_certificates as installed

_REQUEST_TIMES = ("received_at", "decided_at", "expires_at")
_KEPT_WITHOUT_CERTIFICATE = 50  # of each charge point: one that asks for ever must not fill the disk


def add_request(
    connection: Connection, charge_point_id: int, charge_point: str, csr: str, received_at: datetime
) -> tuple[CertificateRequest, bool]:
    """A pending request, and whether it is new: the same one again changes nothing, another one takes its place."""
    waiting = select(requests).where(requests.c.charge_point_id == charge_point_id, requests.c.state == PENDING)
    for row in connection.execute(waiting).all():
        if row.csr == csr:
            return _request(row), False
        connection.execute(
            update(requests)
            .where(requests.c.id == row.id)
            .values(state=SUPERSEDED, decided_at=to_ms(received_at), reason="a newer request came")
        )
    id = add_row(
        connection,
        requests,
        charge_point_id=charge_point_id,
        charge_point=charge_point,
        csr=csr,
        state=PENDING,
        received_at=to_ms(received_at),
    )
    _forget_unsigned(connection, charge_point_id)
    made = request(connection, id)
    assert made is not None
    return made, True


def _forget_unsigned(connection: Connection, charge_point_id: int) -> None:
    unsigned = (requests.c.charge_point_id == charge_point_id) & requests.c.certificate.is_(None)
    kept = select(requests.c.id).where(unsigned).order_by(requests.c.id.desc()).limit(_KEPT_WITHOUT_CERTIFICATE)
    connection.execute(delete(requests).where(unsigned, requests.c.id.not_in(kept)))


def request(connection: Connection, id: int) -> CertificateRequest | None:
    row = connection.execute(select(requests).where(requests.c.id == id)).one_or_none()
    return None if row is None else _request(row)


def request_by_command(connection: Connection, command_id: int) -> CertificateRequest | None:
    row = connection.execute(select(requests).where(requests.c.command_id == command_id)).one_or_none()
    return None if row is None else _request(row)


def pending(connection: Connection, after: int, at_most: int) -> list[CertificateRequest]:
    """Requests that wait for a decision, the oldest first, from the one after number `after` on."""
    query = select(requests).where(requests.c.state == PENDING, requests.c.id > after)
    return [_request(row) for row in connection.execute(query.order_by(requests.c.id).limit(at_most))]


def count_signed(connection: Connection, charge_point_id: int, since: datetime) -> int:
    """How many certificates were signed for a charge point."""
    signed = (requests.c.charge_point_id == charge_point_id) & requests.c.certificate.is_not(None)
    query = select(func.count()).where(signed, requests.c.decided_at >= to_ms(since))
    return connection.execute(query).scalar_one()


def save_request(connection: Connection, one: CertificateRequest) -> CertificateRequest:
    values = as_dict(one)
    values |= {name: ms(values[name]) for name in _REQUEST_TIMES}
    connection.execute(update(requests).where(requests.c.id == one.id).values(**values))
    return one


def search_requests(
    connection: Connection,
    *,
    limit: int,
    after: int | None = None,
    charge_point_id: int | None = None,
    scope: Scope | None = None,
    state: str | None = None,
    expires_before: datetime | None = None,
) -> Page:
    """Newest first; `expires_before`: those whose certificate expires before."""
    query = select(requests)
    if charge_point_id is not None:
        query = query.where(requests.c.charge_point_id == charge_point_id)
    if scope is not None:
        query = query.where(requests.c.charge_point_id.in_(scopes.ids(scope)))
    if state is not None:
        query = query.where(requests.c.state == state)
    if expires_before is not None:
        query = query.where(requests.c.expires_at < to_ms(expires_before))
    return page(connection, query, requests.c.id, _request, limit, after)


def _request(row: Row[Any]) -> CertificateRequest:
    values = {name: getattr(row, name) for name in CertificateRequest.__struct_fields__}
    values |= {name: moment(values[name]) for name in _REQUEST_TIMES}
    return CertificateRequest(**values)


def installed_on(connection: Connection, charge_point_id: int) -> list[InstalledCertificate]:
    query = select(installed).where(installed.c.charge_point_id == charge_point_id)
    rows = connection.execute(query.order_by(installed.c.certificate_type, installed.c.learnt_at))
    return [_installed(row) for row in rows]


def install(connection: Connection, one: InstalledCertificate) -> None:
    """Believe that it is installed; what was believed of it before is replaced."""
    remove(connection, one.charge_point_id, one.hash)
    connection.execute(
        insert(installed).values(
            charge_point_id=one.charge_point_id,
            certificate_type=one.certificate_type,
            **as_dict(one.hash),
            subject=one.subject,
            expires_at=ms(one.expires_at),
            certificate=one.certificate,
            learnt_at=to_ms(one.learnt_at),
        )
    )


def remove(connection: Connection, charge_point_id: int, hash: CertificateHash) -> None:
    """Believe it gone. Charge points spell hashes in either letter case."""
    same = [func.lower(installed.c[name]) == value.lower() for name, value in as_dict(hash).items()]
    connection.execute(delete(installed).where(installed.c.charge_point_id == charge_point_id, *same))


def remove_type(connection: Connection, charge_point_id: int, certificate_type: str) -> None:
    connection.execute(
        delete(installed).where(
            installed.c.charge_point_id == charge_point_id, installed.c.certificate_type == certificate_type
        )
    )


def endings(connection: Connection) -> list[Ending]:
    """Of each charge point with certificates: when the first one ends of its own (the one it took last) and of the
    roots it has, where of several of one type the one that lasts longest counts.
    """
    taken = (requests.c.state == INSTALLED) & requests.c.expires_at.is_not(None)
    newest = select(func.max(requests.c.id)).where(taken).group_by(requests.c.charge_point_id)
    own = select(requests.c.charge_point_id, requests.c.expires_at).where(requests.c.id.in_(newest))
    roots = (
        select(installed.c.charge_point_id, func.max(installed.c.expires_at).label("expires_at"))
        .where(installed.c.expires_at.is_not(None))
        .group_by(installed.c.charge_point_id, installed.c.certificate_type)
    )
    every = union_all(own, roots).subquery()
    query = (
        select(charge_points.c.id, charge_points.c.identifier, func.min(every.c.expires_at).label("at"))
        .join(every, every.c.charge_point_id == charge_points.c.id)
        .where(charge_points.c.registration != REMOVED)
        .group_by(charge_points.c.id)
        .order_by(charge_points.c.id)
    )
    return [Ending(row.id, row.identifier, from_ms(row.at)) for row in connection.execute(query)]


def _installed(row: Row[Any]) -> InstalledCertificate:
    return InstalledCertificate(
        charge_point_id=row.charge_point_id,
        certificate_type=row.certificate_type,
        hash=CertificateHash(row.hash_algorithm, row.issuer_name_hash, row.issuer_key_hash, row.serial_number),
        subject=row.subject,
        expires_at=moment(row.expires_at),
        certificate=row.certificate,
        learnt_at=from_ms(row.learnt_at),
    )
