"""Scratch copies: where Terraform sees a module, private to this process and gone with it."""

import hashlib
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path, PurePosixPath

from aws_orchestrator.errors import EngineError, UsageError
from aws_orchestrator.findings import Tree

_PREFIX = "aws-orchestrator-"
_OWNER = "owner.pid"
_MOST_COPIES = 32
_DRIVE = re.compile(r"[A-Za-z]:")
_IGNORED = {".terraform", ".terraform.lock.hcl"}


class Scratch:
    """A private folder (0700) with one copy of each tree; only what changed is written again."""

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent or Path(tempfile.gettempdir())
        self._root: Path | None = None
        self._written: dict[str, dict[str, bytes]] = {}

    @property
    def root(self) -> Path:
        """The folder, made at the first use; what dead processes left beside it is removed then."""
        if self._root is None:
            try:
                self._parent.mkdir(parents=True, exist_ok=True)
                sweep(self._parent)
                # Real path: Terraform resolves links (macOS's /var is one) and names files by the result.
                self._root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent)).resolve()
                (self._root / _OWNER).write_text(str(os.getpid()), encoding="ascii")
            except OSError as error:
                raise EngineError(
                    f"No scratch folder could be made in {self._parent} ({error.strerror}): "
                    "free some space there, or set TMPDIR to a folder that can be written."
                ) from error
        return self._root

    def lay_out(self, tree: Tree) -> Path:
        """The module's folder in the scratch copy of the tree, made equal to the tree's files.

        Raises UsageError for a path that would leave the copy.
        """
        wanted = {_file(path): content for path, content in tree.files.items() if not _ours(path)}
        module = jailed(tree.module)
        home = self.root / "trees" / hashlib.sha256(tree.key.encode()).hexdigest()[:20]
        known = self._written.get(tree.key, {})
        try:
            for path in known.keys() - wanted.keys():
                _remove(home, path)
            for path, content in wanted.items():
                if known.get(path) != content:
                    _write(home, path, content)
            folder = home / module
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            # What the copy holds is unknown now: the next check starts a new one.
            self._written.pop(tree.key, None)
            shutil.rmtree(home, ignore_errors=True)
            raise EngineError(
                f"The module could not be copied to {home} ({error.strerror}): free some space there and try again."
            ) from error
        self._written.pop(tree.key, None)
        self._written[tree.key] = wanted  # last: the most recently used
        for key in list(self._written)[:-_MOST_COPIES]:
            self.forget(key)
        return folder

    def holds(self, key: str) -> bool:
        """Whether there is a copy of that tree."""
        return key in self._written

    def forget(self, key: str) -> None:
        """Remove the copy of a tree."""
        if self._root is not None and self._written.pop(key, None) is not None:
            shutil.rmtree(
                self._root / "trees" / hashlib.sha256(key.encode()).hexdigest()[:20], ignore_errors=True
            )

    def close(self) -> None:
        """Remove everything."""
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
        self._root = None
        self._written.clear()


def jailed(path: str) -> str:
    """The path, normalised (`.` is the root itself), when it stays below the tree's root; else UsageError."""
    if path in (".", "./"):
        return "."
    parts = PurePosixPath(path).parts
    if (
        not parts
        or path.startswith("/")
        or "\\" in path
        or "\0" in path
        or ".." in parts
        or any(_DRIVE.match(part) for part in parts)
    ):
        raise UsageError(
            f"The file path {path!r} is not below the module's root: give a relative path with forward slashes and "
            "without '..'."
        )
    return "/".join(parts)


def _file(path: str) -> str:
    inside = jailed(path)
    if inside == ".":
        raise UsageError("The module's root was given as a file: give the paths of its files.")
    return inside


def sweep(parent: Path) -> None:
    """Remove the scratch folders below `parent` whose owner is dead (killed, or a crashed machine)."""
    for folder in parent.glob(f"{_PREFIX}*"):
        try:
            if folder.is_symlink() or (hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid()):
                continue
            owner = int((folder / _OWNER).read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue  # not ours, or its owner is just making it
        if not _alive(owner):
            shutil.rmtree(folder, ignore_errors=True)


def _ours(path: str) -> bool:
    # Terraform's own folder and lock file are made by the copy's init: the user's name providers and modules
    # of another place. (The lock's versions are read by the preflight.)
    return not _IGNORED.isdisjoint(PurePosixPath(path).parts)


def _write(home: Path, path: str, content: bytes) -> None:
    target = home / path
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)  # a folder of the tree became a file
    parent = home
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in PurePosixPath(path).parent.parts:
        parent = parent / part
        # Nothing in a copy is a link, unless Terraform (or a job gone wrong) made one: never write through it.
        mode = parent.lstat().st_mode if os.path.lexists(parent) else 0
        if mode and not stat.S_ISDIR(mode):
            parent.unlink()
        parent.mkdir(exist_ok=True)
    if target.is_symlink():
        target.unlink()
    target.write_bytes(content)


def _remove(home: Path, path: str) -> None:
    target = home / path
    target.unlink(missing_ok=True)
    for parent in target.parents:
        if parent == home:
            return
        try:
            parent.rmdir()
        except OSError:
            return  # other files are in it


def _alive(pid: int) -> bool:
    if os.name == "nt":
        # os.kill(pid, 0) would end the process on Windows; a folder whose files are open cannot be removed there.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
