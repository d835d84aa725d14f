"""File jobs in the database, and every status that charge points reported about files."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from wattdeck.domain.clock import from_ms, to_ms
from wattdeck.domain.file_jobs import OPEN, STUCK, STUCK_AFTER, FileJob, FileReport, after_report, takes_reports
from wattdeck.domain.records import as_dict, replace
from wattdeck.store.rows import Page, add_row, moment, ms, page
from wattdeck.store.tables import file_jobs as table
from wattdeck.store.tables import file_reports

_TIMES = ("created_at", "due_at", "fetched_at", "started_at", "reported_at", "finished_at")
_AT_ONCE = 500
_NEWEST = 20  # jobs of a kind that are looked through for the one a report is about


def add(
    connection: Connection, job: FileJob, link_hash: str | None = None, link_expires_at: datetime | None = None
) -> FileJob:
    """Keep a new job; its `id` is given here."""
    values = _values(job) | {"link_hash": link_hash, "link_expires_at": ms(link_expires_at)}
    del values["id"]
    made = get(connection, add_row(connection, table, **values))
    assert made is not None
    return made


def save(connection: Connection, job: FileJob) -> FileJob:
    connection.execute(update(table).where(table.c.id == job.id).values(**_values(job)))
    return job


def get(connection: Connection, id: int) -> FileJob | None:
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    return None if row is None else _record(row)


def of(connection: Connection, charge_point_id: int, limit: int, after: int | None = None) -> Page:
    """A charge point's jobs, newest first."""
    query = select(table).where(table.c.charge_point_id == charge_point_id)
    return page(connection, query, table.c.id, _record, limit, after)


def by_command(connection: Connection, command_id: int) -> FileJob | None:
    row = connection.execute(select(table).where(table.c.command_id == command_id)).one_or_none()
    return None if row is None else _record(row)


def by_link(connection: Connection, link_hash: str, at: datetime) -> FileJob | None:
    """The job a link is for; None where there is none such, or it has expired."""
    query = select(table).where(table.c.link_hash == link_hash, table.c.link_expires_at > to_ms(at))
    row = connection.execute(query).one_or_none()
    return None if row is None else _record(row)


def spend_link(connection: Connection, id: int) -> None:
    """The job's link opens nothing from now on."""
    connection.execute(update(table).where(table.c.id == id).values(link_hash=None))


def open_before(connection: Connection, job: FileJob) -> list[FileJob]:
    """The jobs of the same charge point and kind that were begun before this one and are still open."""
    query = select(table).where(
        table.c.charge_point_id == job.charge_point_id,
        table.c.kind == job.kind,
        table.c.id < job.id,
        table.c.state.in_(sorted(OPEN)),
    )
    return [_record(row) for row in connection.execute(query.order_by(table.c.id))]


def mark_stuck(connection: Connection, at: datetime) -> list[FileJob]:
    """The open jobs of which nothing has been heard for long, now stuck."""
    before = at - STUCK_AFTER
    waiting = sorted(OPEN - {STUCK})
    query = select(table).where(
        table.c.state.in_(waiting),
        table.c.due_at < to_ms(before),
        func.coalesce(table.c.reported_at, table.c.created_at) < to_ms(before),
    )
    silent = [_record(row) for row in connection.execute(query.order_by(table.c.id).limit(_AT_ONCE))]
    return [save(connection, replace(job, state=STUCK)) for job in silent]


def report(
    connection: Connection,
    charge_point_id: int,
    charge_point: str,
    kind: str,
    status: str,
    request_id: int | None,
    at: datetime,
) -> tuple[FileReport, FileJob | None]:
    """Keep a status; with the job it is about as that is now, or None where it is about none of ours."""
    job = _meant(connection, charge_point_id, kind, request_id, at)
    job_id = None if job is None else job.id
    if job is None or job.status != status:  # some say every second that they are still downloading
        add_row(
            connection,
            file_reports,
            charge_point_id=charge_point_id,
            job_id=job_id,
            kind=kind,
            status=status,
            request_id=request_id,
            at=to_ms(at),
        )
    changed = None if job is None else save(connection, after_report(job, status, at))
    return FileReport(charge_point_id, charge_point, kind, status, request_id, job_id, at), changed


def _meant(
    connection: Connection, charge_point_id: int, kind: str, request_id: int | None, at: datetime
) -> FileJob | None:
    """By request id where there is one, else the newest job of the kind that takes reports."""
    query = select(table).where(table.c.charge_point_id == charge_point_id, table.c.kind == kind)
    if request_id is not None:
        query = query.where(table.c.request_id == request_id)
    newest = [_record(row) for row in connection.execute(query.order_by(table.c.id.desc()).limit(_NEWEST))]
    if request_id is not None:
        return newest[0] if newest else None
    return next((job for job in newest if takes_reports(job, at)), None)


def reports(connection: Connection, job: FileJob) -> list[FileReport]:
    """What was reported about a job, in order of arrival."""
    query = select(file_reports).where(file_reports.c.job_id == job.id).order_by(file_reports.c.id).limit(1000)
    return [
        FileReport(job.charge_point_id, job.charge_point, row.kind, row.status, row.request_id, job.id, from_ms(row.at))
        for row in connection.execute(query)
    ]


def files_kept(connection: Connection) -> list[tuple[int, datetime, int]]:
    """Of each job whose file we hold: number, time of arrival, bytes; the oldest first."""
    arrived_at = func.coalesce(table.c.finished_at, table.c.created_at)
    query = select(table.c.id, arrived_at, table.c.bytes_received).where(table.c.has_file == 1)
    return [(id, from_ms(at), size) for id, at, size in connection.execute(query.order_by(arrived_at, table.c.id))]


def forget_file(connection: Connection, id: int) -> None:
    connection.execute(update(table).where(table.c.id == id).values(has_file=0))


def forget_reports(connection: Connection, before: datetime, at_most: int) -> int:
    """Delete some old reports that belong to no job; how many."""
    stray = (file_reports.c.job_id.is_(None)) & (file_reports.c.at < to_ms(before))
    old = select(file_reports.c.id).where(stray).order_by(file_reports.c.id).limit(at_most)
    return connection.execute(delete(file_reports).where(file_reports.c.id.in_(old))).rowcount


def _values(job: FileJob) -> dict[str, Any]:
    values = as_dict(job)
    values |= {name: ms(values[name]) for name in _TIMES}
    values |= {name: int(values[name]) for name in ("has_link", "has_file")}
    return values


def _record(row: Row[Any]) -> FileJob:
    values = {name: getattr(row, name) for name in FileJob.__struct_fields__}
    values |= {name: moment(values[name]) for name in _TIMES}
    values |= {name: bool(values[name]) for name in ("has_link", "has_file")}
    return FileJob(**values)
