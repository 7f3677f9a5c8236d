"""The planning of an update: what is asked for, by edits of ours or a mind's, with Terraform's proof of what moves."""

import asyncio
from collections.abc import Mapping, Sequence

from aws_orchestrator.agents.update_draft import Module
from aws_orchestrator.agents.update_features import wished_features
from aws_orchestrator.agents.update_moves_proof import stand_ins
from aws_orchestrator.agents.update_planner import (
    Knowledge,
    Proposal,
    asks_for_repairs,
    asks_to_delete,
    changed_files,
    needs_service,
    plan_update,
    proposal_of_change,
)
from aws_orchestrator.agents.update_rules import Repairs
from aws_orchestrator.agents.update_service import planned_service
from aws_orchestrator.blueprint.model import Blueprint, Value
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import BlueprintError, UsageError
from aws_orchestrator.findings import Severity
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.memories import POLICY_FILE, read_policies
from aws_orchestrator.minds.mind import UpdateTask
from aws_orchestrator.rules.rule import RuleContext
from aws_orchestrator.rules.weakening import weakened
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.workflows.change_checks import ChangeChecks
from aws_orchestrator.workflows.healing import Healer
from aws_orchestrator.workflows.remote_update import RemoteUpdate
from aws_orchestrator.workflows.update_folder import join, refuse_with_state
from aws_orchestrator.workflows.update_origin import Found, Origin, find_origin
from aws_orchestrator.workflows.update_results import PlannedUpdate
from aws_orchestrator.workflows.workflow import BLUEPRINT, InvalidModule, ModuleWorkflow


