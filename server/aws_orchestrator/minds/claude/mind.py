"""Claude as a mind. What code can do stays code: a skill that covers a wish costs no call at all."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import SkillSummary
from aws_orchestrator.findings import Finding
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.minds.claude import healing, planning, refining, updating
from aws_orchestrator.minds.claude.requests import Requests
from aws_orchestrator.minds.fixes import with_fixes
from aws_orchestrator.minds.mind import (
    GenerationTask,
    MindsChange,
    MindsPlan,
    PlanningTask,
    Understood,
    UpdateTask,
)
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.settings import ClaudeSettings


class ClaudeMind:
    """Plans, refines, heals and changes through a few verified calls; everything else is the built-in mind's."""

    name = "claude"
    plans_anything = True

    def __init__(self, requests: Requests, settings: ClaudeSettings, reason: str = "") -> None:
        """Nothing is asked yet."""
        self.reason = reason
        self._requests = requests
        self._settings = settings
        self._builtin = BuiltinMind()

    async def choose_service(self, request: str, skills: Sequence[SkillSummary]) -> tuple[str, ...]:
        """The services whose skills' words the request names: no call is needed for that."""
        return await self._builtin.choose_service(request, skills)

    async def understand(self, request: str, blueprint: Blueprint) -> Understood:
        """What the request selects of a skill, by the skill's own words."""
        return await self._builtin.understand(request, blueprint)

    async def plan(self, task: PlanningTask, tools: Dispatcher) -> MindsPlan | None:
        """The requirements, the security review and the blueprint, in two or three calls."""
        async with self._asking():
            return await planning.plan(self._requests, self._settings, task, tools)

    async def generate(self, task: GenerationTask, tools: Dispatcher) -> None:
        """Compile the blueprint, and write what it cannot express into the compiled files."""
        compiled = task._replace(blueprint=task.blueprint.model_copy(update={"refinements": ()}))
        await self._builtin.generate(compiled, tools)
        if task.blueprint.refinements:
            async with self._asking():
                await refining.refine(self._requests, self._settings, task, tools)

    async def heal(self, task: GenerationTask, findings: Sequence[Finding], tools: Dispatcher) -> None:
        """The fixes that findings carry when all do; else a conversation about the files concerned."""
        if all(finding.fix for finding in findings):
            if task.blueprint.refinements:
                # The files hold more than the compiler wrote: only the fixes are made.
                await tools.write_files(with_fixes(tools.files.files, findings, task.catalog))
            else:
                await self._builtin.heal(task, findings, tools)
            return
        async with self._asking():
            await healing.heal(self._requests, self._settings, findings, tools, task.catalog)

    async def change(self, task: UpdateTask, tools: Dispatcher) -> MindsChange | None:
        """The change of a module, by exact search and replace."""
        async with self._asking():
            return await updating.change(self._requests, self._settings, task, tools)

    async def correct(self, findings: Sequence[Finding], tools: Dispatcher) -> None:
        """A conversation about the files of an update that have findings without a fix."""
        async with self._asking():
            await healing.heal(self._requests, self._settings, findings, tools)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """Connections live as long as one piece of work: a run may wait for days at a gate."""
        try:
            yield
        finally:
            await self._requests.close()
