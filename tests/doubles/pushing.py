"""Pushing as github-agent does it, without the workflow around it: the record is kept in memory, or given to the next."""

import hashlib
from collections.abc import Mapping
from typing import Any

from aws_orchestrator.agents.github_branch import Seen
from aws_orchestrator.agents.github_files import entries_below
from aws_orchestrator.agents.github_push import Before, Contents, Push, Pushed, PushRecord, Round, Target
from aws_orchestrator.mcp.github_tools import GitHubTools, Repository
from aws_orchestrator.mcp.remote_server import RemoteServer
from aws_orchestrator.mcp.remote_session import RemoteLimits

REPOSITORY = Repository("acme", "infra")
FOLDER = "modules/s3"
MODULE: dict[str, bytes] = {
    f"{FOLDER}/{name}": f'# {name}, äöü\nlocals {{\n  name = "{name}"\n}}\n'.encode()
    for name in (
        "main.tf",
        "variables.tf",
        "outputs.tf",
        "versions.tf",
        "locals.tf",
        "policies.tf",
        "data.tf",
        "iam.tf",
        "README.md",
        "tests/module.tftest.hcl",
        "examples/basic/main.tf",
        "examples/basic/versions.tf",
    )
}


class Recorder:
    """The memory of one run's pushes; survives whoever used it."""

    def __init__(self, run_id: str = "20300101000000-abc123") -> None:
        self.run_id = run_id
        self.rounds: list[Round] = []
        self._kept: dict[str, bytes] = {}

    def as_record(self) -> PushRecord:
        return PushRecord(self.run_id, tuple(self.rounds), self.rounds.append, self._keep, self._give)

    def _keep(self, files: Mapping[str, bytes]) -> dict[str, str]:
        digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
        self._kept |= {digests[path]: content for path, content in files.items()}
        return digests

    def _give(self, digests: Mapping[str, str]) -> dict[str, bytes]:
        return {path: self._kept[digest] for path, digest in digests.items()}


class Asked:
    """Approves everything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.merges: list[dict[str, bytes | None]] = []
        self.refuse: Exception | None = None

    async def __call__(self, seen: Seen, wanted: Contents, merged: bool) -> None:
        self.heads.append(seen.head)
        if merged:
            self.merges.append(dict(wanted))
            if self.refuse is not None:
                raise self.refuse


async def push(
    server: RemoteServer,
    wanted: Contents = MODULE,
    *,
    branch: str = "feat/s3",
    start: str = "",
    before: Before | None = None,
    recorder: Recorder | None = None,
    asked: Asked | None = None,
    message: str = "feat(s3): add the module",
    calls: list[str] | None = None,
    limits: RemoteLimits | None = None,
) -> Pushed:
    """Push to the double's repository."""
    target = Target(branch=branch, start=start, path=FOLDER, message=message)
    record = (recorder or Recorder()).as_record()
    on_call: Any = (lambda tool: None) if calls is None else calls.append
    async with GitHubTools(server, REPOSITORY, on_call, limits) as tools:
        return await Push(tools, target, record, asked or Asked()).push(wanted, before)


async def fetched(server: RemoteServer, paths: Mapping[str, bytes], at: str) -> Before:
    """What a change is made from: the paths at a commit, as they were read there."""
    async with GitHubTools(server, REPOSITORY) as tools:
        _, entries = await entries_below(tools, at, FOLDER)
        return Before(Seen(at, entries), dict(paths))
