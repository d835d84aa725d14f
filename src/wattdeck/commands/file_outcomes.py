"""What becomes of a file job when the command that began it has ended."""

from collections.abc import Sequence

from sqlalchemy import Connection

from wattdeck.domain.clock import now
from wattdeck.domain.commands import Command
from wattdeck.domain.events import Event, FileJobChanged
from wattdeck.domain.file_jobs import after_answer, cancel
from wattdeck.store import file_jobs


def ended(connection: Connection, command: Command) -> Sequence[Event]:
    """The job follows its command; AcceptedCanceled ends those that were under way before (white paper N01.FR.11)."""
    job = file_jobs.by_command(connection, command.id)
    if job is None:
        return ()
    at = command.finished_at or now()
    error = None if command.error is None else f"{command.error['code']}: {command.error['description']}"
    changed = [after_answer(job, command.state, command.result, error, at)]
    if (command.result or {}).get("status") == "AcceptedCanceled":
        changed += [cancel(one, at, f"replaced by job {job.id}") for one in file_jobs.open_before(connection, job)]
    return [FileJobChanged(file_jobs.save(connection, one)) for one in changed]
