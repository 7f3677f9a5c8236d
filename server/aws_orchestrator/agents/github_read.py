"""Reading a module of GitHub at one commit: exactly the bytes that are there, or a sentence why not."""

import asyncio
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aws_orchestrator.agents.github_branch import Seen
from aws_orchestrator.agents.github_files import LARGEST, blob_sha, entries_below
from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.commit_fields import BRANCH, PATH, REPOSITORY
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.mcp.github_answers import EMPTY_BLOB, FILE_MODE, TreeEntry
from aws_orchestrator.mcp.github_tools import GitHubTools, Repository
from aws_orchestrator.mcp.github_trouble import GitHubTrouble
from aws_orchestrator.model import Frozen

_EXAMPLE = "owner/repo//modules/s3@main"
_MOST_FILES = 400
_MOST_FOLDERS = 20
_AT_ONCE = 4
_TERRAFORM = (".tf", ".tf.json", ".tftest.hcl", ".tfvars")


class RemoteModule(Frozen):
    """A module on GitHub, as a person names it."""

    repository: str
    path: str
    """`.` for the repository's own folder."""
    ref: str
    """A branch, a tag or a commit; empty for the default branch."""

    @property
    def place(self) -> Repository:
        """The repository."""
        owner, _, name = self.repository.partition("/")
        return Repository(owner, name)

    def __str__(self) -> str:
        """As a person writes it."""
        return f"{self.repository}//{self.path}" + (f"@{self.ref}" if self.ref else "")


class ReadModule(NamedTuple):
    """A module and what it calls, as they are at a commit."""

    seen: Seen
    files: Mapping[str, bytes]
    """By path in the repository."""
    branch: str
    """The branch that it was read from; empty when a tag or a commit was named."""
    notes: tuple[str, ...]


def is_remote(text: str) -> bool:
    """Whether a text names a module on GitHub rather than a folder."""
    return "//" in text and not text.startswith(("/", ".", "~")) and "://" not in text and "\\" not in text


def parse_remote(text: str) -> RemoteModule:
    """The module that a text names; UsageError when a part of it can be no name."""
    repository, separator, rest = text.partition("//")
    path, at, ref = rest.partition("@")
    path = posixpath.normpath(path.strip("/")) if path.strip("/") else "."
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[:120])
    inside = path == "." or re.fullmatch(PATH, path) is not None
    climbs = ".." in rest.partition("@")[0].split("/")
    named = not at or re.fullmatch(f"{BRANCH}|[0-9a-f]{{40}}", ref) is not None
    if not (separator and re.fullmatch(REPOSITORY, repository) and inside and named) or climbs:
        raise UsageError(f"`{shown}` names no module on GitHub; write it as {_EXAMPLE}.")
    return RemoteModule(repository=repository, path=path, ref=ref)


async def read_module(tools: GitHubTools, module: RemoteModule, at: str = "") -> ReadModule:
    """The module at what its name says (or at the commit `at`), with the folders that it calls by local path.

    UsageError when there is no such module, or a file of it cannot be read exactly.
    """
    try:
        head = at or (await tools.commits(module.ref, 1))[0].sha
        branch = "" if at else await _branch(tools, module, head)
        _, entries = await entries_below(tools, head, module.path)
    except GitHubTrouble as trouble:
        if trouble.kind == "missing":
            raise UsageError(
                f"There is no {module.ref or 'default branch'} in {module.repository}, or the token may not see it."
            ) from trouble
        if trouble.kind == "empty":
            raise UsageError(f"{module.repository} is empty: it has no commit yet.") from trouble
        raise
    _expect_folder(module, entries)
    files: dict[str, bytes] = {}
    notes: list[str] = []
    waiting, seen = [module.path], set[str]()
    while waiting:
        folder = waiting.pop()
        if folder in seen:
            continue
        seen.add(folder)
        if len(seen) > _MOST_FOLDERS:
            raise UsageError(f"{module} calls more than {_MOST_FOLDERS} folders; that is more than is read.")
        if folder != module.path:
            entries |= (await entries_below(tools, head, folder))[1]
        files |= await _contents(tools, head, _files_in(folder, entries, set(files)), notes)
        waiting += [called for called in _called(folder, files) if called not in seen]
    here = "" if module.path == "." else module.path
    if not any(posixpath.dirname(path) == here and path.endswith((".tf", ".tf.json")) for path in files):
        raise UsageError(f"{module} holds no .tf files; name the folder of a module.")
    kept = {path: entry for path, entry in entries.items() if entry.type != "tree" or _leads(path, seen)}
    return ReadModule(Seen(head, kept), files, branch, tuple(notes))


