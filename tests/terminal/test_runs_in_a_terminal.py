"""`aws-orchestrator runs …` as a person types it: list, show, its audit, revert, cancel, prune; a process for each."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.runs.store import RunStore
from aws_orchestrator.workflows.session import start_run
from support.house import FILES, MODULE, add_skill, generate, make_house, module_files
from support.outside import FakeClock
from support.terminal import Ended, run

HASH = re.compile(r"\b[0-9a-f]{64}\b")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Two runs that ended, the second over the first, and one that was interrupted."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    add_skill(folder)
    for minute, request in enumerate(("a queue", "a queue with dead letters")):
        asyncio.run(generate(make_house(folder, clock=FakeClock(600 * minute)), request))
    later = make_house(folder, clock=FakeClock(1_200))
    start_run(later, "a queue, later", PreparedAnswers({})).release()
    return folder


def runs(workspace: Path, *words: str) -> Ended:
    return run("runs", *words, "--workspace", str(workspace), home=workspace.parent / "home")


def ids(workspace: Path) -> list[str]:
    """Newest first."""
    return [summary.run_id for summary in RunStore(workspace).runs().runs]


def test_runs_are_listed_and_one_is_shown_with_its_audit(workspace: Path) -> None:
    interrupted, second, first = ids(workspace)
    listed = runs(workspace, "list", "--json").report
    assert listed["formatVersion"] == 1
    assert [(one["runId"], one["status"], one["workflow"]) for one in listed["runs"]] == [
        (interrupted, "interrupted", "new_module"),
        (second, "done", "new_module"),
        (first, "done", "new_module"),
    ]
    assert [one["module"] for one in listed["runs"]] == [None, MODULE, MODULE]
    lines = runs(workspace, "list").out.splitlines()
    assert [line.split()[:2] for line in lines][:2] == [[interrupted, "interrupted"], [second, "done"]]

    shown = runs(workspace, "show", second, "--json").report
    kinds = [entry["kind"] for entry in shown["entries"]]
    assert (kinds[0], kinds[-1]) == ("run_started", "run_ended")
    page = runs(workspace, "show", second, "--markdown")
    assert page.code == 0
    for heading in ("# Run ", "## Request", "## Plan", "## Gates", "## Checks", "## Files"):
        assert heading in page.out
    assert "> a queue with dead letters" in page.out
    assert len(HASH.findall(page.out)) == len(FILES) + 1
    both = runs(workspace, "show", second, "--markdown", "--json")
    assert (both.code, both.err.count("\n")) == (2, 1)


def test_a_run_is_reverted_and_a_changed_file_only_when_it_is_named(workspace: Path) -> None:
    second, first = ids(workspace)[1:]
    mine = workspace / MODULE / "README.md"
    before = module_files(workspace)
    mine.write_bytes(before["README.md"] + b"# mine\n")
    stopped = runs(workspace, "revert", second, "--json")
    assert stopped.code == 3, stopped.err
    assert mine.read_bytes().endswith(b"# mine\n")

    reverted = runs(workspace, "revert", second, "--approve-destructive", f"{MODULE}/README.md", "--json")
    assert reverted.code == 0, reverted.err
    assert reverted.report["status"] == "done"
    assert set(module_files(workspace)) == set(FILES)
    assert runs(workspace, "revert", first).code == 0
    assert module_files(workspace) == {}
    unknown = runs(workspace, "revert", "20300101000001-abcdef")
    assert (unknown.code, unknown.err.count("\n")) == (2, 1)


def test_an_interrupted_run_is_cancelled_and_old_runs_are_pruned(workspace: Path) -> None:
    interrupted, second, first = ids(workspace)
    kept = runs(workspace, "prune", "--keep", "0", "--older-than", "36500", "--json").report
    assert kept["removed"] == []
    pruned = runs(workspace, "prune", "--keep", "0", "--json").report
    assert (pruned["removed"], pruned["formatVersion"]) == ([first], 1)
    assert pruned["freedBytes"] > 0
    assert ids(workspace) == [interrupted, second]

    cancelled = runs(workspace, "cancel", interrupted, "--json").report
    assert (cancelled["runId"], cancelled["status"]) == (interrupted, "cancelled")
    again = runs(workspace, "cancel", interrupted)
    assert (again.code, again.err.count("\n")) == (2, 1)
    resumed = runs(workspace, "resume", interrupted)
    assert (resumed.code, resumed.err.count("\n")) == (2, 1)
    assert runs(workspace, "prune", "--keep", "-1").code == 2
    text = runs(workspace, "prune", "--keep", "0")
    assert text.out.startswith("1 run removed, ")
    assert json.loads(runs(workspace, "list", "--json").out)["runs"][0]["runId"] == second
