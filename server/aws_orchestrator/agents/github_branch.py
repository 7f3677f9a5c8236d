"""A branch at GitHub as a push sees it: what is there, and writes that are made once whatever happens to their answers."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import NamedTuple

from aws_orchestrator.agents.github_files import blob_sha, entries_below, shas_of
from aws_orchestrator.mcp.github_answers import EMPTY_BLOB, TreeEntry
from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.mcp.github_trouble import UNCERTAIN, GitHubTrouble

_TRIES = 4
_PAGES = 5
_TRAILER = "Orchestrator-Run"


class Seen(NamedTuple):
    """A commit that was looked at, with the entries on the way to the folder and below it."""

    head: str
    entries: Mapping[str, TreeEntry]


class Write(NamedTuple):
    """One commit of ours: the token in its message, and what it does."""

    token: str
    contents: Mapping[str, bytes | None]
    make: Callable[[], Awaitable[str]]


class Made(NamedTuple):
    """A write that is a commit now."""

    sha: str
    write: Write


class Unreadable(GitHubTrouble):
    """A file at GitHub that the tools do not give as it is."""


class Branch:
    """One branch of one repository, and the folder of it that matters."""

    def __init__(self, tools: GitHubTools, name: str, folder: str) -> None:
        """Nothing is asked yet."""
        self.tools = tools
        self.name = name
        self.folder = folder

    async def look(self) -> Seen:
        """What the branch points to now."""
        return await self.at((await self.tools.commits(self.name, 1))[0].sha)

    async def at(self, commit: str) -> Seen:
        """What a commit holds."""
        return Seen(commit, (await entries_below(self.tools, commit, self.folder))[1])

    async def create(self, start: str) -> str | None:
        """The commit that the new branch points to; None when there is a branch of that name already."""
        for left in range(_TRIES - 1, -1, -1):
            try:
                return await self.tools.create_branch(self.name, start)
            except GitHubTrouble as trouble:
                if trouble.kind == "exists":
                    return None
                if trouble.kind not in UNCERTAIN or not left:
                    raise
                await self.tools.close()
                if await self.tools.branch(self.name) is not None:
                    return None
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def content(self, path: str, seen: Seen) -> bytes | None:
        """The exact bytes of a file at a commit, None when there is none; Unreadable when the tools change them."""
        entry = seen.entries.get(path)
        if entry is None:
            return None
        if entry.sha == EMPTY_BLOB:
            return b""
        content = await self.tools.content(path, seen.head)
        if blob_sha(content) != entry.sha:
            raise Unreadable(
                "refused", f"{path} of {self.tools.repository} is no UTF-8 text; commit this change with git."
            )
        return content

    async def parent(self, commit: str) -> str:
        """The parent of a commit of ours: it has one, so it is what comes next in the list."""
        return (await self.tools.commits(commit, 2))[1].sha

    async def written(self, writes: Iterable[Write], since: str) -> dict[str, str]:
        """The commits on the branch that bear the tokens of the writes, by token."""
        wanted = {trailer(write.token): write.token for write in writes}
        found: dict[str, str] = {}
        for page in range(1, _PAGES + 1):
            commits = await self.tools.commits(self.name, page=page)
            for commit in commits:
                if commit.sha == since:
                    return found
                last = commit.message.strip().rpartition("\n")[2].strip()
                if last in wanted:
                    found[wanted[last]] = commit.sha
            if not commits:
                break
        return found

    async def make(self, writes: list[Write], head: str, resumed: bool) -> list[Made]:
        """The writes that are on the branch afterwards; fewer than asked for when somebody else pushed in between.

        Those that are there already, by an earlier attempt, are not made again.
        """
        known = await self.written(writes, head) if resumed else {}
        if resumed and not known:
            return []  # nothing was done: whatever the branch holds now has to be looked at first
        made: list[Made] = []
        for write in writes:
            sha = known.get(write.token)
            if sha is None and known and not await self._is_ours(head, known):
                break
            if sha is None:
                sha = await self._once(write, head, [one.sha for one in made])
            if sha is None:
                break
            made.append(Made(sha, write))
        return made

    async def _once(self, write: Write, head: str, ours: list[str]) -> str | None:
        """The commit of a write; None when somebody else pushed in between, and the write has to be thought over."""
        for left in range(_TRIES - 1, -1, -1):
            try:
                return await write.make()
            except GitHubTrouble as trouble:
                if trouble.kind == "moved":
                    return None
                if trouble.kind not in UNCERTAIN or not left:
                    raise
                # It may have been done: a new process looks before it is repeated.
                await self.tools.close()
                found = await self.written([write], head)
                if found:
                    return found[write.token]
                if (await self.tools.commits(self.name, 1))[0].sha not in (head, *ours):
                    return None
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _is_ours(self, head: str, known: Mapping[str, str]) -> bool:
        return (await self.tools.commits(self.name, 1))[0].sha in (head, *known.values())

    async def holds_added(self, made: Made) -> bool:
        """Whether the commit added exactly these files with exactly these bytes: in one call, and its parent had none."""
        files = (await self.tools.commit(made.sha)).files
        return {file.filename: file.added_content() for file in files} == dict(made.write.contents)

    async def differing(self, made: Made) -> list[str]:
        """The paths of a write that its commit does not hold as they were sent."""
        entries = (await self.at(made.sha)).entries
        there = shas_of(entries, made.write.contents)
        return [path for path, content in made.write.contents.items() if there[path] != sha_of(content)]


def sha_of(content: bytes | None) -> str | None:
    """The blob SHA of a content, None of no file."""
    return None if content is None else blob_sha(content)


def trailer(token: str) -> str:
    """The last line of the message of a write."""
    return f"{_TRAILER}: {token}"
