"""The runs of a workspace, below `.aws-orchestrator/runs/`: a folder each, and what they share.

<run id>/journal.jsonl   what happened, owner.lock: who works on it, objects/: contents by their hash
modules/                 the lock and the ledger of each module
staging/<run id>/        files on their way; what a killed run left there is swept by the next one
"""

import os
import secrets
import shutil
import stat
from pathlib import Path
from typing import get_args

from aws_orchestrator.errors import UsageError
from aws_orchestrator.model import Wire
from aws_orchestrator.protocol import FORMAT_VERSION, RunStatus, Surface
from aws_orchestrator.runs.journal import Ends, Entry, JournalError, read_ends, read_entries
from aws_orchestrator.runs.ledger import Ledger
from aws_orchestrator.runs.ownership import is_owned

STATE_FOLDER = ".aws-orchestrator"
# An update knows its module from the start, a new module is chosen on the way.
_NAMES_MODULE = frozenset({"run_started", "module_chosen"})
_ENDED = frozenset({"done", "failed", "cancelled"})


class RunSummary(Wire):
    """One run in a list."""

    run_id: str
    status: RunStatus
    workflow: str
    module: str | None
    request: str
    started_at: str
    ended_at: str | None = None
    message: str = ""
    waits_in: Surface | None = None


class RunList(Wire):
    """What `runs list --json` prints."""

    format_version: int = FORMAT_VERSION
    runs: tuple[RunSummary, ...]


class RunStore:
    """Finds, makes and lists the runs of one workspace."""

    def __init__(self, workspace: Path) -> None:
        """Nothing is made before the first run."""
        self.workspace = workspace
        self.folder = workspace / STATE_FOLDER / "runs"
        self.modules = self.folder / "modules"
        self._path = str(self.folder)

    def new_id(self, started_at: str) -> str:
        """An id for a new run: it sorts by the time of the start."""
        stamp = "".join(character for character in started_at if character.isdigit())[:14]
        return f"{stamp}-{secrets.token_hex(3)}"

    def create(self, started_at: str, run_id: str = "") -> tuple[str, Path]:
        """A new run's id (the given one, if any) and folder; UsageError when the workspace cannot be written."""
        self._refuse_links()
        try:
            self.modules.mkdir(parents=True, exist_ok=True)
            self._sweep()
            ignore = self.folder / ".gitignore"
            if not ignore.is_symlink() and not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            # A given id may have a folder: whoever was killed before its journal made that.
            folder = self.folder / (run_id or self.new_id(started_at))
            (folder / "objects").mkdir(parents=True, mode=0o700, exist_ok=bool(run_id))
        except OSError as error:
            raise UsageError(
                f"The workspace {self.workspace} cannot be written ({error.strerror}: {error.filename}). "
                "Mend that, or choose another folder."
            ) from error
        return folder.name, folder

    def has(self, run_id: str) -> bool:
        """Whether a run of that id was ever started."""
        return _is_run(self.folder / run_id)

    def folder_of(self, run_id: str) -> Path:
        """The folder of an existing run; UsageError when there is none of that id."""
        self._refuse_links()
        folder = self.folder / run_id
        if {"/", "\\", "\0"} & set(run_id) or run_id.startswith(".") or not _is_run(folder):
            raise UsageError(
                f"There is no run {run_id} in {self.folder}; `runs list` names those that exist."
            )
        return folder

    def staging_of(self, run_id: str) -> Path:
        """The folder for a run's files on their way; it may not exist yet."""
        return self.folder / "staging" / run_id

    def ledger_of(self, module: str, run_id: str) -> Ledger:
        """The ledger of a module, for the run that owns it."""
        return Ledger(self.modules, self.staging_of(run_id), module)

    def runs(self) -> RunList:
        """Every run, newest first; a run whose journal cannot be read is listed as failed and says why."""
        if not self.folder.is_dir():
            return RunList(runs=())
        # Plain strings where a thousand runs are looked at: half of the time was pathlib's.
        with os.scandir(self.folder) as found:
            names = sorted((item.name for item in found if _holds_run(item)), reverse=True)
        return RunList(runs=tuple(self._listed(name) for name in names))

    def summary(self, folder: Path) -> RunSummary:
        """One run, from its journal and the liveness of its owner."""
        return self._listed(folder.name)

    def _listed(self, run_id: str) -> RunSummary:
        try:
            ends = read_ends(f"{self._path}/{run_id}/journal.jsonl")
            return _summary(self.folder, run_id, ends)
        except JournalError as error:
            return RunSummary(
                run_id=run_id,
                status="failed",
                workflow="",
                module=None,
                request="",
                started_at="",
                message=str(error),
            )

    def _refuse_links(self) -> None:
        # A workspace is often somebody else's repository: nothing of ours may follow its links to other places.
        for path in (self.folder.parent, self.folder, self.modules, self.folder / "staging"):
            if path.is_symlink() or (path.exists() and not path.is_dir()):
                what = "a link" if path.is_symlink() else "a file"
                raise UsageError(
                    f"{path} is {what}, and must be a folder of its own: runs are kept there. Remove it."
                )

    def clear_staging(self, run_id: str) -> None:
        """Remove what a run was moving when it was killed; for who owns the run now."""
        shutil.rmtree(self.staging_of(run_id), ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what runs that were killed left in the staging folder."""
        staging = self.folder / "staging"
        for left in staging.iterdir() if staging.is_dir() else ():
            if not is_owned(self.folder / left.name / "owner.lock"):
                shutil.rmtree(left, ignore_errors=True)


def _holds_run(item: "os.DirEntry[str]") -> bool:
    try:
        return item.is_dir(follow_symlinks=False) and stat.S_ISREG(
            os.lstat(f"{item.path}/journal.jsonl").st_mode
        )
    except OSError:
        return False


def _is_run(folder: Path) -> bool:
    try:
        return not folder.is_symlink() and stat.S_ISREG((folder / "journal.jsonl").lstat().st_mode)
    except (OSError, ValueError):
        return False


def _summary(runs: Path, run_id: str, ends: Ends) -> RunSummary:
    first, last = ends
    end = last if last.kind == "run_ended" else None
    module = end.data.get("module") if end else _module_of(runs / run_id)
    status = _ended(run_id, last) if end else _status(runs / run_id, last)
    return RunSummary(
        run_id=run_id,
        status=status,
        workflow=str(first.data.get("workflow", "")),
        module=None if module is None else str(module),
        request=str(first.data.get("request", "")),
        started_at=first.at,
        ended_at=end.at if end else None,
        message=str(end.data.get("message", "")) if end else "",
        waits_in=_surface(last),
    )


def _ended(run_id: str, last: Entry) -> RunStatus:
    status = last.data.get("status")
    if status not in _ENDED:
        raise JournalError(f"The journal of {run_id} ends with no status; `runs cancel` closes its run.")
    return next(known for known in get_args(RunStatus) if known == status)


def _status(folder: Path, last: Entry) -> RunStatus:
    if not is_owned(folder / "owner.lock"):
        return "interrupted"
    return "waiting" if last.kind == "gate_opened" else "running"


def _surface(last: Entry) -> Surface | None:
    asked = last.data.get("surface") if last.kind == "gate_opened" else None
    return next((known for known in get_args(Surface) if known == asked), None)


def _module_of(folder: Path) -> str | None:
    """The module of a run that has not ended: there are few of them, so the whole journal may be read."""
    entries = read_entries(folder / "journal.jsonl")
    chosen = (
        str(entry.data["module"])
        for entry in entries
        if entry.kind in _NAMES_MODULE and entry.data.get("module")
    )
    return next(chosen, None)
