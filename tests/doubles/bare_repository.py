"""A real bare git repository, and somebody who commits to it: what a double of GitHub keeps."""

import hashlib
import os
import subprocess
import threading
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FILE, EXECUTABLE, LINK, SUBMODULE = "100644", "100755", "120000", "160000"


class Entry(NamedTuple):
    """One entry of a tree."""

    mode: str
    type: str
    sha: str
    size: int | None
    path: str


class Moved(Exception):
    """The reference is not what it was expected to be."""


class BareRepository:
    """Commits, trees and references by git's own plumbing."""

    def __init__(self, folder: Path, default_branch: str = "main") -> None:
        self.folder = folder
        self.default_branch = default_branch
        self._lock = threading.RLock()
        self._indexes = 0
        folder.mkdir(parents=True)
        self.git("init", "--bare", "--quiet", f"--initial-branch={default_branch}", str(folder))

    def git(self, *words: str, given: bytes | None = None, check: bool = True, **more: str) -> bytes:
        """What a git command prints."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment = {
            **clean,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Somebody",
            "GIT_AUTHOR_EMAIL": "somebody@example.com",
            "GIT_COMMITTER_NAME": "Somebody",
            "GIT_COMMITTER_EMAIL": "somebody@example.com",
            **more,
        }
        ended = subprocess.run(
            ["git", "-C", str(self.folder), *words],
            input=given,
            capture_output=True,
            check=False,
            env=environment,
        )
        if check and ended.returncode:
            raise RuntimeError(f"git {' '.join(words)}: {ended.stderr.decode()}")
        return ended.stdout if not ended.returncode else b""

    def text(self, *words: str, given: bytes | None = None, check: bool = True) -> str:
        """What a git command prints, as one line of text."""
        return self.git(*words, given=given, check=check).decode().strip()

    def write_blob(self, content: bytes) -> str:
        """Store a content; its SHA. Written as git writes it, without a process for each."""
        framed = b"blob %d\0%s" % (len(content), content)
        sha = hashlib.sha1(framed, usedforsecurity=False).hexdigest()
        path = self.folder / "objects" / sha[:2] / sha[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            temporary = path.with_name(f"{sha[2:]}.{threading.get_ident()}")
            temporary.write_bytes(zlib.compress(framed, 1))
            temporary.replace(path)
        return sha

    def write_tree(self, base: str | None, changes: Mapping[str, tuple[str, str] | None]) -> str:
        """The tree `base` with the changes: mode and SHA by path, None for a deletion; its SHA."""
        with self._lock:
            self._indexes += 1
            index = self.folder / f"index.{self._indexes}"
        lines = [
            f"0 {'0' * 40}\t{path}" if entry is None else f"{entry[0]} {entry[1]}\t{path}"
            for path, entry in changes.items()
        ]
        try:
            if base is not None:
                self.git("read-tree", base, GIT_INDEX_FILE=str(index))
            self.git(
                "update-index",
                "-z",
                "--index-info",
                given=b"".join(line.encode() + b"\0" for line in lines),
                GIT_INDEX_FILE=str(index),
            )
            return self.git("write-tree", GIT_INDEX_FILE=str(index)).decode().strip()
        finally:
            index.unlink(missing_ok=True)

    def write_commit(self, tree: str, parents: list[str], message: str) -> str:
        """Store a commit; its SHA."""
        words = [word for parent in parents for word in ("-p", parent)]
        return self.text("commit-tree", tree, *words, given=message.encode())

    def head(self, branch: str) -> str | None:
        """The commit that a branch points to."""
        return self.text("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}", check=False) or None

    def branches(self) -> dict[str, str]:
        """The branches with their commits."""
        lines = self.text("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads").splitlines()
        return {line.split(" ", 1)[1].removeprefix("refs/heads/"): line.split(" ", 1)[0] for line in lines}

    def resolve(self, name: str) -> str | None:
        """The commit that a branch, a tag or a SHA names."""
        for pattern in (f"refs/heads/{name}", f"refs/tags/{name}", name):
            found = self.text("rev-parse", "--verify", "--quiet", f"{pattern}^{{commit}}", check=False)
            if found:
                return found
        return None

    def create(self, branch: str, sha: str) -> bool:
        """Make a branch; False when it is there already."""
        with self._lock:
            if self.head(branch):
                return False
            self.git("update-ref", f"refs/heads/{branch}", sha, "0" * 40)
            return True

    def move(self, branch: str, sha: str, force: bool = False) -> None:
        """Point a branch to a commit; Moved when that is no fast forward."""
        with self._lock:
            old = self.head(branch)
            if old is None:
                raise KeyError(branch)
            ahead = self.text("merge-base", old, sha, check=False) == old
            if not ahead and not force:
                raise Moved(branch)
            self.git("update-ref", f"refs/heads/{branch}", sha, old)

    def tree(self, name: str, recursive: bool = True) -> list[Entry]:
        """The entries of a tree, as GitHub lists them: folders too."""
        words = ["ls-tree", "-z", "-l", *(["-r", "-t"] if recursive else []), name]
        entries = []
        for line in self.git(*words).split(b"\0"):
            if line:
                head, path = line.split(b"\t", 1)
                mode, kind, sha, size = head.split()
                number = int(size) if size != b"-" else None
                entries.append(Entry(mode.decode(), kind.decode(), sha.decode(), number, path.decode()))
        return entries

    def blob(self, sha: str) -> bytes:
        """A content."""
        return self.git("cat-file", "blob", sha)

    def files(self, name: str) -> dict[str, bytes]:
        """The contents of every file (and the target of every link) of a commit."""
        return {entry.path: self.blob(entry.sha) for entry in self.tree(name) if entry.type == "blob"}

    def shas(self, name: str) -> dict[str, str]:
        """The blob SHA of every file of a commit."""
        return {entry.path: entry.sha for entry in self.tree(name) if entry.type == "blob"}

    def log(self, name: str) -> list[str]:
        """The commits that a name reaches, newest first."""
        return self.text("rev-list", "--topo-order", name, check=False).split()

    def messages(self, name: str) -> list[str]:
        """The first lines of the commits that a name reaches, newest first."""
        return self.text("log", "--topo-order", "--format=%s", name, check=False).splitlines()

    def commit(
        self,
        files: Mapping[str, bytes | None],
        message: str = "Work",
        branch: str = "",
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """What another person does: a commit on top of a branch (made if need be); its SHA. None deletes a file."""
        branch, modes = branch or self.default_branch, modes or {}
        with self._lock:
            head = self.head(branch)
            changes = {
                path: None
                if content is None
                else (
                    modes.get(path, FILE),
                    content.decode() if modes.get(path) == SUBMODULE else self.write_blob(content),
                )
                for path, content in files.items()
            }
            tree = self.write_tree(head, changes)
            sha = self.write_commit(tree, [head] if head else [], message)
            if head is None:
                self.create(branch, sha)
            else:
                self.move(branch, sha)
            return sha
