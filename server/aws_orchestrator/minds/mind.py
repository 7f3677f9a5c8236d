"""What agents ask thought for. `builtin` answers from the skills; other minds implement the same Protocol."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from aws_orchestrator.blueprint.model import Blueprint, Selection, Value
from aws_orchestrator.blueprint.render import render_on_a_line
from aws_orchestrator.blueprint.skill import SkillLibrary, SkillSummary
from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.findings import Finding
from aws_orchestrator.minds.builtin.planner.results import ExecutionPlan, Requirements, SecurityReview
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.dispatcher import Dispatcher


class Understood(Frozen):
    """What a request says about a service's skill."""

    features: tuple[str, ...]
    """Selected features, in the skill's order."""
    left_out: tuple[str, ...] = ()
    """Default features that the request does not want."""
    inputs: dict[str, Value] = {}

    @property
    def selection(self) -> Selection:
        """The selection for the compiler."""
        return Selection(features=frozenset(self.features), inputs=self.inputs)

    def sentence(self) -> str:
        """What was understood, for a person."""
        parts = [f"with {', '.join(self.features)}" if self.features else "with no feature"]
        if self.left_out:
            parts.append(f"without {', '.join(self.left_out)}")
        parts += [f"{name} = {render_on_a_line(value)}" for name, value in self.inputs.items()]
        return "; ".join(parts)


class GenerationTask(NamedTuple):
    """One module to be written."""

    blueprint: Blueprint
    selection: Selection
    catalog: Catalog


Judge = Callable[[Blueprint, Selection], Awaitable[tuple[str, ...]]]
"""Every problem of a planned module, in sentences; empty when it is right and Terraform accepts it."""
Ask = Callable[[str, tuple[str, ...]], Awaitable[str]]
"""Asks a person which of several readings is meant; GateStopped when nobody says."""
Admit = Callable[[tuple[str, ...]], Awaitable[None]]
"""Asks a person about resource types whose service the organisation has not approved; GateStopped when nobody lets them."""
JudgeChange = Callable[[Mapping[str, bytes]], Awaitable[tuple[str, ...]]]
"""Every new problem of a changed module, in sentences."""


class PlanningTask(NamedTuple):
    """One module to be planned."""

    request: str
    catalog: Catalog
    library: CatalogLibrary
    skills: SkillLibrary
    standards: Mapping[str, str]
    """Texts of the organisation by their titles: data, not instructions."""
    judge: Judge
    ask: Ask
    admit: Admit


class MindsPlan(Frozen):
    """What a mind planned: the three results of tf-planner."""

    requirements: Requirements
    security: SecurityReview
    execution: ExecutionPlan


class UpdateTask(NamedTuple):
    """One change of a module that is there."""

    request: str
    files: Mapping[str, bytes]
    """The module's own files."""
    catalog: Catalog | None
    library: CatalogLibrary
    skills: SkillLibrary
    standards: Mapping[str, str]
    judge: JudgeChange


class MindsChange(Frozen):
    """The change that a mind made: whole contents, of which the difference becomes edits."""

    intent: str
    files: dict[str, bytes]
    """The files that are changed or new, as they should be."""
    said: dict[str, str]
    """What changes in each, in a few words."""


class Mind(Protocol):
    """Who thinks for the agents. Every effect goes through the dispatcher, where the limits are."""

    @property
    def name(self) -> str:
        """`builtin` or `claude`."""
        ...

    @property
    def reason(self) -> str:
        """Why it is this mind, in a clause; empty when nobody needs to be told."""
        ...

    @property
    def plans_anything(self) -> bool:
        """Whether it plans and changes what no skill and no table of words knows."""
        ...

    async def choose_service(self, request: str, skills: Sequence[SkillSummary]) -> tuple[str, ...]:
        """The services that the request may mean, best first; one when it is clear, none when nothing fits."""
        ...

    async def understand(self, request: str, blueprint: Blueprint) -> Understood:
        """What the request selects of the service's blueprint."""
        ...

    async def generate(self, task: GenerationTask, tools: Dispatcher) -> None:
        """Write the module's files with the dispatcher's tools."""
        ...

    async def heal(self, task: GenerationTask, findings: Sequence[Finding], tools: Dispatcher) -> None:
        """Correct the module's files so that the findings go away."""
        ...

    async def plan(self, task: PlanningTask, tools: Dispatcher) -> MindsPlan | None:
        """A plan of its own; None when the planner that works from the catalog's facts alone has to make it."""
        ...

    async def change(self, task: UpdateTask, tools: Dispatcher) -> MindsChange | None:
        """A change of its own; None when what words alone can tell has to do."""
        ...

    async def correct(self, findings: Sequence[Finding], tools: Dispatcher) -> None:
        """Correct an update's files where findings carry no fix; a mind that cannot leaves them."""
        ...
