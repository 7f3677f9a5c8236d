"""A commit in the person's own repository: exactly these files, and nothing else of theirs moves."""

import os
import subprocess
from pathlib import Path

import pytest

from aws_orchestrator.agents.local_commit import GitFailed, commit_locally, work_tree
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.workflows.revert_run import COMMITS_STAY
from aws_orchestrator.workflows.session import finish, start_revert
from support.house import MODULE, add_skill, generate, make_house, module_files, resume
from support.outside import ScriptedPerson

LOCAL = ("commit=commit_locally", "commit.branch=feat/queue")


def git(folder: Path, *words: str, **more: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    identity = {
        "GIT_AUTHOR_NAME": "Me",
        "GIT_AUTHOR_EMAIL": "me@example.com",
        "GIT_COMMITTER_NAME": "Me",
        "GIT_COMMITTER_EMAIL": "me@example.com",
    }
    ended = subprocess.run(
        ["git", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**clean, **identity, **more},
    )
    return ended.stdout.strip()


def blob(folder: Path, name: str) -> bytes:
    ended = subprocess.run(["git", "cat-file", "blob", name], cwd=folder, capture_output=True, check=True)
    return ended.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository in the middle of somebody's work: staged, changed and untracked files."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Me")
    git(folder, "config", "user.email", "me@example.com")
    (folder / "README.md").write_text("# Mine\n", encoding="utf-8")
    (folder / "notes.txt").write_text("one\n", encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "First")
    (folder / "notes.txt").write_text("one\ntwo\n", encoding="utf-8")
    (folder / "staged.txt").write_text("staged\n", encoding="utf-8")
    git(folder, "add", "staged.txt")
    return folder


def state(folder: Path) -> tuple[str, bytes, str, str]:
    """The person's index, branch and status, without the module."""
    return (
        git(folder, "ls-files", "--stage"),
        (folder / ".git" / "index").read_bytes(),
        git(folder, "symbolic-ref", "HEAD"),
        git(folder, "status", "--porcelain", "--", "README.md", "notes.txt", "staged.txt"),
    )


async def test_exactly_the_modules_files_are_committed_and_the_persons_index_stays(repository: Path) -> None:
    add_skill(repository)
    before = state(repository)
    outcome = await generate(make_house(repository), "a queue", *LOCAL, "commit.message=feat(queue): ours")
    assert outcome.exit_code == 0, outcome.report.message
    assert state(repository) == before
    commit = outcome.as_data()["commit"]
    assert (commit["repository"], commit["branch"], commit["pullRequest"]) == ("", "feat/queue", None)
    assert commit["sha"] == git(repository, "rev-parse", "feat/queue")
    assert git(repository, "rev-parse", "feat/queue^") == git(repository, "rev-parse", "main")
    changed = git(repository, "diff", "--name-only", "main", "feat/queue").splitlines()
    files = module_files(repository)
    assert changed == sorted(f"{MODULE}/{name}" for name in files)
    for name, content in files.items():
        assert blob(repository, f"feat/queue:{MODULE}/{name}") == content
    assert git(repository, "log", "-1", "--format=%an %s", "feat/queue") == "Me feat(queue): ours"


async def test_kept_local_reports_the_paths_and_commits_nothing(repository: Path) -> None:
    add_skill(repository)
    person = ScriptedPerson()
    outcome = await generate(make_house(repository, person=person))
    (gate,) = [gate for gate in person.gates if gate.kind == "commit"]
    assert [option.key for option in gate.options] == ["keep_local", "commit_locally"]
    assert {field.key for field in gate.fields} == {"branch", "message"}
    assert outcome.as_data()["commit"] is None
    assert git(repository, "branch", "--format=%(refname:short)") == "main"


async def test_git_variables_of_whoever_started_us_do_not_lead_elsewhere(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    tree = await work_tree(repository)
    assert tree is not None
    made = await commit_locally(tree, {"a/main.tf": b"# a\n"}, frozenset(), "feat/a", "Ours")
    assert git(repository, "show", f"{made.sha}:a/main.tf") == "# a"
    assert not (other / "index").exists()


async def test_hooks_for_commits_do_not_run_and_attributes_do_not_change_bytes(repository: Path) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    (repository / ".gitattributes").write_text("* text=auto eol=crlf\n", encoding="utf-8")
    git(repository, "config", "core.autocrlf", "true")
    tree = await work_tree(repository)
    assert tree is not None
    made = await commit_locally(tree, {"main.tf": b"a\r\nb\n"}, frozenset(), "feat/a", "Ours")
    assert blob(repository, f"{made.sha}:main.tf") == b"a\r\nb\n"


async def test_a_branch_that_is_checked_out_is_refused_and_so_is_one_with_another_version(
    repository: Path, tmp_path: Path
) -> None:
    tree = await work_tree(repository)
    assert tree is not None
    with pytest.raises(GitFailed, match=r"main is checked out.*Name another branch"):
        await commit_locally(tree, {"a.tf": b"# a\n"}, frozenset(), "main", "Ours")
    git(repository, "worktree", "add", "--quiet", "-b", "elsewhere", str(tmp_path / "second"))
    with pytest.raises(GitFailed, match="elsewhere is checked out"):
        await commit_locally(tree, {"a.tf": b"# a\n"}, frozenset(), "elsewhere", "Ours")
    first = await commit_locally(tree, {"a.tf": b"# somebody's\n"}, frozenset(), "feat/a", "Theirs")
    with pytest.raises(GitFailed, match=r"feat/a has another version of a\.tf"):
        await commit_locally(tree, {"a.tf": b"# ours\n"}, frozenset(), "feat/a", "Ours")
    assert git(repository, "rev-parse", "feat/a") == first.sha


async def test_a_second_commit_goes_on_top_and_the_same_again_makes_none(repository: Path) -> None:
    tree = await work_tree(repository)
    assert tree is not None
    first = await commit_locally(tree, {"a.tf": b"# a\n", "b.tf": b"# b\n"}, frozenset(), "feat/a", "One")
    again = await commit_locally(tree, {"a.tf": b"# a\n"}, frozenset(), "feat/a", "Again")
    assert again == first
    second = await commit_locally(tree, {"c.tf": b"# c\n"}, frozenset(), "feat/a", "Two")
    assert git(repository, "rev-parse", f"{second.sha}^") == first.sha


async def test_a_repository_without_a_commit_gets_its_first_one(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "config", "user.name", "Me")
    git(tmp_path, "config", "user.email", "me@example.com")
    tree = await work_tree(tmp_path)
    assert tree is not None
    made = await commit_locally(tree, {"a.tf": b"# a\n"}, frozenset(), "feat/a", "One")
    assert git(tmp_path, "ls-tree", "-r", "--name-only", made.sha) == "a.tf"


async def test_an_unknown_person_or_a_broken_signature_is_a_sentence_and_nothing_is_committed(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(repository, "config", "commit.gpgsign", "true")
    git(repository, "config", "gpg.program", "/nowhere/gpg")
    tree = await work_tree(repository)
    assert tree is not None
    with pytest.raises(GitFailed, match="Nothing was committed"):
        await commit_locally(tree, {"a.tf": b"# a\n"}, frozenset(), "feat/a", "One")
    assert git(repository, "branch", "--format=%(refname:short)") == "main"


async def test_outside_of_a_work_tree_it_is_not_offered_and_asked_for_is_bad_input(tmp_path: Path) -> None:
    add_skill(tmp_path)
    if await work_tree(tmp_path) is not None:
        pytest.skip("the temporary folder is inside a git work tree")
    house = make_house(tmp_path)
    with pytest.raises(Exception, match="is in no git work tree"):
        await generate(house, "a queue", *LOCAL)


async def test_a_refused_local_commit_leaves_the_files_and_the_run_can_be_looked_at(repository: Path) -> None:
    add_skill(repository)
    house = make_house(repository)
    outcome = await generate(house, "a queue", "commit=commit_locally", "commit.branch=main")
    assert outcome.exit_code == 1
    assert "main is checked out" in outcome.report.message
    assert module_files(repository)
    with pytest.raises(Exception, match="is failed already"):
        await resume(house, outcome.report.run_id)


async def test_a_revert_says_that_a_commit_stays(repository: Path) -> None:
    add_skill(repository)
    house = make_house(repository)
    made = await generate(house, "a queue", *LOCAL)
    nothing = PreparedAnswers({})
    reverted = await finish(house, start_revert(house, made.report.run_id, nothing), nothing)
    assert reverted.report.status == "done", reverted.report.message
    assert COMMITS_STAY in reverted.report.notes
    assert git(repository, "rev-parse", "feat/queue")

    kept = await generate(house, "a queue")
    reverted = await finish(house, start_revert(house, kept.report.run_id, nothing), nothing)
    assert COMMITS_STAY not in reverted.report.notes
