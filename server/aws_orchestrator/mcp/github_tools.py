"""GitHub through the official MCP server's tools: typed calls on one repository, every trouble told apart.

What a server says is data. A connection that was lost is opened anew: the official server ends when GitHub hangs up
during a write (1.10.1), and asks nothing more after a rate limit until that has passed.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from aws_orchestrator.mcp.github_answers import (
    Branch,
    Commit,
    CommitDetail,
    Deletion,
    PullRequest,
    Reference,
    Tree,
)
from aws_orchestrator.mcp.github_trouble import GitHubTrouble, trouble_of
from aws_orchestrator.mcp.remote_server import RemoteServer
from aws_orchestrator.mcp.remote_session import RegistryTrouble, RemoteAnswer, RemoteLimits, RemoteSession

_Model = TypeVar("_Model")
_PATIENT = RemoteLimits(connect_seconds=20, call_seconds=90, message_bytes=32 * 1024 * 1024)
# How often what only reads is asked before a lost connection is believed.
_READS = 3
_PAGE = 100
_PAGES = 30


class Repository(NamedTuple):
    """A repository on GitHub."""

    owner: str
    name: str

    def __str__(self) -> str:
        """As people write it: `owner/name`."""
        return f"{self.owner}/{self.name}"


class GitHubTools:
    """The tools for one repository; `close` ends the connection."""

    def __init__(
        self,
        server: RemoteServer,
        repository: Repository,
        on_call: Callable[[str], None] = lambda tool: None,
        limits: RemoteLimits | None = None,
    ) -> None:
        """Nothing is started yet; `on_call` hears of every call before it is made."""
        self.repository = repository
        self._server = server
        self._on_call = on_call
        self._limits = limits or _PATIENT
        self._session: RemoteSession | None = None

    async def __aenter__(self) -> "GitHubTools":
        """The tools, to be closed at the end of the context."""
        return self

    async def __aexit__(self, *ended: object) -> None:
        """End the connection."""
        await self.close()

    async def close(self) -> None:
        """End the connection; a later call opens a new one."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def tree(self, at: str = "", path: str = "", recursive: bool = True) -> Tree:
        """The entries of the tree at a commit, branch or tree (the default branch's when empty) below a path prefix."""
        asked: dict[str, Any] = {"recursive": recursive}
        asked |= {"tree_sha": at} if at else {}
        asked |= {"path_filter": path} if path else {}
        return await self._read("get_repository_tree", Tree, asked)

    async def commits(self, at: str = "", count: int = _PAGE, page: int = 1) -> tuple[Commit, ...]:
        """The newest commits that a branch, tag or commit reaches."""
        asked: dict[str, Any] = {"perPage": count, "page": page, "fields": ["sha", "html_url", "commit"]}
        return await self._read("list_commits", tuple[Commit, ...], asked | ({"sha": at} if at else {}))

    async def commit(self, sha: str) -> CommitDetail:
        """A commit with what it changed against its parent."""
        return await self._read("get_commit", CommitDetail, {"sha": sha, "detail": "full_patch"})

    async def branch(self, name: str) -> Branch | None:
        """A branch by its name, or None."""
        for page in range(1, _PAGES + 1):
            asked = {"perPage": _PAGE, "page": page}
            found = await self._read("list_branches", tuple[Branch, ...], asked)
            for branch in found:
                if branch.name == name:
                    return branch
            if len(found) < _PAGE:
                return None
        return None

    async def content(self, path: str, commit: str) -> bytes:
        """The bytes of a file as the server gives them; compare their SHA: it replaces what is not UTF-8."""
        asked = {"path": path, "sha": commit}
        answer = await self._reading("get_file_contents", asked)
        for block in answer.blocks:
            resource = getattr(block, "resource", None)
            text, blob = getattr(resource, "text", None), getattr(resource, "blob", None)
            if isinstance(text, str):
                return text.encode("utf-8", "surrogatepass")
            if isinstance(blob, str):
                import base64

                return base64.b64decode(blob)
        raise GitHubTrouble(
            "unreadable", f"{path} of {self.repository} could not be read: GitHub's server gave no content."
        )

    async def create_branch(self, branch: str, start: str) -> str:
        """The commit that a new branch points to."""
        asked = {"branch": branch} | ({"from_branch": start} if start else {})
        return (await self._write("create_branch", Reference, asked)).object.sha

    async def push_files(self, branch: str, files: Mapping[str, bytes], message: str) -> str:
        """The one commit that writes the files, on top of whatever the branch points to."""
        sent = [{"path": path, "content": content.decode()} for path, content in files.items()]
        asked = {"branch": branch, "files": sent, "message": message}
        return (await self._write("push_files", Reference, asked)).object.sha

    async def delete_file(self, branch: str, path: str, message: str) -> str:
        """The commit that deletes a file, on top of whatever the branch points to."""
        asked = {"branch": branch, "path": path, "message": message}
        return (await self._write("delete_file", Deletion, asked)).commit.sha

    async def create_pull_request(self, title: str, head: str, base: str, body: str) -> str:
        """The address of a new pull request."""
        asked = {"title": title, "head": head, "base": base, "body": body}
        return (await self._write("create_pull_request", PullRequest, asked)).url

    async def pull_request(self, head: str, base: str) -> str | None:
        """The address of the open pull request from one branch into another, or None."""
        asked = {"head": f"{self.repository.owner}:{head}", "base": base, "state": "open"}
        found = await self._read("list_pull_requests", tuple[PullRequest, ...], asked)
        return next((one.html_url or one.url for one in found), None)

    async def _read(self, tool: str, model: type[_Model], asked: Mapping[str, Any]) -> _Model:
        return self._parsed(tool, model, await self._reading(tool, asked))

    async def _reading(self, tool: str, asked: Mapping[str, Any]) -> RemoteAnswer:
        """What only reads is asked again, in a new session, when the connection is lost."""
        for left in range(_READS - 1, -1, -1):
            try:
                return await self._call(tool, asked)
            except GitHubTrouble as trouble:
                if trouble.kind != "lost" or not left:
                    raise
                await self.close()
        raise AssertionError("unreachable: the last attempt raises")

    async def _write(self, tool: str, model: type[_Model], asked: Mapping[str, Any]) -> _Model:
        return self._parsed(tool, model, await self._call(tool, asked))

    async def _call(self, tool: str, asked: Mapping[str, Any]) -> RemoteAnswer:
        self._on_call(tool)
        if self._session is None:
            self._session = RemoteSession(self._server, self._limits)
        where = {"owner": self.repository.owner, "repo": self.repository.name}
        try:
            answer = await self._session.call(tool, {**where, **asked})
        except RegistryTrouble as trouble:
            if trouble.lasting:
                await self.close()
                sentence = (
                    f"The GitHub server of {self._server.variable} {trouble}; resume the run when it answers."
                )
                raise GitHubTrouble("lost", sentence) from trouble
            if not trouble.said:
                raise self._unreadable(tool) from trouble
            raise self._troubled(tool, trouble.said) from trouble
        if answer.failed:
            trouble_ = self._troubled(tool, answer.text)
            if trouble_.kind in ("rate_limit", "lost"):
                await self.close()
            raise trouble_
        return answer

    def _troubled(self, tool: str, said: str) -> GitHubTrouble:
        return trouble_of(tool, said, str(self.repository))

    def _parsed(self, tool: str, model: type[_Model], answer: RemoteAnswer) -> _Model:
        try:
            return TypeAdapter(model).validate_python(json.loads(answer.text))
        except (ValueError, ValidationError, RecursionError) as error:
            raise self._unreadable(tool) from error

    def _unreadable(self, tool: str) -> GitHubTrouble:
        return GitHubTrouble(
            "unreadable",
            f"The GitHub server of {self._server.variable} answered {tool} with something that cannot be read; "
            "resume the run to look again.",
        )
