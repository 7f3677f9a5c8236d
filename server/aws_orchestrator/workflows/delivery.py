"""The end of both workflows: the Commit Gate, and github-agent doing what it was answered with."""

import posixpath
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from aws_orchestrator.agents import github_agent
from aws_orchestrator.agents.github_branch import Seen, sha_of
from aws_orchestrator.agents.github_files import expect_carryable, shas_of
from aws_orchestrator.agents.github_push import (
    Before,
    Contents,
    Push,
    PushConflict,
    PushRecord,
    Round,
    Target,
)
from aws_orchestrator.agents.local_commit import WorkTree, commit_locally, work_tree
from aws_orchestrator.agents.pull_request import Story, pull_request_body
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.errors import GateStopped, OrchestratorError, UsageError
from aws_orchestrator.gates.commit_fields import LOCAL, MESSAGE, PUSH, CommitDefaults
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import commit_gate, destructive_gate
from aws_orchestrator.mcp.github_server import github_host
from aws_orchestrator.mcp.github_tools import GitHubTools, Repository
from aws_orchestrator.mcp.github_trouble import MENDABLE, GitHubTrouble
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.audit import audit_markdown
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.redaction import printable
from aws_orchestrator.runs.run import Run, RunSuspended
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.origin_url import repository_of
from aws_orchestrator.workflows.report import CommitReport

_TERRAFORM = (".tf", ".tf.json", ".tftest.hcl")
_ROUND = "github_round"
PUSHED, COMMITTED_LOCALLY = "Push to GitHub", "Commit locally"
"""The steps that make a commit."""


class Committed(Frozen):
    """The result of a push, or of a local commit."""

    repository: str
    path: str
    branch: str
    sha: str
    url: str = ""
    base: str = ""
    """The branch that a pull request goes into."""
    notes: tuple[str, ...] = ()
    detail: str


class PullRequestOpened(Frozen):
    """The result of opening a pull request."""

    url: str
    detail: str


Recheck = Callable[[GitHubTools, Seen, Contents], Awaitable[Validation]]
"""The checks of the module as it would be at GitHub: what is seen there, with our files (by path inside the module) on top."""


class Delivery(NamedTuple):
    """What is to be delivered."""

    module: str
    """The module's folder as people know it."""
    service: str
    files: Mapping[str, bytes]
    """All files to be committed, by path inside the module."""
    deleted: frozenset[str]
    context: str
    subject: str
    """The first line of the commit message that is proposed."""
    story: Callable[[], Story]
    recheck: Recheck
    before: Before | None = None
    """What a module of GitHub was when it was read."""
    repository: str = ""
    path: str = ""
    start: str = ""
    """Of a module of GitHub: where it was read."""

    @property
    def remote(self) -> bool:
        """Whether the module was read from GitHub."""
        return self.before is not None


