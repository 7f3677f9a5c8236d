"""The planning of a new module: which skill it is made from, or what is planned where there is none."""

from pydantic import ValidationError

from aws_orchestrator.agents import tf_planner, tf_skill_builder
from aws_orchestrator.agents.plan_standards import unapproved
from aws_orchestrator.agents.planner_research import research_registry
from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.organisation import naming_variables, with_standards
from aws_orchestrator.blueprint.skill import staleness
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import BlueprintError, UsageError
from aws_orchestrator.minds.builtin.planner.results import Requirements
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES
from aws_orchestrator.minds.mind import GenerationTask, Understood
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.journal import JournalError
from aws_orchestrator.runs.store import STATE_FOLDER
from aws_orchestrator.workflows.optional_gates import (
    choose_service,
    held_conventions,
    settle_costs,
    settle_standards,
)
from aws_orchestrator.workflows.phases import PLANNER, Chosen
from aws_orchestrator.workflows.plan_by_mind import plan_by_mind
from aws_orchestrator.workflows.plan_in_phases import plan_in_phases
from aws_orchestrator.workflows.report import PlanningReport
from aws_orchestrator.workflows.requirements import consistent_request
from aws_orchestrator.workflows.workflow import AWS, BLUEPRINT, ModuleWorkflow


class Built(Frozen):
    """What tf-skill-builder wrote."""

    paths: tuple[str, ...]
    detail: str


