"""The runs of a workspace, below `.aws-orchestrator/runs/`: one folder a run, contents by their hash."""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from aws_orchestrator.errors import UsageError
from aws_orchestrator.model import Wire
from aws_orchestrator.protocol import FORMAT_VERSION, RunStatus
from aws_orchestrator.runs.journal import Entry, JournalError, read_entries
from aws_orchestrator.runs.ownership import is_owned

STATE_FOLDER = ".aws-orchestrator"


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


class RunList(Wire):
    """What `runs list --json` prints."""

    format_version: int = FORMAT_VERSION
    runs: tuple[RunSummary, ...]


class RunStore:
    """Finds, makes and lists the runs of one workspace."""

    def __init__(self, workspace: Path) -> None:
        """Nothing is made before the first run."""
        self.folder = workspace / STATE_FOLDER / "runs"

    def create(self, started_at: str) -> tuple[str, Path]:
        """A new run's id and folder; UsageError when the workspace cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            stamp = "".join(character for character in started_at if character.isdigit())[:14]
            run_id = f"{stamp}-{secrets.token_hex(3)}"
            folder = self.folder / run_id
            (folder / "objects").mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise UsageError(
                f"The workspace {self.folder.parent.parent} cannot be written: {error.strerror}. Choose a folder that you may write."
            ) from error
        return run_id, folder

    def folder_of(self, run_id: str) -> Path:
        """The folder of an existing run; UsageError when there is none of that id."""
        folder = self.folder / run_id
        if (
            "/" in run_id
            or "\\" in run_id
            or run_id.startswith(".")
            or not (folder / "journal.jsonl").is_file()
        ):
            raise UsageError(
                f"There is no run {run_id} in {self.folder}; `runs list` names those that exist."
            )
        return folder

    def runs(self) -> RunList:
        """Every run, newest first; a run whose journal cannot be read is listed as failed and says why."""
        if not self.folder.is_dir():
            return RunList(runs=())
        folders = sorted(
            (item for item in self.folder.iterdir() if (item / "journal.jsonl").is_file()), reverse=True
        )
        return RunList(runs=tuple(self.summary(folder) for folder in folders))

    def summary(self, folder: Path) -> RunSummary:
        """One run, from its journal and the liveness of its owner."""
        try:
            entries = read_entries(folder / "journal.jsonl")
        except JournalError as error:
            return RunSummary(
                run_id=folder.name,
                status="failed",
                workflow="",
                module=None,
                request="",
                started_at="",
                message=str(error),
            )
        start = entries[0].data if entries else {}
        end = next((entry for entry in reversed(entries) if entry.kind == "run_ended"), None)
        module = next((entry.data["module"] for entry in entries if entry.kind == "module_chosen"), None)
        return RunSummary(
            run_id=folder.name,
            status=self._status(folder, entries, end),
            workflow=str(start.get("workflow", "")),
            module=module,
            request=str(start.get("request", "")),
            started_at=entries[0].at if entries else "",
            ended_at=end.at if end else None,
            message=str(end.data.get("message", "")) if end else "",
        )

    def _status(self, folder: Path, entries: list[Entry], end: Entry | None) -> RunStatus:
        if end is not None:
            status: RunStatus = end.data["status"]
            return status
        if not is_owned(folder / "owner.lock"):
            return "interrupted"
        waiting = bool(entries) and entries[-1].kind == "gate_opened"
        return "waiting" if waiting else "running"


def store_object(folder: Path, content: bytes) -> str:
    """Keep a content in the run's folder; its SHA-256 names it."""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / "objects" / digest
    if not path.exists():
        temporary = path.with_suffix(f".{secrets.token_hex(4)}")
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    return digest


def load_object(folder: Path, digest: str) -> bytes:
    """A kept content; JournalError when it is missing or damaged."""
    try:
        content = (folder / "objects" / digest).read_bytes()
    except OSError as error:
        raise JournalError(
            f"The run {folder.name} lost a content ({digest[:12]}…); start it anew."
        ) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise JournalError(f"A content of the run {folder.name} was changed ({digest[:12]}…); start it anew.")
    return content


def written_by_runs(store: RunStore) -> Mapping[str, frozenset[str]]:
    """For each path below the workspace, the hashes of the contents that runs wrote there: what is `ours`."""
    known: dict[str, set[str]] = {}
    if not store.folder.is_dir():
        return {}
    for folder in store.folder.iterdir():
        journal = folder / "journal.jsonl"
        if not journal.is_file():
            continue
        # Only the lines that announce a write are looked at: listing a thousand runs must stay quick.
        for line in journal.read_bytes().splitlines():
            if b'"kind":"write_planned"' not in line[:80]:
                continue
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # the cut off last line of a run that was killed: its write had not begun
            for path, digest in entry.get("writes", {}).items():
                known.setdefault(path, set()).add(digest)
    return {path: frozenset(digests) for path, digests in known.items()}
