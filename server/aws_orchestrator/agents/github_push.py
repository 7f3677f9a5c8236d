"""The push: one commit with exactly the validated bytes, on top of what was looked at; nobody's change is lost.

`push_files` compares nothing and writes on top of whatever the branch points to, so the comparing is done here, before
and after: a change that somebody else made to our paths meanwhile is merged by hunk and validated again, or given
back. Each write carries a trailer with the run and a number: after a lost answer, or a killed process, the branch is
searched for it before the write is repeated.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import NamedTuple

from aws_orchestrator.agents.github_branch import Branch, Made, Seen, Write, sha_of, trailer
from aws_orchestrator.agents.github_files import (
    CannotCarry,
    blob_sha,
    entries_below,
    expect_replaceable,
    shas_of,
)
from aws_orchestrator.agents.three_way import Overlap, merge, merge_keeping_all
from aws_orchestrator.errors import GateStopped, OrchestratorError
from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.model import Frozen

_ROUNDS = 8

Contents = Mapping[str, bytes | None]
"""What each path shall hold; None: no file."""
Shas = Mapping[str, str | None]


class PushConflict(OrchestratorError):
    """Somebody else changed the same lines, or the module beside them; their change stays."""


class WrongBytes(OrchestratorError):
    """The commit at GitHub does not hold what was sent."""


class Target(Frozen):
    """Where a push goes."""

    branch: str
    start: str = ""
    """The branch that a new one begins at; the default branch when empty."""
    path: str
    """The folder in the repository."""
    message: str


class Round(Frozen):
    """What one round of writes was begun with: recorded before its first write."""

    number: int
    head: str
    base: dict[str, str | None]
    """Blob SHA of each of our paths at that commit."""
    wanted: dict[str, str | None]
    """Digest of what each path shall hold."""
    gives_back: str = ""
    """Why this round gives back what an earlier write of ours went over; empty for a push."""


class Pushed(NamedTuple):
    """A push that is done, and checked at GitHub."""

    sha: str
    met: tuple[str, ...]
    """Commits of others that were met on the way."""


class PushRecord(NamedTuple):
    """What a push keeps outside: it survives the process."""

    run_id: str
    rounds: tuple[Round, ...]
    record: Callable[[Round], None]
    keep: Callable[[Mapping[str, bytes]], dict[str, str]]
    kept: Callable[[Mapping[str, str]], dict[str, bytes]]


Approve = Callable[[Seen, Contents, bool], Awaitable[None]]
"""Hears what is there, what our paths shall hold, and whether that is a merge: raises to stop. It validates again where
the commit would hold something else than what was validated."""


class Before(NamedTuple):
    """What the change was made from: fetched from GitHub."""

    seen: Seen
    contents: Mapping[str, bytes]


class _Plan(NamedTuple):
    """What the next round is to reach, and what it starts from."""

    wanted: Contents
    base: Shas | None
    """None: whatever is there is shown to `approve` and taken for the base."""
    gives_back: str = ""


class Push:
    """One push."""

    def __init__(self, tools: GitHubTools, target: Target, record: PushRecord, approve: Approve) -> None:
        """Nothing done yet."""
        self._tools = tools
        self._target = target
        self._record = record
        self._approve = approve
        self._branch = Branch(tools, target.branch, target.path)
        self._known: dict[str, bytes] = {}
        self._origin: Seen | None = None
        self._met: dict[str, None] = {}
        self._replaced: dict[str, bytes | None] = {}

    async def push(self, wanted: Contents, before: Before | None) -> Pushed:
        """Make the branch hold what is wanted; `before` is what the change was made from (None: nothing of GitHub's).

        PushConflict, GitHubTrouble, WrongBytes, or what `approve` raises.
        """
        if before is not None:
            self._remember(before.contents.values())
            self._origin = before.seen
        plan = _Plan(wanted, shas_of(before.seen.entries, wanted) if before else None)
        number, seen = 0, None
        if self._record.rounds:
            state = self._record.rounds[-1]
            number = state.number
            self._origin = await self._branch.at(state.head)
            following = await self._after(state, await self._write(state, resumed=True))
        else:
            seen = await self._start(wanted, before)
            following = plan
        while isinstance(following, _Plan):
            number += 1
            if number > _ROUNDS:
                raise PushConflict(
                    f"Others push to {self._target.branch} of {self._tools.repository} all the time; "
                    "name another branch."
                )
            begun = await self._begin(number, following, seen or await self._branch.look())
            seen = None
            if isinstance(begun, Round):
                following = await self._after(begun, await self._write(begun, resumed=False))
            else:
                following = begun
        return following

    async def _start(self, wanted: Contents, before: Before | None) -> Seen | None:
        """What a new branch holds; None when the branch is there already and has to be looked at."""
        name, entries = self._target.start, before.seen.entries if before else {}
        if before is None:
            name, entries = await entries_below(self._tools, name, self._target.path)
        expect_replaceable(wanted, entries, self._tools.repository)
        if self._target.branch in (name, self._target.start):
            return None
        head = await self._branch.create(name)
        if head is None:
            return None
        if before is not None:
            return before.seen if head == before.seen.head else await self._branch.at(head)
        # Where all files are new, the check after the push proves that they were.
        return Seen(head, entries) if not set(wanted) & set(entries) else await self._branch.at(head)

    async def _begin(self, number: int, plan: _Plan, seen: Seen) -> "Round | _Plan | Pushed":
        """The round to be written; another plan when this one cannot be; the end when everything is there already."""
        try:
            wanted = await self._reconciled(plan, seen)
            expect_replaceable(wanted, seen.entries, self._tools.repository)
            if not plan.gives_back:
                await self._approve(seen, wanted, wanted != plan.wanted or bool(self._replaced))
        except (PushConflict, CannotCarry, GateStopped) as error:
            if plan.gives_back or not self._replaced:
                raise
            # An earlier round went over somebody's change, and the merge is not to be: that change comes back.
            base = dict(plan.base or {})
            return _Plan(self._replaced, {path: base.get(path) for path in self._replaced}, str(error))
        there = shas_of(seen.entries, wanted)
        if all(there[path] == sha_of(content) for path, content in wanted.items()):
            return self._ended(seen.head, plan.gives_back)
        texts = {path: content for path, content in wanted.items() if content is not None}
        state = Round(
            number=number,
            head=seen.head,
            base=there,
            wanted={**dict.fromkeys(wanted), **self._record.keep(texts)},
            gives_back=plan.gives_back,
        )
        self._record.record(state)
        self._origin = seen
        return state

    async def _reconciled(self, plan: _Plan, seen: Seen) -> dict[str, bytes | None]:
        """What is wanted, with what others changed at the same paths since the base."""
        wanted = dict(plan.wanted)
        self._remember(wanted.values())
        there = shas_of(seen.entries, wanted)
        for path, sha in there.items():
            if plan.base is None or sha in (plan.base.get(path), sha_of(wanted[path])):
                continue
            base, theirs = await self._content(path, plan.base[path]), await self._branch.content(path, seen)
            if plan.gives_back:
                wanted[path] = _with_what_is_back(base, wanted[path], theirs)
            else:
                wanted[path] = self._merged(path, base, wanted[path], theirs, seen)
        self._remember(wanted.values())
        return wanted

    def _merged(
        self, path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None, seen: Seen
    ) -> bytes | None:
        if theirs == ours:
            return ours
        place = f"{path} of {self._tools.repository}"
        if base is None or ours is None or theirs is None:
            moved = [
                one.path for one in seen.entries.values() if base is not None and one.sha == sha_of(base)
            ]
            what = "deleted" if theirs is None else "made" if base is None else "changed"
            where = f" (it may be {moved[0]} now)" if theirs is None and moved else ""
            raise PushConflict(
                f"Somebody else {what} {place} meanwhile{where}, and this run changes it too. Their change stays; "
                "run the update again to plan it on what is there now."
            )
        result = merge(base, ours, theirs)
        if isinstance(result, Overlap):
            raise PushConflict(
                f"Somebody else changed the same lines of {place} meanwhile (line {result.line}). Their change stays; "
                "run the update again to plan it on what is there now."
            )
        return result

    async def _write(self, state: Round, resumed: bool) -> list[Made]:
        wanted = self._read_back(state)
        changed = {
            path: content
            for path, content in wanted.items()
            if content is not None and sha_of(content) != state.base[path]
        }
        gone = [path for path in sorted(wanted) if wanted[path] is None and state.base[path] is not None]
        message = self._target.message.strip()
        if state.gives_back:
            message = "Give back what somebody else changed meanwhile"
        subject = message.splitlines()[0]
        writes = (
            [self._pushing(f"{self._record.run_id}/{state.number}.0", changed, message)] if changed else []
        )
        writes += [
            self._deleting(
                f"{self._record.run_id}/{state.number}.{count}", path, f"{subject} (delete {path})"
            )
            for count, path in enumerate(gone, start=1)
        ]
        return await self._branch.make(writes, state.head, resumed)

    def _pushing(self, token: str, files: Mapping[str, bytes], message: str) -> Write:
        text = f"{message}\n\n{trailer(token)}"
        return Write(token, files, lambda: self._tools.push_files(self._target.branch, files, text))

    def _deleting(self, token: str, path: str, message: str) -> Write:
        text = f"{message}\n\n{trailer(token)}"
        return Write(token, {path: None}, lambda: self._tools.delete_file(self._target.branch, path, text))

    async def _after(self, state: Round, made: list[Made]) -> "Pushed | _Plan":
        """The end, or what is still to be done after a round: more writes, a merge, or giving back."""
        wanted = self._read_back(state)
        went_over, first = await self._went_over(state, made)
        done = {path: sha_of(content) for one in made for path, content in one.write.contents.items()}
        base = {**state.base, **done}
        if went_over and state.gives_back:
            for path, theirs in went_over.items():
                held = await self._content(path, state.base[path])
                wanted[path] = _with_what_is_back(held, wanted[path], theirs)
            return _Plan(wanted, base, state.gives_back)
        if went_over and first is not None:
            # Should the merge not be possible, everything that we wrote is taken back, not the half of it.
            self._replaced = {path: await self._branch.content(path, first) for path in done}
            merged = dict(wanted)
            try:
                for path, theirs in went_over.items():
                    ours_before = await self._content(path, state.base[path])
                    merged[path] = self._merged(path, ours_before, wanted[path], theirs, first)
            except PushConflict as conflict:
                return _Plan(self._replaced, done, str(conflict))
            return _Plan(merged, base)
        if any(base[path] != sha_of(content) for path, content in wanted.items()):
            return _Plan(wanted, base, state.gives_back)
        if made and first is not None and not state.gives_back:
            refused = await self._refused(made[-1], wanted)
            if refused:
                return _Plan({path: await self._branch.content(path, first) for path in done}, done, refused)
        return self._ended(made[-1].sha if made else state.head, state.gives_back)

    async def _refused(self, last: Made, wanted: Contents) -> str:
        """Why our last commit may not stay together with what others committed beneath it; empty when it may."""
        seen = await self._branch.at(last.sha)
        there = shas_of(seen.entries, wanted)
        # Between two commits of ours somebody may have gone on working on the first one.
        held = {
            path: content if there[path] == sha_of(content) else await self._branch.content(path, seen)
            for path, content in wanted.items()
        }
        self._remember(held.values())
        try:
            await self._approve(seen, held, True)
        except PushConflict as error:
            return str(error)
        return ""

    async def _went_over(self, state: Round, made: list[Made]) -> tuple[dict[str, bytes | None], Seen | None]:
        """What others had written at our paths when our commits came on top, with the first commit of theirs, if any.

        WrongBytes when a commit of ours does not hold what was sent.
        """
        first: Seen | None = None
        all_new = len(made) == 1 and not any(state.base[path] for path in made[0].write.contents)
        if all_new and await self._branch.holds_added(made[0]):
            return {}, first
        went_over: dict[str, bytes | None] = {}
        held, expected = dict(state.base), state.head
        for one in made:
            parent = await self._branch.parent(one.sha)
            if parent != expected:
                self._met[parent] = None
                seen = await self._branch.at(parent)
                first = first or seen
                for path, sha in shas_of(seen.entries, one.write.contents).items():
                    if sha != held[path]:
                        went_over[path] = await self._branch.content(path, seen)
            wrong = await self._branch.differing(one)
            if wrong:
                raise WrongBytes(
                    f"The commit {one.sha} of {self._tools.repository} does not hold what was sent "
                    f"({', '.join(wrong)}); look at it before anything is built on it."
                )
            held |= {path: sha_of(content) for path, content in one.write.contents.items()}
            expected = one.sha
        return went_over, first

    def _ended(self, sha: str, gives_back: str) -> Pushed:
        if gives_back:
            raise PushConflict(
                f"{gives_back} What this run had pushed was taken back; the last commit is {sha}."
            )
        return Pushed(sha, tuple(self._met))

    async def _content(self, path: str, sha: str | None) -> bytes | None:
        """The content that a path had at the base."""
        if sha is None:
            return None
        if sha not in self._known and self._origin is not None:
            content = await self._branch.content(path, self._origin)
            self._remember([content])
        return self._known[sha]

    def _remember(self, contents: Iterable[bytes | None]) -> None:
        self._known |= {blob_sha(content): content for content in contents if content is not None}

    def _read_back(self, state: Round) -> dict[str, bytes | None]:
        kept = self._record.kept(
            {path: digest for path, digest in state.wanted.items() if digest is not None}
        )
        wanted = {path: kept.get(path) for path in state.wanted}
        self._remember(wanted.values())
        return wanted


def _with_what_is_back(base: bytes | None, back: bytes | None, theirs: bytes | None) -> bytes | None:
    """What a path holds when something is given back and somebody has worked on it since: both, whatever the cost."""
    if base is None or theirs is None:
        return theirs
    # A file that was not there before us keeps what others wrote into it since, and nothing of ours.
    return merge_keeping_all(base, back or b"", theirs) or None
