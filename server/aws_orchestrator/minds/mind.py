"""What agents ask thought for. `builtin` answers from the skills; other minds implement the same Protocol."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from aws_orchestrator.blueprint.model import Blueprint, Selection, Value
from aws_orchestrator.blueprint.skill import SkillSummary
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Finding
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
        parts += [f"{name} = {value}" for name, value in self.inputs.items()]
        return "; ".join(parts)


class GenerationTask(NamedTuple):
    """One module to be written."""

    blueprint: Blueprint
    selection: Selection
    catalog: Catalog


class Mind(Protocol):
    """Who thinks for the agents. Every effect goes through the dispatcher, where the limits are."""

    @property
    def name(self) -> str:
        """`builtin` or `claude`."""
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
