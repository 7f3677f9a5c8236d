"""The runs of a planned module's tests: the smallest call, everything at once, several elements, nothing at all."""

from collections.abc import Iterator, Sequence

from aws_orchestrator.blueprint.model import Assertion, Scenario, Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.minds.builtin.planner.part import PlannedPart
from aws_orchestrator.minds.builtin.planner.shape import Field


def scenarios_of(parts: Sequence[PlannedPart], name: str) -> tuple[Scenario, ...]:
    """The scenarios; values are invented and satisfy what is known of the arguments."""
    return tuple(_runs(parts, name))


def _runs(parts: Sequence[PlannedPart], name: str) -> Iterator[Scenario]:
    core = parts[0]
    address = core.resource.address
    exists = Assertion(condition=f"length({address}[*]) == 1", error_message=f"{address} is not planned.")
    tags: dict[str, Value] = {"Team": quote("platform")}
    tagged = _tag_assertions(core, name)
    yield Scenario(
        name="smallest_call",
        variables={"tags": tags} if any(part.schema.taggable for part in parts) else {},
        assertions=(exists, *tagged, *_there(parts[1:])),
    )
    everything = {
        key: value
        for part in parts
        if not part.plan.feature
        for key, value in part.inputs(everything=True).items()
    }
    yield Scenario(
        name="every_input",
        # Terraform's tests do not hand the default of an ephemeral input on from the plan to the apply (1.15).
        command="plan" if any(item.ephemeral for part in parts for item in part.variables) else "apply",
        variables=everything,
        assertions=(exists, *_passed_on(core)),
    )
    several = {
        core.names[field.name]: value
        for field in core.fields
        if field.many and field.max_items != 1
        for value in [core.inputs(everything=True, elements=2).get(core.names[field.name])]
        if isinstance(value, list) and len(value) == 2
    }
    several = {key: value for key, value in several.items() if _allowed_alone(core, key)}
    if several:
        yield Scenario(name="several_elements", variables=several, assertions=(exists,))
    yield Scenario(
        name="nothing_without_create",
        variables={"create": False},
        assertions=(
            Assertion(
                condition=f"length({address}[*]) == 0 && output.{core.outputs[0].name} == null",
                error_message="create = false must plan nothing and leave the outputs null.",
            ),
        ),
    )
    yield from _refusals(core)


def _tag_assertions(core: PlannedPart, name: str) -> tuple[Assertion, ...]:
    if not core.schema.taggable:
        return ()
    address = core.resource.address
    return (
        Assertion(
            condition=f'{address}.tags["Name"] == {name} && {address}.tags["Team"] == "platform"',
            error_message="The Name tag or the tags of the module are missing.",
        ),
    )


def _there(companions: Sequence[PlannedPart]) -> Iterator[Assertion]:
    for part in companions:
        if part.plan.feature and part.resource.guard is None:
            yield Assertion(
                feature=part.plan.feature,
                condition=f"length({part.resource.address}[*]) == 1",
                error_message=f"{part.resource.address} is not planned.",
            )


def _passed_on(core: PlannedPart) -> Iterator[Assertion]:
    """That a given text arrives; one is enough, for all arguments are written the same way."""
    given = core.inputs(everything=True)
    for field in core.fields:
        variable = core.names[field.name]
        if field.type in ("string", "number", "bool") and not field.holds_secret and variable in given:
            yield Assertion(
                condition=f"{core.resource.address}.{field.name} == var.{variable}",
                error_message=f"{variable} does not arrive at {core.resource.address}.",
            )
            return


def _allowed_alone(core: PlannedPart, variable: str) -> bool:
    """Whether the input excludes nothing, so that it can be added to the smallest call."""
    argument = next(name for name, value in core.names.items() if value == variable)
    groups = (*core.level.exactly_one, *core.level.conflicts, *core.level.needs)
    return not any(argument in group for group in groups)


def _refusals(core: PlannedPart) -> Iterator[Scenario]:
    """One value that the provider does not know must be refused by the variable already."""
    field = next((field for field in core.fields if _is_choice(field)), None)
    if field is not None:
        variable = core.names[field.name]
        yield Scenario(
            name=f"refuses_an_unknown_{variable}",
            variables={variable: quote("no-such-value")},
            expect_failures=(f"var.{variable}",),
        )


def _is_choice(field: Field) -> bool:
    known = bool(field.facts.allowed) and not field.facts.advisory
    return field.type == "string" and known and not field.write_only
