"""Scratch copies: jailed, exact, and only written where something changed."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Tree
from aws_orchestrator.terraform.scratch import Scratch, jailed

BAD = ["/etc/passwd", "../x.tf", "a/../../x", "a/..", "C:/x.tf", "c:x.tf", "a\\b.tf", "a\0b", "", "a/C:/x"]


@pytest.mark.parametrize("path", BAD)
def test_a_path_that_leaves_the_tree_is_refused(tmp_path: Path, path: str) -> None:
    scratch = Scratch(tmp_path)
    with pytest.raises(UsageError, match="not below the module's root"):
        scratch.lay_out(Tree(key="k", files={path: b"x"}))
    if path:
        with pytest.raises(UsageError):
            scratch.lay_out(Tree(key="k", files={}, module=path))
    scratch.close()


@given(st.text(max_size=20))
def test_whatever_is_not_refused_stays_below(path: str) -> None:
    try:
        inside = jailed(path)
    except UsageError:
        return
    root = os.path.abspath("/root-of-the-tree")
    assert os.path.normpath(os.path.join(root, inside)).startswith(root + os.sep) or inside == "."


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


names = st.sampled_from(["a.tf", "b/c.tf", "b/d.tf", "b", "e/f/g.tf"])
trees = st.dictionaries(names, st.sampled_from([b"1", b"2"]), max_size=5).filter(
    lambda files: not ("b" in files and any(name.startswith("b/") for name in files))
)


@given(st.lists(trees, min_size=1, max_size=5))
def test_the_copy_equals_the_tree_after_every_change(steps: list[dict[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as parent:
        scratch = Scratch(Path(parent))
        for files in steps:
            assert content(scratch.lay_out(Tree(key="k", files=files))) == files
        scratch.close()


def test_what_did_not_change_is_not_written_and_terraforms_folder_stays(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    folder = scratch.lay_out(Tree(key="k", files={"a.tf": b"1", "b.tf": b"1"}))
    (folder / ".terraform").mkdir()
    (folder / ".terraform" / "x").write_text("kept", encoding="utf-8")
    before = (folder / "a.tf").stat().st_mtime_ns
    scratch.lay_out(Tree(key="k", files={"a.tf": b"1", "b.tf": b"2"}))
    assert (folder / "a.tf").stat().st_mtime_ns == before
    assert (folder / "b.tf").read_bytes() == b"2"
    assert (folder / ".terraform" / "x").is_file()
    scratch.close()


def test_a_users_own_terraform_folder_and_lock_are_not_laid_out(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    files = {"a.tf": b"1", ".terraform/modules/modules.json": b"{}", ".terraform.lock.hcl": b"x"}
    assert content(scratch.lay_out(Tree(key="k", files=files))) == {"a.tf": b"1"}
    scratch.close()


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions and links")
def test_the_folder_is_private_and_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path / "scratch")
    folder = scratch.lay_out(Tree(key="k", files={"a.tf": b"1"}))
    assert scratch.root.stat().st_mode & 0o777 == 0o700
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "part").symlink_to(outside)
    (folder / "link.tf").symlink_to(outside / "file")
    scratch.lay_out(Tree(key="k", files={"a.tf": b"1", "part/x.tf": b"2", "link.tf": b"3"}))
    assert list(outside.iterdir()) == []
    scratch.close()


def test_many_trees_keep_only_the_last_ones(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    for number in range(40):
        scratch.lay_out(Tree(key=str(number), files={"a.tf": b"1"}))
    assert len(list((scratch.root / "trees").iterdir())) == 32
    scratch.close()
