"""A commit in the person's own repository: exactly these files, on a branch that is not checked out.

Git's plumbing with an index of its own: the person's index, files and checked-out branch stay as they are, and so does
whatever else they changed. Hooks for commits do not run; a signature is made where the person's configuration asks for it.
"""

import asyncio
import os
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from aws_orchestrator.errors import OrchestratorError

_SECONDS = 60.0
_NOTHING = "0" * 40
# What says which repository, index or hook: never from outside. Who commits, and how to sign, may stay.
_IDENTITY = ("GIT_AUTHOR_", "GIT_COMMITTER_")


class GitFailed(OrchestratorError):
    """Git did not do what it was asked; nothing was committed."""


class WorkTree(NamedTuple):
    """A git work tree around a folder."""

    root: Path
    prefix: str
    """The folder as seen from the root, with a slash at its end unless it is the root."""
    origin: str
    """URL of the remote `origin`, empty without one."""


class LocalCommit(NamedTuple):
    """A commit that was made."""

    sha: str
    branch: str


async def work_tree(folder: Path) -> WorkTree | None:
    """The work tree that a folder is in; None when it is in none, or git is not there."""
    try:
        found = await _git(folder, "rev-parse", "--show-toplevel", "--show-prefix")
    except (GitFailed, OSError):
        return None
    root, _, prefix = found.partition("\n")
    origin = await _git(folder, "config", "--get", "remote.origin.url", check=False)
    return WorkTree(Path(root), prefix.strip("\n"), origin) if root else None


async def commit_locally(
    tree: WorkTree, files: Mapping[str, bytes], deleted: frozenset[str], branch: str, message: str
) -> LocalCommit:
    """The commit of the files (paths from the root of the work tree) on a branch, made at HEAD if need be; GitFailed else."""
    if branch in await _checked_out(tree.root):
        raise GitFailed(
            f"The branch {branch} is checked out in {tree.root}: a commit beneath you would look like changes of yours. "
            "Name another branch."
        )
    head = await _commit_of(tree.root, "HEAD")
    old = await _commit_of(tree.root, f"refs/heads/{branch}")
    parent = old or head
    shas = {path: await _store(tree.root, content) for path, content in files.items()}
    if old is not None:
        await _expect_same(tree.root, old, head, {**shas, **dict.fromkeys(deleted)}, branch)
    lines = [f"{_mode(tree.root / path)} {sha}\t{path}" for path, sha in shas.items()]
    lines += [f"0 {_NOTHING}\t{path}" for path in sorted(deleted)]
    with tempfile.TemporaryDirectory(prefix="aws-orchestrator-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        if parent is not None:
            await _git(tree.root, "read-tree", parent, more=index)
        given = b"".join(line.encode() + b"\0" for line in lines)
        await _git(tree.root, "update-index", "-z", "--index-info", given=given, more=index)
        new = await _git(tree.root, "write-tree", more=index)
    if parent is not None and new == await _git(tree.root, "rev-parse", f"{parent}^{{tree}}"):
        # Already there: the run was interrupted after its commit, or there is nothing to commit.
        return LocalCommit(parent, branch) if old else await _point(tree.root, branch, parent, old)
    sign = await _git(tree.root, "config", "--type=bool", "--get", "commit.gpgsign", check=False) == "true"
    words = [*(["-S"] if sign else []), *(["-p", parent] if parent else []), new]
    sha = await _git(
        tree.root,
        "-c",
        "i18n.commitEncoding=UTF-8",
        "commit-tree",
        *words,
        given=f"{message.strip()}\n".encode(),
    )
    return await _point(tree.root, branch, sha, old)


async def _point(root: Path, branch: str, sha: str, old: str | None) -> LocalCommit:
    # With the value that it must have now: somebody's commit in between is never lost.
    said = "aws-orchestrator: commit exactly the validated files"
    await _git(root, "update-ref", "-m", said, f"refs/heads/{branch}", sha, old or _NOTHING)
    return LocalCommit(sha, branch)


async def _checked_out(root: Path) -> set[str]:
    listed = await _git(root, "worktree", "list", "--porcelain")
    return {
        line.removeprefix("branch refs/heads/") for line in listed.splitlines() if line.startswith("branch ")
    }


async def _commit_of(root: Path, name: str) -> str | None:
    return await _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", check=False) or None


async def _store(root: Path, content: bytes) -> str:
    # Without filters: the bytes that were validated, whatever line endings the configuration prefers.
    return await _git(root, "hash-object", "-w", "--no-filters", "--stdin", given=content)


async def _expect_same(
    root: Path, old: str, head: str | None, wanted: Mapping[str, str | None], branch: str
) -> None:
    """GitFailed when the branch has a version of one of the files that neither is ours nor was built on."""
    for path, sha in wanted.items():
        there = await _blob(root, old, path)
        if there not in (sha, await _blob(root, head, path) if head else None):
            raise GitFailed(
                f"The branch {branch} has another version of {path}; name a new branch, and merge it there."
            )


async def _blob(root: Path, commit: str, path: str) -> str | None:
    return await _git(root, "rev-parse", "--verify", "--quiet", f"{commit}:{path}", check=False) or None


def is_in_work_tree(folder: Path) -> bool:
    """Whether a folder is in a git work tree, as far as its surroundings tell."""
    return any((parent / ".git").exists() for parent in (folder, *folder.parents))


def origin_of(folder: Path) -> str:
    """URL of the remote `origin` of the work tree around a folder, empty without one."""
    words = ["git", "-C", str(folder), "config", "--get", "remote.origin.url"]
    try:
        ended = subprocess.run(
            words, capture_output=True, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL, env=_clean()
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return ended.stdout.decode("utf-8", "replace").strip()


def _clean() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_IDENTITY)
    }
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}


def _mode(path: Path) -> str:
    try:
        executable = stat.S_IMODE(path.lstat().st_mode) & stat.S_IXUSR
    except OSError:
        executable = 0
    return "100755" if executable and os.name != "nt" else "100644"


async def _git(
    folder: Path,
    *words: str,
    given: bytes = b"",
    more: Mapping[str, str] | None = None,
    check: bool = True,
) -> str:
    """What a git command prints, without its last line end; GitFailed when it fails."""
    process = await asyncio.create_subprocess_exec(
        "git",
        "-C",
        str(folder),
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**_clean(), **(more or {})},
    )
    try:
        async with asyncio.timeout(_SECONDS):
            out, err = await process.communicate(given)
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise GitFailed(
            f"git {words[0]} in {folder} did not end within {_SECONDS:g} s; nothing was committed."
        ) from error
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode and check:
        said = " ".join(err.decode("utf-8", "replace").split())[:300]
        raise GitFailed(f"git {words[0]} failed in {folder}: {said}. Nothing was committed.")
    return "" if process.returncode else out.decode("utf-8", "surrogateescape").rstrip("\n")
