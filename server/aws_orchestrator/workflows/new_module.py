"""The new-module workflow: the specification's table of steps, in its order but that validation comes before the sync."""

from pathlib import Path

from aws_orchestrator.agents import github_agent, tf_generator, tf_planner, tf_skill_builder, tf_validator
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import Skill, staleness
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import BlueprintError, CatalogError, GateStopped, OrchestratorError, UsageError
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import ambiguous_gate, commit_gate, next_steps_gate
from aws_orchestrator.memories import read_policies
from aws_orchestrator.minds.mind import GenerationTask, Understood
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.runs.run import Run
from aws_orchestrator.runs.store import STATE_FOLDER
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import ModuleReport, NextRun, Report, ValidationReport
from aws_orchestrator.workflows.sync import Synced, sync_workspace

TOTAL_STEPS = 7


class Chosen(Frozen):
    """Step 1: the service, its skill, and what the request selects of it."""

    service: str
    skill_folder: str
    stale: str
    understood: Understood
    notes: tuple[str, ...]
    detail: str


class Built(Frozen):
    """Step 3: what tf-skill-builder wrote."""

    paths: tuple[str, ...]
    detail: str


class Generated(Frozen):
    """Steps 4 and 7: the module files, by hash, and what was used of the limits so far."""

    files: dict[str, str]
    usage: dict[str, int]
    detail: str


class Validated(Frozen):
    """Step 6: the checks."""

    validation: Validation
    usage: dict[str, int]
    detail: str


class InvalidModule(OrchestratorError):
    """The module is still invalid after healing; the workspace was not touched."""


