"""Removing old runs: what they kept goes, what people and later updates need stays."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aws_orchestrator.errors import UsageError
from aws_orchestrator.protocol import PrunedRuns
from aws_orchestrator.runs.ownership import AlreadyOwned, Ownership
from aws_orchestrator.runs.store import RunStore, RunSummary


def prune_runs(store: RunStore, now: str, keep: int, older_than_days: int | None = None) -> PrunedRuns:
    """Remove ended runs but the newest `keep`, and of those only what began more than so many days ago.

    A run that goes on, waits or was interrupted stays, and so does the last one that wrote a module: an update needs what
    the module was made from.
    """
    if keep < 0 or (older_than_days is not None and older_than_days < 0):
        raise UsageError("How many runs, or days, are kept is a number from 0 up.")
    runs = store.runs().runs
    removable = [run for run in _removable(runs) if run not in runs[:keep]]
    if older_than_days is not None:
        limit = _moment(now) - timedelta(days=older_than_days)
        removable = [run for run in removable if _moment(run.started_at) < limit]
    removed, freed = [], 0
    for run in removable:
        size = _remove(store, store.folder / run.run_id)
        if size is not None:
            removed.append(run.run_id)
            freed += size
    return PrunedRuns(removed=tuple(removed), freed_bytes=freed)


def _removable(runs: Iterable[RunSummary]) -> Iterable[RunSummary]:
    written: set[str | None] = set()
    for run in runs:
        last = run.status == "done" and run.module not in written
        if last:
            written.add(run.module)
        # A journal that cannot be read is listed as failed, but nobody knows what it holds.
        if run.ended_at is not None and not (last and run.module):
            yield run


def _remove(store: RunStore, folder: Path) -> int | None:
    """How many bytes a run's folder held that is gone now; None when somebody works on the run."""
    try:
        owner = Ownership(folder / "owner.lock", f"the removal of {folder.name}")
    except AlreadyOwned:
        return None
    except OSError as error:
        raise UsageError(f"{folder} cannot be removed: {error.strerror}.") from error
    staged = store.staging_of(f"{folder.name}.pruned")
    try:
        size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
        staged.parent.mkdir(parents=True, exist_ok=True)
        # Gone from the list at once; whatever a kill leaves of it is swept by the next run.
        folder.rename(staged)
        shutil.rmtree(staged)
    except OSError as error:
        raise UsageError(f"{folder} cannot be removed: {error.strerror}.") from error
    finally:
        owner.release()
    return size


def _moment(text: str) -> datetime:
    """When that was; the beginning of time for what is no date, so that it counts as old."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
