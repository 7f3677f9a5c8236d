"""The answers of GitHub's tools as data: only what is needed of them, each checked by its shape."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Sha = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]

FILE_MODE = "100644"
EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


class Answer(BaseModel):
    """An answer of somebody else: what is not known of it is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class TreeEntry(Answer):
    """One entry of a tree."""

    path: str
    mode: str
    type: str
    sha: Sha
    size: int | None = None

    @property
    def kind(self) -> str:
        """What it is, for people."""
        names = {
            "120000": "a link",
            "160000": "a submodule",
            "100755": "an executable file",
            "040000": "a folder",
        }
        return names.get(self.mode, "a file")


class Tree(Answer):
    """The tree of a commit, or a part of it."""

    sha: Sha
    truncated: bool = False
    tree: tuple[TreeEntry, ...]
    tree_sha: str
    """What was asked for: the default branch's name when nothing was."""


class _Message(Answer):
    message: str = ""


class Commit(Answer):
    """A commit of a list."""

    sha: Sha
    html_url: str = ""
    commit: _Message = _Message()

    @property
    def message(self) -> str:
        """Its message."""
        return self.commit.message


class ChangedFile(Answer):
    """A file of a commit, compared with the commit's parent."""

    filename: str
    status: str = ""
    patch: str | None = None

    def added_content(self) -> bytes | None:
        """The whole content of a file that the commit added; None when that cannot be told."""
        lines = (self.patch or "").split("\n")
        if self.status != "added" or not re.fullmatch(r"@@ -0,0 \+1(,\d+)? @@.*", lines[0]):
            return None
        last = "" if lines[-1].startswith("\\") else "\n"
        text = lines[1:-1] if not last else lines[1:]
        if not all(line.startswith("+") for line in text):
            return None
        return ("\n".join(line[1:] for line in text) + last).encode()


class CommitDetail(Commit):
    """A commit with its files."""

    files: tuple[ChangedFile, ...] = ()


class Branch(Answer):
    """A branch of a list."""

    name: str
    sha: Sha
    protected: bool = False


class _Object(Answer):
    sha: Sha


class Reference(Answer):
    """A reference after it was made or moved."""

    object: _Object


class Deletion(Answer):
    """What delete_file answers: the commit it made."""

    commit: _Object


class PullRequest(Answer):
    """A pull request of a list, or a new one (which has only `url`)."""

    url: str = ""
    html_url: str = ""
    number: int | None = None
    state: str = ""
    title: str = Field(default="")
