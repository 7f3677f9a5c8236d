"""What the workflows that make or change a module share: limits, notes, catalogs, rounds of healing, the last gate."""

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import CatalogError, OrchestratorError
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import next_steps_gate
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.exchanges import KIND, Exchanges
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.run import Run
from aws_orchestrator.standards import read_standards
from aws_orchestrator.workflows.delivery import Deliverer
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import ModuleReport, NextRun, Report, ValidationReport

AWS = "hashicorp/aws"
BLUEPRINT = "blueprint.yaml"
"""The name under which a run keeps the blueprint that it works from."""


class Written(Frozen):
    """A step that wrote module files: their digests."""

    files: dict[str, str]
    notes: tuple[str, ...] = ()
    detail: str


class Validated(Frozen):
    """A step that checked them."""

    validation: Validation
    detail: str


class InvalidModule(OrchestratorError):
    """The module is still invalid after healing; the workspace was not touched."""


class ModuleWorkflow:
    """One run of a workflow; `report` tells how far it came at any time."""

    total_steps: ClassVar[int]

    def __init__(self, run: Run, house: House, gatekeeper: Gatekeeper) -> None:
        """Nothing done yet."""
        self.run = run
        self.house = house
        self.gatekeeper = gatekeeper
        self.request = run.started.request
        used = [str(data.get("use")) for data in run.recorded("used")]
        self.usage = Usage(house.settings.limits, run.record_use, used)
        self.exchanges = Exchanges(run.recorded(KIND), run.record_exchange, self.usage)
        self.notes: list[str] = []
        self.module: ModuleReport | None = None
        self.validation: Validation | None = None
        self.standards = read_standards(house.workspace.root)
        self.deliverer = Deliverer(run, house, gatekeeper, self.usage)
        run.total_steps = self.total_steps
        run.used = self.usage.so_far

    def report(self) -> Report:
        """What is known of the run now; the session fills in how it ended."""
        return Report(
            run_id=self.run.run_id,
            status="running",
            message="",
            request=self.request,
            mind=self.house.mind.name,
            mind_reason=self.house.mind.reason,
            model=self.exchanges.use(),
            module=self.module,
            validation=ValidationReport.of(self.validation) if self.validation else None,
            commit=self.deliverer.commit,
            notes=(*self.notes, *self.deliverer.notes),
            usage=self.usage.as_data(),
            timings=self.run.timings,
        )

    def note(self, notes: Iterable[str]) -> None:
        """Say these in the report, each once."""
        self.notes += [note for note in notes if note not in self.notes]

    def catalog(self, source: str, constraint: str, version: str | None = None) -> Catalog:
        """The catalog of a provider that satisfies the constraint; CatalogError when there is none."""
        catalog = self.house.catalogs.choose(source, constraint, version)
        if catalog is None:
            known = ", ".join(f"{name} {found}" for name, found in self.house.catalogs.available())
            raise CatalogError(
                f"No catalog of {source} satisfies `{constraint}`; there are {known or 'none'}. "
                "`aws-orchestrator catalog build` makes one."
            )
        return catalog

    async def heal(
        self,
        agent: str,
        tools: Dispatcher,
        found: Validation,
        heal: Callable[[Validation], Awaitable[Written]],
        validate: Callable[[], Awaitable[Validated]],
    ) -> str:
        """Heal the files of `tools` in rounds (one, says the specification); why they are still invalid, or nothing.

        A round that leaves as many findings as it found is put back.
        """
        rounds = self.house.settings.limits.heal_rounds
        self.usage.healing = True
        for _ in range(rounds):
            problem, kept = found, tools.files.files

            async def heal_them(problem: Validation = problem) -> Written:
                return await heal(problem)

            healed = await self.run.step(agent, "Heal the module files", Written, heal_them)
            tools.files.replace(self.run.kept(healed.files))
            self.note(healed.notes)
            checked = await self.run.step("tf-validator", "Validate again", Validated, validate)
            self.validation = found = checked.validation
            if found.valid:
                return ""
            if len(found.blocking) >= len(problem.blocking) and kept != tools.files.files:
                self.notes.append(_not_accepted(problem, found))
                self.validation = found = problem
                tools.files.replace(kept)
        folder = self.run.set_aside("invalid", tools.files.files)
        after = (
            f"after {rounds} round{'' if rounds == 1 else 's'} of healing" if rounds else "and healing is off"
        )
        return f"is invalid {after}; the workspace was not touched. The files are in {folder}. {found.line}"

    async def what_next(self, path: str) -> NextRun | None:
        """What the Next Steps Gate asks for."""
        decision = await self.gatekeeper.ask(
            next_steps_gate(self.gatekeeper.key("next_steps"), self.run.run_id, path)
        )
        if decision.choice == "generate_another":
            return NextRun("new_module", decision.fields["request"])
        if decision.choice == "update_existing":
            return NextRun("update_module", decision.fields["request"])
        return None


def _not_accepted(before: Validation, after: Validation) -> str:
    return (
        f"The heal was not accepted: {len(before.blocking)} findings before it, {len(after.blocking)} after it. "
        "The files are those from before it."
    )
