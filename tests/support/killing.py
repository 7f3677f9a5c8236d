"""Killing a run at every position of its journal, and going on with it: what must come out is what an unkilled run gives."""

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.outside import Person
from aws_orchestrator.runs.journal import Journal, read_entries
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import answers_of, follow, resume_run, start_run, start_update
from support.house import MODULE, add_skill, generate, make_house, module_files
from support.outside import FakeClock, ScriptedMind, ScriptedPerson

KILLED = 9
SAME = "same"


def in_a_process(work: Callable[[], Any]) -> int:
    """The exit code of a copy of this process that does the work."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@contextlib.contextmanager
def dying(owner: Any, name: str, at: int, before: bool) -> Iterator[None]:
    """The n-th call of a function kills the process, before or after its effect."""
    real, calls = getattr(owner, name), [0]

    def counted(*arguments: Any, **more: Any) -> Any:
        calls[0] += 1
        if before and calls[0] == at:
            os._exit(KILLED)
        result = real(*arguments, **more)
        if calls[0] == at:
            os._exit(KILLED)
        return result

    setattr(owner, name, counted)
    try:
        yield
    finally:
        setattr(owner, name, real)


class Scenario(NamedTuple):
    """One use of the program, from a fresh workspace to its end, runs that follow included."""

    name: str
    prepare: Callable[[House], Any]
    """What happens before, in an event loop of its own; returns something to await, or nothing."""
    begin: Callable[[House, PreparedAnswers], Any]
    """Starts the run that is killed."""
    answers: tuple[str, ...] = ()
    approve: tuple[str, ...] = ()
    heals: bool = False
    person: Callable[[], Person] = ScriptedPerson
    sampled: bool = True
    """Whether a sample of the positions is enough where time is short."""

    def house(self, folder: Path, clock: int) -> House:
        """The house of the scenario's workspace."""
        mind = ScriptedMind(spoils="main.tf") if self.heals else None
        return make_house(folder, mind=mind, clock=FakeClock(clock), person=self.person())

    def fresh(self, folder: Path) -> None:
        """Make the workspace as it is before the run: a git repository, to count commits."""
        folder.mkdir(parents=True)
        for command in (["init", "-q", "--template="], ["commit", "-q", "--allow-empty", "-m", "begin"]):
            subprocess.run(
                ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *command], cwd=folder, check=True
            )
        add_skill(folder)
        asyncio.run(_awaited(self.prepare(self.house(folder, 0))))

    def run(self, folder: Path) -> list[Outcome]:
        """The outcomes of the run and of those that follow it."""
        house = self.house(folder, 1000)
        prepared = PreparedAnswers.parse(self.answers, self.approve)
        return asyncio.run(_followed(house, self.begin(house, prepared), prepared))

    def resume(self, folder: Path) -> list[Outcome]:
        """Go on with whatever was interrupted, oldest first, as a person does; the outcomes."""
        outcomes = []
        house = self.house(folder, 2000)
        while interrupted := [one for one in house.store.runs().runs if one.status == "interrupted"]:
            run = resume_run(house, interrupted[-1].run_id)
            outcomes += asyncio.run(_followed(house, run, answers_of(run)))
        return outcomes


async def _awaited(value: Any) -> None:
    if value is not None:
        await value


async def _followed(house: House, run: Any, answers: PreparedAnswers) -> list[Outcome]:
    return [outcome async for outcome in follow(house, run, answers, lambda run: None)]


class Result(NamedTuple):
    """What a workspace holds at the end: what must not depend on kills."""

    files: dict[str, bytes]
    commits: int
    runs: tuple[tuple[str, str], ...]
    """Request and status of every run, oldest first."""
    asked: tuple[tuple[str, str], ...]
    """Gate and choice, of every run, oldest first."""


def result_of(folder: Path) -> Result:
    """The result in a workspace."""
    store = make_house(folder).store
    runs = list(reversed(store.runs().runs))
    answered = [
        (str(entry.data["decision"]["kind"]), str(entry.data["decision"]["choice"]))
        for run in runs
        for entry in read_entries(store.folder / run.run_id / "journal.jsonl")
        if entry.kind == "gate_answered"
    ]
    # What the program keeps for itself may differ (ids, dates); what it keeps for people may not.
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", "runs"} & set(path.relative_to(folder).parts)
    }
    counted = subprocess.run(
        ["git", "rev-list", "--all", "--count"], cwd=folder, check=True, capture_output=True, text=True
    )
    statuses = tuple((run.request, run.status) for run in runs)
    return Result(files, int(counted.stdout), statuses, tuple(answered))


