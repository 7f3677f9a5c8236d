"""What a module was last generated or updated from: found in the journals of the runs that wrote it."""

from typing import NamedTuple

from pydantic import ValidationError

from aws_orchestrator.blueprint.model import Blueprint, Selection, Value
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.contents import kept_content
from aws_orchestrator.runs.journal import Entry, JournalError, read_entries
from aws_orchestrator.runs.store import RunStore
from aws_orchestrator.workflows.phases import PLAN, PLANNER, Chosen

# A service that no skill planned is chosen again, with the plan that was made.
CHOSEN_STEPS = frozenset(
    {
        "coordinator: Check the skill#1",
        f"{PLANNER}: Plan the module#1",
        f"{PLANNER}: {PLAN}#1",
    }
)
PLANNED_STEP = "update-planner: Plan the change#1"
_SYNCED_STEPS = frozenset({"coordinator: Materialise the files#1", "coordinator: Write the changed files#1"})

_PUSHED_STEP = "github-agent: Push to GitHub#1"


class Origin(Frozen):
    """The selection that a module's files are of; the blueprint is kept with the run that recorded this."""

    blueprint: str
    """Digest."""
    catalog: str
    """Version of the provider's catalog."""
    features: tuple[str, ...]
    inputs: dict[str, Value] = {}

    @property
    def selection(self) -> Selection:
        """The selection for the compiler."""
        return Selection(features=frozenset(self.features), inputs=self.inputs)


class Found(NamedTuple):
    """An origin with its blueprint."""

    origin: Origin
    blueprint: Blueprint
    content: bytes


def find_origin(store: RunStore, module: str, repository: str = "") -> Found | None:
    """The origin that the newest run recorded that wrote this module; None when no run of ours did, or it is gone.

    With a repository the module is a folder of that on GitHub, and the run is the newest that pushed there.
    """
    reverted: set[str] = set()
    for summary in store.runs().runs:
        if summary.run_id in reverted or (not repository and summary.module != module):
            continue
        folder = store.folder / summary.run_id
        try:
            entries = read_entries(folder / "journal.jsonl")
            if summary.status == "done":
                reverted.add(str(entries[0].data.get("reverts") or ""))
            if not any(_wrote(entry, module, repository) for entry in entries):
                continue
            origin = _origin(entries)
            if origin is None:
                return None
            content = kept_content(folder / "objects", origin.blueprint)
            return Found(origin, Blueprint.model_validate_json(content), content)
        except (JournalError, ValidationError):
            # A run that another version wrote, or that was pruned: the module is then one that somebody wrote.
            return None
    return None


def _wrote(entry: Entry, module: str, repository: str) -> bool:
    if entry.kind != "step_done":
        return False
    if not repository:
        return entry.data.get("key") in _SYNCED_STEPS
    result = entry.data.get("result", {})
    return entry.data.get("key") == _PUSHED_STEP and (result.get("repository"), result.get("path")) == (
        repository,
        module,
    )


def _origin(entries: list[Entry]) -> Origin | None:
    for entry in reversed(entries):
        if entry.kind != "step_done":
            continue
        if entry.data.get("key") in CHOSEN_STEPS:
            result = entry.data.get("result") or {}
            # The last of tf-planner's phases has the choice beside the plan.
            chosen = Chosen.model_validate(result.get("chosen", result))
            understood = chosen.understood
            return Origin(
                blueprint=chosen.blueprint,
                catalog=chosen.catalog,
                features=understood.features,
                inputs=understood.inputs,
            )
        if entry.data.get("key") == PLANNED_STEP:
            recorded = entry.data.get("result", {}).get("origin")
            return None if recorded is None else Origin.model_validate(recorded)
    return None
