"""github-agent: brings the validated files to where the Commit Gate said."""

import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.mcp.github_trouble import UNCERTAIN, GitHubTrouble
from aws_orchestrator.model import Frozen

_TRIES = 3
_LONGEST_TITLE = 200


class Kept(Frozen):
    """The files that stay in the workspace."""

    paths: tuple[str, ...]
    detail: str


def keep_local(module: str, files: Sequence[str]) -> Kept:
    """Report where the files are; nothing is pushed anywhere."""
    paths = tuple(f"{module}/{name}" for name in files)
    return Kept(paths=paths, detail=f"kept local: {len(paths)} files in {module}")


def odd_files(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The files of a folder that are no plain files, and what they are."""
    found = {}
    for name in names:
        try:
            mode = (folder / name).lstat().st_mode
        except OSError:
            continue
        if stat.S_ISLNK(mode):
            found[name] = "a link"
        elif mode & stat.S_IXUSR:
            found[name] = "an executable file"
    return found


async def open_pull_request(tools: GitHubTools, message: str, head: str, base: str, body: str) -> str:
    """The address of the pull request from `head` into `base`: a new one, or the one that is open already."""
    title = message.strip().splitlines()[0][:_LONGEST_TITLE]
    for left in range(_TRIES - 1, -1, -1):
        try:
            return await tools.create_pull_request(title, head, base, body)
        except GitHubTrouble as trouble:
            if trouble.kind not in {*UNCERTAIN, "exists"}:
                raise
            await tools.close()
            found = await tools.pull_request(head, base)
            if found:
                return found
            if not left:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")
