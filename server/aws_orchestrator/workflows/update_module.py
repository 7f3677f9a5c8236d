"""The update-module workflow: the specification's table of steps, in its order but that validation comes before the sync."""

import asyncio
from collections.abc import Mapping

from aws_orchestrator.agents import tf_updater, tf_validator
from aws_orchestrator.agents.github_branch import Seen
from aws_orchestrator.agents.github_push import Contents
from aws_orchestrator.agents.pull_request import Story
from aws_orchestrator.agents.update_draft import Module
from aws_orchestrator.agents.update_moves_proof import stand_ins
from aws_orchestrator.agents.update_planner import (
    ChangePlan,
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
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.blueprint.model import Blueprint, Value
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.addresses import source_address
from aws_orchestrator.errors import BlueprintError, CatalogError, GateStopped, LimitReached, UsageError
from aws_orchestrator.findings import Check, CheckResult, Severity, Tree
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import destructive_gate, next_steps_gate
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.memories import POLICY_FILE, read_policies
from aws_orchestrator.minds.mind import UpdateTask
from aws_orchestrator.rules.rule import RuleContext
from aws_orchestrator.rules.weakening import weakened
from aws_orchestrator.runs.contents import digest_of
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.exchanges import KIND, Exchanges
from aws_orchestrator.runs.journal import JournalError
from aws_orchestrator.runs.ledger import Ledger
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.runs.run import Run
from aws_orchestrator.standards import read_standards
from aws_orchestrator.terraform.preflight import preflight
from aws_orchestrator.workflows.check_module import catalog_of
from aws_orchestrator.workflows.delivery import Deliverer, Delivery
from aws_orchestrator.workflows.healing import Healer
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.learning import learn
from aws_orchestrator.workflows.module_index import IndexedModule, keep_index
from aws_orchestrator.workflows.module_tree import load_tree
from aws_orchestrator.workflows.new_module import InvalidModule, Validated, not_accepted
from aws_orchestrator.workflows.remote_update import RemoteUpdate
from aws_orchestrator.workflows.report import ModuleReport, NextRun, Report, ValidationReport
from aws_orchestrator.workflows.sync import Synced, sync_workspace
from aws_orchestrator.workflows.update_diff import differences
from aws_orchestrator.workflows.update_folder import join, joined, own_files, refuse_with_state
from aws_orchestrator.workflows.update_origin import Found, Origin, find_origin
from aws_orchestrator.workflows.update_results import PlannedUpdate, Snapshot, Updated
from aws_orchestrator.workflows.update_sync import SnapshotLedger
from aws_orchestrator.workflows.warming import warming

TOTAL_STEPS = 6
_AWS = "hashicorp/aws"
_BLUEPRINT = "blueprint.yaml"


class UpdateModule:
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
        self.notes: list[str] = []
        self.module: ModuleReport | None = None
        self.validation: Validation | None = None
        self.plan: ChangePlan | None = None
        self.deliverer = Deliverer(run, house, gatekeeper, self.usage)
        self.remote = RemoteUpdate.of(run, house, self.usage)
        """The module on GitHub, when that is where it is; None for a folder of the workspace."""
        run.total_steps = TOTAL_STEPS
        run.used = self.usage.so_far

    @property
    def summary(self) -> str:
        """How the run ended well, in a sentence."""
        if self.plan is None or not self.plan.files:
            return f"{self._path()} needs no change: {self.plan.intent if self.plan else ''}"
        count = len(self.plan.files)
        what = f"{count} file{'' if count == 1 else 's'}"
        if self.validation is None:
            return f"{self.plan.target} is deleted: {what}"
        return f"{self.plan.target} is updated: {what} changed, valid"

    async def execute(self) -> NextRun | None:
        """Run the table; what the Next Steps Gate asked for."""
        run, house, path = self.run, self.house, self._path()
        ledger = run.own_module(str(self.remote.module) if self.remote else path)
        async with warming(house.engine):
            snapshot = await run.step("coordinator", "Read the module", Snapshot, self._read)
            self.notes += snapshot.notes
            tree = run.kept(snapshot.files)
            if self.remote:
                self.remote.read = snapshot.remote
            before = own_files(tree, path)
            planned = await run.step(
                "update-planner", "Plan the change", PlannedUpdate, lambda: self._plan(tree, before)
            )
            self.plan = planned.plan
            self.notes += planned.notes
            if not planned.plan.files:
                return None
            proposal = Proposal(
                plan=planned.plan,
                edits=planned.edits,
                created=run.kept(planned.created),
                deleted=planned.deleted,
            )
            await self._ask_to_destroy(proposal, before)
            files = await self._valid_files(proposal, tree, before)
        place = str(self.remote.module) if self.remote else path
        self.module = ModuleReport(service=planned.service, path=place, files=tuple(files))
        if self.remote:
            await run.skip(
                "coordinator", "Write the changed files", "the module is on GitHub; nothing is written here"
            )
        else:
            await run.step(
                "coordinator",
                "Write the changed files",
                Synced,
                lambda: self._sync(ledger, proposal, before, files),
            )
        await self._commit(path, tree, files, before)
        if not self.remote:
            features = planned.origin.features if planned.origin else ()
            row = IndexedModule(path, planned.service, features, ", ".join(planned.plan.dependencies))
            gone = not files and len(planned.deleted) == len(before)
            self.notes += filter(None, [keep_index(run, house, self.gatekeeper, row, gone)])
        await learn(run, house.store, self.gatekeeper, house.workspace.root)
        return await self._next_steps(path)

    def _path(self) -> str:
        if self.remote:
            return self.remote.module.path
        if self.run.started.module:
            return self.run.started.module
        raise JournalError(
            f"The journal of the run {self.run.run_id} does not say which module it is about; start the run anew."
        )

    async def _read(self) -> Snapshot:
        notes = self.gatekeeper.policies.notes
        if self.remote:
            return await self.remote.snapshot(notes)
        root, path = self.house.workspace.root, self._path()
        tree = load_tree(root / path, root)
        files = {}
        for name, content in tree.files.items():
            # What somebody types in an editor counts, also before it is saved.
            seen = await self.house.workspace.read(name)
            files[name] = content if seen is None else seen
        own = own_files(files, path)
        return Snapshot(files=self.run.keep(files), notes=notes, detail=f"{len(own)} files of {path}")

    async def _plan(self, tree: Mapping[str, bytes], before: Mapping[str, bytes]) -> PlannedUpdate:
        path = self._path()
        if asks_to_delete(self.request):
            await asyncio.to_thread(refuse_with_state, self.house.workspace.root / path, path)
        catalog = preflight(self._tree(tree), self.house.catalogs).catalogs.get(source_address(_AWS))
        module = Module.of(path, before, catalog)
        found = find_origin(self.house.store, path, self.remote.module.repository if self.remote else "")
        blueprint, skill_catalog = await self._blueprint(module, found)
        inputs: dict[str, Value] = {}
        if blueprint is not None and needs_service(self.request):
            inputs = (await self.house.mind.understand(self.request, blueprint)).inputs
        knowledge = Knowledge(
            blueprint=blueprint,
            catalog=skill_catalog,
            selection=found.origin.selection if found else None,
            inputs=inputs,
            disabled_rules=self.house.settings.disabled_rules,
            repairs=await self._repairs(tree) if asks_for_repairs(self.request) else None,
        )
        notes: tuple[str, ...] = ()
        try:
            proposal, selection = plan_update(module, self.request, knowledge)
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
            kept = self.run.keep({_BLUEPRINT: found.content})
            origin = Origin(
                blueprint=kept[_BLUEPRINT],
                catalog=skill_catalog.version,
                features=tuple(
                    item.name for item in found.blueprint.features if item.name in selection.features
                ),
                inputs=selection.inputs,
            )
        return PlannedUpdate(
            plan=proposal.plan,
            edits=proposal.edits,
            created=self.run.keep(proposal.created),
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
            f"{self.house.workspace.root}/{module.path}\0moves", module.view, after, proposal.plan.moved
        )
        result = await self.house.engine.test(tree)
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
        healer = Healer(self.house.engine, self.house.catalogs, self.house.settings.disabled_rules)
        healed = await healer.heal(self._tree(tree), breaking=True)
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
                f"What {self.house.mind.name} mended was refused because {'; '.join(weaker)}.",
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
        house = self.house
        if not house.mind.plans_anything:
            return None
        tools = Dispatcher(self.usage, ModuleFiles(frozenset()), self.exchanges)
        policies, _ = read_policies(house.workspace.root)

        async def judge(changed: Mapping[str, bytes]) -> tuple[str, ...]:
            proposal = proposal_of_change(module, "", changed, {})
            # One call of the mind's, however many checks it takes.
            validation = await self._judged(proposal, tree, changed, Usage(house.settings.limits))
            return tuple(
                finding.line()
                for finding in validation.blocking or validation.findings
                if not validation.valid
            )

        change = await house.mind.change(
            UpdateTask(
                request=self.request,
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
        """The blueprint of the module's service: the one it was made from, else that of the skill for its resources."""
        if found is not None:
            provider = found.blueprint.provider
            return found.blueprint, self._catalog(provider.source, provider.version, found.origin.catalog)
        if not needs_service(self.request):
            return None, None
        types = {block.labels[0] for block in module.view.resources()}
        services = self.house.skills.services()
        likely = sorted(
            services, key=lambda name: not any(f"_{name.replace('-', '_')}" in type_ for type_ in types)
        )
        for service in likely:
            try:
                skill = self.house.skills.load(service)
            except BlueprintError as error:
                self.notes.append(str(error))
                continue
            if skill is not None and skill.blueprint.resources[0].type in types:
                provider = skill.blueprint.provider
                catalog = self._catalog(provider.source, provider.version)
                require_verified(skill.blueprint, catalog, str(skill.blueprint_path))
                return skill.blueprint, catalog
        return None, None

    async def _ask_to_destroy(self, proposal: Proposal, before: Mapping[str, bytes]) -> None:
        """The destructive gate for stateful resources; GateStopped unless each is approved."""
        plan = proposal.plan
        if not plan.destroyed:
            return
        listing = ", ".join(plan.destroyed)
        after = self._after(proposal, before)
        subject = "\n".join(
            [*plan.destroyed, *(f"{name} {digest_of(after[name])}" for name in sorted(after))]
        )
        gate = destructive_gate(
            self.gatekeeper.key("destructive", about=subject),
            self.run.run_id,
            f"This update destroys {listing} at the next apply. Go on?"
            if plan.destroyed != (plan.target,)
            else f"This deletes the module {listing} with its {len(proposal.deleted)} files. Go on?",
            f"{plan.sentence()}\n\n{differences(plan.target, before, after, proposal.deleted)}",
            f"Delete exactly {listing}"
            if plan.destroyed == (plan.target,)
            else f"Make these edits; the next apply destroys {listing}",
        )
        decision = await self.gatekeeper.ask_destructive(gate, frozenset(plan.destroyed))
        if decision.choice == "approve":
            return
        if decision.choice == "edit":
            folder = self.run.set_aside(
                "proposal", {f"{plan.target}/{name}": content for name, content in after.items()}
            )
            raise GateStopped(
                f"Stopped before destroying {listing}. The proposal is in {folder}, to merge by hand."
            )
        approve = " ".join(f"--approve-destructive {item}" for item in plan.destroyed)
        raise GateStopped(f"Stopped before destroying {listing}; nothing was changed. To go on: {approve}")

    def _after(self, proposal: Proposal, before: Mapping[str, bytes]) -> dict[str, bytes]:
        files = {name: tf_updater.edited(name, before[name], edits) for name, edits in proposal.edits.items()}
        return {**files, **proposal.created}

    async def _valid_files(
        self, proposal: Proposal, tree: Mapping[str, bytes], before: Mapping[str, bytes]
    ) -> Mapping[str, bytes]:
        """The changed files after validation, healed if need be; InvalidModule sets aside what there is."""
        declared = frozenset({*proposal.edits, *proposal.created})
        tools = Dispatcher(self.usage, ModuleFiles(declared), self.exchanges)
        try:
            updated = await self.run.step(
                "tf-updater", "Apply the edits", Updated, lambda: self._apply(proposal, before, tools)
            )
            tools.files.replace(self.run.kept(updated.files))
            if len(proposal.deleted) == len(before) and not proposal.created:
                await self.run.skip("tf-validator", "Validate", "nothing is left to be checked")
                return {}
            checked = await self.run.step(
                "tf-validator", "Validate", Validated, lambda: self._validate(proposal, tree, tools)
            )
            self.validation = checked.validation
            if not checked.validation.valid:
                await self._heal(proposal, tree, tools, checked.validation)
        except LimitReached as error:
            self.notes += tools.notes
            folder = self.run.set_aside("unfinished", tools.files.files)
            raise type(error)(
                f"{error} The workspace was not touched; what was finished is in {folder}."
            ) from error
        return tools.files.files

    async def _apply(self, proposal: Proposal, before: Mapping[str, bytes], tools: Dispatcher) -> Updated:
        await tf_updater.apply_edits(before, proposal, tools)
        count = sum(len(edits) for edits in proposal.edits.values())
        detail = f"{count} edits; every byte outside them is what it was"
        return Updated(files=self.run.keep(tools.files.files), detail=detail)

    async def _validate(self, proposal: Proposal, tree: Mapping[str, bytes], tools: Dispatcher) -> Validated:
        validation = await self._judged(proposal, tree, tools.files.files, self.usage)
        return Validated(validation=validation, detail=validation.line)

    async def _judged(
        self, proposal: Proposal, tree: Mapping[str, bytes], files: Mapping[str, bytes], usage: Usage
    ) -> Validation:
        """The validation of the module with these files; what was wrong before is information."""
        path = self._path()
        after = {
            name: content for name, content in tree.items() if name not in joined(path, proposal.deleted)
        }
        changed = {join(path, name): content for name, content in files.items()}
        validation = await self._checked({**after, **changed}, usage)
        if not validation.valid:
            before = await self._checked(tree, usage)
            validation = tf_updater.only_new(before, validation, proposal.plan.moved)
        return validation

    async def _checked(self, files: Mapping[str, bytes], usage: Usage) -> Validation:
        tree = self._tree(files)
        rules = tf_validator.rule_context(
            preflight(tree, self.house.catalogs).catalogs.get(source_address(_AWS)),
            standards=read_standards(self.house.workspace.root),
        )
        checker = Dispatcher(usage, ModuleFiles(frozenset()))

        async def execute(check: Check, folder: str = ".") -> CheckResult:
            return await tf_validator.run_check(
                self.house.engine, check, tree, rules, self.house.settings.disabled_rules
            )

        checker.register("execute", execute)
        return await tf_validator.validate(checker, self.house.engine)

    async def _heal(
        self, proposal: Proposal, tree: Mapping[str, bytes], tools: Dispatcher, validation: Validation
    ) -> None:
        """The rounds of healing (one, says the specification); InvalidModule when the module is still invalid then."""
        rounds = self.house.settings.limits.heal_rounds
        self.usage.healing = True
        for _ in range(rounds):
            problem, kept = validation, tools.files.files

            async def heal(found: Validation = problem) -> Updated:
                around = {
                    name: content
                    for name, content in own_files(tree, self._path()).items()
                    if name not in proposal.deleted
                }
                catalog = catalog_of(self.house.catalogs, self._tree(tree))
                findings = found.blocking or found.findings
                made = await tf_updater.heal(findings, tools, around, catalog)
                if not made:
                    await self.house.mind.correct(findings, tools)
                return Updated(
                    files=self.run.keep(tools.files.files),
                    notes=tuple(tools.notes),
                    detail=f"{made} fixes made",
                )

            healed = await self.run.step("tf-updater", "Heal the module files", Updated, heal)
            tools.files.replace(self.run.kept(healed.files))
            self.notes += [note for note in healed.notes if note not in self.notes]
            checked = await self.run.step(
                "tf-validator", "Validate again", Validated, lambda: self._validate(proposal, tree, tools)
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
        raise InvalidModule(
            f"The updated module is invalid {after}; the workspace was not touched. The files are in {folder}. {validation.line}"
        )

    async def _sync(
        self, ledger: Ledger, proposal: Proposal, before: Mapping[str, bytes], files: Mapping[str, bytes]
    ) -> Synced:
        digests = {name: digest_of(before[name]) for name in (*proposal.edits, *proposal.deleted)}
        snapshot = SnapshotLedger(ledger, digests, frozenset(proposal.created))
        return await sync_workspace(
            self.run,
            self.gatekeeper,
            snapshot,
            self.house.workspace,
            self._path(),
            files,
            # What the destructive gate approved was confirmed there.
            confirm="" if proposal.plan.destroyed else "; ".join(proposal.plan.breaking),
        )

    async def _commit(
        self, path: str, tree: Mapping[str, bytes], files: Mapping[str, bytes], before: Mapping[str, bytes]
    ) -> None:
        assert self.plan is not None
        assert self.module is not None
        claim = self.validation.claim if self.validation else "nothing is left to be checked"
        deleted = frozenset(name for name in before if self._is_deleted(name))
        service = self.module.service
        story = Story(
            run_id=self.run.run_id,
            module=path,
            what=f"{self.plan.target}: {self.plan.intent}",
            request=self.request,
            files=tuple(files),
            plan=self.plan,
            validation=self.validation,
            notes=tuple(self.notes),
        )

        async def recheck(tools: GitHubTools, seen: Seen, contents: Contents) -> Validation:
            there = await self.remote.at(tools, seen) if self.remote else tree
            moved = self.plan.moved if self.plan else {}
            placed = {join(path, name): text for name, text in contents.items()}
            changed = {name: text for name, text in placed.items() if text is not None}
            after = {name: text for name, text in there.items() if name not in placed}
            validation = await self._checked({**after, **changed}, self.usage)
            if validation.valid:
                return validation
            return tf_updater.only_new(await self._checked(there, self.usage), validation, moved)

        delivery = Delivery(
            module=str(self.remote.module) if self.remote else path,
            service=service,
            files=files if self.remote else _whole(files, before, deleted),
            deleted=deleted,
            context=f"{claim}\n\n{differences(path, before, files, tuple(deleted))}",
            subject=f"feat({service}): {self.plan.intent}",
            story=lambda: story,
            recheck=recheck,
            **(self.remote.delivery(before) if self.remote else {}),
        )
        await self.deliverer.deliver(delivery)

    def _is_deleted(self, name: str) -> bool:
        return self.plan is not None and any(
            file.path == name and file.action == "delete" for file in self.plan.files
        )

    async def _next_steps(self, path: str) -> NextRun | None:
        decision = await self.gatekeeper.ask(
            next_steps_gate(self.gatekeeper.key("next_steps"), self.run.run_id, path)
        )
        if decision.choice == "generate_another":
            return NextRun("new_module", decision.fields["request"])
        if decision.choice == "update_existing":
            return NextRun("update_module", decision.fields["request"])
        return None

    def _tree(self, files: Mapping[str, bytes]) -> Tree:
        path = self._path()
        return Tree(key=f"{self.house.workspace.root}/{path}", files=files, module=path)

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
            understood=self.plan.intent if self.plan else "",
            plan=self.plan,
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
            raise CatalogError(
                f"No catalog of {source} satisfies `{constraint}`; `aws-orchestrator catalog build` makes one."
            )
        return catalog


def _whole(
    files: Mapping[str, bytes], before: Mapping[str, bytes], deleted: frozenset[str]
) -> Mapping[str, bytes]:
    """The module as it is now: what a destination that may not know it has to get."""
    return {**{name: text for name, text in before.items() if name not in deleted}, **files}