class Kill(NamedTuple):
    """One kill and what became of it."""

    position: int
    before: bool
    entry: str
    outcome: str
    """`same` or what is different."""


class Killer:
    """Kills one scenario, again and again, each time in a copy of the same fresh workspace."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        """Runs it once without a kill, in `folder`."""
        self._scenario = scenario
        self._folder = folder
        self._template = folder / "fresh"
        scenario.fresh(self._template)
        self._listed = len(make_house(self._template).store.runs().runs)
        self.kinds: list[str] = []
        """The kinds of the entries that it appends, in order."""
        whole = self._copy("whole")
        real = Journal.append

        def seen(journal: Journal, kind: str, *rest: Any, **more: Any) -> Any:
            self.kinds.append(kind)
            return real(journal, kind, *rest, **more)

        Journal.append = seen  # type: ignore[method-assign, assignment]
        try:
            scenario.run(whole)
        finally:
            Journal.append = real  # type: ignore[method-assign]
        self.expected = result_of(whole)

    @property
    def positions(self) -> list[tuple[int, bool]]:
        """Every position with and without its entry; of a row of uses of limits, which have no effect, the first."""
        numbered = list(enumerate(self.kinds, start=1))
        return [(n, True) for n, kind in numbered if kind != "used" or self.kinds[n - 2] != "used"] + [
            (len(self.kinds), False)
        ]

    @property
    def sample(self) -> list[tuple[int, bool]]:
        """The first and the last position of every kind of entry, and the end."""
        count = len(self.kinds)
        first = {kind: count - n for n, kind in enumerate(reversed(self.kinds))}
        last = {kind: n for n, kind in enumerate(self.kinds, start=1)}
        return [(n, True) for n in sorted({*first.values(), *last.values()})] + [(count, False)]

    def kill(self, position: int, before: bool) -> Kill:
        """Kill at one entry, before or after it is written, resume, and compare the end with the unkilled one."""
        folder = self._copy(f"{position}-{before}")

        def work() -> None:
            with dying(Journal, "append", position, before):
                self._scenario.run(folder)

        entry = self.kinds[position - 1]
        if in_a_process(work) != KILLED:
            return Kill(position, before, entry, "it was not killed")
        if len(make_house(folder).store.runs().runs) == self._listed:
            # Killed before it was listed: then nothing was written, and it is asked for again.
            if module_files(folder) != module_files(self._template):
                return Kill(position, before, entry, "files were written by a run that is not listed")
            self._scenario.run(folder)
        self._scenario.resume(folder)
        return Kill(position, before, entry, _difference(self.expected, result_of(folder)))

    def _copy(self, name: str) -> Path:
        return Path(shutil.copytree(self._template, self._folder / name, symlinks=True))


def _difference(expected: Result, found: Result) -> str:
    for name in Result._fields:
        one, other = getattr(expected, name), getattr(found, name)
        if one != other:
            return f"{name} differ: {_short(one)} became {_short(other)}"
    return SAME


def _short(value: Any) -> str:
    text = ", ".join(sorted(value)) if isinstance(value, dict) else str(value)
    return text if len(text) <= 300 else f"{text[:299]}…"


def _nothing(_: House) -> None:
    return None


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "new module, healed",
        _nothing,
        lambda house, answers: start_run(house, "a queue named orders", answers),
        heals=True,
        sampled=False,
    ),
    Scenario(
        "new module over an older one, and over a person's edit",
        lambda house: _edited(house),
        lambda house, answers: start_run(house, "a queue named orders", answers),
        approve=(f"{MODULE}/main.tf",),
    ),
    Scenario(
        "new module, followed by an update of it",
        _nothing,
        lambda house, answers: start_run(house, "a queue named orders", answers),
        answers=("next_steps=update_existing", "next_steps.request=add dead letters"),
    ),
    Scenario(
        "update that removes a stateful resource",
        lambda house: generate(house, "a queue with dead letters"),
        lambda house, answers: start_update(
            house, house.workspace.root / MODULE, "remove the dead letters", answers
        ),
        approve=("aws_sqs_queue.dead_letters",),
        sampled=False,
    ),
    Scenario(
        "deletion of a module",
        lambda house: generate(house),
        lambda house, answers: start_update(
            house, house.workspace.root / MODULE, "delete the module", answers
        ),
        approve=(MODULE,),
    ),
)


async def _edited(house: House) -> None:
    await generate(house, "a queue with dead letters")
    (house.workspace.root / MODULE / "main.tf").write_bytes(b"# mine\n")
