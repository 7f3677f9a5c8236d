"""The update of a module on GitHub: read at one commit, changed here, committed on top of what was read."""

from collections.abc import Mapping
from typing import Any

from aws_orchestrator.agents.github_branch import Seen
from aws_orchestrator.agents.github_push import Before
from aws_orchestrator.agents.github_read import (
    ReadModule,
    RemoteModule,
    is_remote,
    parse_remote,
    read_module,
)
from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.github_server import HOW_TO
from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.mcp.github_trouble import MENDABLE, GitHubTrouble
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.run import Run, RunSuspended
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.update_folder import join, own_files
from aws_orchestrator.workflows.update_results import RemoteSnapshot, Snapshot


class RemoteUpdate:
    """One module on GitHub that a run updates."""

    def __init__(self, run: Run, house: House, usage: Usage, module: RemoteModule) -> None:
        """Nothing is read yet."""
        self.module = module
        self.read: RemoteSnapshot | None = None
        self._run = run
        self._house = house
        self._usage = usage

    @classmethod
    def of(cls, run: Run, house: House, usage: Usage) -> "RemoteUpdate | None":
        """That of a run; None when its module is a folder of the workspace."""
        name = run.started.module
        return cls(run, house, usage, parse_remote(name)) if is_remote(name) else None

    async def snapshot(self, notes: tuple[str, ...]) -> Snapshot:
        """The module as it is on GitHub now. UsageError when there is none, RunSuspended when GitHub cannot be asked."""
        server = self._house.github
        if server is None:
            raise UsageError(f"{self.module} is on GitHub, and no GitHub server is set. {HOW_TO}")
        # Reading is one thing to the limits of a run, however many files a module has.
        self._usage.tool_call()
        try:
            async with GitHubTools(server, self.module.place) as tools:
                found = await read_module(tools, self.module)
        except GitHubTrouble as trouble:
            raise RunSuspended(str(trouble)) if trouble.kind in MENDABLE else trouble from trouble
        own = own_files(found.files, self.module.path)
        return Snapshot(
            files=self._run.keep(found.files),
            notes=(*notes, *found.notes),
            remote=RemoteSnapshot(
                commit=found.seen.head, branch=found.branch, entries=tuple(found.seen.entries.values())
            ),
            detail=f"{len(own)} files of {self.module} at {found.seen.head[:12]}",
        )

    async def at(self, tools: GitHubTools, seen: Seen) -> Mapping[str, bytes]:
        """The module and what it calls at another commit."""
        found: ReadModule = await read_module(tools, self.module, seen.head)
        return found.files

    def delivery(self, before: Mapping[str, bytes]) -> dict[str, Any]:
        """Where the change goes, and what it was made from."""
        assert self.read is not None
        seen = Seen(self.read.commit, {entry.path: entry for entry in self.read.entries})
        contents = {join(self.module.path, name): content for name, content in before.items()}
        return {
            "before": Before(seen, contents),
            "repository": self.module.repository,
            "path": self.module.path,
            "start": self.read.branch,
        }