class ServicePlanning:
    """The first steps of a new module; `report` holds the three results when something was planned."""

    def __init__(self, workflow: ModuleWorkflow) -> None:
        """Nothing planned yet."""
        self._workflow = workflow
        self._run = workflow.run
        self._house = workflow.house
        self._gatekeeper = workflow.gatekeeper
        self.report: PlanningReport | None = None

    async def choose(self) -> Chosen:
        """The service, its skill and what the request selects of it; or, without a skill, what is to be planned."""
        policy_notes = self._gatekeeper.policies.notes
        skills = self._house.skills
        summaries, broken = skills.summaries()
        skilled = await self._house.mind.choose_service(self._workflow.request, summaries)
        catalog = self._workflow.catalog(AWS, "")
        request = self._workflow.request
        if not self._house.mind.plans_anything:
            request = await consistent_request(self._gatekeeper, self._run.run_id, request)
        route = tf_planner.route_of_a_free_mind if self._house.mind.plans_anything else tf_planner.route
        candidates, requirements = route(request, catalog, summaries, skilled)
        if not candidates and requirements is not None:
            notes = (*policy_notes, *self._workflow.standards.notes, *broken)
            return await self._to_plan(request, requirements, catalog, notes)
        described = {skill.service: skill.title for skill in summaries}
        service = await choose_service(self._gatekeeper, self._run, candidates, described)
        skill = skills.load(service)
        if skill is None:
            raise BlueprintError(
                f"The skill for {service} was removed while it was read; start the run anew."
            )
        provider = skill.blueprint.provider
        catalog = self._workflow.catalog(provider.source, provider.version)
        require_verified(skill.blueprint, catalog, str(skill.blueprint_path))
        standards = self._workflow.standards
        # A skill that a mind planned has a name of its own: what it is made of is what counts.
        made_of = unapproved((item.type for item in skill.blueprint.resources), standards)
        approved = service in standards.services or not made_of
        await settle_standards(self._gatekeeper, self._run, standards, "" if approved else service)
        conventions = await held_conventions(self._gatekeeper, self._run, service)
        clause, rest = tf_planner.parts(request, requirements, service)
        wish = "; ".join((clause, *conventions))
        understood = await self._house.mind.understand(wish, skill.blueprint)
        understood = tf_planner.completed(understood, skill.blueprint, requirements)
        unread: tuple[str, ...] = ()
        if not self._house.mind.plans_anything:
            unread = await tf_planner.unread_of_skill(
                self._house.mind, clause, skill.blueprint, understood, requirements
            )
        understood = await settle_costs(self._gatekeeper, self._run, skill.blueprint, understood)
        blueprint = self._under_standards(skill.blueprint, catalog, understood)
        applied = tuple(f"The convention “{item}” of hitl-policies.md was applied." for item in conventions)
        told = (tf_planner.unread_sentence(unread),) if unread else ()
        stale = staleness(skill, catalog)
        state = f"not current: {stale}" if stale else f"current for {catalog.provider} {catalog.version}"
        kept = self._run.keep({BLUEPRINT: blueprint.model_dump_json().encode()})
        return Chosen(
            service=service,
            blueprint=kept[BLUEPRINT],
            catalog=catalog.version,
            stale=stale,
            understood=understood,
            skills=skills.services(),
            notes=(*policy_notes, *self._workflow.standards.notes, *broken, *applied, *told),
            rest=rest,
            detail=f"{skill.folder.name} is {state}; {understood.sentence()}",
        )

    async def _to_plan(
        self, request: str, requirements: Requirements, catalog: Catalog, notes: tuple[str, ...]
    ) -> Chosen:
        """What tf-planner has to plan; a person chooses where the request fits several services."""
        service = requirements.services[0].service if requirements.services else ""
        rest, research = "", None
        if self._house.mind.plans_anything:
            service = service or "what is asked for"
        elif requirements.candidates:
            described = {item.name: item.title for item in SERVICES}
            service = await choose_service(self._gatekeeper, self._run, requirements.candidates, described)
        # Which services a free mind needs is known when it has understood the request.
        known = "" if self._house.mind.plans_anything else service
        await settle_standards(self._gatekeeper, self._run, self._workflow.standards, known)
        if not self._house.mind.plans_anything:
            _, rest = tf_planner.parts(request, requirements, service)
            requirements = tf_planner.narrowed(request, requirements, service, catalog)
            types = [item.type for item in requirements.services]
            research = await research_registry(types, catalog, self._house.catalogs, self._house.skills)
            notes = (*notes, *research.notes)
        return Chosen(
            service=service,
            blueprint="",
            catalog=catalog.version,
            stale="",
            understood=Understood(features=()),
            skills=self._house.skills.services(),
            notes=(*notes, *requirements.notes),
            requirements=requirements,
            rest=rest,
            research=research,
            detail=f"no skill plans {service} yet",
        )

    async def complete(self, chosen: Chosen) -> Chosen:
        """The choice with the plan in it, where no skill had one: a mind's own, or that of tf-planner's three phases."""
        if chosen.requirements is None:
            return chosen
        if self._house.mind.plans_anything:
            found = chosen
            chosen = await self._run.step(
                PLANNER, "Plan the module", Chosen, lambda: self._plan_by_mind(found)
            )
        if not chosen.blueprint and chosen.requirements is not None:
            self._run.total_steps = self._workflow.total_steps + 2
            catalog = self._workflow.catalog(AWS, "", chosen.catalog)
            skills = self._house.workspace.root / STATE_FOLDER / "skills"
            chosen = chosen.model_copy(
                update={"mind": self._house.mind.name, "mind_reason": self._house.mind.reason}
            )
            chosen = await plan_in_phases(
                self._run, self._gatekeeper, chosen, catalog, skills, self._under_standards
            )
        if chosen.plan is not None and chosen.requirements is not None and chosen.security is not None:
            self.report = PlanningReport(
                research=chosen.research,
                requirements=chosen.requirements,
                security=chosen.security,
                plan=chosen.plan,
            )
            self._workflow.notes += [
                f"Security {item.id} FAIL on {item.resource}: {item.check}; {item.done}."
                for item in chosen.security.failed
            ]
        return chosen

    async def _plan_by_mind(self, chosen: Chosen) -> Chosen:
        """What a mind that plans anything made of it; where it gives way, the choice for tf-planner or a skill."""
        catalog = self._workflow.catalog(AWS, "", chosen.catalog)
        thought = await plan_by_mind(
            self._run, self._house, self._gatekeeper, self._workflow.usage, self._workflow.exchanges, catalog
        )
        mind = {"mind": self._house.mind.name, "mind_reason": self._house.mind.reason}
        if thought is None:
            # Claude gave way: from here on the run is one of the built-in mind.
            chosen = await self.choose()
            mind = {"mind": self._house.mind.name, "mind_reason": self._house.mind.reason}
            return chosen.model_copy(update=mind)
        skills = self._house.workspace.root / STATE_FOLDER / "skills"
        planned = tf_planner.keep_plan(thought, catalog, skills)
        blueprint = planned.execution.blueprint
        understood = await settle_costs(self._gatekeeper, self._run, blueprint, planned.understood)
        blueprint = self._under_standards(blueprint, catalog, understood)
        kept = self._run.keep({BLUEPRINT: blueprint.model_dump_json().encode()})
        return Chosen(
            service=blueprint.service,
            blueprint=kept[BLUEPRINT],
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
        standards = self._workflow.standards
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

    def task(self, chosen: Chosen) -> GenerationTask:
        """What is to be generated, as it was when it was chosen."""
        kept = self._run.kept({BLUEPRINT: chosen.blueprint})[BLUEPRINT]
        try:
            blueprint = Blueprint.model_validate_json(kept)
        except ValidationError as error:
            raise JournalError(
                f"The blueprint that the run {self._run.run_id} kept cannot be read by this version. Start the run anew."
            ) from error
        catalog = self._workflow.catalog(
            blueprint.provider.source, blueprint.provider.version, chosen.catalog
        )
        return GenerationTask(blueprint, chosen.understood.selection, catalog)

    async def build_skill(self, chosen: Chosen, task: GenerationTask) -> None:
        """Write the skill anew where it is stale; the steps that are not needed are recorded as skipped."""
        if chosen.requirements is not None:
            await self._run.skip("tf-skill-builder", "Build the skill", "tf-planner wrote the whole skill")
            return
        if not chosen.stale:
            reason = f"the skill for {chosen.service} is there and current"
            await self._run.skip("tf-planner", "Plan the module", reason)
            await self._run.skip("tf-skill-builder", "Build the skill", "nothing is missing of it")
            return
        reason = "the skill's blueprint still agrees with the catalog"
        await self._run.skip("tf-planner", "Plan the module", reason)

        async def build() -> Built:
            skill = self._house.skills.load(chosen.service)
            if skill is None:
                raise BlueprintError(
                    f"The skill for {chosen.service} was removed meanwhile; start the run anew."
                )
            skills = self._house.workspace.root / STATE_FOLDER / "skills"
            paths = tf_skill_builder.build_skill(skill, task.catalog, skills)
            return Built(
                paths=paths, detail=f"{len(paths)} files of the skill written, because {chosen.stale}"
            )

        await self._run.step("tf-skill-builder", "Build the skill", Built, build)
