"""The update-module workflow: the specification's table of steps, in its order but that validation comes before the sync."""

from collections.abc import Mapping

from aws_orchestrator.agents import tf_updater
from aws_orchestrator.agents.github_branch import Seen
from aws_orchestrator.agents.github_push import Contents
from aws_orchestrator.agents.pull_request import Story
from aws_orchestrator.agents.update_planner import ChangePlan, Proposal
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.errors import GateStopped, LimitReached
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import destructive_gate
from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.runs.contents import digest_of
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.journal import JournalError
from aws_orchestrator.runs.ledger import Ledger
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.runs.run import Run
from aws_orchestrator.workflows.change_checks import ChangeChecks
from aws_orchestrator.workflows.change_planning import ChangePlanning
from aws_orchestrator.workflows.delivery import Delivery
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.learning import learn
from aws_orchestrator.workflows.module_index import IndexedModule, keep_index
from aws_orchestrator.workflows.module_tree import load_tree
from aws_orchestrator.workflows.remote_update import RemoteUpdate
from aws_orchestrator.workflows.report import ModuleReport, NextRun, Report
from aws_orchestrator.workflows.sync import Synced, sync_workspace
from aws_orchestrator.workflows.update_diff import differences
from aws_orchestrator.workflows.update_folder import own_files
from aws_orchestrator.workflows.update_results import PlannedUpdate, Snapshot
from aws_orchestrator.workflows.update_sync import SnapshotLedger
from aws_orchestrator.workflows.warming import warming
from aws_orchestrator.workflows.workflow import InvalidModule, ModuleWorkflow, Validated, Written


class UpdateModule(ModuleWorkflow):
    """One run of the workflow; `report` tells how far it came at any time."""

    total_steps = 6

    def __init__(self, run: Run, house: House, gatekeeper: Gatekeeper) -> None:
        """Nothing done yet."""
        super().__init__(run, house, gatekeeper)
        self.plan: ChangePlan | None = None
        self.remote = RemoteUpdate.of(run, house, self.usage)
        """The module on GitHub, when that is where it is; None for a folder of the workspace."""
        self.checks = ChangeChecks(house, self._path())

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
        planning = ChangePlanning(self, path, self.checks, self.remote)
        ledger = run.own_module(str(self.remote.module) if self.remote else path)
        async with warming(house.engine):
            snapshot = await run.step("coordinator", "Read the module", Snapshot, self._read)
            self.notes += snapshot.notes
            tree = run.kept(snapshot.files)
            if self.remote:
                self.remote.read = snapshot.remote
            before = own_files(tree, path)
            planned = await run.step(
                "update-planner", "Plan the change", PlannedUpdate, lambda: planning.plan(tree, before)
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
            row = IndexedModule(path, planned.service, features, ", ".join(planned.plan.providers))
            gone = not files and len(planned.deleted) == len(before)
            self.notes += filter(None, [keep_index(run, house, self.gatekeeper, row, gone)])
        await learn(run, house.store, self.gatekeeper, house.workspace.root)
        return await self.what_next(path)

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
                "tf-updater", "Apply the edits", Written, lambda: self._apply(proposal, before, tools)
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
            self.note(tools.notes)
            folder = self.run.set_aside("unfinished", tools.files.files)
            raise type(error)(
                f"{error} The workspace was not touched; what was finished is in {folder}."
            ) from error
        return tools.files.files

    async def _apply(self, proposal: Proposal, before: Mapping[str, bytes], tools: Dispatcher) -> Written:
        await tf_updater.apply_edits(before, proposal, tools)
        count = sum(len(edits) for edits in proposal.edits.values())
        detail = f"{count} edits; every byte outside them is what it was"
        return Written(files=self.run.keep(tools.files.files), detail=detail)

    async def _validate(self, proposal: Proposal, tree: Mapping[str, bytes], tools: Dispatcher) -> Validated:
        files, moved = tools.files.files, proposal.plan.moved
        validation = await self.checks.of_change(tree, files, proposal.deleted, moved, self.usage)
        return Validated(validation=validation, detail=validation.line)

    async def _heal(
        self, proposal: Proposal, tree: Mapping[str, bytes], tools: Dispatcher, found: Validation
    ) -> None:
        """InvalidModule when the module is still invalid after the rounds of healing."""

        async def heal(problem: Validation) -> Written:
            own = own_files(tree, self._path())
            around = {name: content for name, content in own.items() if name not in proposal.deleted}
            findings = problem.blocking or problem.findings
            made = await tf_updater.heal(findings, tools, around, self.checks.catalog(tree))
            if not made:
                await self.house.mind.correct(findings, tools)
            return Written(
                files=self.run.keep(tools.files.files), notes=tuple(tools.notes), detail=f"{made} fixes made"
            )

        trouble = await self.heal(
            "tf-updater", tools, found, heal, lambda: self._validate(proposal, tree, tools)
        )
        if trouble:
            raise InvalidModule(f"The updated module {trouble}")

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
            changed = {name: text for name, text in contents.items() if text is not None}
            gone = tuple(name for name in contents if name not in changed)
            return await self.checks.of_change(there, changed, gone, moved, self.usage)

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

    def report(self) -> Report:
        """What is known of the run now; the session fills in how it ended."""
        understood = self.plan.intent if self.plan else ""
        return super().report().model_copy(update={"understood": understood, "plan": self.plan})


def _whole(
    files: Mapping[str, bytes], before: Mapping[str, bytes], deleted: frozenset[str]
) -> Mapping[str, bytes]:
    """The module as it is now: what a destination that may not know it has to get."""
    return {**{name: text for name, text in before.items() if name not in deleted}, **files}