async def _branch(tools: GitHubTools, module: RemoteModule, head: str) -> str:
    if not module.ref:
        return (await tools.tree(path="//")).tree_sha
    found = await tools.branch(module.ref)
    return module.ref if found is not None and found.sha == head else ""


def _expect_folder(module: RemoteModule, entries: Mapping[str, TreeEntry]) -> None:
    if module.path == ".":
        return
    for depth in range(1, len(module.path.split("/")) + 1):
        path = "/".join(module.path.split("/")[:depth])
        entry = entries.get(path)
        if entry is None:
            raise UsageError(
                f"There is no {module.path} in {module.repository} at {module.ref or 'its default branch'}."
            )
        if entry.type != "tree":
            raise UsageError(
                f"{path} is {entry.kind} in {module.repository}, no folder; name the folder of a module."
            )


def _files_in(folder: str, entries: Mapping[str, TreeEntry], known: set[str]) -> list[TreeEntry]:
    prefix = "" if folder == "." else f"{folder}/"
    found = [
        entry for path, entry in sorted(entries.items()) if path.startswith(prefix) and entry.type != "tree"
    ]
    if len(found) > _MOST_FILES:
        raise UsageError(f"{folder} holds more than {_MOST_FILES} files; name the folder of one module.")
    return [entry for entry in found if entry.path not in known]


async def _contents(
    tools: GitHubTools, head: str, entries: list[TreeEntry], notes: list[str]
) -> dict[str, bytes]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(entry: TreeEntry) -> tuple[str, bytes] | None:
        reason = _unreadable(entry)
        content = b""
        if not reason and entry.sha != EMPTY_BLOB:
            async with gate:
                content = await tools.content(entry.path, head)
            if blob_sha(content) != entry.sha:
                reason = "no UTF-8 text, which the tools change"
        if not reason:
            return entry.path, content
        if entry.path.endswith(_TERRAFORM):
            raise UsageError(
                f"{entry.path} of {tools.repository} is {reason}, so the module cannot be read exactly; update it in a clone."
            )
        notes.append(f"{entry.path} is {reason}: it was not read, and stays as it is.")
        return None

    # The first is asked alone: it opens the connection that the others share.
    results = [await read(entry) for entry in entries[:1]]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read(entry)) for entry in entries[1:]]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    results += [task.result() for task in tasks]
    return dict(result for result in results if result is not None)


def _unreadable(entry: TreeEntry) -> str:
    if entry.mode not in (FILE_MODE, "100755"):
        return entry.kind
    return f"larger than {LARGEST >> 20} MB" if (entry.size or 0) >= LARGEST else ""


def _called(folder: str, files: Mapping[str, bytes]) -> Iterator[str]:
    here = "" if folder == "." else folder
    own = {
        posixpath.basename(path): content
        for path, content in files.items()
        if posixpath.dirname(path) == here
    }
    for call in ModuleView.of(own).blocks("module"):
        source = call.attributes.get("source")
        text = string_literal(source.value) if source else None
        if text and text.startswith(("./", "../")):
            called = posixpath.normpath(posixpath.join(here, text))
            if not called.startswith(".."):
                yield called


def _leads(path: str, folders: set[str]) -> bool:
    return any(
        folder == path or folder.startswith(f"{path}/") or path.startswith(f"{folder}/") for folder in folders
    )
