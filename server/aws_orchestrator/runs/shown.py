"""What a view shows of runs: a list, and one run with its steps, files, gates and findings, from the journal alone."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from aws_orchestrator.protocol import (
    GateKind,
    ListedRun,
    ShownFile,
    ShownFinding,
    ShownGate,
    ShownRun,
    ShownStep,
    StepStatus,
)
from aws_orchestrator.runs.contents import kept_content
from aws_orchestrator.runs.journal import Entry, read_entries
from aws_orchestrator.runs.store import RunStore, RunSummary

_ENDED: Mapping[str, StepStatus] = {"step_done": "done", "step_failed": "failed"}


def listed_runs(store: RunStore) -> list[ListedRun]:
    """Every run of a workspace folder, newest first."""
    return [_listed(store, summary) for summary in store.runs().runs]


def shown_run(store: RunStore, run_id: str) -> ShownRun:
    """One run in full; UsageError when there is none of that id, JournalError when its journal cannot be read."""
    folder = store.folder_of(run_id)
    entries = read_entries(folder / "journal.jsonl")
    return ShownRun(
        run=_listed(store, store.summary(folder)),
        steps=tuple(_steps(entries)),
        files=tuple(_files(store.workspace, entries)),
        gates=tuple(_gates(entries)),
        findings=tuple(_findings(entries)),
    )


def run_content(store: RunStore, run_id: str, digest: str) -> str:
    """A content that a run kept, as text; JournalError when it is not there or was changed."""
    return kept_content(store.folder_of(run_id) / "objects", digest).decode("utf-8", "replace")


def _listed(store: RunStore, summary: RunSummary) -> ListedRun:
    return ListedRun(workspace_folder=store.workspace.as_uri(), **summary.model_dump())


def _steps(entries: Sequence[Entry]) -> Iterator[ShownStep]:
    """The steps in the order in which they began, each as it ended last: a resumed run does one again."""
    steps: dict[str, ShownStep] = {}
    for entry in entries:
        key = str(entry.data.get("key"))
        if entry.kind in ("step_started", "step_skipped"):
            steps[key] = ShownStep(
                agent=_text(entry.data, "agent"),
                title=_text(entry.data, "title"),
                status="started" if entry.kind == "step_started" else "skipped",
                detail=_text(entry.data, "reason"),
                seconds=None,
            )
        elif entry.kind in _ENDED and key in steps:
            detail = _text(_mapping(entry.data.get("result")), "detail") or _text(entry.data, "message")
            seconds = entry.data.get("seconds")
            steps[key] = steps[key].model_copy(
                update={
                    "status": _ENDED[entry.kind],
                    "detail": detail,
                    "seconds": float(seconds) if isinstance(seconds, int | float) else None,
                }
            )
    yield from steps.values()


def _files(workspace: Path, entries: Sequence[Entry]) -> Iterator[ShownFile]:
    """What the run wrote and removed: the contents before its first write, and after its last."""
    before: dict[str, str | None] = {}
    after: dict[str, str | None] = {}
    for entry in entries:
        if entry.kind != "write_planned":
            continue
        former = _mapping(entry.data.get("before"))
        changes: dict[str, str | None] = {
            path: str(digest) for path, digest in _mapping(entry.data.get("writes")).items()
        }
        deletes = entry.data.get("deletes")
        changes |= {str(path): None for path in (deletes if isinstance(deletes, list) else ())}
        for path, digest in changes.items():
            before.setdefault(path, str(former[path]) if path in former else None)
            after[path] = digest
    for path, digest in sorted(after.items()):
        was = before[path]
        action = "deleted" if digest is None else "created" if was is None else "changed"
        uri = (workspace / path).as_uri()
        yield ShownFile(uri=uri, path=path, action=action, before=was, after=digest)


def _gates(entries: Sequence[Entry]) -> Iterator[ShownGate]:
    gates: dict[str, ShownGate] = {}
    kinds = get_args(GateKind)
    for entry in entries:
        if entry.kind == "gate_opened":
            gate = _mapping(entry.data.get("gate"))
            kind = gate.get("kind")
            if kind in kinds:
                question = _text(gate, "question")
                gates[str(gate.get("gateId"))] = ShownGate(kind=kind, question=question, choice="", by="")
        elif entry.kind == "gate_answered":
            key, decision = str(entry.data.get("key")), _mapping(entry.data.get("decision"))
            kind = decision.get("kind")
            if kind in kinds:
                asked = gates.get(key) or ShownGate(kind=kind, question="", choice="", by="")
                answer = {"choice": _text(decision, "choice"), "by": _text(decision, "by")}
                gates[key] = asked.model_copy(update=answer)
    yield from gates.values()


def _findings(entries: Sequence[Entry]) -> Iterator[ShownFinding]:
    """The findings of the last validation."""
    validations = [
        validation
        for entry in entries
        if entry.kind == "step_done"
        and (validation := _mapping(_mapping(entry.data.get("result")).get("validation")))
    ]
    for check in _mappings(validations[-1].get("results")) if validations else ():
        for finding in _mappings(check.get("findings")):
            place = _mapping(finding.get("place"))
            line = place.get("line")
            yield ShownFinding(
                check=_text(check, "check"),
                severity=_text(finding, "severity"),
                summary=_text(finding, "summary"),
                file=_text(place, "file") or None,
                line=line if isinstance(line, int) else None,
            )


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    # A journal may be of another version, or somebody else's: what is not there is left out.
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
