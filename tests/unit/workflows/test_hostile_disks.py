"""Journals of somebody else, disks that fill, clocks that go back, folders that move: one sentence, and nothing lost."""

import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.runs import journal as journals
from aws_orchestrator.runs.journal import Journal, JournalError
from aws_orchestrator.workflows.session import finish, resume_run, start_run
from support.house import FILES, MODULE, generate, make_house, module_files, resume
from support.outside import FakeClock, FakeEngine


class Stops(FakeEngine):
    """Terraform whose process takes ours along."""

    def _check(self, check: Any, tree: Any) -> Any:
        raise KeyboardInterrupt


async def interrupted(workspace: Path) -> str:
    """The id of a run that was cut off while it validated."""
    house = make_house(workspace, engine=Stops())
    run = start_run(house, "a queue", PreparedAnswers({}))
    with pytest.raises(KeyboardInterrupt):
        await finish(house, run, PreparedAnswers({}))
    return run.run_id


async def test_a_journal_that_anybody_may_write_is_shown_and_not_obeyed(workspace: Path) -> None:
    run_id = await interrupted(workspace)
    house = make_house(workspace)
    path = house.store.folder_of(run_id) / "journal.jsonl"
    path.chmod(0o666)
    with pytest.raises(JournalError, match="anybody may write it"):
        resume_run(house, run_id)
    assert house.store.runs().runs[0].status == "interrupted"

    path.chmod(0o600)
    assert (await resume(house, run_id)).exit_code == 0


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner here")
async def test_a_journal_of_another_user_is_not_continued(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = await interrupted(workspace)
    house = make_house(workspace)
    # The file stays ours: who we are is what the test can change without being root.
    monkeypatch.setattr(journals, "_user", lambda: os.getuid() + 1)
    with pytest.raises(JournalError, match="belongs to another user"):
        resume_run(house, run_id)


async def test_a_journal_is_readable_by_its_user_alone(workspace: Path) -> None:
    outcome = await generate(make_house(workspace))
    folder = workspace / ".aws-orchestrator" / "runs" / outcome.report.run_id
    assert stat.S_IMODE((folder / "journal.jsonl").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "objects").stat().st_mode) & 0o077 == 0


async def test_a_workspace_that_moved_between_start_and_resume_is_finished_where_it_is(
    workspace: Path, tmp_path: Path
) -> None:
    run_id = await interrupted(workspace)
    moved = tmp_path / "elsewhere" / "moved"
    moved.parent.mkdir()
    shutil.move(workspace, moved)
    outcome = await resume(make_house(moved), run_id)

    assert outcome.exit_code == 0, outcome.report.message
    assert set(module_files(moved)) == set(FILES)
    assert module_files(workspace) == {}


async def test_a_clock_that_goes_backwards_changes_dates_and_nothing_else(workspace: Path) -> None:
    forwards = await generate(make_house(workspace, clock=FakeClock(3000)))
    expected = module_files(workspace)
    shutil.rmtree(workspace / MODULE)
    backwards = await generate(make_house(workspace, clock=FakeClock(3000, step=-1)))

    assert (forwards.exit_code, backwards.exit_code) == (0, 0)
    assert module_files(workspace) == expected
    assert {run.status for run in make_house(workspace).store.runs().runs} == {"done"}


@pytest.mark.parametrize("taken", [0, 1, 40])
async def test_a_disk_that_is_full_in_the_middle_of_a_line_leaves_whole_lines_and_a_run_to_resume(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if b"write_planned" in data:
            if not taken:
                raise OSError(28, "No space left on device")
            return real(descriptor, data[:taken])
        return real(descriptor, data)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        outcome = await generate(make_house(workspace))
    assert (outcome.report.status, outcome.exit_code) == ("interrupted", 1)
    assert "No space left on device" in outcome.report.message
    assert not (workspace / "terraform_modules").exists()
    assert (await resume(make_house(workspace), outcome.report.run_id)).exit_code == 0


async def test_two_programs_on_one_workspace_do_not_run_the_same_run(workspace: Path) -> None:
    run_id = await interrupted(workspace)
    first, second = make_house(workspace), make_house(workspace)
    owner = resume_run(first, run_id)
    with pytest.raises(UsageError, match="is going on in another process"):
        resume_run(second, run_id)
    owner.release()
    assert (await resume(second, run_id)).exit_code == 0


async def test_a_last_line_that_was_cut_off_is_healed_when_the_run_is_resumed(workspace: Path) -> None:
    run_id = await interrupted(workspace)
    path = workspace / ".aws-orchestrator" / "runs" / run_id / "journal.jsonl"
    with path.open("ab") as stream:
        stream.write(b'{"sequence":99,"kind":"step_do')
    assert (await resume(make_house(workspace), run_id)).exit_code == 0
    opened = Journal.open(path)
    opened.close()
    assert [entry.sequence for entry in opened.entries] == list(range(1, len(opened.entries) + 1))
