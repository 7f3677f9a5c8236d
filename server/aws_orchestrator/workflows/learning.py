"""What a run taught: proposed as an entry of the policy memory with its diff, and written when a person approves it."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.optional import WRITE, YES, policy_gate
from aws_orchestrator.gates.policies import ANY, PolicyEntry, Subject, plain, value_of, with_entry
from aws_orchestrator.memories import POLICY_FILE, memory_file, read_policies
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.contents import write_durably
from aws_orchestrator.runs.journal import Entry, JournalError, read_entries
from aws_orchestrator.runs.redaction import redact
from aws_orchestrator.runs.run import Run, RunSuspended
from aws_orchestrator.runs.store import RunStore

# How far back is looked for the same answer.
_REMEMBERED_RUNS = 50
_CONVENTION = re.compile(
    r"(?:^|[,.;]\s*|\band\s+)(?P<said>(?:always|never|from now on|by convention|in general|as a rule)\b[^.;]{3,200})",
    re.IGNORECASE,
)


class Remembered(Frozen):
    """What became of an approved entry."""

    written: bool
    detail: str


class _Answered(NamedTuple):
    """One optional gate that a person answered."""

    kind: Subject
    situation: str
    question: str
    choice: str


class _Lesson(NamedTuple):
    """Something to propose: why, and the entry."""

    why: str
    entry: PolicyEntry
    hint: str = ""
    """What a person is asked to say, where they alone can; it becomes the convention."""


async def learn(run: Run, store: RunStore, gatekeeper: Gatekeeper, root: Path) -> None:
    """Propose what this run taught: the same answer twice, a decision about cost, a convention that somebody typed."""
    if not gatekeeper.somebody_is_there:
        return
    for lesson in _lessons(run, store, gatekeeper):
        await _propose(run, gatekeeper, root, lesson)


async def learn_from_failure(
    run: Run, store: RunStore, gatekeeper: Gatekeeper, root: Path, service: str, reason: str
) -> None:
    """Ask what a person could have told to a run whose healing failed, and propose it as a convention."""
    entry = PolicyEntry(
        title=f"What a module of {service} needs",
        gate="convention",
        when=f"service {service}",
        policy="ask",
        default=YES,
        learned_from=run.run_id,
    )
    lesson = _Lesson(
        f"The module stayed invalid: {value_of(reason)}.",
        entry,
        "What should have been said? (The entry will ask it.)",
    )
    if gatekeeper.somebody_is_there and not _is_known(lesson, store, run, gatekeeper):
        await _propose(run, gatekeeper, root, lesson)


def _lessons(run: Run, store: RunStore, gatekeeper: Gatekeeper) -> Iterator[_Lesson]:
    for answered in _answered(run.entries):
        lesson = _Lesson(
            f"“{answered.question}” was answered with {answered.choice}.",
            PolicyEntry(
                title=value_of(f"{answered.situation}: {answered.choice}"),
                gate=answered.kind,
                when=value_of(answered.situation),
                ask=value_of(answered.question),
                policy="never",
                default=answered.choice,
                learned_from=run.run_id,
            ),
        )
        again = answered.kind == "cost" or answered in _earlier_answers(store, run.run_id)
        if again and not _is_known(lesson, store, run, gatekeeper):
            yield lesson
    for said in _CONVENTION.finditer(run.started.request):
        text = value_of(said["said"])
        lesson = _Lesson(
            f"You said “{text}”.",
            PolicyEntry(
                title=f"Convention: {text}",
                gate="convention",
                when=ANY,
                ask=text,
                policy="never",
                default=YES,
                learned_from=run.run_id,
            ),
        )
        if not _is_known(lesson, store, run, gatekeeper):
            yield lesson


def _is_known(lesson: _Lesson, store: RunStore, run: Run, gatekeeper: Gatekeeper) -> bool:
    """Whether the memory has it, or a person declined it before: nobody is asked twice."""
    entry = lesson.entry
    known = gatekeeper.policies.entries
    if any(
        one.gate == entry.gate and plain(one.when) == plain(entry.when) and one.ask == entry.ask
        for one in known
    ):
        return True
    if entry.gate != "convention" and any(
        one.gate == entry.gate and plain(one.when) == plain(entry.when) for one in known
    ):
        return True
    subject = _subject(entry)
    return any(
        entry_.kind == "gate_opened" and entry_.data.get("situation") == subject
        for entries in _journals(store, run.run_id)
        for entry_ in entries
    )


def _subject(entry: PolicyEntry) -> str:
    return f"remember {entry.gate}: {plain(entry.when)}: {entry.ask}"


def _answered(entries: Sequence[Entry]) -> Iterator[_Answered]:
    opened: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        if entry.kind == "gate_opened" and isinstance(entry.data.get("gate"), Mapping):
            opened[str(entry.data["gate"].get("gateId"))] = entry.data
        decision = entry.data.get("decision")
        if entry.kind != "gate_answered" or not isinstance(decision, Mapping):
            continue
        asked = opened.get(str(entry.data.get("key")))
        situation = str(asked.get("situation") or "") if asked else ""
        kind = decision.get("kind")
        learnable = situation.startswith("service among ") if kind == "ambiguous" else kind == "cost"
        if asked and situation and learnable and decision.get("by") == "person":
            subject: Subject = "cost" if kind == "cost" else "ambiguous"
            question = str(asked["gate"].get("question", ""))
            yield _Answered(subject, situation, question, str(decision.get("choice")))


def _earlier_answers(store: RunStore, run_id: str) -> set[_Answered]:
    return {answered for entries in _journals(store, run_id) for answered in _answered(entries)}


def _journals(store: RunStore, but: str) -> Iterator[list[Entry]]:
    for summary in store.runs().runs[:_REMEMBERED_RUNS]:
        if summary.run_id == but:
            continue
        try:
            yield read_entries(store.folder / summary.run_id / "journal.jsonl")
        except JournalError:
            continue  # what cannot be read teaches nothing


async def _propose(run: Run, gatekeeper: Gatekeeper, root: Path, lesson: _Lesson) -> None:
    text, ignored = read_policies(root)
    if ignored:
        return  # the page that is there cannot be read: whoever wrote it has to mend it first
    shown = with_entry(text, lesson.entry)
    subject = _subject(lesson.entry)
    gate = policy_gate(
        gatekeeper.key("policy", about=subject), run.run_id, lesson.why, _diff(text, shown), lesson.hint
    )
    decision = await gatekeeper.ask_learning(gate, subject)
    if decision.choice != WRITE:
        return
    entry = lesson.entry
    if lesson.hint:
        hint = value_of(decision.fields.get("hint", ""))
        entry = entry.model_copy(update={"ask": hint})
    await run.step(
        "coordinator", "Remember the policy", Remembered, lambda: _remember(run, root, text, entry)
    )


async def _remember(run: Run, root: Path, shown: str, entry: PolicyEntry) -> Remembered:
    path = memory_file(root, POLICY_FILE)
    present, ignored = read_policies(root)
    wanted = with_entry(shown, entry)
    if present == wanted:
        return Remembered(written=True, detail=f"{path.name} has the entry “{entry.title}”")
    if ignored or present != shown:
        detail = f"{path.name} changed while you decided, so nothing was written"
        return Remembered(written=False, detail=detail)
    staging = run.staging / "policies"
    try:
        if any(folder.is_symlink() for folder in (path, *path.parents) if folder.is_relative_to(root)):
            return Remembered(
                written=False, detail=f"{path.name} is reached through a link; nothing was written"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        staging.parent.mkdir(parents=True, exist_ok=True)
        staging.unlink(missing_ok=True)
        write_durably(staging, wanted.encode())
        staging.chmod(0o644)
        staging.replace(path)
    except OSError as error:
        raise RunSuspended(
            f"{path} cannot be written: {error.strerror}. Mend that, then resume the run."
        ) from error
    return Remembered(written=True, detail=f"“{entry.title}” is in {path.name}")


def _diff(before: str, after: str) -> str:
    old, new = redact(before).splitlines(), redact(after).splitlines()
    lines = difflib.unified_diff(old, new, POLICY_FILE, POLICY_FILE, lineterm="")
    return "\n".join(["```diff", *lines, "```"])
