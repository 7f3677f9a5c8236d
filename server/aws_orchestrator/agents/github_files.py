"""What the tools can carry to GitHub and what they cannot: asked before anything is pushed, never flattened."""

import hashlib
from collections.abc import Iterable, Mapping

from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.mcp.github_answers import FILE_MODE, TreeEntry
from aws_orchestrator.mcp.github_tools import GitHubTools

# GitHub's tools give no content above this, so such a file could never be read again.
LARGEST = 1024 * 1024
Entries = Mapping[str, TreeEntry]


class CannotCarry(OrchestratorError):
    """A file that the tools would change on the way; nothing was pushed."""


def blob_sha(content: bytes) -> str:
    """The SHA under which git keeps a content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def expect_carryable(files: Mapping[str, bytes], odd: Mapping[str, str]) -> None:
    """CannotCarry when a file is empty, too large or no UTF-8 text, or when it is not a plain file here.

    `odd` says what the files that are no plain files are: `a link`, `an executable file`.
    """
    for path, content in files.items():
        reason = f"is {odd[path]}" if path in odd else _unfit(content)
        if reason:
            raise CannotCarry(
                f"{path} {reason}, which GitHub's tools cannot carry; nothing was pushed. "
                "Keep the files local and commit them with git."
            )


def _unfit(content: bytes) -> str:
    if not content:
        return "is empty"
    if len(content) > LARGEST:
        return f"is larger than {LARGEST >> 20} MB"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "is not UTF-8 text"
    return ""


def expect_replaceable(paths: Iterable[str], entries: Entries, repository: object) -> None:
    """CannotCarry when one of the paths is no plain file there, or leads through something that is no folder."""
    for path in paths:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            entry = entries.get("/".join(parts[:depth]))
            if entry is None:
                continue
            folder = depth < len(parts)
            if (folder and entry.type != "tree") or (not folder and entry.mode != FILE_MODE):
                raise CannotCarry(
                    f"{entry.path} is {entry.kind} in {repository}, and GitHub's tools would replace it by a plain file; "
                    "nothing was pushed. Commit this change with git."
                )


async def entries_below(tools: GitHubTools, at: str, path: str) -> tuple[str, dict[str, TreeEntry]]:
    """The name that was looked up, and the entries on the way to a folder and below it, by path.

    One call; where the repository is too large for one answer, folder by folder.
    """
    top = path.split("/")[0] if path not in ("", ".") else ""
    tree = await tools.tree(at, top)
    if not tree.truncated:
        return tree.tree_sha, _wanted(tree.tree, path)
    found: dict[str, TreeEntry] = {}
    prefix, here = "", tree.tree_sha
    for part in path.split("/") if top else ():
        level = (await tools.tree(here, recursive=False)).tree
        entry = next((one for one in level if one.path == part), None)
        if entry is None:
            return tree.tree_sha, found
        prefix += part
        found[prefix] = entry.model_copy(update={"path": prefix})
        if entry.type != "tree":
            return tree.tree_sha, found
        here, prefix = entry.sha, f"{prefix}/"
    below = await tools.tree(here)
    if below.truncated:
        raise OrchestratorError(
            f"{path} of {tools.repository} holds more files than GitHub lists; name the folder of one module."
        )
    found |= {
        f"{prefix}{one.path}": one.model_copy(update={"path": f"{prefix}{one.path}"}) for one in below.tree
    }
    return tree.tree_sha, found


def _wanted(entries: Iterable[TreeEntry], path: str) -> dict[str, TreeEntry]:
    if path in ("", "."):
        return {entry.path: entry for entry in entries}
    return {
        entry.path: entry
        for entry in entries
        if entry.path == path or entry.path.startswith(f"{path}/") or path.startswith(f"{entry.path}/")
    }


def shas_of(entries: Entries, paths: Iterable[str]) -> dict[str, str | None]:
    """The blob SHA of each path, None where there is no file."""
    return {path: entries[path].sha if path in entries else None for path in paths}
