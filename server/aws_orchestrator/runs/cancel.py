"""Closing a run that nobody works on."""

from aws_orchestrator.errors import UsageError
from aws_orchestrator.outside import Clock
from aws_orchestrator.runs.journal import Journal, JournalError
from aws_orchestrator.runs.ownership import AlreadyOwned, Ownership
from aws_orchestrator.runs.store import RunStore

_MESSAGE = "Cancelled; nothing more was written."


def cancel_run(store: RunStore, clock: Clock, run_id: str) -> None:
    """End an interrupted run as cancelled; UsageError when it is going on or has ended.

    A damaged journal is set aside (`journal.damaged`) and replaced by one that says that the run was cancelled.
    """
    folder = store.folder_of(run_id)
    try:
        owner = Ownership(folder / "owner.lock", f"run {run_id}")
    except AlreadyOwned:
        raise UsageError(f"The run {run_id} is going on in another process; cancel it there.") from None
    path = folder / "journal.jsonl"
    try:
        try:
            journal = Journal.open(path)
        except JournalError:
            path.replace(folder / "journal.damaged")
            journal = Journal.create(path)
            journal.append("run_started", clock.now(), workflow="", request="")
        try:
            ended = next((entry for entry in journal.entries if entry.kind == "run_ended"), None)
            if ended:
                raise UsageError(f"The run {run_id} is {ended.data['status']} already.")
            journal.append("run_ended", clock.now(), status="cancelled", message=_MESSAGE, report=None)
        finally:
            journal.close()
    finally:
        owner.release()