class NewModule:
    """One run of the workflow; `report` tells how far it came at any time."""

    def __init__(self, run: Run, house: House, gatekeeper: Gatekeeper, request: str) -> None:
        """Nothing done yet."""
        self.run = run
        self.house = house
        self.gatekeeper = gatekeeper
        self.request = request
        self.usage = Usage(house.settings.limits)
        self.notes: list[str] = []
        self.module: ModuleReport | None = None
        self.validation: Validation | None = None
        self.understood = ""
        run.total_steps = TOTAL_STEPS

    async def execute(self) -> NextRun | None:
        """Run the table; what the Next Steps Gate asked for."""
        run, house = self.run, self.house
        chosen = await run.step("coordinator", "Check the skill", Chosen, self._choose)
        self.notes += chosen.notes
        self.understood = chosen.understood.sentence()
        skill = self._load(chosen.service)
        catalog = self._catalog(skill.blueprint)
        await self._plan(chosen, skill, catalog)

        path = f"{house.settings.modules_folder}/{chosen.service}"
        run.own_module(path)
        task = GenerationTask(skill.blueprint, chosen.understood.selection, catalog)
        tools = self._tools(task, path)
        generated = await run.step(
            "tf-generator", "Write the module files", Generated, lambda: self._generate(task, tools)
        )
        self._restore(generated, tools)
        checked = await run.step("tf-validator", "Validate", Validated, lambda: self._validate(tools))
        if not checked.validation.valid:
            checked = await self._heal(task, tools, checked.validation)
        self.validation = checked.validation

        files = tools.files.files
        self.module = ModuleReport(service=chosen.service, path=path, files=tuple(files))
        await run.step(
            "coordinator",
            "Materialise the files",
            Synced,
            lambda: sync_workspace(run, self.gatekeeper, house.store, house.workspace, path, files),
        )
        await self._commit(path)
        return await self._next_steps(path)

    async def _choose(self) -> Chosen:
        _, policy_notes = read_policies(self.house.workspace.root)
        summaries, broken = self.house.skills.summaries()
        candidates = await self.house.mind.choose_service(self.request, summaries)
        service = candidates[0] if len(candidates) == 1 else None
        if len(candidates) > 1:
            gate = ambiguous_gate(self.gatekeeper.key("ambiguous"), self.run.run_id, self.request, candidates)
            decision = await self.gatekeeper.ask(gate)
            if decision.choice not in candidates:
                raise GateStopped(
                    f"The request fits several services ({', '.join(candidates)}); name one of them."
                )
            service = decision.choice
        service = tf_planner.require_skill(service, self.request, summaries)
        skill = self._load(service)
        catalog = self._catalog(skill.blueprint)
        require_verified(skill.blueprint, catalog, str(skill.blueprint_path))
        understood = await self.house.mind.understand(self.request, skill.blueprint)
        stale = staleness(skill, catalog)
        state = f"not current: {stale}" if stale else f"current for {catalog.provider} {catalog.version}"
        return Chosen(
            service=service,
            skill_folder=str(skill.folder),
            stale=stale,
            understood=understood,
            notes=(*policy_notes, *broken),
            detail=f"{skill.folder.name} is {state}; {understood.sentence()}",
        )

    async def _plan(self, chosen: Chosen, skill: Skill, catalog: Catalog) -> None:
        skills = self.house.workspace.root / STATE_FOLDER / "skills"
        if not chosen.stale:
            await self.run.skip(
                "tf-planner", "Plan the module", f"the skill for {chosen.service} is there and current"
            )
            await self.run.skip("tf-skill-builder", "Build the skill", "nothing is missing of it")
            return
        await self.run.skip(
            "tf-planner", "Plan the module", "the skill's blueprint still agrees with the catalog"
        )

        async def build() -> Built:
            paths = tf_skill_builder.build_skill(skill, catalog, Path(skills))
            return Built(
                paths=paths, detail=f"{len(paths)} files of the skill written, because {chosen.stale}"
            )

        await self.run.step("tf-skill-builder", "Build the skill", Built, build)

    def _tools(self, task: GenerationTask, path: str) -> Dispatcher:
        declared = compile_module(task.blueprint, task.selection, task.catalog).files
        files = ModuleFiles(frozenset(declared))
        tools = Dispatcher(self.usage, files)
        rules = tf_validator.rule_context(
            task.catalog, frozenset(name for name in declared if name.endswith(".tf"))
        )
        key = f"{self.house.workspace.root}/{path}"
        tools.register(
            "execute", tf_validator.execute_tool(self.house.engine, key, lambda: files.files, rules)
        )
        return tools

    async def _generate(self, task: GenerationTask, tools: Dispatcher) -> Generated:
        await tf_generator.generate(self.house.mind, task, tools)
        return self._generated(tools, f"{len(tools.files.files)} files")

    async def _validate(self, tools: Dispatcher) -> Validated:
        validation = await tf_validator.validate(tools, self.house.engine)
        return Validated(validation=validation, usage=self.usage.counts(), detail=validation.line)

    async def _heal(self, task: GenerationTask, tools: Dispatcher, validation: Validation) -> Validated:
        """The one round of healing; InvalidModule when the module is still invalid."""
        for _ in range(self.house.settings.limits.heal_rounds):
            problem = validation

            async def heal(found: Validation = problem) -> Generated:
                await tf_generator.heal(self.house.mind, task, found, tools)
                return self._generated(tools, f"healed {len(found.blocking)} findings")

            healed = await self.run.step("tf-generator", "Heal the module files", Generated, heal)
            self._restore(healed, tools)
            checked = await self.run.step(
                "tf-validator", "Validate again", Validated, lambda: self._validate(tools)
            )
            validation = checked.validation
            if validation.valid:
                return checked
        self.validation = validation
        folder = self.run.folder / "invalid"
        for name, content in tools.files.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        raise InvalidModule(
            f"The module is still invalid after {self.house.settings.limits.heal_rounds} round of healing; the workspace was "
            f"not touched. The files are in {folder}. {validation.line}"
        )

    async def _commit(self, path: str) -> None:
        assert self.module is not None
        assert self.validation is not None
        gate = commit_gate(
            self.gatekeeper.key("commit"), self.run.run_id, path, self.module.files, self.validation.claim
        )
        await self.gatekeeper.ask(gate)
        files = self.module.files

        async def keep() -> github_agent.Kept:
            return github_agent.keep_local(path, files)

        await self.run.step("github-agent", "Keep local", github_agent.Kept, keep)

    async def _next_steps(self, path: str) -> NextRun | None:
        decision = await self.gatekeeper.ask(
            next_steps_gate(self.gatekeeper.key("next_steps"), self.run.run_id, path)
        )
        if decision.choice == "generate_another":
            return NextRun("new_module", decision.fields["request"])
        return None

    def report(self) -> Report:
        """What is known of the run now; the session fills in how it ended."""
        return Report(
            run_id=self.run.run_id,
            status="running",
            message="",
            request=self.request,
            mind=self.house.mind.name,
            understood=self.understood,
            module=self.module,
            validation=ValidationReport.of(self.validation) if self.validation else None,
            notes=tuple(self.notes),
            usage=self.usage.as_data(),
            timings=self.run.timings,
        )

    def _load(self, service: str) -> Skill:
        skill = self.house.skills.load(service)
        if skill is None:
            raise BlueprintError(f"The skill for {service} is gone; start the run anew.")
        return skill

    def _catalog(self, blueprint: Blueprint) -> Catalog:
        provider = blueprint.provider
        catalog = self.house.catalogs.choose(provider.source, provider.version)
        if catalog is None:
            known = ", ".join(f"{name} {version}" for name, version in self.house.catalogs.available())
            raise CatalogError(
                f"No catalog of {provider.source} satisfies `{provider.version}`; there are {known or 'none'}. "
                "`aws-orchestrator catalog build` makes one."
            )
        return catalog

    def _generated(self, tools: Dispatcher, detail: str) -> Generated:
        return Generated(files=self.run.keep(tools.files.files), usage=self.usage.counts(), detail=detail)

    def _restore(self, generated: Generated, tools: Dispatcher) -> None:
        """Bring the module files and the counters to where the step left them: a resumed run has neither."""
        tools.files.replace(self.run.kept(generated.files))
        self.usage.restore(generated.usage)


def require_request(request: str) -> str:
    """The request without surrounding blanks; UsageError when nothing is left."""
    text = " ".join(request.split())
    if not text:
        raise UsageError(
            "The request is empty; say what to generate, as in “an encrypted bucket with access logging to my-logs”."
        )
    return text