class Deliverer:
    """Asks the Commit Gate and does what it was answered with; knows afterwards where the files are."""

    def __init__(self, run: Run, house: House, gatekeeper: Gatekeeper, usage: Usage) -> None:
        """Nothing is asked yet."""
        self._run = run
        self._house = house
        self._gatekeeper = gatekeeper
        self._usage = usage
        self.commit: CommitReport | None = None
        self.notes: list[str] = []

    async def deliver(self, delivery: Delivery) -> None:
        """Ask, and do it. GateStopped, RunSuspended or another OrchestratorError when it is not to be."""
        tree = None if delivery.remote else await work_tree(self._house.workspace.root)
        gate = commit_gate(
            self._gatekeeper.key("commit"),
            self._run.run_id,
            delivery.module,
            (*delivery.files, *sorted(delivery.deleted)),
            delivery.context,
            self._defaults(delivery, tree),
            push=self._house.github is not None,
            local=tree is not None,
        )
        decision = await self._gatekeeper.ask(gate)
        if decision.choice == PUSH:
            await self._push(delivery, decision.fields)
        elif decision.choice == LOCAL and tree is not None:
            await self._commit_locally(delivery, tree, decision.fields)
        else:
            await self._keep(delivery)

    def _defaults(self, delivery: Delivery, tree: WorkTree | None) -> CommitDefaults:
        subject = printable(delivery.subject)[:200]
        repository, path = delivery.repository, delivery.path
        if not delivery.remote:
            path = f"modules/{delivery.service}"
            if tree is not None:
                repository = repository_of(tree.origin, github_host(self._house.settings))
                path = f"{tree.prefix}{delivery.module}" if repository else path
        return CommitDefaults(
            branch=f"feat/{re.sub('[^A-Za-z0-9-]+', '-', delivery.service)}-{self._run.run_id[-6:]}",
            message=subject if re.fullmatch(MESSAGE, subject) else f"feat: {delivery.service}",
            path=path,
            repository=repository,
        )

    async def _keep(self, delivery: Delivery) -> None:
        async def keep() -> github_agent.Kept:
            if delivery.remote:
                folder = self._run.set_aside("module", _below(delivery.path, delivery.files))
                return github_agent.Kept(
                    paths=tuple(sorted(delivery.files)),
                    detail=f"not pushed: the changed files of {delivery.module} are in {folder}",
                )
            return github_agent.keep_local(delivery.module, tuple(delivery.files))

        kept = await self._run.step("github-agent", "Keep local", github_agent.Kept, keep)
        if delivery.remote:
            self.notes.append(kept.detail)

    async def _commit_locally(self, delivery: Delivery, tree: WorkTree, fields: Mapping[str, str]) -> None:
        async def commit() -> Committed:
            expect_carryable_locally(self._odd(delivery))
            files = _below(f"{tree.prefix}{delivery.module}", delivery.files)
            gone = frozenset(f"{tree.prefix}{delivery.module}/{name}" for name in delivery.deleted)
            made = await commit_locally(tree, files, gone, fields["branch"], fields["message"])
            return Committed(
                repository="",
                path=delivery.module,
                branch=made.branch,
                sha=made.sha,
                detail=f"{len(files)} files on the branch {made.branch}, {made.sha[:12]}",
            )

        made = await self._run.step("github-agent", COMMITTED_LOCALLY, Committed, commit)
        self.commit = CommitReport(repository="", branch=made.branch, sha=made.sha)

    async def _push(self, delivery: Delivery, fields: Mapping[str, str]) -> None:
        server = self._house.github
        if server is None:
            raise RunSuspended(
                "The Commit Gate was answered with a push, and no GitHub server is set any more; set it, then resume the run."
            )
        repository, path = fields["repository"], delivery.path or fields["path"]
        if delivery.remote and repository != delivery.repository:
            raise UsageError(
                f"The module was read from {delivery.repository}, so its update is committed there and not to {repository}."
            )
        owner, _, name = repository.partition("/")
        target = Target(branch=fields["branch"], start=delivery.start, path=path, message=fields["message"])
        tools = GitHubTools(server, Repository(owner, name), lambda tool: self._usage.tool_call())
        async with tools:
            made = await self._run.step(
                "github-agent", PUSHED, Committed, lambda: self._pushed(tools, delivery, target)
            )
            self.notes += made.notes
            self.commit = CommitReport(repository=repository, branch=made.branch, sha=made.sha, url=made.url)
            if fields.get("pull_request") == "yes":
                await self._open_pull_request(tools, delivery, made, target)

    async def _pushed(self, tools: GitHubTools, delivery: Delivery, target: Target) -> Committed:
        expect_carryable(delivery.files, self._odd(delivery))
        wanted: dict[str, bytes | None] = dict(_below(target.path, delivery.files))
        wanted |= dict.fromkeys(_below(target.path, dict.fromkeys(delivery.deleted, b"")))
        record = PushRecord(
            self._run.run_id,
            tuple(Round.model_validate(data.get("round")) for data in self._run.recorded(_ROUND)),
            lambda state: self._run.record(_ROUND, round=state.model_dump(mode="json")),
            self._run.keep,
            self._run.kept,
        )

        async def approve(seen: Seen, contents: Contents, merged: bool) -> None:
            await self._approve(tools, delivery, target, seen, contents, merged)

        try:
            pushed = await Push(tools, target, record, approve).push(wanted, delivery.before)
        except GitHubTrouble as trouble:
            raise _suspending(trouble) from trouble
        host = github_host(self._house.settings)
        notes = [
            f"{commit[:12]} of somebody else came in between; what both changed was merged and checked again."
            for commit in pushed.met
        ]
        return Committed(
            repository=str(tools.repository),
            path=target.path,
            branch=target.branch,
            sha=pushed.sha,
            url=f"https://{host}/{tools.repository}/commit/{pushed.sha}",
            notes=tuple(notes),
            detail=f"{len(wanted)} files in {tools.repository} on the branch {target.branch}, {pushed.sha[:12]}",
        )

    async def _approve(
        self,
        tools: GitHubTools,
        delivery: Delivery,
        target: Target,
        seen: Seen,
        contents: Contents,
        merged: bool,
    ) -> None:
        """Raises unless the commit would hold what was validated, or is valid in another way, and nobody is overwritten."""
        changed_beside = delivery.before is not None and _beside(delivery.before.seen, contents) != _beside(
            seen, contents
        )
        if delivery.before is None and not merged:
            _expect_no_others(seen, contents, target, tools.repository)
            await self._ask_to_overwrite(tools, seen, contents)
        if not merged and not changed_beside:
            return
        prefix = "" if target.path == "." else f"{target.path}/"
        own = {path.removeprefix(prefix): content for path, content in contents.items()}
        validation = await delivery.recheck(tools, seen, own)
        if not validation.valid:
            raise PushConflict(
                f"With what somebody else changed meanwhile ({seen.head[:12]}) the module is invalid: {validation.line} "
                "Their change stays; run the update again to plan it on what is there now."
            )

    async def _ask_to_overwrite(self, tools: GitHubTools, seen: Seen, contents: Contents) -> None:
        there = shas_of(seen.entries, contents)
        names = [path for path in sorted(contents) if there[path] not in (None, sha_of(contents[path]))]
        if not names:
            return
        objects = [f"{tools.repository}//{path}" for path in names]
        listing = ", ".join(objects)
        about = "\n".join(f"{path} {there[path]} {sha_of(contents[path])}" for path in names)
        gate = destructive_gate(
            self._gatekeeper.key("destructive", about=f"{tools.repository} {about}"),
            self._run.run_id,
            f"This push would replace what is on GitHub: {listing}. Go on?",
            "\n".join(f"- `{name}`" for name in objects),
        )
        # An approval ahead of time is kept as a normal path, without the double slash.
        decision = await self._gatekeeper.ask_destructive(gate, frozenset(map(posixpath.normpath, objects)))
        if decision.choice != "approve":
            approve = " ".join(f"--approve-destructive {name}" for name in objects)
            raise GateStopped(
                f"Stopped before replacing {listing}; nothing was pushed. To replace it: {approve}. "
                f"To build on it instead: aws-orchestrator update {tools.repository}//…"
            )

    async def _open_pull_request(
        self, tools: GitHubTools, delivery: Delivery, made: Committed, target: Target
    ) -> None:
        async def open_one() -> PullRequestOpened:
            try:
                base = target.start or (await tools.tree(path="//")).tree_sha
                if base == target.branch:
                    return PullRequestOpened(url="", detail=f"not needed: the commit is on {base} itself")
                url = await github_agent.open_pull_request(
                    tools,
                    target.message,
                    target.branch,
                    base,
                    pull_request_body(delivery.story(), audit_markdown(self._run)),
                )
            except GitHubTrouble as trouble:
                raise _suspending(trouble) from trouble
            return PullRequestOpened(url=url, detail=url)

        opened = await self._run.step("github-agent", "Open a pull request", PullRequestOpened, open_one)
        if self.commit is not None and opened.url:
            self.commit = self.commit.model_copy(update={"pull_request": opened.url})

    def _odd(self, delivery: Delivery) -> dict[str, str]:
        """The files that are no plain files in the workspace, and what they are."""
        if delivery.before is not None:
            entries = delivery.before.seen.entries
            found = {name: entries.get(path) for name, path in _paths(delivery.path, delivery.files).items()}
            return {name: one.kind for name, one in found.items() if one is not None and one.kind != "a file"}
        return github_agent.odd_files(self._house.workspace.root / delivery.module, delivery.files)


