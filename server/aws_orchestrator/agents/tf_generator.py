"""tf-generator: writes the module files of a blueprint, and corrects them once when they are invalid."""

from collections.abc import Sequence

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.errors import LimitReached, ToolFailed, UsageError
from aws_orchestrator.findings import Finding
from aws_orchestrator.minds.mind import GenerationTask, Mind
from aws_orchestrator.runs.dispatcher import Dispatcher


async def generate(mind: Mind, task: GenerationTask, tools: Dispatcher) -> None:
    """Write every file of the module; LimitReached with `FAILED: …` when the mind cannot."""
    limit = tools.usage.limits.writes
    declared = len(tools.files.declared)
    if declared > limit:
        raise UsageError(
            f"The skill for {task.blueprint.service} declares {declared} files for this request, but a run may write {limit}; "
            "select fewer features or raise the limit in the settings."
        )
    try:
        await mind.generate(task, tools)
    except ToolFailed as error:
        raise LimitReached(f"FAILED: {error}") from error
    missing = sorted(tools.files.declared - tools.files.files.keys())
    if missing:
        raise LimitReached(
            f"FAILED: {', '.join(missing)} {'was' if len(missing) == 1 else 'were'} declared and not written."
        )


async def heal(mind: Mind, task: GenerationTask, validation: Validation, tools: Dispatcher) -> None:
    """Let the mind correct the files, once; LimitReached with `FAILED: …` when it cannot."""
    findings: Sequence[Finding] = validation.blocking or validation.findings
    try:
        await mind.heal(task, findings, tools)
    except ToolFailed as error:
        raise LimitReached(f"FAILED: {error}") from error
