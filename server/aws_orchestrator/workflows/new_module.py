"""The new-module workflow: the specification's table of steps, in its order but that validation comes before the sync."""

from collections.abc import Mapping

from aws_orchestrator.agents import tf_generator, tf_validator
from aws_orchestrator.agents.github_branch import Seen
from aws_orchestrator.agents.github_push import Contents
from aws_orchestrator.agents.pull_request import Story
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.blueprint.expand import expand
from aws_orchestrator.blueprint.select import select
from aws_orchestrator.errors import LimitReached, UsageError
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.minds.mind import GenerationTask
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.runs.redaction import printable
from aws_orchestrator.runs.run import Run
from aws_orchestrator.workflows.billing import costs_of
from aws_orchestrator.workflows.delivery import Delivery
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.learning import learn, learn_from_failure
from aws_orchestrator.workflows.module_index import IndexedModule, keep_index
from aws_orchestrator.workflows.parts import parts_report
from aws_orchestrator.workflows.phases import Chosen
from aws_orchestrator.workflows.planned import planned_module
from aws_orchestrator.workflows.report import ModuleReport, NextRun, PartsReport, Report
from aws_orchestrator.workflows.service_planning import ServicePlanning
from aws_orchestrator.workflows.sync import Synced, sync_workspace
from aws_orchestrator.workflows.warming import warming
from aws_orchestrator.workflows.workflow import InvalidModule, ModuleWorkflow, Validated, Written

_LONGEST_REQUEST = 200_000


class NewModule(ModuleWorkflow):
    """One run of the workflow; `report` tells how far it came at any time."""

    total_steps = 7

    def __init__(self, run: Run, house: House, gatekeeper: Gatekeeper) -> None:
        """Nothing done yet."""
        super().__init__(run, house, gatekeeper)
        self.planning = ServicePlanning(self)
        self.gave_way: tuple[str, str] | None = None
        """Who planned instead of the house's mind, and why: also known to a run that was resumed with another one."""
        self.understood = ""
        self.parts: PartsReport | None = None

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
            chosen = await run.step("coordinator", "Check the skill", Chosen, self.planning.choose)
            self.notes += chosen.notes
            if chosen.rest:
                self.notes.append(f"The request also asks for more, in a run of its own: {chosen.rest}")
            chosen = await self.planning.complete(chosen)
            self.note(chosen.notes)
            if chosen.mind == "builtin":
                self.gave_way = (chosen.mind, chosen.mind_reason)
            self.understood = chosen.understood.sentence()
            task = self.planning.task(chosen)
            await self.planning.build_skill(chosen, task)

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

    async def _valid_files(self, task: GenerationTask, path: str) -> Mapping[str, bytes]:
        """The module's files after validation, healed if need be; LimitReached and InvalidModule set aside what there is."""
        tools = self._tools(task, path)
        try:
            generated = await self.run.step(
                "tf-generator", "Write the module files", Written, lambda: self._generate(task, tools)
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
            self.note(tools.notes)
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

    async def _generate(self, task: GenerationTask, tools: Dispatcher) -> Written:
        await tf_generator.generate(self.house.mind, task, tools)
        return self._written(tools, f"{len(tools.files.files)} files")

    async def _validate(self, tools: Dispatcher) -> Validated:
        validation = await tf_validator.validate(tools, self.house.engine)
        return Validated(validation=validation, detail=validation.line)

    async def _heal(self, task: GenerationTask, tools: Dispatcher, found: Validation) -> None:
        """InvalidModule when the module is still invalid after the rounds of healing."""

        async def heal(problem: Validation) -> Written:
            await tf_generator.heal(self.house.mind, task, problem, tools)
            return self._written(tools, f"healed {len(problem.blocking)} findings")

        trouble = await self.heal("tf-generator", tools, found, heal, lambda: self._validate(tools))
        if not trouble:
            return
        left = self.validation or found
        service, root = task.blueprint.service, self.house.workspace.root
        reason = left.blocking[0].summary if left.blocking else left.line
        await learn_from_failure(self.run, self.house.store, self.gatekeeper, root, service, reason)
        raise InvalidModule(f"The module {trouble}")

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
            costs=costs_of(selected),
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
        return await self.what_next(path)

    def report(self) -> Report:
        """What is known of the run now; the session fills in how it ended."""
        report = super().report()
        mind, reason = self.gave_way or (report.mind, report.mind_reason)
        update = {
            "mind": mind,
            "mind_reason": reason,
            "understood": self.understood,
            "planning": self.planning.report,
            "parts": self.parts,
        }
        return report.model_copy(update=update)

    def _written(self, tools: Dispatcher, detail: str) -> Written:
        notes = tuple(note for note in tools.notes if note not in self.notes)
        return Written(files=self.run.keep(tools.files.files), notes=notes, detail=detail)


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