class ChangePlanning:
    """The update-planner's step of one run."""

    def __init__(
        self, workflow: ModuleWorkflow, path: str, checks: ChangeChecks, remote: RemoteUpdate | None
    ) -> None:
        """`remote` is the module on GitHub, when that is where it is."""
        self._workflow = workflow
        self._run = workflow.run
        self._house = workflow.house
        self._path = path
        self._checks = checks
        self._remote = remote

    async def plan(self, tree: Mapping[str, bytes], before: Mapping[str, bytes]) -> PlannedUpdate:
        """The change plan of the request, with the edits that carry it out; UsageError when nobody understands it.

        `tree` holds the module and what it calls, `before` the module's own files.
        """
        path = self._path
        if asks_to_delete(self._workflow.request):
            await asyncio.to_thread(refuse_with_state, self._house.workspace.root / path, path)
        catalog = self._checks.catalog(tree)
        module = Module.of(path, before, catalog)
        found = find_origin(self._house.store, path, self._remote.module.repository if self._remote else "")
        blueprint, skill_catalog = await self._blueprint(module, found)
        inputs: dict[str, Value] = {}
        if blueprint is not None and needs_service(self._workflow.request):
            inputs = (await self._house.mind.understand(self._workflow.request, blueprint)).inputs
        knowledge = Knowledge(
            blueprint=blueprint,
            catalog=skill_catalog,
            selection=found.origin.selection if found else None,
            inputs=inputs,
            disabled_rules=self._house.settings.disabled_rules,
            repairs=await self._repairs(tree) if asks_for_repairs(self._workflow.request) else None,
        )
        notes: tuple[str, ...] = ()
        try:
            proposal, selection = plan_update(module, self._workflow.request, knowledge)
        except UsageError:
            # Not in words that the update-planner reads, or nothing that it can do: a mind may understand it.
            thought = await self._proposal_of_mind(module, tree)
            if thought is None:
                raise
            (proposal, notes), selection = thought, None
        if knowledge.repairs is not None and knowledge.repairs.left:
            proposal, notes = await self._rest(module, proposal, tree)
        proposal = await self._proved(module, proposal)
        origin = None
        if found and selection is not None and skill_catalog is not None:
            kept = self._run.keep({BLUEPRINT: found.content})
            origin = Origin(
                blueprint=kept[BLUEPRINT],
                catalog=skill_catalog.version,
                features=tuple(
                    item.name for item in found.blueprint.features if item.name in selection.features
                ),
                inputs=selection.inputs,
            )
        return PlannedUpdate(
            plan=proposal.plan,
            edits=proposal.edits,
            created=self._run.keep(proposal.created),
            deleted=proposal.deleted,
            service=blueprint.service if blueprint else path.rpartition("/")[2],
            origin=origin,
            notes=notes,
            detail=proposal.plan.sentence(),
        )

    async def _proved(self, module: Module, proposal: Proposal) -> Proposal:
        """The proposal with what Terraform says of its moves; InvalidModule when it does not follow them."""
        if not proposal.plan.moved:
            return proposal
        after = ModuleView.of(changed_files(module.files, proposal.edits, proposal.created, proposal.deleted))
        tree = stand_ins(
            f"{self._house.workspace.root}/{module.path}\0moves", module.view, after, proposal.plan.moved
        )
        result = await self._house.engine.test(tree)
        if result.status == "failed":
            said = "; ".join(finding.line() for finding in result.findings)
            raise InvalidModule(
                f"Terraform does not lead the resources of {module.path} to their new names; nothing was changed. {said}"
            )
        listing = ", ".join(f"{start} → {end}" for start, end in proposal.plan.moved.items())
        said = (
            f"proved by Terraform: {listing}" if result.status == "passed" else f"not proved: {result.note}"
        )
        return proposal.model_copy(update={"plan": proposal.plan.model_copy(update={"moved_check": said})})

    async def _repairs(self, tree: Mapping[str, bytes]) -> Repairs:
        """The module with every fix that is the one right answer, each tried: a person sees the plan before any is made."""
        healer = Healer(self._house.engine, self._house.catalogs, self._house.settings.disabled_rules)
        healed = await healer.heal(self._checks.tree(tree), breaking=True)
        said = tuple((file, fix.title) for fix in healed.made for file in fix.files)
        left = any(finding.severity is not Severity.INFORMATION for finding in healed.left)
        return Repairs(healed.files, said, healed.refused, left)

    async def _rest(
        self, module: Module, proposal: Proposal, tree: Mapping[str, bytes]
    ) -> tuple[Proposal, tuple[str, ...]]:
        """The proposal with what the mind mends of what no fix does; as it is when the mind mends nothing."""
        healed = changed_files(module.files, proposal.edits, proposal.created, proposal.deleted)
        around = {**tree, **{join(module.path, name): content for name, content in healed.items()}}
        thought = await self._proposal_of_mind(Module.of(module.path, healed, module.catalog), around)
        if thought is None:
            return proposal, ()
        rest, notes = thought
        files = changed_files(healed, rest.edits, rest.created, rest.deleted)
        weaker = weakened(healed, files, context=RuleContext(catalog=module.catalog))
        if weaker:
            return proposal, (
                *notes,
                f"What {self._house.mind.name} mended was refused because {'; '.join(weaker)}.",
            )
        changed = {name: content for name, content in files.items() if content != module.files.get(name)}
        said: dict[str, str] = {}
        for file in (*proposal.plan.files, *rest.plan.files):
            said[file.path] = ", ".join(filter(None, (said.get(file.path), *file.changes)))
        intent = f"{proposal.plan.intent}; {rest.plan.intent}"
        return proposal_of_change(module, intent, changed, said), notes

    async def _proposal_of_mind(
        self, module: Module, tree: Mapping[str, bytes]
    ) -> tuple[Proposal, tuple[str, ...]] | None:
        """The change that the mind makes, as a plan with edits, and what there is to be said; None when it makes none."""
        house = self._house
        if not house.mind.plans_anything:
            return None
        tools = Dispatcher(self._workflow.usage, ModuleFiles(frozenset()), self._workflow.exchanges)
        policies, _ = read_policies(house.workspace.root)

        async def judge(changed: Mapping[str, bytes]) -> tuple[str, ...]:
            proposal = proposal_of_change(module, "", changed, {})
            # One call of the mind's, however many checks it takes.
            validation = await self._checks.of_change(
                tree, changed, proposal.deleted, proposal.plan.moved, Usage(house.settings.limits)
            )
            return tuple(
                finding.line()
                for finding in validation.blocking or validation.findings
                if not validation.valid
            )

        change = await house.mind.change(
            UpdateTask(
                request=self._workflow.request,
                files=module.files,
                catalog=module.catalog,
                library=house.catalogs,
                skills=house.skills,
                standards={POLICY_FILE: policies},
                judge=judge,
            ),
            tools,
        )
        if change is None:
            return None
        return proposal_of_change(module, change.intent, change.files, change.said), tuple(tools.notes)

    async def _blueprint(
        self, module: Module, found: Found | None
    ) -> tuple[Blueprint | None, Catalog | None]:
        """The blueprint of the module's service: the one it was made from, that of a skill, or tf-planner's."""
        if found is not None:
            provider = found.blueprint.provider
            return found.blueprint, self._workflow.catalog(
                provider.source, provider.version, found.origin.catalog
            )
        if not needs_service(self._workflow.request):
            return None, None
        types = {block.labels[0] for block in module.view.resources()}
        services = self._house.skills.services()
        likely = sorted(
            services, key=lambda name: not any(f"_{name.replace('-', '_')}" in type_ for type_ in types)
        )
        skills: list[tuple[Blueprint, Catalog]] = []
        for service in likely:
            try:
                skill = self._house.skills.load(service)
            except BlueprintError as error:
                self._workflow.notes.append(str(error))
                continue
            if skill is not None and skill.blueprint.resources[0].type in types:
                provider = skill.blueprint.provider
                catalog = self._workflow.catalog(provider.source, provider.version)
                require_verified(skill.blueprint, catalog, str(skill.blueprint_path))
                skills.append((skill.blueprint, catalog))
        # Planning is work for a thread: a module may have a dozen services.
        return await asyncio.to_thread(self._of_wish, module, skills)

    def _of_wish(
        self, module: Module, skills: Sequence[tuple[Blueprint, Catalog]]
    ) -> tuple[Blueprint | None, Catalog | None]:
        """The first of the skills whose feature the request wishes, else what tf-planner plans; else the first skill."""
        request = self._workflow.request
        for blueprint, catalog in skills:
            wish = wished_features(request, blueprint)
            if wish.wanted or wish.unwanted:
                return blueprint, catalog
        if module.catalog is not None and (planned := planned_service(module, request, module.catalog)):
            return planned, module.catalog
        return skills[0] if skills else (None, None)
