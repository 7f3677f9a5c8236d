"""Starts and resumes runs, ends them in good order whatever happens, and follows the Next Steps Gate."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from aws_orchestrator.agents.github_read import is_remote, parse_remote
from aws_orchestrator.errors import GateStopped, OrchestratorError, UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.policies import Policies, parse_policies
from aws_orchestrator.mcp.github_server import HOW_TO
from aws_orchestrator.memories import read_policies
from aws_orchestrator.protocol import RunStatus
from aws_orchestrator.runs.journal import CannotRecord, read_entries
from aws_orchestrator.runs.redaction import redact
from aws_orchestrator.runs.run import Run, RunSuspended, Started
from aws_orchestrator.workflows.commit_answers import expect_possible
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.new_module import NewModule, require_request
from aws_orchestrator.workflows.report import GateReport, NextRun, Outcome, Report
from aws_orchestrator.workflows.revert_run import RevertRun, module_to_revert
from aws_orchestrator.workflows.update_folder import module_path
from aws_orchestrator.workflows.update_module import UpdateModule

NEW_MODULE = "new_module"
UPDATE_MODULE = "update_module"
REVERT_RUN = "revert_run"
CANCELLED = 130

Workflow = NewModule | UpdateModule | RevertRun
_WORKFLOWS: dict[str, type[NewModule] | type[UpdateModule] | type[RevertRun]] = {
    NEW_MODULE: NewModule,
    UPDATE_MODULE: UpdateModule,
    REVERT_RUN: RevertRun,
}


def start_run(
    house: House,
    request: str,
    answers: PreparedAnswers,
    run_id: str = "",
    earlier: tuple[str, ...] = (),
) -> Run:
    """A new run of the new-module workflow, listed and owned by this process.

    `earlier` are the services that earlier runs of the same request made.
    """
    expect_possible(house, answers.as_data, remote=False)
    started = _started(house, NEW_MODULE, request, answers)
    return _start(house, started.model_copy(update={"earlier": earlier}), run_id)


def start_update(house: House, folder: Path, request: str, answers: PreparedAnswers, run_id: str = "") -> Run:
    """A new run of the update-module workflow on the module in a folder, listed and owned by this process.

    UsageError when the folder is none, or is not inside the workspace.
    """
    module = module_path(house.workspace.root, folder)
    expect_possible(house, answers.as_data, remote=False)
    started = _started(house, UPDATE_MODULE, request, answers)
    return _start(house, started.model_copy(update={"module": module}), run_id)


def start_remote_update(
    house: House, name: str, request: str, answers: PreparedAnswers, run_id: str = ""
) -> Run:
    """A new run of the update-module workflow on a module of GitHub, as `owner/repo//modules/s3@main` names it.

    UsageError when that is no such name, or no GitHub server is set.
    """
    module = parse_remote(name)
    if house.github is None:
        raise UsageError(f"{module} is on GitHub, and no GitHub server is set. {HOW_TO}")
    expect_possible(house, answers.as_data, remote=True)
    started = _started(house, UPDATE_MODULE, request, answers)
    return _start(house, started.model_copy(update={"module": str(module)}), run_id)


def start_revert(house: House, run_id: str, answers: PreparedAnswers) -> Run:
    """A new run that takes back what another one wrote; UsageError when there is nothing to take back."""
    entries = read_entries(house.store.folder_of(run_id) / "journal.jsonl")
    started = _started(house, REVERT_RUN, f"revert {run_id}", answers)
    update = {"module": module_to_revert(entries, run_id), "reverts": run_id}
    return _start(house, started.model_copy(update=update), "")


def _started(house: House, workflow: str, request: str, answers: PreparedAnswers) -> Started:
    return Started(
        workflow=workflow,
        request=redact(require_request(request)),
        modules_folder=house.settings.modules_folder,
        answers={key: redact(value) for key, value in answers.as_data.items()},
        approved=tuple(sorted(answers.approved)),
        limits=dict(house.bounds),
    )


def _start(house: House, started: Started, run_id: str) -> Run:
    return Run.start(house.store, house.clock, house.person, started, run_id)


def resume_run(house: House, run_id: str) -> Run:
    """An interrupted run, taken over by this process."""
    run = Run.resume(house.store, house.clock, house.person, run_id)
    if run.started.workflow not in _WORKFLOWS:
        run.release()
        raise UsageError(
            f"The run {run_id} is of the workflow `{run.started.workflow}`, which this version does not know."
        )
    return run


def answers_of(run: Run, given: PreparedAnswers | None = None) -> PreparedAnswers:
    """The answers that the run was started with, and on top those that are given now."""
    answers = {**run.started.answers, **(given.as_data if given else {})}
    return PreparedAnswers(answers, {*run.started.approved, *(given.approved if given else ())})


async def follow(
    house: House, run: Run, answers: PreparedAnswers, on_next: Callable[[Run], None]
) -> AsyncIterator[Outcome]:
    """The outcome of the run and of each that its Next Steps Gate starts; `on_next` hears of those when they start."""
    while True:
        outcome = await finish(house, run, answers, follows=True)
        following = outcome.following
        try:
            yield outcome
        except BaseException:
            # Whoever listened went away: the next run stays interrupted, and can be resumed.
            if following is not None:
                following.release()
            raise
        if following is None:
            return
        run, answers = following, answers_of(following)
        on_next(run)


async def finish(house: House, run: Run, answers: PreparedAnswers, follows: bool = False) -> Outcome:
    """Execute the run to its end and record it.

    A cancelled task leaves the run interrupted, so that it can be resumed, unless a person asked for the end
    (`run.cancel_requested`); the cancellation goes on either way. So does a disk that takes no more: whatever the
    journal holds then is where the run goes on. With `follows` the run that the Next Steps Gate asked for is begun, and
    is in the outcome, for the caller to finish.
    """
    workflow: Workflow | None = None
    try:
        gatekeeper = Gatekeeper(run, house.person, answers, policies_of(house))
        limits = house.settings.limits.lowered(run.started.limits, house.bounds)
        bounded = house._replace(settings=house.settings.model_copy(update={"limits": limits}))
        workflow = _WORKFLOWS[run.started.workflow](run, bounded, gatekeeper)
        try:
            return await _execute(house, workflow, answers if follows else None)
        except asyncio.CancelledError:
            if run.cancel_requested:
                await _end(workflow, "cancelled", "Cancelled; nothing more was written.", CANCELLED)
            raise
    except (CannotRecord, RunSuspended) as error:
        return await _suspend(run, workflow, error)
    finally:
        run.release()


def policies_of(house: House) -> Policies:
    """The policies that hold in a workspace now, with a sentence for everything that was ignored."""
    text, ignored = read_policies(house.workspace.root)
    parsed = parse_policies(text)
    return parsed.model_copy(update={"notes": (*ignored, *parsed.notes)})


async def _execute(house: House, workflow: Workflow, answers: PreparedAnswers | None) -> Outcome:
    try:
        await workflow.run.tell("started", summary=workflow.request)
        asked = await workflow.execute()
    except (CannotRecord, RunSuspended):
        raise
    except GateStopped as error:
        return await _end(workflow, "cancelled", str(error), error.exit_code)
    except OrchestratorError as error:
        return await _end(workflow, "failed", str(error), error.exit_code)
    following, code = None, 0
    if asked is not None and answers is not None:
        try:
            following = _begin_following(house, workflow, asked, answers)
        except UsageError as error:
            workflow.notes.append(f"The next run did not begin: {error}")
            code = error.exit_code
    try:
        outcome = await _end(workflow, "done", workflow.summary, code)
    except BaseException:
        if following is not None:
            following.release()
        raise
    return outcome._replace(next=asked, following=following)


def _begin_following(
    house: House, workflow: Workflow, asked: NextRun, answers: PreparedAnswers
) -> Run | None:
    """The run that the Next Steps Gate asked for, listed before this one ends: no kill between the two loses it.

    None when it has ended already, or goes on elsewhere: this run was resumed after it had begun.
    """
    run = workflow.run
    chosen = run.recorded("next_chosen")
    run_id = str(chosen[0].get("run_id")) if chosen else house.store.new_id(house.clock.now())
    if not chosen:
        run.record("next_chosen", run_id=run_id, workflow=asked.workflow, request=asked.request)
    if house.store.has(run_id):
        try:
            return resume_run(house, run_id)
        except UsageError:
            return None
    rest = PreparedAnswers(answers.remaining(), answers.approved)
    if asked.workflow == UPDATE_MODULE and workflow.module is not None and is_remote(workflow.module.path):
        return start_remote_update(house, workflow.module.path, asked.request, rest, run_id)
    if asked.workflow == UPDATE_MODULE and workflow.module is not None:
        folder = house.workspace.root / workflow.module.path
        return start_update(house, folder, asked.request, rest, run_id)
    return start_run(house, asked.request, rest, run_id, asked.earlier)


async def _end(
    workflow: Workflow,
    status: RunStatus,
    message: str,
    exit_code: int,
) -> Outcome:
    gates = tuple(GateReport.of(decision) for decision in workflow.gatekeeper.decisions)
    report = workflow.report().model_copy(update={"status": status, "message": message, "gates": gates})
    workflow.run.end(status, message, report.model_dump(mode="json", by_alias=True))
    return await _tell_end(workflow.run, Outcome(report, exit_code))


async def _suspend(run: Run, workflow: Workflow | None, error: OrchestratorError) -> Outcome:
    """The outcome of a run that stays interrupted because it could not go on."""
    report = workflow.report() if workflow else Report(run_id=run.run_id, status="interrupted", message="")
    report = report.model_copy(update={"status": "interrupted", "message": str(error)})
    return await _tell_end(run, Outcome(report, error.exit_code))


async def _tell_end(run: Run, outcome: Outcome) -> Outcome:
    report = outcome.report
    await run.tell("finished", status=report.status, summary=report.message, report=outcome.as_data())
    return outcome