def expect_carryable_locally(odd: Mapping[str, str]) -> None:
    """OrchestratorError when one of the files is a link: a commit of its target's bytes would be another module."""
    for name, kind in odd.items():
        if kind == "a link":
            raise OrchestratorError(
                f"{name} is a link; commit the module with git yourself. Nothing was committed."
            )


def _expect_no_others(seen: Seen, contents: Contents, target: Target, repository: Repository) -> None:
    """PushConflict when Terraform would load files there that were not part of what was validated."""
    others = sorted(
        path
        for path, entry in seen.entries.items()
        if path.startswith(f"{target.path}/")
        and entry.type != "tree"
        and path.endswith(_TERRAFORM)
        and path not in contents
    )
    if others:
        raise PushConflict(
            f"{target.path} of {repository} also holds {', '.join(others[:5])}, which this run did not validate; "
            f"nothing was pushed. Choose another folder (commit.path), or change the module there: "
            f"aws-orchestrator update {repository}//{target.path} …"
        )


def _beside(seen: Seen, contents: Contents) -> dict[str, str]:
    return {
        path: entry.sha
        for path, entry in seen.entries.items()
        if entry.type != "tree" and path not in contents
    }


def _suspending(trouble: GitHubTrouble) -> OrchestratorError:
    return RunSuspended(str(trouble)) if trouble.kind in MENDABLE else trouble


def _paths(folder: str, names: Mapping[str, bytes]) -> dict[str, str]:
    return {name: name if folder == "." else f"{folder}/{name}" for name in names}


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: files[name] for name, path in _paths(folder, files).items()}
