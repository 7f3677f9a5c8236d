"""What a run is going to generate, for a person to read before it is there."""

from aws_orchestrator.blueprint.expand import expand
from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.render import render_value
from aws_orchestrator.blueprint.select import select
from aws_orchestrator.minds.builtin.planner.results import SecurityReview
from aws_orchestrator.minds.mind import GenerationTask, Understood
from aws_orchestrator.protocol import PlannedControl, PlannedFile, PlannedInput, PlannedModule
from aws_orchestrator.workflows.billing import costs_of


def planned_module(
    task: GenerationTask, path: str, understood: Understood, security: SecurityReview | None
) -> PlannedModule:
    """The files, inputs, outputs, security controls and costs of a module that a run will write to `path`."""
    chosen = select(task.blueprint, task.selection)
    module = expand(chosen, task.catalog)
    return PlannedModule(
        service=module.service,
        title=module.title,
        path=path,
        understood=understood.sentence(),
        provider=f"{task.catalog.provider} {task.catalog.version}",
        files=tuple(
            PlannedFile(name=file.name, purpose=file.purpose, resources=_inside(module, file.name))
            for file in module.files
        ),
        inputs=tuple(
            PlannedInput(
                name=variable.name,
                type=variable.type,
                description=variable.description,
                default=None if variable.default is None else render_value(variable.default),
            )
            for variable in module.variables
        ),
        outputs=tuple(output.name for output in module.outputs),
        controls=_controls(task.blueprint, chosen, security),
        costs=costs_of(module),
    )


def _inside(module: Blueprint, file: str) -> tuple[str, ...]:
    resources = [resource.address for resource in module.resources if resource.file == file]
    return (*resources, *(f"data.{source.address}" for source in module.data if source.file == file))


def _controls(
    blueprint: Blueprint, chosen: Blueprint, security: SecurityReview | None
) -> tuple[PlannedControl, ...]:
    """The controls of tf-planner's review; else those of the skill, and what the selection gives up."""
    if security is not None:
        return tuple(
            PlannedControl(id=item.id, status=item.status, title=item.check, how=item.done)
            for item in security.findings
        )
    kept = {control.id for control in chosen.controls}
    return tuple(
        PlannedControl(id=control.id, status="PASS", title=control.title, how=control.how)
        if control.id in kept
        else PlannedControl(id=control.id, status="WARN", title=control.title, how=control.waiver)
        for control in blueprint.controls
        if control.id in kept or control.waiver
    )
