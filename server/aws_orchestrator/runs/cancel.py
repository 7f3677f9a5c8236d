"""Closing a run that nobody works on."""

from pathlib import Path

from aws_orchestrator.errors import UsageError
from aws_orchestrator.outside import Clock
from aws_orchestrator.runs.journal import Journal, JournalError, NewerFormat
from aws_orchestrator.runs.ownership import AlreadyOwned, Ownership
from aws_orchestrator.runs.store import RunStore

_MESSAGE = "Cancelled; nothing more was written."


def cancel_run(store: RunStore, clock: Clock, run_id: str) -> None:
    """End an interrupted run as cancelled; UsageError when it is going on or has ended.

    A damaged journal is set aside (`journal.damaged`) and replaced by one that says that the run was cancelled.
    """
    folder = store.folder_of(run_id)
    try:
        owner = Ownership(folder / "owner.lock", f"the cancellation of {run_id}")
    except AlreadyOwned:
        raise UsageError(f"The run {run_id} is going on in another process; cancel it there.") from None
    except OSError as error:
        raise UsageError(f"The run {run_id} in {folder} cannot be cancelled: {error.strerror}.") from error
    try:
        journal = _open(store, folder, clock)
        try:
            ended = next((entry for entry in journal.entries if entry.kind == "run_ended"), None)
            if ended:
                raise UsageError(f"The run {run_id} is {ended.data.get('status')} already.")
            named = (entry.data.get("module") for entry in journal.entries if entry.data.get("module"))
            module = next(named, None)
            journal.append("run_ended", clock.now(), status="cancelled", message=_MESSAGE, module=module)
        finally:
            journal.close()
    finally:
        owner.release()


def _open(store: RunStore, folder: Path, clock: Clock) -> Journal:
    path = folder / "journal.jsonl"
    try:
        return Journal.open(path)
    except NewerFormat:
        raise
    except JournalError:
        path.replace(folder / "journal.damaged")
        staging = store.staging_of(folder.name)
        return Journal.create(
            path, staging, "run_started", clock.now(), workflow="", request="", modules_folder=""
        )
