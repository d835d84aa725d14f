"""What the four status notifications about files have in common: the status is kept and moves its job."""

from wattdeck.domain.events import FileJobChanged, FileStatusReported
from wattdeck.handlers.context import Context
from wattdeck.store import file_jobs


async def take(kind: str, status: str, request_id: int | None, context: Context) -> None:
    house, at = context.house, context.received_at
    report, job = await house.store.write(
        lambda connection: file_jobs.report(
            connection, context.charge_point_id, context.charge_point, kind, status, request_id, at
        )
    )
    house.events.publish(FileStatusReported(report))
    if job is not None:
        house.events.publish(FileJobChanged(job))
