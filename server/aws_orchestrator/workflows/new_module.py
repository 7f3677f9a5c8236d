"""The new-module workflow: the specification's table of steps, in its order but that validation comes before the sync."""

from collections.abc import Mapping

from pydantic import ValidationError

from aws_orchestrator.agents import tf_generator, tf_planner, tf_skill_builder, tf_validator
from aws_orchestrator.agents.github_branch import Seen
from aws_orchestrator.agents.github_push import Contents
from aws_orchestrator.agents.planner_research import research_registry
from aws_orchestrator.agents.pull_request import Story
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.blueprint.expand import expand
from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.organisation import naming_variables, with_standards
from aws_orchestrator.blueprint.select import select
from aws_orchestrator.blueprint.skill import staleness
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import (
    BlueprintError,
    CatalogError,
    LimitReached,
    OrchestratorError,
    UsageError,
)
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import next_steps_gate
from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.minds.builtin.planner.results import Requirements
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES
from aws_orchestrator.minds.mind import GenerationTask, Understood
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.exchanges import KIND, Exchanges
from aws_orchestrator.runs.journal import JournalError
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.runs.redaction import printable
from aws_orchestrator.runs.run import Run
from aws_orchestrator.runs.store import STATE_FOLDER
from aws_orchestrator.standards import read_standards
from aws_orchestrator.workflows.delivery import Deliverer, Delivery
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.learning import learn, learn_from_failure
from aws_orchestrator.workflows.module_index import IndexedModule, keep_index
from aws_orchestrator.workflows.optional_gates import (
    choose_service,
    held_conventions,
    settle_costs,
    settle_standards,
)
from aws_orchestrator.workflows.parts import parts_report
from aws_orchestrator.workflows.phases import PLANNER, Chosen
from aws_orchestrator.workflows.plan_by_mind import plan_by_mind
from aws_orchestrator.workflows.plan_in_phases import plan_in_phases
from aws_orchestrator.workflows.planned import planned_module
from aws_orchestrator.workflows.report import (
    ModuleReport,
    NextRun,
    PartsReport,
    PlanningReport,
    Report,
    ValidationReport,
)
from aws_orchestrator.workflows.requirements import consistent_request
from aws_orchestrator.workflows.sync import Synced, sync_workspace
from aws_orchestrator.workflows.warming import warming

TOTAL_STEPS = 7
_LONGEST_REQUEST = 200_000
_BLUEPRINT = "blueprint.yaml"
AWS = "hashicorp/aws"


class Built(Frozen):
    """Step 3: what tf-skill-builder wrote."""

    paths: tuple[str, ...]
    detail: str


class Generated(Frozen):
    """Steps 4 and 7: the module files, by digest."""

    files: dict[str, str]
    notes: tuple[str, ...] = ()
    detail: str


class Validated(Frozen):
    """Step 6: the checks."""

    validation: Validation
    detail: str


class InvalidModule(OrchestratorError):
    """The module is still invalid after healing; the workspace was not touched."""


