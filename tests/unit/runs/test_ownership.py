"""A lock is held by a living process, and given back with it."""

import os
from pathlib import Path

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.runs.ownership import AlreadyOwned, Ownership, is_owned
from aws_orchestrator.runs.store import RunStore


def test_a_lock_has_one_owner_who_is_named_until_it_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_owned(path)
    first = Ownership(path, "the run 1")
    assert is_owned(path)
    with pytest.raises(AlreadyOwned, match="the run 1"):
        Ownership(path, "the run 2")
    first.release()
    assert not is_owned(path)
    Ownership(path, "the run 2").release()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process to be killed")
def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        Ownership(path, "a process")
        os.write(writer, b"x")
        os.read(os.pipe()[0], 1)
    os.read(reader, 1)
    assert is_owned(path)
    os.kill(child, 9)
    os.waitpid(child, 0)
    assert not is_owned(path)


def test_a_lock_is_not_taken_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="lock"):
        Ownership(tmp_path / "lock", "x")
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize(
    "place", [".aws-orchestrator", ".aws-orchestrator/runs", ".aws-orchestrator/runs/modules"]
)
@pytest.mark.parametrize("kind", ["link", "file"])
def test_runs_are_kept_in_folders_of_the_workspace_itself(tmp_path: Path, place: str, kind: str) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    path = workspace / place
    path.parent.mkdir(parents=True)
    outside.mkdir()
    path.symlink_to(outside) if kind == "link" else path.write_text("", encoding="utf-8")

    with pytest.raises(UsageError, match=f"is a {kind}"):
        RunStore(workspace).create("2030")
    assert not list(outside.iterdir())


def test_what_a_killed_run_left_in_staging_is_swept_by_the_next_one(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    dead, _ = store.create("2030")
    alive, folder = store.create("2031")
    owner = Ownership(folder / "owner.lock", "it")
    for run_id in (dead, alive):
        store.staging_of(run_id).mkdir(parents=True)
        (store.staging_of(run_id) / "half").write_bytes(b"")
    store.create("2032")
    owner.release()

    assert not store.staging_of(dead).exists()
    assert store.staging_of(alive).exists()
