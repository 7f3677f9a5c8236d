"""Deterministic doubles of what is outside: the clock, a person, Terraform, a mind."""

from collections.abc import Callable, Mapping, Sequence

from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import SkillSummary
from aws_orchestrator.findings import Check, CheckResult, Finding, Severity, TestsResult, Tree, place_in
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.minds.mind import (
    GenerationTask,
    MindsChange,
    MindsPlan,
    PlanningTask,
    Understood,
    UpdateTask,
)
from aws_orchestrator.protocol import Gate, GateAnswer, RunEvent, Surface
from aws_orchestrator.runs.dispatcher import Dispatcher

MISTAKE = b"# a mistake\n"
"""What the double of Terraform refuses, and the scripted mind writes into files."""


class FakeClock:
    """A clock that a test sets; every look at it takes one second."""

    def __init__(self, start: int = 0, step: int = 1) -> None:
        self.seconds = start
        self.step = step

    def now(self) -> str:
        self.seconds += self.step
        minutes, seconds = divmod(self.seconds % 3600, 60)
        return f"2030-01-01T00:{minutes:02}:{seconds:02}Z"

    def monotonic(self) -> float:
        return float(self.seconds)


class ScriptedPerson:
    """Answers gates in order, by kind; None, and whatever is not scripted, is a dismissal."""

    is_there = True
    surface: Surface = "editor"

    def __init__(
        self, **answers: "GateAnswer | str | Callable[[Gate], GateAnswer | str | None] | None"
    ) -> None:
        self.answers = answers
        self.gates: list[Gate] = []
        self.events: list[RunEvent] = []

    async def ask(self, gate: Gate) -> GateAnswer | None:
        self.gates.append(gate)
        answer = self.answers.get(gate.kind)
        if callable(answer):
            answer = answer(gate)
        return GateAnswer(choice=answer) if isinstance(answer, str) else answer

    async def tell(self, event: RunEvent) -> None:
        self.events.append(event)


class FakeEngine:
    """Terraform that finds nothing but the mistake; `fail` raises instead."""

    name = "bundled"
    provider_version = "5.100.0"

    def __init__(self) -> None:
        self.checked: list[str] = []
        self.fail: Callable[[str], None] = lambda check: None
        self.closed = False

    async def init(self, tree: Tree) -> CheckResult:
        return self._check("init", tree)

    async def check(self, tree: Tree, checks: tuple[Check, ...]) -> tuple[CheckResult, ...]:
        return tuple([await getattr(self, check)(tree) for check in checks])

    async def format(self, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        return files

    async def fmt(self, tree: Tree) -> CheckResult:
        return self._check("fmt", tree)

    async def validate(self, tree: Tree) -> CheckResult:
        if tree.key == "warming":
            return CheckResult(check="validate", status="passed")
        return self._check("validate", tree)

    async def test(self, tree: Tree) -> TestsResult:
        return TestsResult.model_validate(self._check("tests", tree).model_dump())

    async def close(self) -> None:
        self.closed = True

    def _check(self, check: Check, tree: Tree) -> CheckResult:
        self.checked.append(check)
        self.fail(check)
        findings = [
            Finding(
                check=check,
                severity=Severity.ERROR,
                summary="A mistake",
                place=place_in(path, content, content.index(MISTAKE), content.index(MISTAKE) + 1),
            )
            for path, content in sorted(tree.files.items())
            if check == "validate" and MISTAKE in content
        ]
        return CheckResult(check=check, status="failed" if findings else "passed", findings=tuple(findings))


class ScriptedMind:
    """Writes file by file, spoils one of them, and heals it or not: a mind that does not always get it right."""

    name = "scripted"
    reason = ""
    plans_anything = False

    def __init__(
        self,
        *,
        spoils: str | None = None,
        heals: bool = True,
        acts: Callable[[Dispatcher], "object"] | None = None,
        model_calls: int = 0,
    ) -> None:
        """`acts` is awaited before the files are written."""
        self.spoils = spoils
        self.heals = heals
        self.acts = acts
        self.model_calls = model_calls
        self.heal_rounds = 0
        self.requests: list[str] = []
        self._builtin = BuiltinMind()

    async def choose_service(self, request: str, skills: Sequence[SkillSummary]) -> tuple[str, ...]:
        self.requests.append(request)
        return await self._builtin.choose_service(request, skills)

    async def understand(self, request: str, blueprint: Blueprint) -> Understood:
        return await self._builtin.understand(request, blueprint)

    async def plan(self, task: PlanningTask, tools: Dispatcher) -> MindsPlan | None:
        return None

    async def change(self, task: UpdateTask, tools: Dispatcher) -> MindsChange | None:
        return None

    async def correct(self, findings: Sequence[Finding], tools: Dispatcher) -> None:
        return None

    async def generate(self, task: GenerationTask, tools: Dispatcher) -> None:
        for _ in range(self.model_calls):
            await tools.call_model(_nothing)
        if self.acts is not None:
            await self.acts(tools)  # type: ignore[misc]
        for path, content in compile_module(task.blueprint, task.selection, task.catalog).files.items():
            await tools.write_file(path, content + MISTAKE if path == self.spoils else content)

    async def heal(self, task: GenerationTask, findings: Sequence[Finding], tools: Dispatcher) -> None:
        self.heal_rounds += 1
        for path in sorted({finding.place.file for finding in findings if finding.place}):
            content = await tools.read_file(path)
            await tools.write_file(path, content.replace(MISTAKE, b"") if self.heals else content)


async def _nothing() -> None:
    return None