class NewModule:
    """One run of the workflow; `report` tells how far it came at any time."""

    def __init__(self, run: Run, house: House, gatekeeper: Gatekeeper) -> None:
        """Nothing done yet."""
        self.run = run
        self.house = house
        self.gatekeeper = gatekeeper
        self.request = run.started.request
        used = [str(data.get("use")) for data in run.recorded("used")]
        self.usage = Usage(house.settings.limits, run.record_use, used)
        tokens = house.settings.limits.model_tokens
        self.exchanges = Exchanges(run.recorded(KIND), run.record_exchange, tokens)
        self.mind: tuple[str, str] | None = None
        self.notes: list[str] = []
        self.module: ModuleReport | None = None
        self.validation: Validation | None = None
        self.understood = ""
        self.planning: PlanningReport | None = None
        self.parts: PartsReport | None = None
        self.standards = read_standards(house.workspace.root)
        self.deliverer = Deliverer(run, house, gatekeeper, self.usage)
        run.total_steps = TOTAL_STEPS
        run.used = self.usage.so_far

    @property
    def summary(self) -> str:
        """How the run ended well, in a sentence."""
        path = self.module.path if self.module else ""
        count = len(self.module.files) if self.module else 0
        return f"{path} is ready: {count} files, valid"

    async def execute(self) -> NextRun | None:
        """Run the table; what the Next Steps Gate asked for."""
        run, house = self.run, self.house
        async with warming(house.engine):
            chosen = await run.step("coordinator", "Check the skill", Chosen, self._choose)
            self.notes += chosen.notes
            if chosen.rest:
                self.notes.append(f"The request also asks for more, in a run of its own: {chosen.rest}")
            if chosen.requirements is not None:
                chosen = await self._plan_service(chosen)
                self.notes += [note for note in chosen.notes if note not in self.notes]
                self.mind = (chosen.mind, chosen.mind_reason) if chosen.mind == "builtin" else None
            self.understood = chosen.understood.sentence()
            task = self._task(chosen)
            await self._plan(chosen, task)

            path = f"{run.started.modules_folder}/{chosen.service}"
            await run.tell("planned", plan=planned_module(task, path, chosen.understood, chosen.security))
            ledger = run.own_module(path)
            files = await self._valid_files(task, path)
        await run.step(
            "coordinator",
            "Materialise the files",
            Synced,
            lambda: sync_workspace(run, self.gatekeeper, ledger, house.workspace, path, files),
        )
        await self._commit(path, task, files)
        provider = f"{task.blueprint.provider.source} {task.blueprint.provider.version}"
        row = IndexedModule(path, chosen.service, chosen.understood.features, provider)
        self.notes += filter(None, [keep_index(run, house, self.gatekeeper, row)])
        await learn(run, house.store, self.gatekeeper, house.workspace.root)
        return await self._next_steps(path, chosen)

    async def _choose(self) -> Chosen:
        policy_notes = self.gatekeeper.policies.notes
        skills = self.house.skills
        summaries, broken = skills.summaries()
        skilled = await self.house.mind.choose_service(self.request, summaries)
        catalog = self._catalog(AWS, "")
        request = self.request
        if not self.house.mind.plans_anything:
            request = await consistent_request(self.gatekeeper, self.run.run_id, request)
        route = tf_planner.route_of_a_free_mind if self.house.mind.plans_anything else tf_planner.route
        candidates, requirements = route(request, catalog, summaries, skilled)
        if not candidates and requirements is not None:
            notes = (*policy_notes, *self.standards.notes, *broken)
            return await self._to_plan(request, requirements, catalog, notes)
        described = {skill.service: skill.title for skill in summaries}
        service = await choose_service(self.gatekeeper, self.run, candidates, described)
        skill = skills.load(service)
        if skill is None:
            raise BlueprintError(
                f"The skill for {service} was removed while it was read; start the run anew."
            )
        provider = skill.blueprint.provider
        catalog = self._catalog(provider.source, provider.version)
        require_verified(skill.blueprint, catalog, str(skill.blueprint_path))
        await settle_standards(self.gatekeeper, self.run, self.standards, service)
        conventions = await held_conventions(self.gatekeeper, self.run, service)
        clause, rest = tf_planner.parts(request, requirements, service)
        wish = "; ".join((clause, *conventions))
        understood = await self.house.mind.understand(wish, skill.blueprint)
        understood = tf_planner.completed(understood, skill.blueprint, requirements)
        understood = await settle_costs(self.gatekeeper, self.run, skill.blueprint, understood)
        blueprint = self._under_standards(skill.blueprint, catalog, understood)
        applied = tuple(f"The convention “{item}” of hitl-policies.md was applied." for item in conventions)
        stale = staleness(skill, catalog)
        state = f"not current: {stale}" if stale else f"current for {catalog.provider} {catalog.version}"
        kept = self.run.keep({_BLUEPRINT: blueprint.model_dump_json().encode()})
        return Chosen(
            service=service,
            blueprint=kept[_BLUEPRINT],
            catalog=catalog.version,
            stale=stale,
            understood=understood,
            skills=skills.services(),
            notes=(*policy_notes, *self.standards.notes, *broken, *applied),
            rest=rest,
            detail=f"{skill.folder.name} is {state}; {understood.sentence()}",
        )

    async def _to_plan(
        self, request: str, requirements: Requirements, catalog: Catalog, notes: tuple[str, ...]
    ) -> Chosen:
        """What tf-planner has to plan; a person chooses where the request fits several services."""
        service = requirements.services[0].service if requirements.services else ""
        rest, research = "", None
        if self.house.mind.plans_anything:
            service = service or "what is asked for"
        elif requirements.candidates:
            described = {item.name: item.title for item in SERVICES}
            service = await choose_service(self.gatekeeper, self.run, requirements.candidates, described)
        await settle_standards(self.gatekeeper, self.run, self.standards, service)
        if not self.house.mind.plans_anything:
            _, rest = tf_planner.parts(request, requirements, service)
            requirements = tf_planner.narrowed(request, requirements, service, catalog)
            types = [item.type for item in requirements.services]
            research = await research_registry(types, catalog, self.house.catalogs, self.house.skills)
            notes = (*notes, *research.notes)
        return Chosen(
            service=service,
            blueprint="",
            catalog=catalog.version,
            stale="",
            understood=Understood(features=()),
            skills=self.house.skills.services(),
            notes=(*notes, *requirements.notes),
            requirements=requirements,
            rest=rest,
            research=research,
            detail=f"no skill plans {service} yet",
        )

    async def _plan_service(self, chosen: Chosen) -> Chosen:
        """The choice with the plan in it: a mind's own, or that of tf-planner's three phases."""
        if self.house.mind.plans_anything:
            found = chosen
            chosen = await self.run.step(
                PLANNER, "Plan the module", Chosen, lambda: self._plan_by_mind(found)
            )
        if not chosen.blueprint and chosen.requirements is not None:
            self.run.total_steps = TOTAL_STEPS + 2
            catalog = self._catalog(AWS, "", chosen.catalog)
            skills = self.house.workspace.root / STATE_FOLDER / "skills"
            chosen = chosen.model_copy(
                update={"mind": self.house.mind.name, "mind_reason": self.house.mind.reason}
            )
            chosen = await plan_in_phases(
                self.run, self.gatekeeper, chosen, catalog, skills, self._under_standards
            )
        if chosen.plan is not None and chosen.requirements is not None and chosen.security is not None:
            self.planning = PlanningReport(
                research=chosen.research,
                requirements=chosen.requirements,
                security=chosen.security,
                plan=chosen.plan,
            )
            self.notes += [
                f"Security {item.id} FAIL on {item.resource}: {item.check}; {item.done}."
                for item in chosen.security.failed
            ]
        return chosen

    async def _plan_by_mind(self, chosen: Chosen) -> Chosen:
        """What a mind that plans anything made of it; where it gives way, the choice for tf-planner or a skill."""
        catalog = self._catalog(AWS, "", chosen.catalog)
        thought = await plan_by_mind(
            self.run, self.house, self.gatekeeper, self.usage, self.exchanges, catalog
        )
        mind = {"mind": self.house.mind.name, "mind_reason": self.house.mind.reason}
        if thought is None:
            # Claude gave way: from here on the run is one of the built-in mind.
            chosen = await self._choose()
            mind = {"mind": self.house.mind.name, "mind_reason": self.house.mind.reason}
            return chosen.model_copy(update=mind)
        skills = self.house.workspace.root / STATE_FOLDER / "skills"
        planned = tf_planner.keep_plan(thought, catalog, skills)
        blueprint = planned.execution.blueprint
        understood = await settle_costs(self.gatekeeper, self.run, blueprint, planned.understood)
        blueprint = self._under_standards(blueprint, catalog, understood)
        kept = self.run.keep({_BLUEPRINT: blueprint.model_dump_json().encode()})
        return Chosen(
            service=blueprint.service,
            blueprint=kept[_BLUEPRINT],
            catalog=catalog.version,
            stale="",
            understood=understood,
            skills=chosen.skills,
            notes=(*chosen.notes, *thought.requirements.notes),
            requirements=thought.requirements,
            security=thought.security,
            plan=planned.summary,
            detail=f"{blueprint.title} planned for {catalog.provider} {catalog.version}; security: "
            f"{thought.security.sentence}; {understood.sentence()}",
            **mind,
        )

    def _under_standards(self, blueprint: Blueprint, catalog: Catalog, understood: Understood) -> Blueprint:
        """The blueprint as the organisation wants it; UsageError when the request's name is not what it may be."""
        standards = self.standards
        for name in (
            sorted(naming_variables(blueprint) & understood.inputs.keys()) if standards.prefix else ()
        ):
            value = str(understood.inputs[name]).strip('"')
            if not value.startswith(standards.prefix):
                raise UsageError(
                    f"By the organisation's standards names begin with {standards.prefix}; the request says {value}."
                )
        changed = with_standards(blueprint, standards, catalog)
        if changed is not blueprint:
            require_verified(changed, catalog, "The blueprint under organisation-standards.md")
        return changed

    def _task(self, chosen: Chosen) -> GenerationTask:
        """What is to be generated, as it was when it was chosen."""
        kept = self.run.kept({_BLUEPRINT: chosen.blueprint})[_BLUEPRINT]
        try:
            blueprint = Blueprint.model_validate_json(kept)
        except ValidationError as error:
            raise JournalError(
                f"The blueprint that the run {self.run.run_id} kept cannot be read by this version. Start the run anew."
            ) from error
        catalog = self._catalog(blueprint.provider.source, blueprint.provider.version, chosen.catalog)
        return GenerationTask(blueprint, chosen.understood.selection, catalog)

    async def _plan(self, chosen: Chosen, task: GenerationTask) -> None:
        if chosen.requirements is not None:
            await self.run.skip("tf-skill-builder", "Build the skill", "tf-planner wrote the whole skill")
            return
        if not chosen.stale:
            reason = f"the skill for {chosen.service} is there and current"
            await self.run.skip("tf-planner", "Plan the module", reason)
            await self.run.skip("tf-skill-builder", "Build the skill", "nothing is missing of it")
            return
        reason = "the skill's blueprint still agrees with the catalog"
        await self.run.skip("tf-planner", "Plan the module", reason)

        async def build() -> Built:
            skill = self.house.skills.load(chosen.service)
            if skill is None:
                raise BlueprintError(
                    f"The skill for {chosen.service} was removed meanwhile; start the run anew."
                )
            skills = self.house.workspace.root / STATE_FOLDER / "skills"
            paths = tf_skill_builder.build_skill(skill, task.catalog, skills)
            return Built(
                paths=paths, detail=f"{len(paths)} files of the skill written, because {chosen.stale}"
            )

        await self.run.step("tf-skill-builder", "Build the skill", Built, build)

    async def _valid_files(self, task: GenerationTask, path: str) -> Mapping[str, bytes]:
        """The module's files after validation, healed if need be; LimitReached and InvalidModule set aside what there is."""
        tools = self._tools(task, path)
        try:
            generated = await self.run.step(
                "tf-generator", "Write the module files", Generated, lambda: self._generate(task, tools)
            )
            tools.files.replace(self.run.kept(generated.files))
            self.notes += generated.notes
            checked = await self.run.step(
                "tf-validator", "Validate", Validated, lambda: self._validate(tools)
            )
            self.validation = checked.validation
            if not checked.validation.valid:
                await self._heal(task, tools, checked.validation)
        except LimitReached as error:
            self.notes += [note for note in tools.notes if note not in self.notes]
            if not tools.files.files:
                raise
            folder = self.run.set_aside("unfinished", tools.files.files)
            raise type(error)(
                f"{error} The workspace was not touched; what was finished is in {folder}."
            ) from error
        self.module = ModuleReport(service=task.blueprint.service, path=path, files=tuple(tools.files.files))
        return tools.files.files

    def _tools(self, task: GenerationTask, path: str) -> Dispatcher:
        module = expand(select(task.blueprint, task.selection), task.catalog)
        declared = frozenset(file.name for file in module.files)
        files = ModuleFiles(declared)
        tools = Dispatcher(self.usage, files, self.exchanges)
        rules = tf_validator.rule_context(
            task.catalog,
            frozenset(name for name in declared if name.endswith(".tf")),
            self.standards,
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
        return Validated(validation=validation, detail=validation.line)

    async def _heal(self, task: GenerationTask, tools: Dispatcher, validation: Validation) -> None:
        """The rounds of healing (one, says the specification); InvalidModule when the module is still invalid then."""
        rounds = self.house.settings.limits.heal_rounds
        self.usage.healing = True
        for _ in range(rounds):
            problem, kept = validation, tools.files.files

            async def heal(found: Validation = problem) -> Generated:
                await tf_generator.heal(self.house.mind, task, found, tools)
                return self._generated(tools, f"healed {len(found.blocking)} findings")

            healed = await self.run.step("tf-generator", "Heal the module files", Generated, heal)
            tools.files.replace(self.run.kept(healed.files))
            self.notes += [note for note in healed.notes if note not in self.notes]
            checked = await self.run.step(
                "tf-validator", "Validate again", Validated, lambda: self._validate(tools)
            )
            self.validation = validation = checked.validation
            if validation.valid:
                return
            if len(validation.blocking) >= len(problem.blocking) and kept != tools.files.files:
                self.notes.append(not_accepted(problem, validation))
                self.validation = validation = problem
                tools.files.replace(kept)
        folder = self.run.set_aside("invalid", tools.files.files)
        after = (
            f"after {rounds} round{'' if rounds == 1 else 's'} of healing" if rounds else "and healing is off"
        )
        service, root = task.blueprint.service, self.house.workspace.root
        reason = validation.blocking[0].summary if validation.blocking else validation.line
        await learn_from_failure(self.run, self.house.store, self.gatekeeper, root, service, reason)
        raise InvalidModule(
            f"The module is invalid {after}; the workspace was not touched. The files are in {folder}. {validation.line}"
        )

    async def _commit(self, path: str, task: GenerationTask, files: Mapping[str, bytes]) -> None:
        assert self.module is not None
        assert self.validation is not None

        async def recheck(_tools: GitHubTools, _seen: Seen, contents: Contents) -> Validation:
            tools = self._tools(task, path)
            tools.files.replace({name: text for name, text in contents.items() if text is not None})
            return (await self._validate(tools)).validation

        selected = select(task.blueprint, task.selection)
        story = Story(
            run_id=self.run.run_id,
            module=path,
            what=f"A new module, {path}: {self.understood}",
            request=self.request,
            files=self.module.files,
            validation=self.validation,
            costs=tuple(f"{feature.title}: {feature.cost}" for feature in selected.features if feature.cost),
        )
        delivery = Delivery(
            module=path,
            service=self.module.service,
            files=files,
            deleted=frozenset(),
            context=self._claim(),
            subject=f"feat({self.module.service}): add the {self.module.service} module",
            story=lambda: story,
            recheck=recheck,
        )
        await self.deliverer.deliver(delivery)

    def _claim(self) -> str:
        assert self.validation is not None
        wanted = self.standards.sentence()
        return (
            f"{self.validation.claim}\n\nOrganisation standards: {wanted}"
            if wanted
            else self.validation.claim
        )

    async def _next_steps(self, path: str, chosen: Chosen) -> NextRun | None:
        made = (*self.run.started.earlier, chosen.service)
        if len(made) > 1 or chosen.rest:
            self.parts = parts_report(
                made,
                chosen.rest,
                self.house.skills,
                self.house.workspace.root,
                self.run.started.modules_folder,
            )
        if chosen.rest:
            # The task is not done yet: the gate comes after the last module of the request.
            return NextRun("new_module", chosen.rest, made)
        decision = await self.gatekeeper.ask(
            next_steps_gate(self.gatekeeper.key("next_steps"), self.run.run_id, path)
        )
        if decision.choice == "generate_another":
            return NextRun("new_module", decision.fields["request"])
        if decision.choice == "update_existing":
            return NextRun("update_module", decision.fields["request"])
        return None

    def report(self) -> Report:
        """What is known of the run now; the session fills in how it ended."""
        return Report(
            run_id=self.run.run_id,
            status="running",
            message="",
            request=self.request,
            mind=self.mind[0] if self.mind else self.house.mind.name,
            mind_reason=self.mind[1] if self.mind else self.house.mind.reason,
            model=self.exchanges.use(),
            understood=self.understood,
            planning=self.planning,
            parts=self.parts,
            module=self.module,
            validation=ValidationReport.of(self.validation) if self.validation else None,
            commit=self.deliverer.commit,
            notes=(*self.notes, *self.deliverer.notes),
            usage=self.usage.as_data(),
            timings=self.run.timings,
        )

    def _catalog(self, source: str, constraint: str, version: str | None = None) -> Catalog:
        catalog = self.house.catalogs.choose(source, constraint, version)
        if catalog is None:
            known = ", ".join(f"{name} {found}" for name, found in self.house.catalogs.available())
            raise CatalogError(
                f"No catalog of {source} satisfies `{constraint}`; there are {known or 'none'}. "
                "`aws-orchestrator catalog build` makes one."
            )
        return catalog

    def _generated(self, tools: Dispatcher, detail: str) -> Generated:
        notes = tuple(note for note in tools.notes if note not in self.notes)
        return Generated(files=self.run.keep(tools.files.files), notes=notes, detail=detail)


def not_accepted(before: Validation, after: Validation) -> str:
    """Why the files of a heal were put back, in two sentences."""
    return (
        f"The heal was not accepted: {len(before.blocking)} findings before it, {len(after.blocking)} after it. "
        "The files are those from before it."
    )


def require_request(request: str) -> str:
    """The request on one line, without control characters; UsageError when nothing is left, or far too much."""
    if len(request) > _LONGEST_REQUEST:
        raise UsageError(
            f"The request has {len(request):,} characters; say what to generate in fewer than {_LONGEST_REQUEST:,}."
        )
    text = printable(request)
    if not text:
        raise UsageError(
            "The request is empty; say what to generate, as in “an encrypted bucket with access logging to my-logs”."
        )
    return text
