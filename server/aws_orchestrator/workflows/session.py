"""Starts and resumes runs, ends them in good order whatever happens, and follows the Next Steps Gate."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aws_orchestrator.errors import GateStopped, OrchestratorError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.protocol import RunEvent, RunStatus
from aws_orchestrator.runs.redaction import redact
from aws_orchestrator.runs.run import Run
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.new_module import NewModule, require_request
from aws_orchestrator.workflows.report import GateReport, NextRun, Outcome

NEW_MODULE = "new_module"


def start_run(house: House, request: str, answers: PreparedAnswers) -> Run:
    """A new run of the new-module workflow, listed and owned by this process."""
    text = redact(require_request(request))
    return Run.start(
        house.store,
        house.clock,
        house.person,
        NEW_MODULE,
        text,
        answers=answers.as_data,
        approved=sorted(answers.approved),
    )


def resume_run(house: House, run_id: str) -> Run:
    """An interrupted run, taken over by this process."""
    return Run.resume(house.store, house.clock, house.person, run_id)


async def follow(
    house: House, run: Run, answers: PreparedAnswers, on_next: Callable[[Run], None]
) -> AsyncIterator[Outcome]:
    """The outcome of the run and of each that its Next Steps Gate starts; `on_next` hears of those when they start."""
    while True:
        outcome = await finish(house, run, answers)
        yield outcome
        if outcome.next is None:
            return
        answers = PreparedAnswers(answers.remaining(), answers.approved)
        run = start_run(house, outcome.next.request, answers)
        on_next(run)


async def finish(house: House, run: Run, answers: PreparedAnswers) -> Outcome:
    """Execute the run to its end and record it.

    A cancelled task leaves the run interrupted, so that it can be resumed, unless a person asked for the end
    (`run.cancel_requested`); the cancellation goes on either way.
    """
    gatekeeper = Gatekeeper(run, house.person, answers)
    workflow = NewModule(run, house, gatekeeper, str(run.started_with["request"]))
    try:
        await house.person.tell(RunEvent(run_id=run.run_id, kind="started", summary=workflow.request))
        following = await workflow.execute()
        path = workflow.module.path if workflow.module else ""
        count = len(workflow.module.files) if workflow.module else 0
        return await _end(
            house, workflow, gatekeeper, "done", f"{path} is ready: {count} files, valid", 0, following
        )
    except GateStopped as error:
        return await _end(house, workflow, gatekeeper, "cancelled", str(error), error.exit_code)
    except OrchestratorError as error:
        return await _end(house, workflow, gatekeeper, "failed", str(error), error.exit_code)
    except asyncio.CancelledError:
        if run.cancel_requested:
            await _end(house, workflow, gatekeeper, "cancelled", "Cancelled; nothing more was written.", 130)
        raise
    finally:
        run.release()


async def _end(
    house: House,
    workflow: NewModule,
    gatekeeper: Gatekeeper,
    status: RunStatus,
    message: str,
    exit_code: int,
    following: NextRun | None = None,
) -> Outcome:
    gates = tuple(GateReport.of(decision) for decision in gatekeeper.decisions)
    report = workflow.report().model_copy(update={"status": status, "message": message, "gates": gates})
    data = report.model_dump(mode="json", by_alias=True)
    workflow.run.end(status, message, data)
    await house.person.tell(
        RunEvent(run_id=workflow.run.run_id, kind="finished", status=status, summary=message, report=data)
    )
    return Outcome(report, exit_code, following)
